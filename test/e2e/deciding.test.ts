import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from '../../sandbox/slack/model.ts';
import { offer, slackIdOf } from '../doubles/e2e-cast.ts';
import type { CastName } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

/** Changes a user of the realm as an administrator does. */
async function change(
  realm: TestRealm,
  username: string,
  { manager, enabled = true }: { readonly manager?: string | null; readonly enabled?: boolean },
): Promise<void> {
  const [user] = await realm.list(`/users?username=${username}&exact=true&briefRepresentation=false`);
  const { manager: before, ...others } = (user?.['attributes'] ?? {}) as Readonly<Record<string, unknown>>;
  const after = manager === undefined ? before : manager === null ? undefined : [manager];
  const attributes = { ...others, ...(after === undefined ? {} : { manager: after }) };
  await realm.send('PUT', `/users/${user?.id ?? ''}`, { ...user, enabled, attributes });
}

async function seed(realm: TestRealm) {
  await change(realm, 'ann', { manager: 'dana' });
  await realm.createGroup('/approvers/slow', {
    attributes: { 'slack-channel': 'C0PLATFORM', 'escalate-to': '/approvers/security', 'escalate-after': '2s' },
  });
  await realm.createUser('sloth', { groups: ['/approvers/slow'] });
  await realm.createGroup('/approvers/lonely', { attributes: { 'slack-channel': 'C0PLATFORM' } });
  const [ann] = await realm.list('/users?username=ann&exact=true');
  const [lonely] = await realm.list('/groups?search=lonely&exact=true&populateHierarchy=false');
  await realm.send('PUT', `/users/${ann?.id ?? ''}/groups/${lonely?.id ?? ''}`);
  const by = (group: string) => ({ attributes: { 'approver-group': group } });
  return {
    managed: await offer(realm, 'managed', by('manager')),
    handed: await offer(realm, 'handed', by('manager')),
    ladder: await offer(realm, 'ladder', { attributes: { 'approver-group-2': 'manager' } }),
    slow: await offer(realm, 'slow', by('/approvers/slow')),
    lonely: await offer(realm, 'lonely', by('/approvers/lonely')),
    leaver: await offer(realm, 'leaver'),
    mover: await offer(realm, 'mover'),
  };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

/** The newest card about this access in somebody's direct messages, once it is there with its buttons. */
const cardTo = (who: CastName, about: string): Promise<Message> => {
  const actor = stage.workspace.as(who);
  return stage.workspace.until(() =>
    actor.dm.messages.findLast((one) => {
      const text = actor.read(one);
      return text.includes(`for *${about}*`) && text.includes('[ Approve ]') && text.includes('Why');
    }),
  );
};
const asks = (who: CastName, line: string) =>
  stage.hears(stage.workspace.as(who), () => stage.workspace.as(who).command(`/request-access ${line}`));
const thread = (channel: string, card: Message, reader: CastName) =>
  stage.workspace
    .channel(channel)
    .thread(card.ts)
    .map((line) => stage.workspace.as(reader).read(line))
    .join('\n');

describe('a stage that the manager decides', () => {
  it('the manager gets the card in private and his approval gives the access', async () => {
    expect(await asks('ann', 'managed 1h INC-1')).toEqual([expect.stringContaining('Needed: the manager.')]);
    const dana = stage.workspace.as('dana');
    const card = await cardTo('dana', 'managed');
    expect(dana.read(card)).toContain('because Keycloak names you as the manager of @ann; only you can decide');
    expect(stage.workspace.channel('platform-approvals').messages).toEqual([]);
    await stage.approve('dana', card);
    await stage.isLive('ann', stage.seeded.managed);
    await stage.quiet();
    expect(dana.read(card)).not.toContain('[ Approve ]');
    expect(dana.read(card)).toContain('@ann has *managed*');
  });

  it('comes after the group, and its card shows what the group said', async () => {
    const first = await stage.ask('ann', 'ladder 4h INC-2');
    const chen = stage.workspace.as('chen');
    await stage.press('chen', first, 'Approve shorter…');
    const dialog = await chen.modal((view) => chen.read(view).includes('Gives'));
    await chen.submit(dialog, { Duration: '1 hour' });
    const card = await cardTo('dana', 'ladder');
    expect(stage.workspace.as('dana').read(card)).toMatch(/Approved by @chen \(stage 1, [^)]*for 1 hour\)/);
    await stage.approve('dana', card);
    await stage.isLive('ann', stage.seeded.ladder);
  });

  it('I14: somebody else manages now: the click counts for nothing, and the new manager is asked', async () => {
    await asks('ann', 'handed 1h INC-3');
    const card = await cardTo('dana', 'handed');
    await change(stage.realm, 'ann', { manager: 'eve' });
    const heard = await stage.hears(stage.workspace.as('dana'), () => stage.approve('dana', card));
    expect(heard.join('\n')).toContain('This request has changed');
    const fresh = await cardTo('eve', 'handed');
    expect(await stage.holds('ann', stage.seeded.handed)).toBe(false);
    await change(stage.realm, 'ann', { manager: null });
    const eve = stage.workspace.as('eve');
    const refused = await stage.hears(eve, () => stage.approve('eve', fresh));
    expect(refused.join('\n')).toContain(
      'The manager of @ann has to decide about this and cannot: Keycloak names none',
    );
    await stage.tell('ann', /Your request for \*?handed\*? cannot be approved as things stand.*Keycloak names none/);
    expect(await stage.holds('ann', stage.seeded.handed)).toBe(false);
    await change(stage.realm, 'ann', { manager: 'eve' });
    await stage.approve('eve', fresh);
    await stage.isLive('ann', stage.seeded.handed);
  });

  it('without a manager it is refused at once, with the reason', async () => {
    expect(await asks('bob', 'managed 1h INC-4')).toEqual([
      expect.stringMatching(/The manager of @bob has to decide about this and cannot: Keycloak names none/),
    ]);
  });
});

