import { describe, expect, it } from '@jest/globals';
import { TEAM } from '../../doubles/fake-slack.ts';
import { DEEP, PLATFORM, READ, VAULT } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectRefused } from '../../doubles/fake-world-checks.ts';

const request = (text = READ, duration = '1h', justification = 'INC-42') =>
  ({ intent: 'request', access: { by: 'text', text }, duration, justification }) as const;
const lastKind = async (world: World): Promise<string | undefined> => (await world.audit()).at(-1)?.kind;

describe('a request is refused in one private sentence and changes nothing', () => {
  const cases: readonly {
    readonly refusal: string;
    readonly audited?: boolean;
    readonly ask?: ReturnType<typeof request>;
    readonly given?: (world: World) => void;
  }[] = [
    { refusal: 'unknown_access', ask: request('nothing-like-it') },
    { refusal: 'ambiguous_access', ask: request('prod') },
    { refusal: 'bad_duration', ask: request(READ, 'soon') },
    { refusal: 'too_short', ask: request(READ, '30s') },
    { refusal: 'too_long', ask: request(READ, '3d') },
    { refusal: 'justification_missing', ask: request(READ, '1h', '\u202e \u0000') },
    { refusal: 'justification_too_long', ask: request(READ, '1h', 'x'.repeat(10_000)) },
    {
      refusal: 'justification_pattern',
      given: ({ keycloak }) => edit(keycloak, READ, { 'justification-pattern': 'CHG-\\d+' }),
    },
    { refusal: 'guest', audited: true, given: ({ slack }) => void slack.person('ann', { guest: true }) },
    { refusal: 'deactivated', audited: true, given: ({ slack }) => void slack.person('ann', { deleted: true }) },
    { refusal: 'bot', audited: true, given: ({ slack }) => void slack.person('ann', { bot: true }) },
    { refusal: 'not_linked', given: ({ slack }) => void slack.person('ann', { email: null }) },
    { refusal: 'not_linked', given: ({ slack }) => void slack.person('ann', { emailConfirmed: false }) },
    {
      refusal: 'email_unverified',
      audited: true,
      given: ({ keycloak }) => void keycloak.user('ann', { emailVerified: false }),
    },
    { refusal: 'user_disabled', audited: true, given: ({ keycloak }) => void keycloak.user('ann', { enabled: false }) },
    {
      refusal: 'identity_ambiguous',
      audited: true,
      given: ({ keycloak }) => void keycloak.user('ann2', { email: 'ann@acme.example' }),
    },
    {
      refusal: 'identity_ambiguous',
      audited: true,
      given: ({ keycloak }) => void keycloak.user('bob', { slackIds: [`${TEAM}/UANN`] }),
    },
    { refusal: 'link_needed', ask: request(VAULT, '30m') },
    {
      refusal: 'not_requestable',
      audited: true,
      given: ({ keycloak }) => edit(keycloak, READ, { risk: 'tiny' }),
    },
    {
      refusal: 'not_requestable',
      audited: true,
      given: ({ keycloak }) => {
        const thing = keycloak.things.get('/prod');
        thing?.gives.push({ id: 'r1', name: 'realm-admin', client: 'realm-management' });
      },
    },
    {
      refusal: 'not_requestable',
      audited: true,
      given: ({ keycloak }) => {
        const thing = keycloak.things.get(READ);
        if (thing !== undefined) thing.unreadable = { flaw: 'composite_hidden', role: 'all' };
      },
    },
    {
      refusal: 'not_eligible',
      audited: true,
      given: ({ keycloak }) => edit(keycloak, READ, { 'eligible-group': '/approvers/security' }),
    },
    { refusal: 'no_approvers', given: ({ keycloak }) => edit(keycloak, READ, { 'approver-group': '/nobody' }) },
    {
      refusal: 'no_approvers',
      given: ({ keycloak }) => {
        keycloak.leave('chen', '/approvers/platform');
        keycloak.leave('dana', '/approvers/platform');
      },
    },
    { refusal: 'no_approvers', given: ({ keycloak }) => edit(keycloak, READ, { 'approvals-required': '3' }) },
    { refusal: 'no_approvers', given: ({ slack }) => slack.channel(PLATFORM, false) },
  ];
  it.each(cases)('$refusal $audited $ask', async ({ refusal, audited = false, ask = request(), given }) => {
    const world = await aWorld();
    given?.(world);
    await expectRefused(world, 'ann', refusal, () => world.act('ann', ask));
    expect(await lastKind(world)).toBe(audited ? 'request.refused' : 'instance.created');
  });

  it('outsider: the same e-mail in another team is nobody here', async () => {
    const world = await aWorld();
    const slack = { teamId: 'T0OTHER', userId: 'UANN' };
    world.slack.person('ann', { slack });
    await expectRefused(world, 'ann', 'outsider', async () => {
      await world.send('ann', request(), { team: 'T0OTHER' });
      await world.run();
    });
    expect(world.slack.privates.at(-1)?.slack).toEqual(slack);
    expect(await lastKind(world)).toBe('request.refused');
  });

  it('beneficiary_is_bot: the bot never asks for itself', async () => {
    const world = await aWorld();
    const { bot } = world.keycloak;
    const users = world.keycloak.users as Map<string, typeof bot>;
    users.set('ann', { ...bot, email: 'ann@acme.example', emailVerified: true });
    await expectRefused(world, 'ann', 'beneficiary_is_bot', () => world.act('ann', request()));
  });

  it('already_pending: asking again links to the first', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await expectRefused(world, 'ann', 'already_pending', () => world.act('ann', request()));
    expect(world.refusals('ann').at(-1)).toMatchObject({ link: id });
    expect(world.told('ann').at(-1)).toMatchObject({ link: { channel: PLATFORM } });
  });

  it('too_many_pending and too_many_recently: also when all come at once', async () => {
    const world = await aWorld();
    for (let count = 0; count < 25; count++) edit(world.keycloak, `/many/thing-${count}`, {});
    for (let count = 0; count < 12; count++) await world.send('ann', request(`/many/thing-${count}`));
    await world.run();
    expect((await world.rows()).requests).toHaveLength(10);
    expect(world.refusals('ann').map((one) => one.refusal)).toEqual(['too_many_pending', 'too_many_pending']);
    for (const row of (await world.rows()).requests) await world.act('ann', { intent: 'withdraw', requestId: row.id });
    for (let count = 10; count < 20; count++) await world.ask('ann', `/many/thing-${count}`);
    for (const row of (await world.rows()).requests) await world.act('ann', { intent: 'withdraw', requestId: row.id });
    await expectRefused(world, 'ann', 'too_many_recently', () => world.act('ann', request('/many/thing-20')));
    await world.ask('bob', '/many/thing-20');
    world.clock.advance(3601);
    await world.ask('ann', '/many/thing-21');
  });

  it('a typing error, a part that is not set up and a misused command are answered, never ignored (I30)', async () => {
    const world = await aWorld();
    await expectRefused(world, 'ann', 'sign_in_not_set_up', () => world.act('ann', { intent: 'link' }));
    await expectRefused(world, 'ann', 'usage', () => world.act('ann', { intent: 'misused', command: '/access' }));
    await expectRefused(world, 'ann', 'not_admin', () => world.act('ann', { intent: 'audit', words: '', page: 0 }));
    await expectRefused(world, 'root', 'bad_filter', () =>
      world.act('root', { intent: 'audit', words: 'state:odd', page: 0 }),
    );
  });
});

