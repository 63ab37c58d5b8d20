import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { startTroublesomeProxy } from '../doubles/e2e-proxy.ts';
import type { Trouble, TroublesomeProxy } from '../doubles/e2e-proxy.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const TROUBLES = ['cut', 'hang', 'lose_answer', 'hold', 'fail'] as const satisfies readonly Trouble[];
const GIVE = /^PUT .*\/groups\//;
const TAKE = /^DELETE .*\/groups\//;

async function seed(realm: TestRealm) {
  for (const how of TROUBLES) {
    await offer(realm, `/give/${how}`);
    await offer(realm, `/take/${how}`);
  }
  return { away: await offer(realm, '/away'), stuck: await offer(realm, '/stuck') };
}
const offered = async (path: string) => ({
  kind: 'group' as const,
  path,
  id: (await stage.realm.findGroup(path)) ?? '',
});

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
let proxy: TroublesomeProxy;
beforeAll(async () => {
  stage = await aStage({
    seed,
    env: { QUARANTINE_SECONDS: '3' },
    via: async (url) => (proxy = await startTroublesomeProxy(url)),
  });
});
afterAll(() => stage.stop());
afterEach(() => proxy.calm());

describe.each(TROUBLES)('when the call meets: %s', (how) => {
  it('given in the end, once, and taken away at the end of the lease', async () => {
    const access = await offered(`/give/${how}`);
    proxy.trouble(GIVE, how, 1);
    await stage.approve('chen', await stage.ask('ann', `${access.path} 1h why`));
    await stage.isLive('ann', access);
    await proxy.release();
    stage.pass(3601);
    await stage.isGone('ann', access);
    await stage.quiet();
    expect(await stage.holds('ann', access)).toBe(false);
  });

  it('taken away in the end, and never given back', async () => {
    const access = await offered(`/take/${how}`);
    await stage.approve('chen', await stage.ask('ann', `${access.path} 1h why`));
    await stage.isLive('ann', access);
    proxy.trouble(TAKE, how, 1);
    stage.pass(3601);
    await stage.isGone('ann', access);
    await proxy.release();
    await stage.quiet();
    expect(await stage.holds('ann', access)).toBe(false);
  });
});

it.each([
  ['away', 'away', 'cut'],
  ['stuck', 'stuck', 'hang'],
] as const)(
  'while Keycloak is %s a click waits, and giving and taking are done when it is back',
  async (_, key, how) => {
    const access = stage.seeded[key];
    const { troubled } = proxy;
    const card = await stage.ask('ann', `${access.path} 1h why`);
    proxy.trouble(/./, how);
    const chen = stage.workspace.as('chen');
    await stage.approve('chen', card);
    await stage.until('the click met trouble', () => proxy.troubled > troubled);
    expect(await stage.holds('ann', access)).toBe(false);
    proxy.calm();
    await stage.isLive('ann', access);
    await stage.quiet();
    expect(chen.read(card)).toContain('live until');

    proxy.trouble(/./, how);
    stage.pass(3601);
    await stage.until(
      'the end met trouble',
      async () => (await stage.app().ports.store.overdue(Date.now() + 1e10)).count > 0,
    );
    proxy.calm();
    await stage.isGone('ann', access);
  },
);

it('I14: a click that could not be checked within a minute is dropped, on record, and its person is asked again', async () => {
  const card = await stage.ask('bob', '/away 1h why');
  const trouble = proxy.troubled;
  proxy.trouble(/./, 'cut');
  const chen = stage.workspace.as('chen');
  await stage.approve('chen', card);
  await stage.until('the click met trouble', () => proxy.troubled > trouble);
  stage.pass(61);
  expect(await stage.tell('chen', /did not answer within a minute/)).toContain('Please click again');
  proxy.calm();
  await stage.quiet();
  expect(await stage.holds('bob', stage.seeded.away)).toBe(false);
  expect(chen.read(card)).toContain('[ Approve ]');
  await stage.approve('chen', card);
  await stage.isLive('bob', stage.seeded.away);
});

it('a request while Keycloak is away is refused after some patience, in one sentence', async () => {
  proxy.trouble(/./, 'cut');
  await stage.workspace.as('eve').command('/request-access /stuck 1h why');
  stage.pass(11);
  expect(await stage.tell('eve', /Keycloak is not answering/)).toContain('nothing was done');
});

it('I22: after all this the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
  await stage.quiet();
  const { chain, replayed, tables } = await proveRecord(stage.file);
  expect(chain.ok).toBe(true);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
