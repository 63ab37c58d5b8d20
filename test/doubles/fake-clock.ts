import { createLeaseClock } from '../../src/scheduler/clock.ts';
import type { LeaseClock } from '../../src/scheduler/clock.ts';
import { START } from '../builders/domain.ts';

export type HandClock = LeaseClock & {
  /** Time passes, on the wall and in truth. */
  advance(seconds: number): void;
  /** Somebody turns the wall clock; no time passes. */
  turnWall(seconds: number): void;
};

/** The real lease clock over a wall and a monotonic time that move by hand only. */
export function handClock(): HandClock {
  let wall = START;
  let monotonic = 0;
  const clock = createLeaseClock({ wall: () => wall, monotonic: () => monotonic, highest: null });
  return {
    ...clock,
    advance: (seconds) => {
      wall += seconds * 1000;
      monotonic += seconds * 1000;
    },
    turnWall: (seconds) => {
      wall += seconds * 1000;
    },
  };
}
