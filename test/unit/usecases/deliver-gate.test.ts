import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { approveGate, closeGate, denyGate } from '../../../src/domain/gate.ts';
import type { Gate, WaitingGate } from '../../../src/domain/gate.ts';
import { gateId, groupId, keycloakUserId } from '../../../src/domain/ids.ts';
import type { Person } from '../../../src/domain/people.ts';
import { fencedConversation } from '../../../src/usecases/fenced-conversation.ts';
import { spendAtGate } from '../../../src/usecases/spend-gate.ts';
import { waitingGate } from '../../../sandbox/gallery/gates.ts';
import { REALM } from '../../builders/domain.ts';
import { aMessage } from '../../builders/messages.ts';
import { PLATFORM } from '../../doubles/fake-cast.ts';
import { TEAM, directOf } from '../../doubles/fake-slack.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const tell = (gate: Gate) => aMessage({ body: { to: 'gate', gateId: gate.id } });

/** Ann waits for the platform, or whom `facts` say; her card is queued. */
async function aGate(world: World, facts: Partial<WaitingGate> = {}): Promise<WaitingGate> {
  const now = world.clock.now();
  const gate: WaitingGate = {
    ...waitingGate,
    ...{ id: gateId(randomUUID()), realm: REALM, nonce: randomUUID(), correlationId: randomUUID() },
    person: personOf(world, 'ann'),
    stage: { groupId: groupId(thingOf(world, '/approvers/platform')), groupPath: '/approvers/platform', required: 1 },
    ...{ openedAt: now, waitsUntil: now + 300_000 },
    ...facts,
  };
  expect(await world.store.commit({ gates: [gate], messages: [tell(gate)], audit: [] })).toBe('committed');
  return gate;
}

const thingOf = ({ keycloak }: World, path: string): string => keycloak.things.get(path)?.resource.id ?? '';

function personOf(world: World, username: string): Person {
  const userId = world.keycloak.users.get(username)?.userId ?? keycloakUserId('nobody');
  return { userId, username, slack: world.slackOf(username) };
}

async function read(world: World, { id }: Gate): Promise<Gate> {
  const gate = await world.store.gate(id);
  if (gate === null) throw new Error('no gate');
  return gate;
}

/** It has become something else meanwhile, and says so. */
async function change(world: World, next: Gate): Promise<void> {
  expect(await world.store.commit({ gates: [next], messages: [tell(next)], audit: [] })).toBe('committed');
}

async function waiting(world: World, gate: Gate): Promise<WaitingGate> {
  const now = await read(world, gate);
  if (now.state !== 'waiting') throw new Error(now.state);
  return now;
}

