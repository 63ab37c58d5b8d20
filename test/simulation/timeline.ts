import type { Chance } from './chance.ts';

/** Somebody whose work stops while he is paused and ends when he dies. */
export type Owner = { readonly pausedUntil: number; readonly dead: boolean };

export type Moment = {
  /** ms since the start of the run. */
  readonly at: number;
  /** `call`: a port call on its way; `beat`: a heartbeat, which may be put off while nothing is due; `plan`: anything else. */
  readonly kind: 'call' | 'beat' | 'plan';
  readonly owner: Owner | null;
  readonly run: () => void;
};

/**
 * True time, and everything that is still to happen, in the order of its time. Each moment runs to its end, with all that
 * follows from it at once, before the next one: so a run depends on nothing but its seed.
 */
export type Timeline = {
  readonly now: () => number;
  readonly plan: (moment: Moment) => void;
  /** @returns false when nothing is left to happen */
  readonly step: () => Promise<boolean>;
  /** While every call on its way takes its time, heartbeats are put off until then, or until the first is answered. */
  readonly skipIdle: (until: () => number) => void;
};

/** Calls that are answered within this time keep the heart beating. */
const BUSY_MS = 300;

const drained = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function createTimeline(chance: Chance): Timeline {
  type Entry = Moment & { readonly order: number; readonly due: number };
  let now = 0;
  let entries: Entry[] = [];
  let isSkipping = false;
  const precedes = (a: Entry, b: Entry): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);
  const add = (moment: Moment): void => {
    const at = Math.max(now, moment.at);
    entries.push({ ...moment, at, due: at, order: chance.next() });
  };
  const take = (): Entry | undefined => {
    let first = 0;
    for (let index = 1; index < entries.length; index++) {
      const [one, best] = [entries[index], entries[first]];
      if (one !== undefined && best !== undefined && precedes(one, best)) first = index;
    }
    const entry = entries[first];
    const last = entries.pop();
    if (entry !== last && last !== undefined) entries[first] = last;
    return entry;
  };
  return {
    now: () => now,
    plan: add,
    step: async () => {
      const entry = take();
      if (entry === undefined) return false;
      const { owner } = entry;
      now = entry.at;
      if (owner?.dead === true) return true;
      if (owner !== null && owner.pausedUntil > now) {
        add({ ...entry, at: owner.pausedUntil + chance.below(20) });
        return true;
      }
      entry.run();
      await drained();
      return true;
    },
    skipIdle: (until) => {
      const nextCall = Math.min(...entries.flatMap((entry) => (entry.kind === 'call' ? [entry.at] : [])));
      const isIdle = nextCall - now > BUSY_MS;
      if (!isIdle && !isSkipping) return;
      isSkipping = isIdle;
      const at = isIdle ? Math.min(nextCall, until()) : now;
      entries = entries.map((entry) => (entry.kind === 'beat' ? { ...entry, at: Math.max(entry.due, at) } : entry));
    },
  };
}
