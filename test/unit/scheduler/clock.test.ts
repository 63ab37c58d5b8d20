import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLeaseClock } from '../../../src/scheduler/clock.ts';

/** A machine whose wall clock can be set while its monotonic time runs on. */
function machine(startWall = 1_800_000_000_000) {
  let wall = startWall;
  let monotonic = 5_000;
  return {
    wall: () => wall,
    monotonic: () => monotonic,
    pass: (ms: number) => {
      wall += ms;
      monotonic += ms;
    },
    jump: (ms: number) => {
      wall += ms;
    },
  };
}

const day = 86_400_000;
const steps = fc.array(
  fc.record({
    jump: fc.oneof(fc.constant(0), fc.integer({ min: -400 * day, max: 400 * day })),
    pass: fc.integer({ min: 0, max: day }),
  }),
  { maxLength: 30 },
);

describe('I4: a clock that jumps never extends a lease', () => {
  it('a lease of L ms is due after L ms of monotonic time at the latest, and stays due', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 3 * day }), steps, (before, leaseMs, after) => {
        const box = machine();
        const clock = createLeaseClock({ ...box, highest: null });
        for (const { jump, pass } of before) {
          box.jump(jump);
          box.pass(pass);
          clock.now();
        }
        const expiresAt = clock.now() + leaseMs;
        const end = box.monotonic() + leaseMs;
        let wasDue = false;
        for (const { jump, pass } of after) {
          box.jump(jump);
          box.pass(pass);
          const due = clock.now() >= expiresAt;
          if (box.monotonic() >= end) expect(due).toBe(true);
          if (wasDue) expect(due).toBe(true);
          wasDue = due;
        }
      }),
    );
  });

  it('a process that starts on a clock set back goes on from the highest time persisted', () => {
    const box = machine(1_000_000);
    const clock = createLeaseClock({ ...box, highest: 9_000_000 });
    box.pass(500);
    expect(clock.now()).toBe(9_000_500);
    expect(clock.highest()).toBe(9_000_500);
  });

  it('follows a wall clock that is right or ahead', () => {
    const box = machine(1_000_000);
    const clock = createLeaseClock({ ...box, highest: 900_000 });
    box.pass(1000);
    expect(clock.now()).toBe(1_001_000);
    box.jump(60_000);
    expect(clock.now()).toBe(1_061_000);
  });
});

describe('check', () => {
  it('tells each jump beyond two seconds once, with its direction', () => {
    const box = machine();
    const clock = createLeaseClock({ ...box, highest: null });
    box.pass(30_000);
    expect(clock.check()).toBeNull();
    box.jump(2000);
    expect(clock.check()).toBeNull();
    box.jump(1);
    expect(clock.check()).toEqual({ jumpedSeconds: 2.001 });
    expect(clock.check()).toBeNull();
    box.jump(-3_600_000);
    expect(clock.check()).toEqual({ jumpedSeconds: -3600 });
    expect(clock.check()).toBeNull();
  });

  it('sees a clock that drifts away slowly', () => {
    const box = machine();
    const clock = createLeaseClock({ ...box, highest: null });
    const jumps = Array.from({ length: 25 }, () => {
      box.pass(30_000);
      box.jump(100);
      return clock.check();
    });
    expect(jumps.filter((jump) => jump !== null)).toEqual([{ jumpedSeconds: 2.1 }]);
  });
});
