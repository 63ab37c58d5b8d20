import type { InboxItem } from '../../src/usecases/intent.ts';
import { createLeaseClock } from '../../src/scheduler/clock.ts';
import type { LeaseClock } from '../../src/scheduler/clock.ts';
import { createLoop } from '../../src/scheduler/loops.ts';
import { createConverger } from '../../src/usecases/converge-due.ts';
import { findLeavers } from '../../src/usecases/leave-workspace.ts';
import { createDeliverer } from '../../src/usecases/deliver.ts';
import { tellInTime } from '../../src/usecases/in-time.ts';
import { withLinks } from '../../src/usecases/linked-directory.ts';
import type { Log, Ports } from '../../src/usecases/ports.ts';
import type { Settings } from '../../src/usecases/settings.ts';
import { runAlone } from '../../src/usecases/run-alone.ts';
import { sweep } from '../../src/usecases/sweep.ts';
import { createInboxWorker } from '../../src/usecases/work-inbox.ts';
import type { Caller, Network, Outside } from './network.ts';
import type { Story } from './story.ts';
import type { Timeline } from './timeline.ts';

const BEAT_MS = 1000;
export const SWEEP_SECONDS = 600;

/** The use cases of one process; a break puts its own in the place of one of them. */
export type Parts = {
  readonly createConverger: typeof createConverger;
  readonly createDeliverer: typeof createDeliverer;
  readonly createInboxWorker: typeof createInboxWorker;
  readonly sweep: typeof sweep;
  readonly findLeavers: typeof findLeavers;
};
export const shippedParts: Parts = { createConverger, createDeliverer, createInboxWorker, sweep, findLeavers };

/** One process of the bot: started, maybe paused, at last killed. What comes after it is another one. */
export type Replica = Caller & {
  pausedUntil: number;
  dead: boolean;
  readonly startedAt: number;
  readonly clock: LeaseClock;
  readonly ports: Ports;
  /** Slack delivers an envelope: recorded, and only then acknowledged. */
  receive(item: Omit<InboxItem, 'receivedAt'>): Promise<void>;
  wake(): void;
};

/** How a process is made; a break changes something here. */
export type Making = {
  readonly ports: (ports: Ports) => Ports;
  readonly parts: Parts;
};