describe('the card of a gate', () => {
  it('is posted where its approvers read, names whoever signs in, and is on record', async () => {
    const world = await aWorld();
    const gate = await aGate(world);
    await world.run();
    expect(world.slack.gates).toMatchObject([
      { channel: PLATFORM, view: { gate: { id: gate.id }, slack: { teamId: TEAM, userId: 'UANN' } } },
    ]);
    const { ts = '' } = world.slack.gates[0] ?? {};
    expect((await read(world, gate)).card).toEqual({ channel: PLATFORM, ts });
    expect(await world.store.countUnsent()).toBe(0);
  });

  it('goes to the direct messages of the manager who decides', async () => {
    const world = await aWorld();
    const { userId, username } = personOf(world, 'dana');
    await aGate(world, { stage: { manager: { userId, username }, required: 1 } });
    await world.run();
    expect(world.slack.gates.map(({ channel }) => channel)).toEqual([directOf('UDANA')]);
  });

  it('shows what became of it, in the same place', async () => {
    const world = await aWorld();
    const gate = await aGate(world);
    await world.run();
    await change(world, denyGate(await waiting(world, gate), personOf(world, 'chen'), world.clock.now()));
    await world.run();
    expect(world.slack.gates.map(({ view }) => view.gate.state)).toEqual(['denied']);
  });

  it('shows that the person has signed in, once he has', async () => {
    const world = await aWorld();
    const gate = await aGate(world);
    await world.run();
    const approved = approveGate(await waiting(world, gate), personOf(world, 'chen'), world.clock.now());
    if (!approved.ok) throw new Error(approved.refusal);
    await change(world, approved.gate);
    await world.run();
    const { id, person, session } = gate;
    await spendAtGate(world.ports, { gate: id, userId: person.userId, session, tab: 'tab-1' });
    await world.run();
    expect(world.slack.gates.map(({ view }) => view.gate.tabs)).toEqual([[{ tab: 'tab-1', spent: true }]]);
  });

  it('is recorded beside what happened while it was posted, which it shows, and is posted once', async () => {
    const world = await aWorld();
    const gate = await aGate(world);
    const { conversation } = world.slack;
    const postGate: typeof conversation.postGate = async (...args) => {
      const posted = await conversation.postGate(...args);
      await world.store.commit({ gates: [closeGate(gate, 'withdrawn', world.clock.now())], audit: [] });
      return posted;
    };
    world.restart('two', { ...world.ports, conversation: { ...conversation, postGate } });
    await world.bot.deliver();
    const after = await read(world, gate);
    expect(after).toMatchObject({ state: 'withdrawn', revision: 3 });
    expect(after.card).not.toBeNull();
    expect(world.slack.gates.map(({ view }) => view.gate.state)).toEqual(['withdrawn']);
  });

  it('is neither posted nor changed once its lane is not ours for as long as that may take', async () => {
    const { slack } = await aWorld();
    const fenced = fencedConversation(
      slack.conversation,
      () => false,
      () => undefined,
    );
    const view = { gate: waitingGate, slack: null, anchor: { seq: 1, hash: 'a'.repeat(64) } };
    await expect(fenced.postGate(PLATFORM, view)).rejects.toMatchObject({ code: 'lane_over' });
    await expect(fenced.updateGate({ channel: PLATFORM, ts: '1.2' }, view)).rejects.toMatchObject({
      code: 'lane_over',
    });
    expect(slack.gates).toEqual([]);
  });

  it('is posted by nobody once nobody waits', async () => {
    const world = await aWorld();
    const over = await aGate(world);
    await change(world, closeGate(over, 'withdrawn', world.clock.now()));
    const late = await aGate(world, { client: 'late', waitsUntil: world.clock.now() });
    await world.bot.deliver();
    expect(world.slack.gates).toEqual([]);
    expect((await read(world, late)).card).toBeNull();
    expect(await world.store.countUnsent()).toBe(0);
  });

  it('is tried again while Slack does not answer, and then posted', async () => {
    const world = await aWorld();
    const gate = await aGate(world);
    world.slack.faults.next('postGate', 'unavailable', 'limited');
    await world.advance(20);
    expect(world.slack.gates).toHaveLength(1);
    expect((await waiting(world, gate)).card).not.toBeNull();
  });

  it('waits for no fact that is for the eye alone', async () => {
    const world = await aWorld();
    world.slack.faults.always('profile', 'unavailable');
    await aGate(world);
    await world.run();
    expect(world.slack.gates).toMatchObject([{ view: { slack: null } }]);
  });

  it('names no Slack account for somebody who has none that is his for certain', async () => {
    const world = await aWorld();
    world.keycloak.user('ann', { emailVerified: false });
    await aGate(world);
    await world.run();
    expect(world.slack.gates).toMatchObject([{ view: { slack: null } }]);
  });
});

describe('with nowhere to ask the gate is closed at once', () => {
  it.each([
    ['the bot is not in the channel', (world: World) => world.slack.channel(PLATFORM, false)],
    ['Slack refuses the card', (world: World) => world.slack.faults.always('postGate', 'forbidden')],
    [
      'the group is gone and there is no other channel',
      (world: World) => world.keycloak.dropThing('/approvers/platform'),
    ],
  ])('%s', async (_, spoil) => {
    const world = await aWorld();
    const gate = await aGate(world);
    spoil(world);
    await world.run();
    expect(await read(world, gate)).toMatchObject({ state: 'unreachable', card: null });
    expect(world.slack.gates).toEqual([]);
    expect(await world.store.countUnsent()).toBe(0);
  });

  it('the manager cannot be found in Slack', async () => {
    const world = await aWorld();
    const { userId, username } = personOf(world, 'dana');
    world.keycloak.user('dana', { emailVerified: false });
    const gate = await aGate(world, { stage: { manager: { userId, username }, required: 1 } });
    await world.run();
    expect((await read(world, gate)).state).toBe('unreachable');
  });
});
