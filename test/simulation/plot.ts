import { laneOf } from '../../src/domain/message.ts';
import { inboxLane } from '../../src/usecases/intent.ts';
import type { Network } from './network.ts';
import {
  act,
  answer,
  ask,
  breakGlass,
  createClicks,
  end,
  inquire,
  leave,
  openHome,
  redeliver,
  review,
  ASKERS,
  PATHS,
} from './people.ts';
import type { Hands } from './hands.ts';
import type { Replica } from './replica.ts';
import { SWEEP_SECONDS } from './replica.ts';
import { alive, sinceStart } from './scene.ts';
import type { Scene } from './scene.ts';

const ACTS = 30;
/** After the last act all heals, and then every wait and every lease comes to its end. */
const PEACE_MS = 2 * 3_600_000;
const IDLE_CAP_MS = 600_000;

/** Where a replica runs; processes come and go there. */
type Place = { wallOffset: number; replica: Replica; cutIn: number | null; cut: 'kill' | 'pause' };

export type Plot = {
  readonly isOver: () => boolean;
  /** Until when nothing is due, ms since the start. */
  readonly idleUntil: () => number;
  readonly onStep: (replica: Replica) => void;
};

/** What people, administrators and bad luck do to the system, one act after the other, and then peace. */
export function playOut(
  scene: Scene,
  {
    hands,
    network,
    start,
    onAct,
    stir,
  }: {
    readonly hands: Hands;
    readonly network: Network;
    readonly start: (place: { wallOffset: number }) => Replica;
    readonly onAct: () => void;
    /** What is to happen more often, by name: how much more. */
    readonly stir: Readonly<Partial<Record<string, number>>>;
  },
): Plot {
  const { chance, timeline, weather, truth, story, keycloak } = scene;
  const clicks = createClicks(scene);
  let overAt = Infinity;
  let isPeace = false;
  const places: Place[] = [];
  for (const name of ASKERS) for (const path of PATHS) if (chance.happens(0.15)) hands.gives(name, path);
  for (let count = scene.shared ? chance.between(1, 3) : 1; count > 0; count--) {
    const place = { wallOffset: 0 };
    places.push(Object.assign(place, { replica: start(place), cutIn: null, cut: 'kill' as const }));
  }

  const kill = (place: Place): void => {
    const { replica } = place;
    if (replica.dead) return;
    story.tell(replica.name, 'is killed');
    truth.aheadAtStop = sinceStart(replica.clock.now()) - timeline.now();
    replica.dead = true;
    network.cut(replica);
    truth.excuses += 3;
    weather.disturb(timeline.now());
    const backAt = timeline.now() + (chance.happens(0.5) ? chance.between(100, 5000) : chance.between(5000, 200_000));
    timeline.plan({ at: isPeace ? timeline.now() : backAt, kind: 'plan', owner: null, run: () => revive(place) });
  };
  const revive = (place: Place): void => {
    if (!place.replica.dead) return;
    place.wallOffset = Math.max(0, place.wallOffset);
    weather.disturb(timeline.now());
    place.replica = start(place);
  };
  const pause = ({ replica }: Place): void => {
    if (replica.dead || replica.pausedUntil > timeline.now()) return;
    replica.pausedUntil =
      timeline.now() + (chance.happens(0.5) ? chance.between(1000, 30_000) : chance.between(20_000, 200_000));
    story.tell(replica.name, `sleeps for ${replica.pausedUntil - timeline.now()} ms`);
    truth.excuses += 3;
    weather.disturb(replica.pausedUntil + 1000);
  };
  const cutLater = (cut: Place['cut']): void => {
    const place = chance.pick(places);
    place.cut = cut;
    place.cutIn = chance.between(1, 30);
    story.tell(place.replica.name, `will be ${cut === 'kill' ? 'killed' : 'paused'} in ${place.cutIn} steps`);
  };
  const outage = (side: 'keycloak' | 'slack' | 'store', longestMs: number): void => {
    const until = timeline.now() + chance.between(500, longestMs);
    story.tell(side, `is away for ${until - timeline.now()} ms`);
    weather.outage(side, until);
    truth.excuses += 3;
  };
  const narrow = (): void => {
    const path = chance.happens(0.3) ? null : chance.pick(PATHS);
    const until = timeline.now() + chance.between(10_000, 300_000);
    story.tell('keycloak', `refuses the bot ${path ?? 'everything'} for ${until - timeline.now()} ms`);
    weather.narrow(path === null ? null : (keycloak.things.get(path)?.resource.id ?? null), until);
    if (path === null) weather.disturb(until);
  };
  const choke = (): void => {
    const path = chance.pick(PATHS);
    const until = timeline.now() + chance.between(10_000, 600_000);
    story.tell('keycloak', `chokes on ${path} for ${until - timeline.now()} ms`);
    const thing = keycloak.things.get(path);
    if (thing !== undefined) weather.choke(thing.resource.id, until);
  };
  const jump = (): void => {
    if (scene.shared) return;
    const place = chance.pick(places);
    const seconds = chance.pick([-7200, -3600, -600, 600, 3600]);
    story.tell(place.replica.name, `has its wall clock turned by ${seconds} s`);
    place.wallOffset += seconds * 1000;
  };

  const ACT = {
    ask: () => ask(scene),
    decide: clicks.decide,
    stale: clicks.stale,
    duel: clicks.duel,
    question: clicks.question,
    answer: () => answer(scene),
    end: () => end(scene),
    glass: () => breakGlass(scene),
    review: () => review(scene),
    leaves: () => leave(scene),
    inquire: () => inquire(scene),
    openHome: () => openHome(scene),
    redeliver: () => redeliver(scene),
    ...hands,
    gives: () => hands.gives(chance.pick(ASKERS), chance.pick(PATHS)),
    kill: () => cutLater('kill'),
    pause: () => cutLater('pause'),
    keycloakAway: () => outage('keycloak', 120_000),
    slackAway: () => outage('slack', 60_000),
    storeAway: () => outage('store', 40_000),
    narrow,
    choke,
    jump,
  };
  const WEIGHTS = {
    ask: 8,
    decide: 14,
    stale: 3,
    duel: 4,
    question: 1,
    answer: 1,
    end: 3,
    glass: 0.8,
    review: 1,
    leaves: 0.5,
    inquire: 1,
    openHome: 1,
    redeliver: 2,
    gives: 0.7,
    takes: 1.2,
    disables: 0.7,
    deletes: 0.3,
    recreates: 0.5,
    unseats: 0.8,
    remanages: 0.6,
    seats: 0.8,
    empowers: 0.8,
    widens: 0.4,
    doubles: 0.5,
    restores: 0.6,
    kill: 2.5,
    pause: 1.5,
    keycloakAway: 1,
    slackAway: 0.6,
    storeAway: 0.8,
    narrow: 0.8,
    choke: 0.8,
    jump: 0.5,
  } satisfies Record<keyof typeof ACT, number>;
  // Some runs know no bad luck at all, so that what must be prompt is seen to be.
  const luck = chance.pick([0, 1, 1, 1]);
  const badLuck = ['kill', 'pause', 'keycloakAway', 'slackAway', 'storeAway', 'narrow', 'choke', 'jump'] as const;
  const weights = Object.fromEntries(
    Object.entries(WEIGHTS).map(([name, weight]) => {
      const isBad = badLuck.some((one) => one === name);
      return [name, weight * (isBad ? luck : 1) * (stir[name] ?? 1)];
    }),
  ) as Record<keyof typeof ACT, number>;

  const gap = (): number => {
    const kind = chance.next();
    if (kind < 0.4) return chance.between(0, 3000);
    if (kind < 0.75) return chance.between(3000, 40_000);
    return kind < 0.93 ? chance.between(40_000, 300_000) : chance.between(300_000, 1_200_000);
  };
  const next = (left: number): void => {
    timeline.plan({
      at: timeline.now() + gap(),
      kind: 'plan',
      owner: null,
      run: () => {
        if (left === 0) {
          peace();
          return;
        }
        onAct();
        ACT[chance.weighted<keyof typeof ACT>(weights)]();
        next(left - 1);
      },
    });
  };
  const peace = (): void => {
    isPeace = true;
    story.tell('all', 'heals');
    weather.heal();
    for (const place of places) {
      place.cutIn = null;
      place.replica.pausedUntil = Math.min(place.replica.pausedUntil, timeline.now());
      revive(place);
    }
    for (const id of [...scene.truth.ambiguousSince.keys()]) scene.truth.ambiguousSince.delete(id);
    overAt = timeline.now() + PEACE_MS;
    timeline.plan({ at: overAt, kind: 'plan', owner: null, run: () => undefined });
    act(scene, 'root', { intent: 'audit_verify' });
  };
  next(ACTS);

  return {
    isOver: () => timeline.now() >= overAt,
    idleUntil: () => idleUntil(scene),
    onStep: (replica) => {
      const place = places.find((one) => one.replica === replica);
      if (place?.cutIn === undefined || place.cutIn === null) return;
      place.cutIn -= 1;
      if (place.cutIn > 0) return;
      place.cutIn = null;
      if (place.cut === 'kill') kill(place);
      else pause(place);
    },
  };
}

/** The next time at which a heartbeat would find something to do. */
function idleUntil(scene: Scene): number {
  const { record, timeline } = scene;
  const now = timeline.now();
  if (alive(scene).some((replica) => replica.startedAt + 2000 > now)) return now;
  const freeAt = (lane: string): number => record.leases.get(lane)?.until ?? scene.latest();
  const times = [
    ...[...record.tables.holdings.values()].flatMap((row) => row.nextLookAt ?? []),
    ...record.tables.pending().flatMap((row) => [row.waitsUntil, row.escalateAt ?? []].flat()),
    ...[...record.inbox.values()].flatMap((item) => (item === null ? [] : freeAt(inboxLane(item)))),
    ...[...record.outbox.values()].flatMap(({ message, sent }) => (sent ? [] : freeAt(laneOf(message.body)))),
  ];
  // The furthest clock is the first to find it due.
  const next = Math.min(...times) - scene.latest() + now;
  return Math.max(now, Math.min(next, now + IDLE_CAP_MS, nextSweep(now)));
}

const nextSweep = (now: number): number => Math.ceil((now + 1) / (SWEEP_SECONDS * 1000)) * SWEEP_SECONDS * 1000;