/** A change of a member whose event is lost: nothing is withdrawn because of it. */
async function unheard(id: string, changes: Parameters<typeof stage.workspace.changePerson>[1]): Promise<void> {
  const { events } = stage.workspace.app;
  stage.workspace.changeApp({ events: events.filter((event) => event !== 'user_change') });
  await stage.workspace.changePerson(id, changes);
  stage.workspace.changeApp({ events });
}

describe('who could decide is gone or late', () => {
  it('a stage that is not decided in time goes on to the other group, too', async () => {
    const card = await stage.ask('ann', 'slow 1h INC-5');
    const eve = stage.workspace.as('eve');
    const other = await stage.workspace.until(() =>
      stage.workspace.channel('security-approvals').messages.find((one) => eve.read(one).includes('for *slow*')),
    );
    expect(eve.read(other)).toContain('because /approvers/slow has not decided');
    await stage.quiet();
    expect(thread('platform-approvals', card, 'chen')).toContain(
      '/approvers/slow has not decided, so /approvers/security is asked, too.',
    );
    await stage.approve('eve', other);
    await stage.isLive('ann', stage.seeded.slow);
    await stage.quiet();
    for (const [reader, one] of [
      [stage.workspace.as('chen'), card],
      [eve, other],
    ] as const)
      expect(reader.read(one)).toMatch(/@ann has \*slow\*[^]*Approved by @eve/);
  });

  it('nobody but the requester could ever decide: that is said at once', async () => {
    expect(await asks('ann', 'lonely 1h INC-6')).toEqual([
      expect.stringContaining('/approvers/lonely has nobody but you who could decide'),
    ]);
  });

  it.each([
    ['in Keycloak', 'leaver', (gone: boolean) => change(stage.realm, 'bob', { enabled: !gone }), /account is disabled/],
    [
      'in Slack, which nobody told us,',
      'mover',
      (gone: boolean) => unheard(slackIdOf('bob'), { deleted: gone }),
      /Slack account is deactivated/,
    ],
  ] as const)(
    'a person deactivated %s before the decision gets nothing, and the thread says why',
    async (_, name, leave, says) => {
      const card = await stage.ask('bob', `${name} 1h INC-7`);
      const offered = stage.seeded[name];
      await leave(true);
      const heard = await stage.hears(stage.workspace.as('chen'), () => stage.approve('chen', card));
      expect(heard.join('\n')).toMatch(says);
      expect(thread('platform-approvals', card, 'dana')).toMatch(/cannot be approved as things stand/);
      expect(await stage.holds('bob', offered)).toBe(false);
      await leave(false);
      await stage.approve('dana', card);
      await stage.isLive('bob', offered);
    },
  );
});

it('I22: after all this the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
  await stage.quiet();
  const { chain, replayed, tables } = await proveRecord(stage.file);
  expect(chain.ok).toBe(true);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
