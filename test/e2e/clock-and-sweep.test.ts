import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import type { Offer } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const MANY = Array.from({ length: 7 }, (_, index) => `/mass/m${index}`);

async function seed(realm: TestRealm) {
  for (const name of MANY) await offer(realm, name);
  return { back: await offer(realm, '/back') };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

const lease = async (who: 'ann' | 'bob', access: Offer) => {
  await stage.approve('chen', await stage.ask(who, `${access.path} 1h why`));
  await stage.isLive(who, access);
  await stage.quiet();
};

describe('I4: a clock that is set back extends no lease', () => {
  it('while the bot lives, and over a restart', async () => {
    const access = stage.seeded.back;
    await lease('ann', access);
    stage.pass(-7200, { wallOnly: true });
    stage.pass(3601);
    await stage.isGone('ann', access);

    await lease('ann', access);
    stage.pass(-7200, { wallOnly: true });
    await stage.end();
    await stage.begin();
    stage.pass(3601);
    await stage.isGone('ann', access);
    stage.pass(20_000, { wallOnly: true });
  });
});

it('a sweep that finds most leases missing at once ends none and alarms', async () => {
  for (const [index, path] of MANY.entries()) {
    const id = (await stage.realm.findGroup(path)) ?? '';
    await lease(index % 2 === 0 ? 'ann' : 'bob', { kind: 'group', path, id });
  }
  await stage.end();
  for (const path of MANY) {
    const id = (await stage.realm.findGroup(path)) ?? '';
    for (const who of ['ann', 'bob'] as const)
      await stage.realm.send('DELETE', `/users/${stage.users[who]}/groups/${id}`);
  }
  await stage.begin();
  const alarm = () =>
    stage.workspace.channel('access-audit').messages.find(({ text }) => text.includes('missing in Keycloak at once'));
  await stage.workspace.until(alarm, 90_000);
  expect(
    stage.tables().grants.filter(({ resource, state }) => MANY.includes(resource.path) && state === 'live'),
  ).toHaveLength(7);
});

it('I22: after all this the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
  const { chain, replayed, tables } = await proveRecord(stage.file);
  expect(chain.ok).toBe(true);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
