import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import type { Offer } from '../doubles/e2e-cast.ts';
import { proveRecord, readAudit } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const NAMES = [
  '/overlap',
  '/before',
  '/drift',
  'drift-role',
  '/ours',
  '/theirs',
  '/back',
  '/doomed',
  '/person',
] as const;

async function seed(realm: TestRealm) {
  const offers: Record<string, Offer> = {};
  for (const name of NAMES) offers[name] = await offer(realm, name);
  return (name: (typeof NAMES)[number]): Offer => offers[name] as Offer;
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed, env: { SWEEP_SECONDS: '1' } });
});
afterAll(() => stage.stop());

const lease = async (who: 'ann' | 'bob', access: Offer, duration = '1h') => {
  await stage.approve('chen', await stage.ask(who, `${access.path} ${duration} why`));
  await stage.quiet();
  await stage.isLive(who, access);
};
const changesOf = async (access: Offer) =>
  (await stage.botChanges()).filter((change) => change.endsWith(access.id)).map((change) => change.split(' ')[0]);
const endOf = (access: Offer) =>
  stage.until(`an end of ${access.path}`, () => {
    const ended = stage
      .tables()
      .grants.findLast(({ resource, state }) => resource.id === access.id && state === 'ended');
    return ended?.state === 'ended' && ended.endedBy;
  });

describe('a holding', () => {
  it('I9: overlapping leases end once, at the last expiry', async () => {
    const access = stage.seeded('/overlap');
    await lease('ann', access, '1h');
    await lease('ann', access, '2h');
    stage.pass(3601);
    await endOf(access);
    await stage.quiet();
    expect(stage.told(stage.workspace.as('ann')).at(-1)).toContain('another lease');
    expect(await stage.holds('ann', access)).toBe(true);
    expect(await changesOf(access)).toEqual(['CREATE']);
    stage.pass(3600);
    await stage.isGone('ann', access);
    expect(await changesOf(access)).toEqual(['DELETE', 'CREATE']);
  });

  it('I8: access that was there before is there after, untouched', async () => {
    const access = stage.seeded('/before');
    await stage.byHand('give', 'ann', access);
    await lease('ann', access);
    stage.pass(3601);
    expect(await endOf(access)).toBe('expiry');
    expect(await stage.tell('ann', /\/before\S* ended/)).toContain('You keep the access');
    expect(await stage.holds('ann', access)).toBe(true);
    expect(await changesOf(access)).toEqual([]);
  });

  it.each(['/drift', 'drift-role'] as const)('I10: %s, removed by hand, is drift and never put back', async (name) => {
    const access = stage.seeded(name);
    await lease('ann', access);
    await stage.byHand('take', 'ann', access);
    expect(await endOf(access)).toBe('drift');
    await stage.quiet();
    expect(await stage.holds('ann', access)).toBe(false);
  });

  it('I27: access that we gave without a lease is removed by the sweep, with an alarm', async () => {
    const access = stage.seeded('/ours');
    await lease('ann', access);
    stage.pass(3601);
    await stage.isGone('ann', access);
    await stage.quiet();
    await stage.realm.asBot('PUT', `/users/${stage.users.ann}/groups/${access.id}`);
    await stage.until('the orphan is gone', async () => !(await stage.holds('ann', access)));
    await stage.quiet();
    const kinds = (await readAudit(stage.file))
      .filter(({ resource }) => resource?.id === access.id)
      .map(({ kind }) => kind);
    expect(kinds.slice(-2)).toEqual(['orphan.found', 'orphan.removed']);
    const alarm = stage.workspace.channel('access-audit').messages.at(-1);
    expect(alarm?.text).toMatch(/\/ours.* without a lease. I removed it/);
  });

  it('access that another hand gave without a lease is told once and left alone', async () => {
    const access = stage.seeded('/theirs');
    await lease('ann', access);
    stage.pass(3601);
    await stage.isGone('ann', access);
    await stage.quiet();
    await stage.byHand('give', 'ann', access);
    const alarms = () =>
      stage.workspace.channel('access-audit').messages.filter(({ text }) => text.includes('/theirs'));
    await stage.workspace.until(() => alarms().length > 0, 90_000);
    expect(alarms().at(-1)?.text).toContain('I cannot prove that it is mine');
    expect(await stage.holds('ann', access)).toBe(true);
  });

  it('a lease on a group that is deleted, or of a person who is disabled, ends', async () => {
    const [doomed, person] = [stage.seeded('/doomed'), stage.seeded('/person')];
    await lease('ann', doomed);
    await lease('bob', person);
    await stage.realm.send('DELETE', `/groups/${doomed.id}`);
    const bob = await stage.realm.get(`/users/${stage.users.bob}`);
    await stage.realm.send('PUT', `/users/${stage.users.bob}`, { ...bob, enabled: false });
    expect(await endOf(doomed)).toBe('resource_gone');
    expect(await endOf(person)).toBe('person_gone');
    await stage.isGone('bob', person);
    await stage.realm.send('PUT', `/users/${stage.users.bob}`, { ...bob, enabled: true });
  });
});

it('I22: after all this the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
  const { chain, replayed, tables } = await proveRecord(stage.file);
  expect(chain.ok).toBe(true);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
