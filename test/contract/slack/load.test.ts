import { afterEach, describe, expect, it } from '@jest/globals';
import { manyLeases } from '../../doubles/fake-backlog.ts';
import { PLATFORM, READ, SECURITY } from '../../doubles/fake-cast.ts';
import { TEAM } from '../../doubles/fake-slack.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { rig } from './harness.ts';
import type { Rig } from './harness.ts';

const GUARDED = '/prod/guarded';
const people = ['ann', 'bob', 'p0'].map((name) => ({ id: `U${name.toUpperCase()}`, name }));
const members = [...people.map(({ id }) => id), 'U0LEASEBOT'];

let slack: Rig;
afterEach(async () => {
  await slack.stop();
  expect(slack.workspace.violations).toEqual([]);
});

/** The fake world, with our own adapter and the sandbox in the place of its Slack, `lateMs` after the world's time. */
async function connected(lateMs = () => 0): Promise<World> {
  const world = await aWorld();
  slack = await rig(
    {
      team: { id: TEAM },
      people,
      channels: [
        { id: PLATFORM, name: 'platform', members },
        { id: SECURITY, name: 'security', members },
      ],
    },
    { clock: { now: () => world.clock.now() + lateMs() } },
  );
  await slack.up();
  world.restart('connected', { ...world.ports, conversation: slack.hurried });
  return world;
}

const said = (channel: string) => slack.workspace.channel(channel).messages;
const postsTo = (channel: string) =>
  slack.workspace.callsOf('chat.postMessage').filter(({ args }) => args['channel'] === channel).length;

describe('load without noise, in Slack itself', () => {
  it('a 429 in one channel delays nothing in another one, and that channel is left alone for as long as Slack says', async () => {
    const world = await connected();
    world.keycloak.thing('group', GUARDED, { requestable: 'true', 'approver-group': '/approvers/security' });
    const ask = (name: string, path: string) =>
      world.send(name, {
        intent: 'request',
        access: { by: 'text', text: path },
        duration: '1h',
        justification: 'INC-42',
      });
    slack.workspace.faults.api('chat.postMessage', { kind: 'rate_limit', retryAfterSeconds: 60 });
    await ask('ann', READ);
    await world.bot.inbox();
    await world.bot.deliver();
    const [refused] = slack.workspace.callsOf('chat.postMessage');
    expect(refused?.args['channel']).toBe(PLATFORM);
    await ask('bob', GUARDED);
    await world.run();
    expect(said(SECURITY).map(({ text }) => text)).toContainEqual(expect.stringContaining('guarded'));
    expect(said(PLATFORM)).toEqual([]);
    world.clock.advance(59);
    await world.run();
    expect(postsTo(PLATFORM)).toBe(1);
    world.clock.advance(2);
    await world.run();
    expect(said(PLATFORM)[0]?.text).toContain('read');
    expect(await world.store.countUnsent()).toBe(0);
  });

  it('I29: more than twenty ends for one channel become one digest, and every card shows its end in time', async () => {
    const world = await connected();
    const postCard: typeof slack.hurried.postCard = (...args) => {
      world.clock.advance(2);
      return slack.hurried.postCard(...args);
    };
    const seeding = { ...world.slack, conversation: { ...slack.hurried, postCard } };
    await manyLeases({ ...world, slack: seeding }, { people: 1, resources: 30 });
    world.clock.advance(30);
    for (let turn = 0; turn < 12; turn++) {
      await world.run();
      world.clock.advance(10);
    }
    expect(await world.store.countUnsent()).toBe(0);
    const inChannel = said(PLATFORM);
    const cards = inChannel.slice(0, 30);
    expect(inChannel).toHaveLength(31);
    expect(inChannel[30]?.text).toBe('30 leases ended and the access is gone.');
    for (const card of cards) expect(slack.workspace.as('ann').read(card)).toContain('Access request: ended');
    expect(slack.workspace.dm('UP0').messages.map(({ text }) => text)).toEqual([
      '30 leases ended and the access is gone.',
    ]);
    expect(slack.counted.filter((call) => call.endsWith('slack_rate_limited'))).toEqual([]);
  });
});

describe('calls that belong together', () => {
  const toAnn = { slack: { teamId: TEAM, userId: 'UANN' }, responseUrl: null };

  it('nothing is said after the time in which a call of the port has to begin', async () => {
    let isSlow = false;
    await connected(() => (isSlow && slack.workspace.callsOf('conversations.open').length > 0 ? 10_001 : 0));
    isSlow = true;
    const late = slack.hurried.sendPrivate(toAnn, { say: 'help', admin: false });
    await expect(late).rejects.toMatchObject({ code: 'slack_unavailable' });
    expect(slack.workspace.callsOf('chat.postMessage')).toEqual([]);
    await slack.hurried.sendPrivate(toAnn, { say: 'help', admin: false });
    expect(slack.workspace.dm('UANN').messages).toHaveLength(1);
  });

  it('a conversation is opened once for each person, and again after Slack refused it', async () => {
    await connected();
    const opened = () => slack.workspace.callsOf('conversations.open').length;
    const help = () => slack.hurried.sendPrivate(toAnn, { say: 'help', admin: false });
    await help();
    await help();
    expect(opened()).toBe(1);
    slack.workspace.faults.api('chat.postMessage', { kind: 'error', error: 'channel_not_found' });
    await expect(help()).rejects.toMatchObject({ code: 'slack_refused' });
    await help();
    expect(opened()).toBe(2);
  });
});
