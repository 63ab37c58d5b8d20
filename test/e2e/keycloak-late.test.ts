import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import type { Offer } from '../doubles/e2e-cast.ts';
import { startTroublesomeProxy } from '../doubles/e2e-proxy.ts';
import type { TroublesomeProxy } from '../doubles/e2e-proxy.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';

const GIVE = /^PUT .*\/groups\//;

let stage: Stage<Offer>;
let proxy: TroublesomeProxy;
beforeAll(async () => {
  stage = await aStage({
    seed: (realm) => offer(realm, '/slow'),
    env: { QUARANTINE_SECONDS: '20' },
    via: async (url) => (proxy = await startTroublesomeProxy(url)),
  });
});
afterAll(() => stage.stop());

it('a PUT that lands after its lease was over is found within the quarantine and taken away', async () => {
  const access = stage.seeded;
  proxy.trouble(GIVE, 'hold');
  await stage.approve('chen', await stage.ask('ann', '/slow 5s why'));
  await stage.until('the PUT is on its way', () => proxy.troubled > 0);
  const isTaken = (call: string) => call.startsWith('DELETE ') && call.endsWith(access.id);
  await stage.until('it was taken away, in vain', () => proxy.calls.some(isTaken));
  await proxy.release();
  stage.pass(21);
  await stage.isGone('ann', access);
  const changes = (await stage.botChanges()).filter((change) => change.endsWith(access.id));
  expect(changes.map((change) => change.split(' ')[0]).slice(0, 2)).toEqual(['DELETE', 'CREATE']);
});
