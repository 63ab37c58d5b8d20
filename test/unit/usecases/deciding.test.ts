import { describe, expect, it } from '@jest/globals';
import type { RequestId } from '../../../src/domain/ids.ts';
import type { ManagerProblem } from '../../../src/domain/refusal.ts';
import { createPace } from '../../../src/slack/pace.ts';
import type { Conversation } from '../../../src/usecases/slack-port.ts';
import { PLATFORM, READ, SECURITY } from '../../doubles/fake-cast.ts';
import { directOf } from '../../doubles/fake-slack.ts';
import { expectRefused, expectSound } from '../../doubles/fake-world-checks.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const MANAGED = '/prod/managed';
const LADDER = '/prod/ladder';
const ESCALATES = { 'slack-channel': PLATFORM, 'escalate-to': '/approvers/security', 'escalate-after': '30m' };

/** Mia manages Ann; one resource asks the manager alone, one the platform and then the manager. */
async function aManagedWorld(): Promise<World> {
  const world = await aWorld();
  for (const name of ['mia', 'gus']) {
    world.keycloak.user(name);
    world.slack.person(name);
  }
  world.keycloak.manage('ann', 'mia');
  const base = { requestable: 'true', risk: 'low' };
  world.keycloak.thing('group', MANAGED, { ...base, 'approver-group': 'manager' });
  const stages = { 'approver-group': '/approvers/platform', 'approver-group-2': 'manager' };
  world.keycloak.thing('group', LADDER, { ...base, ...stages });
  return world;
}

const asking = (access: string) => ({
  intent: 'request' as const,
  access: { by: 'text' as const, text: access },
  duration: '20m',
  justification: 'INC-42',
});

const cards = (world: World) =>
  world.slack.messages.filter((one) => one.kind === 'card').map(({ channel, buttons }) => [channel, buttons !== null]);
const lines = (world: World, kind: string) => world.slack.messages.filter(({ line }) => line?.line === kind);
const stuckTold = (world: World, name: string) =>
  world.told(name).flatMap((words) => (words.say === 'stuck' ? [words.because] : []));

