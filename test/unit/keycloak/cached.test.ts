import { beforeEach, describe, expect, it } from '@jest/globals';
import { cached } from '../../../src/keycloak/cached.ts';
import type { Cached } from '../../../src/keycloak/cached.ts';

describe('a cached answer', () => {
  let now = 0;
  let asked = 0;
  let fails = false;
  let failures: unknown[] = [];
  let answer: Cached<number>;

  beforeEach(() => {
    now = asked = 0;
    fails = false;
    failures = [];
    const load = () => {
      asked += 1;
      return fails ? Promise.reject(new Error('away')) : Promise.resolve(asked);
    };
    answer = cached(load, { ttlMs: 60, now: () => now, onFailure: (error) => failures.push(error) });
  });

  it('is asked for once, is never older than its time where it has to be fresh, and a failure hides behind no older one', async () => {
    expect(await Promise.all([answer.fresh(), answer.fresh()])).toEqual([1, 1]);
    now = 59;
    await expect(answer.fresh()).resolves.toBe(1);
    now = 60;
    fails = true;
    await expect(answer.fresh()).rejects.toThrow('away');
    fails = false;
    await expect(answer.fresh()).resolves.toBe(3);
  });

  it('is there at once for those who cannot wait, however old, and is renewed behind it', async () => {
    fails = true;
    await expect(answer.latest()).rejects.toThrow('away');
    fails = false;
    await expect(answer.latest()).resolves.toBe(2);
    now = 1_000_000;
    await expect(answer.latest()).resolves.toBe(2);
    await expect(answer.fresh()).resolves.toBe(3);
    expect(asked).toBe(3);
  });

  it('outlives a renewal that failed, which is told', async () => {
    await answer.fresh();
    now = 60;
    fails = true;
    await expect(answer.latest()).resolves.toBe(1);
    await new Promise(setImmediate);
    expect(failures).toEqual([new Error('away')]);
    await expect(answer.latest()).resolves.toBe(1);
  });
});
