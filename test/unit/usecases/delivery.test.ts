import { describe, expect, it } from '@jest/globals';
import { DEEP, PLATFORM, READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

const lines = (world: World) => world.slack.messages.flatMap(({ line }) => (line === null ? [] : [line.line]));
const withButtons = (world: World) => world.slack.messages.filter((one) => one.buttons !== null).map((one) => one.kind);

describe('card and thread', () => {
  it('the card is always the present state; buttons stand on it and on the newest line only, and both are recorded', async () => {
    const world = await aWorld();
    world.keycloak.thing('group', READ, {
      requestable: 'true',
      'approver-group': '/approvers/platform',
      'approvals-required': '2',
    });
    const id = await world.ask('ann');
    expect(withButtons(world)).toEqual(['card', 'line']);
    await world.approve('chen', id);
    expect(lines(world)).toEqual(['asked', 'approved']);
    expect(withButtons(world)).toEqual(['card', 'line']);
    expect(world.buttonsOf(id).line).toMatchObject({ line: 'approved' });
    expect((await world.store.posted(id)).map((one) => one.role)).toEqual(['card', 'latest']);
    await world.approve('dana', id, { message: world.buttonsOf(id, 'line') });
    expect(withButtons(world)).toEqual([]);
    expect(world.slack.messages[0]?.card?.grant).toMatchObject({ state: 'live' });
    await world.advance(3600);
    expect(world.slack.messages[0]?.card?.grant).toMatchObject({ state: 'ended' });
  });

  it('a copy whose answer was lost has buttons that count for nothing: the recorded card wins', async () => {
    const world = await aWorld();
    world.slack.faults.next('postCard', 'lost');
    const id = await world.ask('ann');
    await world.advance(5);
    const cards = world.slack.messages.filter((one) => one.kind === 'card');
    expect(cards).toHaveLength(2);
    const [copy, card] = cards;
    if (copy === undefined || card === undefined) throw new Error('no cards');
    await world.approve('chen', id, { message: copy });
    expect(world.told('chen').at(-1)).toMatchObject({
      say: 'refused',
      refusal: { refusal: 'old_message' },
      link: { ts: card.ts },
    });
    await world.approve('chen', id, { message: card });
    expect((await world.request(id)).state).toBe('approved');
  });

  it('a line is posted once, though Slack refuses to change the one before it for a while', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', DEEP);
    world.slack.faults.next('retireLine', 'limited', 'unavailable');
    await world.approve('chen', id);
    await world.advance(20);
    expect(lines(world).filter((line) => line === 'approved')).toHaveLength(2); // one under each card
    const inFirst = world.slack.messages.filter((one) => one.channel === PLATFORM && one.line?.line === 'approved');
    expect(inFirst).toHaveLength(1);
  });

  it('a rate limit holds back one conversation, in order, and no other', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', DEEP);
    world.slack.faults.next('postLine', 'limited');
    await world.approve('chen', id);
    expect(world.told('chen').map((words) => words.say)).toEqual(['your_decision']);
    const asked = lines(world).length;
    await world.advance(3);
    await world.approve('erin', id);
    expect(lines(world)).toHaveLength(asked);
    await world.advance(10);
    expect(
      world.slack.messages.filter((one) => one.channel === PLATFORM).flatMap(({ line }) => line?.line ?? []),
    ).toEqual(['asked', 'approved', 'approved', 'live']);
    await expectSound(world);
  });

  it('I29: whatever happens to Slack, every outcome reaches requester and thread once it is back', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    world.slack.faults.always('*', 'unavailable');
    await world.send('root', { intent: 'help' });
    await world.send('chen', await world.approval(id));
    await world.advance(5);
    world.slack.faults.heal();
    world.slack.faults.always('postLine', 'unavailable');
    world.slack.faults.always('sendPrivate', 'unavailable');
    await world.advance(4000);
    expect(world.keycloak.has('ann', READ)).toBe(false);
    world.slack.faults.heal();
    await world.advance(120);
    expect(lines(world)).toEqual(['asked', 'approved', 'live', 'ending_soon', 'ended']);
    expect(world.told('ann').map((words) => words.say)).toEqual(['received', 'decided', 'ended']);
    expect(await world.store.countUnsent()).toBe(0);
  });

  it('a channel that the bot was removed from: one alarm, the card waits and comes', async () => {
    const world = await aWorld();
    world.slack.faults.always('postCard', 'forbidden');
    const id = await world.ask('ann');
    await world.advance(300);
    const because = { why: 'refused', code: 'postCard: channel_not_found' };
    expect(world.slack.alarms).toEqual([{ alarm: 'request_undeliverable', requestId: id, because }]);
    world.slack.faults.heal();
    await world.advance(61);
    expect(world.buttonsOf(id, 'card')).toMatchObject({ channel: PLATFORM });
    expect(lines(world)).toEqual(['asked']);
  });

  it('a group that lost its channel before its card was posted: the operators hear which, and the card comes', async () => {
    const world = await aWorld();
    world.slack.faults.always('postCard', 'unavailable');
    const id = await world.ask('ann');
    world.keycloak.thing('group', '/approvers/platform');
    world.slack.faults.heal();
    await world.advance(120);
    const because = { why: 'no_channel', group: '/approvers/platform' };
    expect(world.slack.alarms).toEqual([{ alarm: 'request_undeliverable', requestId: id, because }]);
    world.keycloak.thing('group', '/approvers/platform', { 'slack-channel': PLATFORM });
    await world.advance(61);
    expect(world.buttonsOf(id, 'card')).toMatchObject({ channel: PLATFORM });
  });

  it('words that Slack refuses for good are given up, and hold back nothing for ever', async () => {
    const world = await aWorld();
    world.slack.faults.always('sendPrivate', 'forbidden');
    await world.ask('ann');
    await world.advance(300);
    expect(await world.store.countUnsent()).toBe(0);
  });

  it('a message of ours that cannot be made holds back its own conversation only', async () => {
    const world = await aWorld();
    const conversation: typeof world.slack.conversation = {
      ...world.slack.conversation,
      sendPrivate: (reply, words) => {
        if (words.say === 'received') return Promise.reject(new TypeError('a bug'));
        return world.slack.conversation.sendPrivate(reply, words);
      },
    };
    world.restart('two', { ...world.ports, conversation });
    const id = await world.ask('ann');
    await world.approve('chen', id);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    expect(lines(world)).toEqual(['asked', 'approved', 'live']);
    expect(world.told('chen').map((words) => words.say)).toEqual(['your_decision']);
    expect(world.log.lines.some((line) => line.event === 'message broken')).toBe(true);
  });
});