export function startReplica({
  name,
  timeline,
  network,
  story,
  outside,
  settings,
  wall,
  highest,
  uuid,
  onStep,
  onAcknowledged,
  making,
  door,
}: {
  readonly name: string;
  readonly timeline: Timeline;
  readonly network: Network;
  readonly story: Story;
  readonly outside: Outside;
  readonly settings: Omit<Settings, 'replica'>;
  /** What the clock on the wall shows, UTC epoch ms. */
  readonly wall: () => number;
  readonly highest: number | null;
  readonly uuid: () => string;
  readonly onStep: (replica: Replica) => void;
  readonly onAcknowledged: (item: Omit<InboxItem, 'receivedAt'>) => void;
  readonly making: Making;
  readonly door?: 'ack first';
}): Replica {
  const startedAt = timeline.now();
  const clock = createLeaseClock({ wall, monotonic: () => timeline.now() - startedAt, highest });
  const nothing = (): void => undefined;
  const caller: Pick<Replica, 'name' | 'pausedUntil' | 'dead' | 'onStep' | 'startedAt' | 'clock'> = {
    name,
    pausedUntil: 0,
    dead: false,
    startedAt,
    clock,
    onStep: () => onStep(replica),
  };
  const connected = network.connect(caller, outside);
  // No gate is opened here; to ask for those that are due is no call.
  const store: Ports['store'] = { ...connected.store, gatesPastWaiting: () => Promise.resolve([]) };
  const reached = { ...connected, store };
  const base: Ports = {
    ...reached,
    directory: withLinks(reached.directory, reached.store),
    signIn: null,
    // Nobody asks for a token here.
    backchannel: {
      read: () => Promise.resolve(null),
      preview: () => Promise.resolve(null),
      answer: () => Promise.resolve('refused'),
    },
    clock,
    ids: { uuid },
    metrics: {
      requestEnded: nothing,
      liveGrants: nothing,
      revoked: nothing,
      overdue: nothing,
      unsentMessages: nothing,
      unfinishedEnvelopes: nothing,
      openReviews: nothing,
      keycloakCall: nothing,
      keycloakLimit: nothing,
      slackCall: nothing,
      policyDecided: nothing,
      gateAsked: nothing,
      gateRefused: nothing,
      tokenAsked: nothing,
      gateClosed: nothing,
      gateCallRefused: nothing,
      waitingGates: nothing,
    },
    policy: null,
    log: storyLog(name, story),
    settings: { ...settings, replica: name },
  };
  const ports = making.ports(base);
  const { parts } = making;

  // Wired as the app wires it.
  const converger = parts.createConverger(ports);
  const deliverer = parts.createDeliverer(ports, () => deliver.wake());
  const worker = parts.createInboxWorker(ports, () => {
    converge.wake();
    deliver.wake();
    inbox.wake();
  });
  const loop = (title: string, run: () => Promise<void>) => createLoop({ name: title, run, log: ports.log });
  const deliver = loop('deliver', async () => {
    await deliverer.words.run();
    await deliverer.cards.run();
    await deliverer.homes.run();
  });
  const inbox = loop('inbox', () => worker.run());
  const converge = loop('converge', async () => {
    await converger.run();
    deliver.wake();
  });
  const sweeper = loop('sweep', async () => {
    const sweeping = { name: 'sweep', everySeconds: SWEEP_SECONDS, run: () => parts.sweep(ports) };
    if ((await runAlone(ports, sweeping)) !== null) converge.wake();
  });
  const leavers = loop('leavers', async () => {
    const run = () => parts.findLeavers(ports);
    if (((await runAlone(ports, { name: 'leavers', everySeconds: SWEEP_SECONDS, run })) ?? 0) > 0) converge.wake();
  });
  const requests = loop('requests', async () => {
    const run = () => tellInTime(ports);
    if (((await runAlone(ports, { name: 'requests', everySeconds: 5, run })) ?? 0) > 0) deliver.wake();
  });
  const time = loop('time', () => ports.store.saveHighestTime(clock.highest()));

  const turns = [
    { everyMs: 5000, job: requests },
    { everyMs: SWEEP_SECONDS * 1000, job: sweeper },
    { everyMs: SWEEP_SECONDS * 1000, job: leavers },
    { everyMs: 10_000, job: time },
  ].map((turn) => ({ ...turn, last: startedAt }));
  const wake = (): void => {
    clock.check();
    converge.wake();
    inbox.wake();
    deliver.wake();
    for (const turn of turns) {
      if (timeline.now() - turn.last < turn.everyMs) continue;
      turn.last = timeline.now();
      turn.job.wake();
    }
  };
  const beat = (): void => {
    wake();
    timeline.plan({ at: timeline.now() + BEAT_MS, kind: 'beat', owner: caller, run: beat });
  };
  const receive = async (item: Omit<InboxItem, 'receivedAt'>): Promise<void> => {
    if (door === 'ack first') onAcknowledged(item);
    try {
      await ports.store.receive({ ...item, receivedAt: clock.now() });
    } catch {
      return; // no acknowledgement: Slack delivers it again
    }
    if (door === undefined) onAcknowledged(item);
    inbox.wake();
  };
  const replica: Replica = Object.assign(caller, { ports, receive, wake });
  timeline.plan({ at: startedAt, kind: 'plan', owner: caller, run: () => sweeper.wake() });
  timeline.plan({ at: startedAt, kind: 'beat', owner: caller, run: beat });
  return replica;
}

const storyLog = (name: string, story: Story): Log => {
  const say =
    (level: string): Log['info'] =>
    (event, fields = {}) =>
      story.tell(
        name,
        () =>
          `${level}: ${event} ${JSON.stringify(fields, (_, value: unknown) => (value instanceof Error ? value.message : value))}`,
      );
  return { debug: () => undefined, info: say('info'), warn: say('warn'), error: say('error') };
};
