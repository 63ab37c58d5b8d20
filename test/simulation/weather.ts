import type { Fault } from '../doubles/fake-faults.ts';
import type { Chance } from './chance.ts';

export type Side = 'keycloak' | 'slack' | 'store';
/** `slow`: answered in time, but late. */
export type Trouble = Fault | 'slow';

const WRITES = new Set(['give', 'take']);
const KEYCLOAK: Readonly<Record<'read' | 'write', Readonly<Partial<Record<Trouble, number>>>>> = {
  read: { unavailable: 4, lost: 2, limited: 2, slow: 4 },
  write: { unavailable: 3, lost: 4, late: 4, never: 3, limited: 1, forbidden: 1, slow: 4 },
};
const SLACK = { unavailable: 3, lost: 3, limited: 2, slow: 2 } as const;
const STORE = { unavailable: 3, lost: 2, slow: 4 } as const;

/**
 * What goes wrong with each call, and since when nothing did. A run has its own climate: some are calm, so that what must
 * be on time can be seen to be on time.
 */
export type Weather = {
  readonly climate: Climate;
  readonly meet: (side: Side, call: string, resourceId: string | null) => Trouble | null;
  /** One side is away until then. */
  readonly outage: (side: Side, until: number) => void;
  /** Keycloak refuses the bot everything about this resource, or about all, until then. */
  readonly narrow: (resourceId: string | null, until: number) => void;
  /** Keycloak chokes on this one resource until then, and answers everything else. */
  readonly choke: (resourceId: string, until: number) => void;
  /** Until then nobody can expect a thing to be on time. */
  readonly disturb: (until: number) => void;
  /** Since when all has been calm; an outage of Keycloak alone leaves less behind than anything else. */
  calmSince(): { readonly at: number; readonly afterOutage: boolean };
  readonly troubledUntil: (resourceId: string) => number;
  /** Keycloak shows the bot nothing at all. */
  readonly isBlind: () => boolean;
  readonly heal: () => void;
};
export type Climate = { readonly keycloak: number; readonly slack: number; readonly store: number };

/**
 * @param bad.climate the climate is at least as bad as this: the share of Keycloak's calls that go wrong
 * @param bad.stir how much more often a change in Keycloak meets a trouble, by name
 */
export function createWeather(
  chance: Chance,
  now: () => number,
  bad: { readonly climate?: number; readonly stir?: Readonly<Partial<Record<string, number>>> },
): Weather {
  const least = bad.climate ?? 0;
  const write = Object.fromEntries(
    Object.entries(KEYCLOAK.write).map(([trouble, weight]) => [trouble, weight * (bad.stir?.[trouble] ?? 1)]),
  );
  const stirred = sum(write) / sum(KEYCLOAK.write);
  const rates = Math.max(least, chance.pick([0, 0, 0.003, 0.02, 0.08]));
  const climate = { keycloak: rates, slack: rates, store: chance.pick([0, rates / 4]) };
  const away = new Map<Side, number>();
  const narrowed = new Map<string, number>();
  const choked = new Map<string, number>();
  let healed = false;
  let disturbedUntil = 0;
  let outageUntil = 0;

  const isAway = (side: Side): boolean => (away.get(side) ?? 0) > now();
  const narrowedUntil = (id: string): number => Math.max(narrowed.get(id) ?? 0, narrowed.get('*') ?? 0);
  const chokedUntil = (id: string): number => choked.get(id) ?? 0;
  const disturb = (until: number): void => {
    disturbedUntil = Math.max(disturbedUntil, until);
  };
  const single = (side: Side, call: string): Trouble | null => {
    const isWrite = WRITES.has(call);
    if (healed || !chance.happens(climate[side] * (isWrite ? stirred : 1))) return null;
    if (side === 'slack') return chance.weighted<Trouble>(SLACK);
    if (side === 'store') return chance.weighted<Trouble>(STORE);
    return chance.weighted<Trouble>(isWrite ? write : KEYCLOAK.read);
  };
  return {
    climate,
    meet: (side, call, resourceId) => {
      if (isAway(side)) return chance.happens(0.8) ? 'unavailable' : 'never';
      if (side === 'keycloak' && resourceId !== null && call !== 'read' && narrowedUntil(resourceId) > now())
        return 'forbidden';
      if (side === 'keycloak' && resourceId !== null && chokedUntil(resourceId) > now()) return 'unavailable';
      const trouble = single(side, call);
      if (trouble !== null && side !== 'slack') disturb(now() + 20_000);
      return trouble;
    },
    outage: (side, until) => {
      away.set(side, Math.max(away.get(side) ?? 0, until));
      if (side === 'keycloak') outageUntil = Math.max(outageUntil, until);
      if (side === 'store') disturb(until + 5000);
    },
    narrow: (id, until) => void narrowed.set(id ?? '*', until),
    choke: (id, until) => void choked.set(id, until),
    disturb,
    calmSince: () => ({ at: Math.max(disturbedUntil, outageUntil), afterOutage: outageUntil >= disturbedUntil }),
    troubledUntil: (id) => Math.max(narrowedUntil(id), chokedUntil(id)),
    isBlind: () => (narrowed.get('*') ?? 0) > now(),
    heal: () => {
      healed = true;
      away.clear();
      narrowed.clear();
      choked.clear();
      outageUntil = Math.min(outageUntil, now());
      disturb(now());
    },
  };
}

const sum = (weights: Readonly<Partial<Record<string, number>>>): number =>
  Object.values(weights).reduce<number>((total, weight) => total + (weight ?? 0), 0);