describe('what people ask to see', () => {
  it('my access: live leases and pending requests of the asker alone', async () => {
    const world = await aWorld();
    await world.lease('ann');
    await world.ask('ann', DEEP);
    await world.ask('bob', DEEP);
    await world.act('ann', { intent: 'my_access' });
    const words = world.told('ann').at(-1);
    if (words?.say !== 'my_access') throw new Error(words?.say);
    expect([words.open, words.pending].map((list) => list.map((one) => one.resource.path))).toEqual([[READ], [DEEP]]);
  });

  it('the audit: a page, a file to the asker alone (itself on record), and the proof', async () => {
    const world = await aWorld();
    await world.lease('ann');
    await world.act('root', { intent: 'audit', words: `<@${world.slackOf('ann').userId}> state:live`, page: 0 });
    const page = world.told('root').at(-1);
    if (page?.say !== 'audit_page') throw new Error(page?.say);
    expect(page.entries.map((entry) => entry.kind)).toEqual([
      'grant.live',
      'grant.planned',
      'request.approved',
      'request.submitted',
    ]);
    await world.act('root', { intent: 'audit_csv', words: '' });
    expect(world.slack.files).toEqual([
      expect.objectContaining({
        slack: world.slackOf('root'),
        content: expect.stringContaining('grant.live') as unknown,
      }),
    ]);
    expect((await world.audit()).at(-1)).toMatchObject({ kind: 'audit.exported' });
    await world.act('root', { intent: 'audit_verify' });
    expect(world.told('root').at(-1)).toEqual({ say: 'audit_verified', entries: 6, problem: null });
  });

  it('I28: no justification, comment or Slack address in log or audit', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', READ, '1h', 'hush hush');
    await world.deny('chen', id, 'my secret word');
    const written = JSON.stringify([await world.audit(), world.log.lines]);
    expect(written).not.toContain('hush');
    expect(written).not.toContain('secret word');
  });
});