describe('a decision is refused in one private sentence and changes nothing', () => {
  it('not_an_approver, self_approval, already_decided_by_you', async () => {
    const world = await aWorld();
    edit(world.keycloak, READ, { 'approvals-required': '2' });
    const id = await world.ask('ann');
    await expectRefused(world, 'bob', 'not_an_approver', () => world.approve('bob', id));
    world.keycloak.join('ann', '/approvers/platform');
    await expectRefused(world, 'ann', 'self_approval', () => world.approve('ann', id));
    expect(await lastKind(world)).toBe('decision.refused');
    await world.approve('chen', id);
    await expectRefused(world, 'chen', 'already_decided_by_you', () => world.approve('chen', id));
  });

  it('only the current stage decides, and a person counts once over all stages (I12)', async () => {
    const world = await aWorld();
    world.keycloak.join('chen', '/approvers/security');
    const id = await world.ask('ann', DEEP);
    await expectRefused(world, 'erin', 'not_an_approver', () => world.approve('erin', id));
    await world.approve('chen', id);
    await expectRefused(world, 'chen', 'already_decided_by_you', () => world.approve('chen', id));
    await world.approve('erin', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
  });

  it('old_message: a message that was never recorded, or one of another request (I13)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    const other = await world.ask('bob');
    const forged = await world.approval(id, { message: { channel: PLATFORM, ts: '1.000' } });
    await expectRefused(world, 'chen', 'old_message', () => world.act('chen', forged));
    const strange = await world.approval(id, { message: world.buttonsOf(other) });
    await expectRefused(world, 'chen', 'old_message', () => world.act('chen', strange));
  });

  it('settled and changed_meanwhile: too late, an older version, another stage', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', DEEP);
    const first = await world.approval(id, { message: world.buttonsOf(id, 'card') });
    const older = await world.approval(id, { version: 7 });
    await expectRefused(world, 'chen', 'changed_meanwhile', () => world.act('chen', older));
    await world.act('chen', first);
    await expectRefused(world, 'dana', 'changed_meanwhile', () => world.act('dana', first));
    const last = await world.approval(id, { message: world.buttonsOf(id, 'card') });
    await world.deny('erin', id, 'not now');
    await expectRefused(world, 'fay', 'settled', () => world.act('fay', last));
  });

  it('too_short, longer_than_asked, and too_long when the limit was lowered meanwhile', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', READ, '4h');
    await expectRefused(world, 'chen', 'too_short', () => world.approve('chen', id, { leaseSeconds: 10 }));
    await expectRefused(world, 'chen', 'longer_than_asked', () => world.approve('chen', id, { leaseSeconds: 20_000 }));
    edit(world.keycloak, READ, { 'max-duration': '2h' });
    await expectRefused(world, 'chen', 'too_long', () => world.approve('chen', id));
    await world.approve('chen', id, { leaseSeconds: 7200 });
    expect(await world.grantOf(id)).toMatchObject({ state: 'live', leaseSeconds: 7200 });
  });

  it('settled: nobody decides after the waiting time, also before the clean-up noticed', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    const click = await world.approval(id);
    world.clock.advance(86_400);
    await expectRefused(world, 'chen', 'settled', async () => {
      await world.send('chen', click);
      await world.bot.inbox();
      await world.bot.deliver();
    });
  });

  it('an approver of a risk that was raised meanwhile must be linked too', async () => {
    const world = await aWorld();
    edit(world.keycloak, READ, { 'max-duration': '8h' });
    const id = await world.ask('ann');
    world.keycloak.user('dana', { slackIds: [`${TEAM}/UDANA`] });
    edit(world.keycloak, READ, { 'max-duration': '8h', risk: 'high' });
    await expectRefused(world, 'chen', 'link_needed', () => world.approve('chen', id));
    await world.approve('dana', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
  });
});