describe('a stage that the manager decides', () => {
  it('I12: the manager gets the card in his direct messages, and his approval gives the access', async () => {
    const world = await aManagedWorld();
    const id = await world.ask('ann', MANAGED);
    expect(cards(world)).toEqual([[directOf('UMIA'), true]]);
    await expectRefused(world, 'chen', 'not_the_manager', () => world.approve('chen', id));
    await world.approve('mia', id);
    expect(world.keycloak.has('ann', MANAGED)).toBe(true);
    expect(cards(world)).toEqual([[directOf('UMIA'), false]]);
    await expectSound(world);
  });

  it('comes in its turn, and shows its manager what the stage before it said', async () => {
    const world = await aManagedWorld();
    const id = await world.ask('ann', LADDER, '4h');
    const question = await world.denial(id);
    if (question.intent !== 'deny') throw new Error(question.intent);
    const { requestId, version, stage, message } = question;
    await world.act('dana', { intent: 'question', requestId, version, stage, message, text: 'why?' });
    await world.act('ann', { intent: 'answer', requestId, question: 0, text: 'because' });
    await world.approve('chen', id, { leaseSeconds: 3600 });
    expect(cards(world)).toEqual([
      [PLATFORM, false],
      [directOf('UMIA'), true],
    ]);
    const seen = world.slack.messages.findLast((one) => one.kind === 'card' && one.channel === directOf('UMIA'));
    expect(seen?.card?.request).toMatchObject({
      approvals: [{ by: { username: 'chen' }, leaseSeconds: 3600 }],
      questions: [{ by: { username: 'dana' }, text: 'why?', answer: { text: 'because' } }],
    });
    await world.approve('mia', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live', leaseSeconds: 3600 });
    await expectSound(world);
  });

  it('the manager is known by username or by id, by a link where the risk demands it', async () => {
    const world = await aManagedWorld();
    world.keycloak.manage('ann', world.keycloak.users.get('gus')?.userId ?? '');
    const id = await world.ask('ann', MANAGED);
    expect(cards(world)).toEqual([[directOf('UGUS'), true]]);
    await world.act('ann', { intent: 'withdraw', requestId: id });
    const high = { requestable: 'true', risk: 'high', 'approver-group': 'manager' };
    world.keycloak.thing('group', '/prod/high', high);
    world.keycloak.user('ann', { slackIds: ['T0ACME/UANN'] });
    const refused = () => world.send('ann', asking('/prod/high')).then(() => world.run());
    await expectRefused(world, 'ann', 'no_manager', refused);
    expect(world.refusals('ann').at(-1)).toMatchObject({ because: 'link_needed' });
    world.keycloak.user('gus', { slackIds: ['T0ACME/UGUS'] });
    await world.approve('gus', await world.ask('ann', '/prod/high', '30m'));
    expect(world.keycloak.has('ann', '/prod/high')).toBe(true);
  });

  it.each<[ManagerProblem, (world: World) => void]>([
    ['not_set', (world: World) => world.keycloak.manage('ann', null)],
    ['untrusted', (world: World) => world.keycloak.trustManagers(false)],
    ['unknown', (world: World) => world.keycloak.manage('ann', 'nobody')],
    ['disabled', (world: World) => void world.keycloak.user('mia', { enabled: false })],
    ['asks', (world: World) => world.keycloak.manage('ann', 'ann')],
    ['not_found', (world: World) => void world.slack.person('mia', { email: null })],
    ['deactivated', (world: World) => void world.slack.person('mia', { deleted: true })],
    ['email_unverified', (world: World) => void world.keycloak.user('mia', { emailVerified: false })],
    [
      'counts_once',
      (world: World) => {
        world.keycloak.leave('chen', '/approvers/platform');
        world.keycloak.leave('dana', '/approvers/platform');
        world.keycloak.join('mia', '/approvers/platform');
      },
    ],
  ])('refuses at once, with the reason: %s', async (because, given) => {
    const world = await aManagedWorld();
    given(world);
    const access = because === 'counts_once' ? LADDER : MANAGED;
    await expectRefused(world, 'ann', 'no_manager', () => world.act('ann', asking(access)));
    expect(world.refusals('ann').at(-1)).toMatchObject({ because, of: world.slackOf('ann') });
  });

  it('on behalf of somebody else it is their manager, and not the one who asks', async () => {
    const world = await aManagedWorld();
    world.keycloak.manage('bob', 'ann');
    const forBob = { ...asking(MANAGED), beneficiary: world.slackOf('bob') };
    await expectRefused(world, 'ann', 'no_manager', () => world.act('ann', forBob));
    world.keycloak.manage('bob', 'gus');
    await world.act('ann', forBob);
    expect(cards(world)).toEqual([[directOf('UGUS'), true]]);
  });

  it('one person counts once: who is needed later cannot approve before', async () => {
    const world = await aManagedWorld();
    world.keycloak.join('mia', '/approvers/platform');
    const id = await world.ask('ann', LADDER);
    await expectRefused(world, 'mia', 'needed_later', () => world.approve('mia', id));
    await world.approve('chen', id);
    await world.approve('mia', id);
    expect(world.keycloak.has('ann', LADDER)).toBe(true);
  });

  it('I14: somebody else manages now: the former manager decides nothing, the new one is asked', async () => {
    const world = await aManagedWorld();
    const id = await world.ask('ann', MANAGED);
    const [approval, denial] = [await world.approval(id), await world.denial(id)];
    world.keycloak.manage('ann', 'gus');
    await expectRefused(world, 'mia', 'not_the_manager', () => world.act('mia', denial));
    await world.act('mia', approval);
    expect(world.refusals('mia').at(-1)).toEqual({ refusal: 'changed_meanwhile' });
    expect(await world.request(id)).toMatchObject({ state: 'pending', version: 2, approvals: [] });
    expect(cards(world)).toEqual([
      [directOf('UMIA'), false],
      [directOf('UGUS'), true],
    ]);
    await expectRefused(world, 'mia', 'old_message', () => world.act('mia', approval));
    await world.approve('gus', id);
    expect(world.keycloak.has('ann', MANAGED)).toBe(true);
    await expectSound(world);
  });

  it('nobody manages any more: the click changes nothing, and requester and thread hear it once', async () => {
    const world = await aManagedWorld();
    const id = await world.ask('ann', MANAGED);
    world.keycloak.manage('ann', null);
    for (let click = 0; click < 2; click += 1) await world.approve('mia', id);
    expect(world.refusals('mia')).toMatchObject([{ because: 'not_set' }, { because: 'not_set' }]);
    expect(stuckTold(world, 'ann')).toMatchObject([{ refusal: 'no_manager', because: 'not_set' }]);
    expect(lines(world, 'stuck')).toHaveLength(1);
    expect(await world.request(id)).toMatchObject({ state: 'pending', approvals: [] });
    world.keycloak.manage('ann', 'mia');
    await world.approve('mia', id);
    expect(world.keycloak.has('ann', MANAGED)).toBe(true);
    await expectSound(world);
  });

  it('stands on the manager’s Home, and leaves it when it is decided', async () => {
    const world = await aManagedWorld();
    await world.act('mia', { intent: 'home_opened' });
    const waiting = () => {
      const home = world.slack.homes.findLast(({ slack }) => slack.userId === 'UMIA')?.home.waiting;
      return home?.known === true ? home.requests.map(({ request }) => request.id) : null;
    };
    expect(waiting()).toEqual([]);
    const id = await world.ask('ann', MANAGED);
    expect(waiting()).toEqual([id]);
    await world.deny('mia', id);
    expect(waiting()).toEqual([]);
  });
});

describe('escalation', () => {
  async function anEscalatingWorld(): Promise<{ world: World; id: RequestId }> {
    const world = await aWorld();
    world.keycloak.thing('group', '/approvers/platform', ESCALATES);
    return { world, id: await world.ask('ann') };
  }

  it('I12: before its time the other group decides nothing; after it, it may, and both cards count', async () => {
    const { world, id } = await anEscalatingWorld();
    await expectRefused(world, 'erin', 'not_an_approver', () => world.approve('erin', id));
    await world.advance(1700);
    expect(cards(world)).toEqual([[PLATFORM, true]]);
    await world.advance(120);
    expect(cards(world)).toEqual([
      [PLATFORM, true],
      [SECURITY, true],
    ]);
    expect((await world.audit()).filter(({ kind }) => kind === 'request.escalated')).toHaveLength(1);
    expect(new Set(lines(world, 'escalated').map(({ channel }) => channel))).toEqual(new Set([PLATFORM, SECURITY]));
    await world.approve('erin', id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    expect(cards(world)).toEqual([
      [PLATFORM, false],
      [SECURITY, false],
    ]);
    await expectSound(world);
  });

  it('I13: its own group may still decide, from either card, and the other group’s older card counts for nothing else', async () => {
    const { world, id } = await anEscalatingWorld();
    await world.advance(1900);
    const wide = world.slack.messages.find((one) => one.kind === 'card' && one.channel === SECURITY);
    if (wide === undefined) throw new Error('no card');
    await world.approve('chen', id, { message: wide });
    expect(await world.request(id)).toMatchObject({ state: 'approved' });
  });

  it('I29: what changes several messages is said also where Slack gives one turn at a time', async () => {
    const { world, id } = await anEscalatingWorld();
    await world.advance(1900);
    const { conversation } = world.slack;
    const unpaced = { ...conversation };
    const pace = createPace(world.clock);
    const paced = <T>(task: () => Promise<T>): Promise<T> =>
      pace.run({ method: 'chat.update', place: PLATFORM, priority: 'interactive' }, task);
    Object.assign(conversation, {
      retireLine: (...of: Parameters<Conversation['retireLine']>) => paced(() => unpaced.retireLine(...of)),
      updateCard: (...of: Parameters<Conversation['updateCard']>) => paced(() => unpaced.updateCard(...of)),
    });
    // The bursts before it have used up every turn.
    for (let turn = 0; turn < 20; turn++) await paced(() => Promise.resolve());
    await world.approve('erin', id);
    await world.advance(120);
    expect(lines(world, 'live').map(({ channel }) => channel)).toEqual([PLATFORM, SECURITY]);
    expect(await world.ports.store.countUnsent()).toBe(0);
  });

  it('I29: a line cut short by the end of its lane’s lease is not said twice where it was said', async () => {
    const { world } = await anEscalatingWorld();
    const { conversation } = world.slack;
    const quick = { ...conversation };
    let slow = true;
    Object.assign(conversation, {
      postLine: async (...of: Parameters<Conversation['postLine']>) => {
        const posted = await quick.postLine(...of);
        if (of[1].line === 'escalated' && slow) world.clock.advance(25);
        slow = of[1].line !== 'escalated';
        return posted;
      },
    });
    await world.advance(1900);
    expect(lines(world, 'escalated').map(({ channel }) => channel)).toEqual([PLATFORM, SECURITY]);
    expect(await world.ports.store.countUnsent()).toBe(0);
  });

  it('a decision in time escalates nothing, and the next stage begins its own wait', async () => {
    const world = await aWorld();
    world.keycloak.thing('group', '/approvers/platform', ESCALATES);
    const id = await world.ask('ann', '/prod/deep');
    await world.approve('chen', id);
    await world.advance(4000);
    expect(await world.request(id)).toMatchObject({ escalateAt: null, escalatedTo: null });
    expect(lines(world, 'escalated')).toEqual([]);
  });

  it('several replicas and a restart say it once', async () => {
    const { world, id } = await anEscalatingWorld();
    world.clock.advance(1900);
    const other = world.restart('two');
    await Promise.all([other.requests(), world.restart('three').requests()]);
    await world.run();
    await world.advance(600);
    expect(lines(world, 'escalated').filter(({ channel }) => channel === PLATFORM)).toHaveLength(1);
    expect(await world.request(id)).toMatchObject({ escalateAt: null });
    await expectSound(world);
  });

  it.each([
    ['no such group', { 'escalate-to': '/nobody', 'escalate-after': '30m' }],
    ['itself', { 'escalate-to': '/approvers/platform', 'escalate-after': '30m' }],
    ['no time', { 'escalate-to': '/approvers/security' }],
    ['a time that cannot be read', { 'escalate-to': '/approvers/security', 'escalate-after': 'soon' }],
  ])('what cannot be read escalates nothing, and can be asked for: %s', async (_, attributes) => {
    const world = await aWorld();
    world.keycloak.thing('group', '/approvers/platform', { 'slack-channel': PLATFORM, ...attributes });
    const id = await world.ask('ann');
    expect(await world.request(id)).toMatchObject({ escalateAt: null });
    await world.approve('chen', id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
  });

  it('a group without a channel may decide, and the operators hear that it cannot be told, once', async () => {
    const { world, id } = await anEscalatingWorld();
    world.keycloak.thing('group', '/approvers/security');
    await world.advance(7200);
    expect(world.slack.alarms.filter(({ alarm }) => alarm === 'request_undeliverable')).toMatchObject([
      { requestId: id, because: { why: 'escalated_nowhere' } },
    ]);
    await world.approve('erin', id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
  });

  it('the members of the other group find it on their Home from then on', async () => {
    const { world, id } = await anEscalatingWorld();
    await world.act('erin', { intent: 'home_opened' });
    const waiting = () => {
      const home = world.slack.homes.findLast(({ slack }) => slack.userId === 'UERIN')?.home.waiting;
      return home?.known === true ? home.requests.map(({ request, card }) => [request.id, card.channel]) : null;
    };
    expect(waiting()).toEqual([]);
    await world.advance(1900);
    expect(waiting()).toEqual([[id, SECURITY]]);
    await world.approve('chen', id);
    expect(waiting()).toEqual([]);
  });
});

describe('what can no longer be approved', () => {
  it('nobody is left who could: the requester and the thread hear it once, and it waits on', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    for (const name of ['chen', 'dana']) world.keycloak.leave(name, '/approvers/platform');
    await world.advance(50_000);
    expect(stuckTold(world, 'ann')).toMatchObject([{ refusal: 'no_approvers', because: 'too_few' }]);
    expect(lines(world, 'stuck')).toHaveLength(1);
    expect(lines(world, 'reminder')).toEqual([]);
    world.keycloak.join('chen', '/approvers/platform');
    await world.approve('chen', id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    await expectSound(world);
  });

  it('with a group to escalate to it goes there at once', async () => {
    const world = await aWorld();
    world.keycloak.thing('group', '/approvers/platform', { ...ESCALATES, 'escalate-after': '20h' });
    const id = await world.ask('ann');
    for (const name of ['chen', 'dana']) world.keycloak.leave(name, '/approvers/platform');
    await world.advance(4000);
    expect(stuckTold(world, 'ann')).toEqual([]);
    expect(lines(world, 'escalated')).not.toEqual([]);
    await world.approve('erin', id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    await expectSound(world);
  });

  it('a plan that changed is asked anew without a click', async () => {
    const world = await aManagedWorld();
    const id = await world.ask('ann', MANAGED);
    world.keycloak.user('mia', { enabled: false });
    await world.advance(4000);
    expect(stuckTold(world, 'ann')).toMatchObject([{ because: 'disabled' }]);
    world.keycloak.manage('ann', 'gus');
    await world.advance(10_000);
    expect(cards(world).at(-1)).toEqual([directOf('UGUS'), true]);
    await world.approve('gus', id);
    expect(world.keycloak.has('ann', MANAGED)).toBe(true);
    await expectSound(world);
  });

  it('while Keycloak is away nothing is said of that, only the reminder', async () => {
    const world = await aWorld();
    await world.ask('ann');
    world.keycloak.faults.always('read', 'unavailable');
    await world.advance(4000);
    expect(lines(world, 'reminder')).not.toEqual([]);
    expect(stuckTold(world, 'ann')).toEqual([]);
  });

  it.each([
    ['user_disabled', (world: World) => void world.keycloak.user('ann', { enabled: false })],
    ['deactivated', (world: World) => void world.slack.person('ann', { deleted: true })],
    ['guest', (world: World) => void world.slack.person('ann', { guest: true })],
  ])('the person it is for has left: an approval is refused, and the thread says why: %s', async (because, given) => {
    const world = await aWorld();
    const id = await world.ask('ann');
    given(world);
    await world.approve('chen', id);
    expect(world.refusals('chen')).toEqual([{ refusal: 'not_for_them', person: world.slackOf('ann'), because }]);
    expect(lines(world, 'stuck')).toMatchObject([{ line: { because: { refusal: 'not_for_them', because } } }]);
    expect(await world.request(id)).toMatchObject({ state: 'pending', approvals: [] });
    expect((await world.rows()).grants).toEqual([]);
    await world.deny('dana', id);
    expect(await world.request(id)).toMatchObject({ state: 'denied' });
    await expectSound(world);
  });

  it('the one who asked for somebody else has left', async () => {
    const world = await aWorld();
    await world.act('ann', {
      intent: 'request',
      access: { by: 'text', text: READ },
      duration: '1h',
      justification: 'INC-42',
      beneficiary: world.slackOf('bob'),
    });
    const [request] = (await world.rows()).requests;
    if (request === undefined) throw new Error('no request');
    world.slack.person('ann', { deleted: true });
    await world.approve('chen', request.id);
    expect(world.refusals('chen')).toMatchObject([{ refusal: 'asker_left', because: 'deactivated' }]);
  });

  it('while Slack cannot say whether he is still there, the click waits and is dropped in the end', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    const approval = await world.approval(id);
    const about = { ...world.ports.slackPeople };
    const { slackPeople } = world.ports;
    Object.assign(slackPeople, {
      profile: (slack: { userId: string }) =>
        slack.userId === 'UANN' ? Promise.reject(new Error('Slack is away')) : about.profile(slack as never),
    });
    await world.act('chen', approval);
    expect(await world.request(id)).toMatchObject({ state: 'pending', approvals: [] });
  });
});

describe('parts of a bundle', () => {
  const together = { ...asking(READ), also: ['db-reader', MANAGED].map((text) => ({ by: 'text' as const, text })) };

  it('go on to the other group together, in one line and one card, and wait for their manager in his messages', async () => {
    const world = await aManagedWorld();
    world.keycloak.thing('group', '/approvers/platform', ESCALATES);
    await world.act('ann', together);
    await world.advance(1900);
    expect(cards(world)).toEqual([
      [PLATFORM, true],
      [directOf('UMIA'), true],
      [SECURITY, true],
    ]);
    expect(lines(world, 'escalated').filter(({ channel }) => channel === SECURITY)).toMatchObject([
      { line: { of: [READ, 'db-reader'] } },
    ]);
    for (const [name, channel] of [
      ['erin', SECURITY],
      ['mia', directOf('UMIA')],
    ] as const) {
      const shown = world.slack.messages.findLast((one) => one.channel === channel && one.buttons !== null);
      if (shown?.buttons === undefined || shown.buttons === null) throw new Error(`nothing to click for ${name}`);
      const message = { channel, ts: shown.ts };
      await world.act(name, { intent: 'approve', ...shown.buttons, message, leaseSeconds: null });
    }
    expect((await world.rows()).requests.map(({ state }) => state)).toEqual(['approved', 'approved', 'approved']);
    await expectSound(world);
  });

  it('that have all their approvals go on to nobody while they wait for the rest', async () => {
    const world = await aManagedWorld();
    world.keycloak.thing('group', '/approvers/platform', ESCALATES);
    await world.act('ann', together);
    const shown = world.slack.messages.find((one) => one.channel === PLATFORM && one.buttons !== null);
    if (shown?.buttons === undefined || shown.buttons === null) throw new Error('nothing to click');
    const message = { channel: PLATFORM, ts: shown.ts };
    await world.act('chen', { intent: 'approve', ...shown.buttons, message, leaseSeconds: null });
    await world.advance(1900);
    expect(lines(world, 'escalated')).toEqual([]);
    expect(await world.store.requestsToEscalate(world.clock.now(), 9)).toEqual([]);
  });
});
