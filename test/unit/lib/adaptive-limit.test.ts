import { describe, expect, it } from '@jest/globals';
import { createAdaptiveLimit } from '../../../src/lib/adaptive-limit.ts';

/** Calls one after the other, or so many side by side, under a time that moves by hand. */
function watched() {
  const limit = createAdaptiveLimit({ least: 2, most: 8 });
  let now = 0;
  const sideBySide = (count: number, tookMs: number, trouble = false, operation = 'groups.take'): void => {
    const startedAt = now;
    now += tookMs;
    for (let call = 0; call < count; call++) limit.heard({ operation, startedAt, endedAt: now, trouble });
  };
  return { limit, sideBySide, pass: (ms: number) => void (now += ms) };
}

describe('the limit on calls in flight', () => {
  it('is never above the most, however well it goes', () => {
    const { limit, sideBySide } = watched();
    expect(limit.current()).toBe(8);
    for (let round = 0; round < 1000; round++) sideBySide(8, 5);
    expect(limit.current()).toBe(8);
  });

  it('is halved once by what fails together, and never goes below the least', () => {
    const { limit, sideBySide } = watched();
    sideBySide(8, 5000, true);
    expect(limit.current()).toBe(4);
    sideBySide(4, 5000, true);
    expect(limit.current()).toBe(2);
    for (let round = 0; round < 10; round++) sideBySide(2, 5000, true);
    expect(limit.current()).toBe(2);
  });

  it('grows by one for each round of good calls', () => {
    const { limit, sideBySide } = watched();
    sideBySide(8, 5000, true);
    sideBySide(4, 5000, true);
    const seen = [];
    for (let round = 0; round < 8; round++) {
      sideBySide(limit.current(), 10);
      seen.push(limit.current());
    }
    expect(seen).toEqual([...seen].sort((one, other) => one - other));
    expect(seen.at(-1)).toBeGreaterThanOrEqual(7);
    sideBySide(20, 10);
    expect(limit.current()).toBe(8);
  });

  it('one failure among a thousand calls costs little: it is back within thirty good ones', () => {
    const { limit, sideBySide } = watched();
    sideBySide(100, 10);
    sideBySide(1, 10, true);
    for (let call = 0; call < 30; call++) sideBySide(1, 10);
    expect(limit.current()).toBe(8);
  });
});

describe('latency', () => {
  it('a round of calls far above their floor halves it; a single pause does not', () => {
    const { limit, sideBySide } = watched();
    sideBySide(20, 10);
    sideBySide(7, 1500);
    expect(limit.current()).toBe(8);
    sideBySide(1, 10);
    sideBySide(8, 1500);
    expect(limit.current()).toBe(4);
  });

  it('a server that is busy with our eight calls, or slow by nature, keeps them', () => {
    const busy = watched();
    busy.sideBySide(1, 2);
    for (let round = 0; round < 100; round++) busy.sideBySide(8, 900);
    expect(busy.limit.current()).toBe(8);
    const slow = watched();
    for (let round = 0; round < 100; round++) slow.sideBySide(8, 3000);
    expect(slow.limit.current()).toBe(8);
  });

  it('each operation has a floor of its own', () => {
    const { limit, sideBySide } = watched();
    sideBySide(20, 5, false, 'groups.take');
    for (let round = 0; round < 20; round++) sideBySide(8, 2000, false, 'groups.list');
    expect(limit.current()).toBe(8);
  });

  it('what was fast long ago is no measure: it grows again on a server that became slower', () => {
    const { limit, sideBySide } = watched();
    sideBySide(20, 5);
    for (let round = 0; round < 4; round++) sideBySide(8, 2000);
    expect(limit.current()).toBeLessThan(8);
    for (let round = 0; round < 120; round++) sideBySide(8, 2000);
    expect(limit.current()).toBe(8);
  });
});