describe('a lease is given back or taken by those who may', () => {
  it('not_yours, nothing_live, may_not_revoke, ambiguous_access', async () => {
    const world = await aWorld();
    const pending = await world.ask('ann', DEEP);
    const id = await world.lease('ann');
    const { id: grantId } = await world.grantOf(id);
    await expectRefused(world, 'bob', 'not_yours', () => world.act('bob', { intent: 'release', grantId }));
    await expectRefused(world, 'bob', 'not_yours', () => world.act('bob', { intent: 'withdraw', requestId: pending }));
    const revoke = { intent: 'revoke', person: world.slackOf('ann'), access: 'read', confirmation: null } as const;
    await expectRefused(world, 'bob', 'may_not_revoke', () => world.act('bob', revoke));
    await expectRefused(world, 'root', 'nothing_live', () => world.act('root', { ...revoke, access: 'vault' }));
    await world.lease('ann', 'db-reader');
    await expectRefused(world, 'root', 'ambiguous_access', () => world.act('root', { ...revoke, access: 'r' }));
    await world.act('root', revoke);
    expect(await world.grantOf(id)).toMatchObject({ endedBy: 'revocation' });
    await expectRefused(world, 'ann', 'nothing_live', () => world.act('ann', { intent: 'release', grantId }));
  });
});

function edit(keycloak: World['keycloak'], path: string, attributes: Readonly<Record<string, string>>): void {
  const base = { requestable: 'true', 'approver-group': '/approvers/platform', risk: 'low' };
  keycloak.thing('group', path, { ...base, ...attributes });
}
