import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer, slackIdOf } from '../doubles/e2e-cast.ts';
import type { CastName } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  return {
    group: await offer(realm, '/systems'),
    role: await offer(realm, 'reader'),
    client: await offer(realm, 'demo-app/viewer'),
    waiting: await offer(realm, 'waiting'),
  };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed, env: { SWEEP_SECONDS: '3' } });
});
afterAll(() => stage.stop());

const lease = async (who: CastName, what: 'group' | 'role' | 'client') => {
  const offered = stage.seeded[what];
  await stage.approve('chen', await stage.ask(who, `${offered.path} 2h INC-42`));
  await stage.isLive(who, offered);
};
const alarm = (words: RegExp) =>
  stage.workspace.until(
    () => stage.workspace.channel('access-audit').messages.find(({ text }) => words.test(text)),
    90_000,
  );
const change = (who: CastName, facts: Parameters<typeof stage.workspace.changePerson>[1]) =>
  stage.workspace.changePerson(slackIdOf(who), facts);
const endsOf = (who: CastName) =>
  stage
    .tables()
    .grants.flatMap((grant) => (grant.person.username === who && grant.state === 'ended' ? [grant.endedBy] : []));

describe('somebody leaves', () => {
  it('deactivated in Slack: all his access is gone, what he asked for is withdrawn, and the audit channel hears it once', async () => {
    for (const what of ['group', 'role', 'client'] as const) await lease('ann', what);
    const card = await stage.ask('ann', 'waiting 1h INC-43');
    await change('ann', { deleted: true });
    for (const what of ['group', 'role', 'client'] as const) await stage.isGone('ann', stage.seeded[what]);
    expect((await alarm(/<@U0ANN> is deactivated/)).text).toMatch(/3 leases[^]*1 request/);
    expect(endsOf('ann')).toEqual(['person_gone', 'person_gone', 'person_gone']);
    const chen = stage.workspace.as('chen');
    await stage.workspace.until(() => chen.read(card).includes('is no longer a full member'));
    expect(chen.read(card)).not.toContain('[ Approve ]');
  });

  it('a guest now: the same; what else changes about a member is nothing to the bot', async () => {
    await lease('bob', 'group');
    await change('bob', { title: 'Engineer' });
    await change('bob', { isRestricted: true });
    await stage.isGone('bob', stage.seeded.group);
    await alarm(/<@U0BOB> is a guest now/);
    await change('bob', { isRestricted: false });
  });

  it('an event that was lost is made up for by the next look at everybody who holds something', async () => {
    await lease('bob', 'role');
    const { events } = stage.workspace.app;
    stage.workspace.changeApp({ events: events.filter((event) => event !== 'user_change') });
    await change('bob', { deleted: true });
    await stage.isGone('bob', stage.seeded.role);
    stage.workspace.changeApp({ events });
    await change('bob', { deleted: false });
  });

  it.each(['group', 'role', 'client'] as const)(
    'disabled in Keycloak: the next sweep ends his lease on a %s and takes it away, so that enabling him brings nothing back',
    async (what) => {
      await lease('bob', what);
      const user = `/users/${stage.users.bob}`;
      await stage.realm.send('PUT', user, { enabled: false });
      await stage.isGone('bob', stage.seeded[what]);
      expect(endsOf('bob').at(-1)).toBe('person_gone');
      await stage.realm.send('PUT', user, { enabled: true });
      expect(await stage.holds('bob', stage.seeded[what])).toBe(false);
    },
  );
});

it('I22: the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
  const { chain, replayed, tables } = await proveRecord(stage.file);
  expect(chain.ok).toBe(true);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
