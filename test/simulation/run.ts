import type { MessageBody } from '../../src/domain/message.ts';
import { slackAttribute } from '../../src/domain/people.ts';
import { stirredBy } from '../../src/usecases/homes.ts';
import type { Access, Target } from '../../src/usecases/keycloak-port.ts';
import type { Clock } from '../../src/usecases/ports.ts';
import type { Batch } from '../../src/usecases/store-port.ts';
import type { InboxItem } from '../../src/usecases/intent.ts';
import { REALM, START } from '../builders/domain.ts';
import { fakeKeycloak } from '../doubles/fake-keycloak.ts';
import { fakeSlack } from '../doubles/fake-slack.ts';
import { createMemoryStore } from '../doubles/memory-store.ts';
import type { Break } from './breaks/break.ts';
import { createChance } from './chance.ts';
import { checkCall, checkEffect } from './checks/calls.ts';
import { checkCommit } from './checks/commits.ts';
import { checkEnding } from './checks/endings.ts';
import { createMoments } from './checks/moments.ts';
import { createHands, furnishScene } from './hands.ts';
import { createNetwork } from './network.ts';
import { shippedParts, startReplica } from './replica.ts';
import type { Making, Replica } from './replica.ts';
import type { Breach, Scene } from './scene.ts';
import { createStory } from './story.ts';
import { createTimeline } from './timeline.ts';
import { createTruth, shownOn } from './truth.ts';
import { createWeather } from './weather.ts';
import { playOut } from './plot.ts';

export type Outcome = {
  readonly seed: number;
  readonly steps: number;
  readonly breach: Breach | null;
  /** The last lines of what happened. */
  readonly story: readonly string[];
};

const SETTINGS = {
  realm: REALM,
  adminGroup: '/access-admins',
  approvalsChannel: null,
  publicUrl: null,
  stepUpAcr: null,
  minSeconds: 60,
  requestTtlSeconds: 3600,
  quarantineSeconds: 120,
};
/** A late call lands within the quarantine, less the row lease for which its sender may have slept before it. */
const LATE_MS = 60_000;
const STORY_LINES = 60;
const MOST_STEPS = 60_000;

/** One run of the whole system, determined by its seed. */
export async function simulate(seed: number, broken: Break | null = null, storyLines = STORY_LINES): Promise<Outcome> {
  const chance = createChance(seed);
  const timeline = createTimeline(chance);
  const story = createStory(timeline.now);
  const weather = createWeather(chance, timeline.now, broken ?? {});
  const truth = createTruth();
  const trueTime = { now: () => START + timeline.now() };
  const replicas: Replica[] = [];
  const shared = chance.happens(0.75);
  const breaches: Breach[] = [];
  let steps = 0;
  let changes = 0;
  let known = -1;

  const lateMs = (): number => {
    const ms = chance.between(1000, LATE_MS);
    timeline.plan({ at: timeline.now() + ms, kind: 'plan', owner: null, run: () => keycloak.land() });
    return ms;
  };
  const onEffect = (call: 'give' | 'take', target: Target): void => {
    story.tell('keycloak', () => `${call} ${target.resource.path} takes effect`);
    changes += 1;
    checkEffect(scene, call, target);
  };
  const keycloak = fakeKeycloak(trueTime, { uuid: chance.uuid, lateMs, onEffect });
  const slack = fakeSlack();
  const record = createMemoryStore({ realm: REALM, now: trueTime.now, uuid: chance.uuid, shared });
  furnishScene(keycloak, slack);
  keycloak.logoutComesFirst(chance.happens(0.2));

  const scene: Scene = {
    chance,
    timeline,
    story,
    weather,
    truth,
    keycloak,
    slack,
    record,
    realm: REALM,
    replicas,
    shared,
    latest: () =>
      shared
        ? trueTime.now()
        : Math.max(trueTime.now(), ...replicas.map((one) => (one.dead ? one.clock.highest() : one.clock.now()))),
    hasNews: () => {
      const before = known;
      known = changes;
      return before !== known;
    },
    complain: (invariant, what) => {
      story.tell('BROKEN', `${invariant}: ${what}`);
      breaches.push({ invariant, what });
    },
  };
  const network = createNetwork({
    timeline,
    chance,
    weather,
    keycloak,
    slack,
    story,
    onRepeat: () => (truth.excuses += 1),
    onLeave: (caller, name, args) => {
      if (name === 'give' || name === 'take') checkCall(scene, caller, name, args[0] as Target);
    },
  });
  const endSessions: Access['endSessions'] = async (userId) => {
    await keycloak.access.endSessions(userId);
    truth.loggedOut.set(userId, timeline.now());
  };
  const outside = {
    ...keycloak,
    access: { ...keycloak.access, endSessions },
    store: watched(scene, () => (changes += 1)),
    conversation: slack.conversation,
    slackPeople: slack.people,
  };
  let born = 0;
  const making: Making = {
    parts: { ...shippedParts, ...broken?.parts },
    ports: (ports) => broken?.ports?.(ports, scene) ?? ports,
  };
  const start = (place: { wallOffset: number }): Replica => {
    if (!shared) record.takeOver();
    const highest = record.highest();
    const replica = startReplica({
      name: `${'ABC'[born % 3] ?? 'A'}${Math.floor(born / 3)}`,
      timeline,
      network,
      story,
      outside,
      settings: { ...SETTINGS, ...broken?.settings },
      wall: () => trueTime.now() + (shared ? 0 : place.wallOffset),
      highest,
      uuid: chance.uuid,
      onStep: (one) => plot.onStep(one),
      onAcknowledged: (item) => acknowledged(scene, item),
      making,
      ...(broken?.door === undefined ? {} : { door: broken.door }),
    });
    const ahead = aheadOf(trueTime, replica.clock);
    if (!shared) truth.stops.push({ at: timeline.now(), behindMs: Math.max(0, truth.aheadAtStop - ahead) });
    born += 1;
    replicas.push(replica);
    story.tell(replica.name, 'starts');
    return replica;
  };
  const plot = playOut(scene, {
    hands: createHands(scene),
    network,
    start,
    onAct: () => (changes += 1),
    stir: broken?.stir ?? {},
  });
  const moments = createMoments(scene);
  while (breaches.length === 0 && !plot.isOver() && steps < MOST_STEPS) {
    timeline.skipIdle(plot.idleUntil);
    if (!(await timeline.step())) break;
    moments.check();
    steps += 1;
  }
  if (steps >= MOST_STEPS) scene.complain('end', `not at rest after ${steps} steps`);
  if (breaches.length === 0) await checkEnding(scene);
  return { seed, steps, breach: breaches[0] ?? null, story: story.last(storyLines) };
}

