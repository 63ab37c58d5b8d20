import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRate } from '../../../../src/http/pages/rate.ts';

describe('the rate of calls', () => {
  it('60 a minute from one address; then it says when the next is taken, and it is', () => {
    let now = 1000;
    const rate = createRate(() => now);
    for (let call = 0; call < 60; call += 1) {
      expect(rate('a')).toBeNull();
      now += 500;
    }
    expect(rate('a')).toBe(30);
    expect(rate('b')).toBeNull();
    now += 30_000;
    expect(rate('a')).toBeNull();
    expect(rate('a')).toBe(1);
  });

  it('300 a minute in all; whoever is over his own limit takes nothing from the others', () => {
    const rate = createRate(() => 0);
    for (let call = 0; call < 1000; call += 1) rate('greedy');
    for (let other = 0; other < 240; other += 1) expect(rate(`other ${other}`)).toBeNull();
    expect(rate('late')).toBe(60);
  });

  it('in no minute are more taken, and who waits as told is taken', () => {
    const calls = fc.array(fc.tuple(fc.nat(3), fc.nat(2000)), { maxLength: 600, size: 'max' });
    fc.assert(
      fc.property(calls, (asked) => {
        let now = 0;
        const rate = createRate(() => now);
        const taken: { address: string; at: number }[] = [];
        for (const [from, later] of asked) {
          now += later;
          const address = String(from);
          const wait = rate(address);
          const recent = taken.filter(({ at }) => at > now - 60_000);
          const own = recent.filter((call) => call.address === address);
          expect(wait === null).toBe(own.length < 60 && recent.length < 300);
          if (wait === null) taken.push({ address, at: now });
        }
      }),
      { numRuns: 30 },
    );
  });
});
