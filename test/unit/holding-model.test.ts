import { describe, expect, it } from '@jest/globals';
import { explore } from '../doubles/holding-explorer.ts';
import { shipped, withoutRule } from '../doubles/holding-variants.ts';
import type { Rule } from '../doubles/holding-variants.ts';
import { holdingWorld } from '../doubles/holding-world.ts';

/** Crashes, lost answers and pauses beyond the row lease in one story; the counterexamples need two at most. */
const FAULTS = 4;
const PATIENCE_MS = 300_000;

describe('two replicas keep one holding with two leases: every interleaving', () => {
  it.each([
    { before: 'no access', memberBefore: false, atLeast: 700_000 },
    { before: 'access', memberBefore: true, atLeast: 1_000 },
  ])(
    'I7 I8 I9 I26: with $before before, nothing is broken and everything comes to an end',
    ({ memberBefore, atLeast }) => {
      const { breach, stuck, states } = explore(
        holdingWorld(shipped, { memberBefore, faults: FAULTS, hand: false, later: false }),
      );
      expect({ breach, stuck }).toEqual({ breach: null, stuck: null });
      // A world that lost its faults would prove nothing.
      expect(states).toBeGreaterThan(atLeast);
    },
    PATIENCE_MS,
  );

  it.each([
    { before: 'no access', memberBefore: false, atLeast: 300_000 },
    { before: 'access', memberBefore: true, atLeast: 1_000 },
  ])(
    'I7 I8 I9: with $before before and a second lease that begins later, nothing is given before its start, and no gap is left',
    ({ memberBefore, atLeast }) => {
      const world = holdingWorld(shipped, { memberBefore, faults: FAULTS - 1, hand: false, later: true });
      const { breach, stuck, states } = explore(world);
      expect({ breach, stuck }).toEqual({ breach: null, stuck: null });
      expect(states).toBeGreaterThan(atLeast);
    },
    PATIENCE_MS,
  );

  it(
    'I10: what another hand takes away is not put back, and everything comes to an end',
    () => {
      const world = holdingWorld(shipped, { memberBefore: false, faults: FAULTS - 1, hand: true, later: false });
      expect(explore(world)).toMatchObject({ breach: null, stuck: null });
    },
    PATIENCE_MS,
  );
});

type Loss = {
  readonly rule: Rule;
  readonly memberBefore: boolean;
  /** Lease 2 begins later. */
  readonly later?: boolean;
  readonly name: string;
  readonly story: readonly string[];
};
const EARLY = 'access before its lease has begun';
const GAP = 'a gap between a lease and its extension';
const ORPHAN = 'orphan: access without an open lease';
const HOLLOW = 'a lease called live has no access';

const LOSSES: readonly Loss[] = [
  {
    rule: 'preRead',
    memberBefore: true,
    name: 'took away access that was there before',
    story: ['A claims', 'A reads access', 'lease 1 falls due', 'A records a DELETE', "A's DELETE is answered"],
  },
  {
    rule: 'ownedOnce',
    memberBefore: false,
    name: ORPHAN,
    story: [
      'A claims',
      'A reads no access',
      'A records a PUT',
      "A's PUT is answered",
      'A reads access',
      'lease 1 falls due',
      'A settles',
    ],
  },
  {
    rule: 'recordBefore',
    memberBefore: false,
    name: ORPHAN,
    story: [
      'A claims',
      'A reads no access',
      'A records a PUT',
      'A is killed after sending the PUT',
      'lease 1 falls due',
      "A's row lease runs out",
      'A claims',
      'A records a DELETE',
      "A's DELETE is answered",
      'A reads no access',
      'a late PUT lands',
      'A settles',
    ],
  },
  {
    rule: 'fencePut',
    memberBefore: false,
    name: ORPHAN,
    story: [
      'A claims',
      'A reads no access',
      'A records a PUT',
      'lease 1 falls due',
      "A's row lease runs out",
      'the quarantine passes',
      'B claims',
      'B records a DELETE',
      "B's DELETE is answered",
      'B reads no access',
      "A's PUT is answered",
      'B settles',
    ],
  },
  {
    rule: 'fenceDelete',
    memberBefore: false,
    name: HOLLOW,
    story: [
      'A claims',
      'A reads no access',
      'A records a PUT',
      "A's PUT is answered",
      'lease 1 falls due',
      'A records a DELETE',
      "A's row lease runs out",
      'the quarantine passes',
      'lease 2 is approved',
      'B claims',
      'B reads access',
      "A's DELETE is answered",
      'B settles',
    ],
  },
  {
    rule: 'readBack',
    memberBefore: false,
    name: ORPHAN,
    story: [
      'A claims',
      'A reads no access',
      'A records a PUT',
      "A's PUT is not answered",
      'lease 1 falls due',
      'A claims',
      'A records a DELETE',
      "A's DELETE is answered",
      'a late PUT lands',
      'the quarantine passes',
      'A settles',
    ],
  },
  {
    rule: 'quarantine',
    memberBefore: false,
    name: ORPHAN,
    story: [
      'A claims',
      'A reads no access',
      'A records a PUT',
      "A's PUT is not answered",
      'lease 1 falls due',
      'A claims',
      'A records a DELETE',
      "A's DELETE is answered",
      'A reads no access',
      'a late PUT lands',
      'A settles',
    ],
  },
  {
    rule: 'waitForDelete',
    memberBefore: false,
    name: HOLLOW,
    story: [
      'A claims',
      'A reads no access',
      'A records a PUT',
      "A's PUT is answered",
      'lease 1 falls due',
      'A records a DELETE',
      "A's DELETE is not answered",
      'lease 2 is approved',
      'A claims',
      'A reads access',
      'a late DELETE lands',
      'A settles',
    ],
  },
  {
    rule: 'waitForStart',
    memberBefore: false,
    later: true,
    name: EARLY,
    story: [
      'lease 1 falls due',
      'A claims',
      'A settles',
      'lease 2 is approved for later',
      'A claims',
      'A reads no access',
      'A records a PUT',
      "A's PUT is answered",
    ],
  },
  {
    rule: 'perHolding',
    memberBefore: false,
    name: GAP,
    story: [
      'A claims',
      'A reads no access',
      'A records a PUT',
      "A's PUT is answered",
      'A reads access',
      'A settles',
      'lease 2 is approved',
      'lease 1 falls due',
      'A claims',
      'A records a DELETE',
      "A's DELETE is answered",
    ],
  },
];

describe('each rule is necessary: without it, the shortest story that breaks a promise', () => {
  it.each(LOSSES)(
    'without $rule: $name',
    ({ rule, memberBefore, later = false, name, story }) => {
      const world = holdingWorld(withoutRule[rule], { memberBefore, faults: FAULTS, hand: false, later });
      expect(explore(world).breach).toEqual({ name, story });
    },
    PATIENCE_MS,
  );

  it('every rule has its story', () => {
    expect(LOSSES.map(({ rule }) => rule)).toEqual(Object.keys(withoutRule));
  });
});