/** The record, with every write looked at as it is written. */
function watched(scene: Scene, onChange: () => void): Scene['record'] {
  const { record, truth, timeline } = scene;
  const { requests, grants, holdings, posted } = record.tables;
  const homesCalled = (batch: Batch): readonly string[] => {
    const opened = (batch.messages ?? []).flatMap(({ body }) =>
      body.to === 'home' && body.opened ? [slackAttribute(body.slack)] : [],
    );
    return [...opened, ...record.tables.stirred(stirredBy(batch), 0).map(({ body }) => ownerOf(body))];
  };
  const commit = async (batch: Batch): Promise<'committed' | 'conflict'> => {
    const before = {
      requests: rowsOf(
        requests,
        batch.requests?.map((row) => row.id),
      ),
      grants: rowsOf(
        grants,
        batch.grants?.map((row) => row.id),
      ),
      holdings: rowsOf(
        holdings,
        batch.holdings?.map((row) => row.key),
      ),
    };
    const item = batch.inboxDone === undefined ? null : (record.inbox.get(batch.inboxDone) ?? null);
    const shown = batch.posted === undefined ? [] : [...posted.values()];
    const result = await record.commit(batch);
    if (result === 'conflict') return result;
    onChange();
    for (const owner of homesCalled(batch)) truth.homeCalls.set(owner, (truth.homeCalls.get(owner) ?? 0) + 1);
    for (const { ts, requestId } of shown)
      if (![...posted.values()].some((message) => message.ts === ts && message.requestId === requestId))
        truth.replacedAt.set(shownOn(ts, requestId), timeline.now());
    checkCommit(scene, batch, before, item);
    return result;
  };
  return { ...record, commit };
}

const aheadOf = (trueTime: Clock, clock: Clock): number => clock.now() - trueTime.now();

const ownerOf = (body: MessageBody): string => (body.to === 'home' ? slackAttribute(body.slack) : '');

const rowsOf = <T>(table: ReadonlyMap<string, T>, keys: readonly string[] = []): ReadonlyMap<string, T> =>
  new Map(
    keys.flatMap((key) => {
      const row = table.get(key);
      return row === undefined ? [] : [[key, row] as const];
    }),
  );

/** I23: what is acknowledged is in the record. */
function acknowledged(scene: Scene, item: Omit<InboxItem, 'receivedAt'>): void {
  const envelope = scene.truth.envelopes.get(item.correlationId);
  if (envelope !== undefined) envelope.acknowledged = true;
  const isKnown = [...scene.record.inbox.keys()].some((key) => key.startsWith(item.key));
  if (!isKnown) scene.complain('I23', `${item.intent.intent} was acknowledged and is not in the record`);
}
