import { describe, expect, it } from '@jest/globals';
import { cached } from '../../../src/keycloak/cached.ts';

describe('a cached answer', () => {
  it('is asked for once, is never given out older than its time, and a failure hides behind no older one', async () => {
    let now = 0;
    let asked = 0;
    let fails = false;
    const read = cached(
      () => {
        asked += 1;
        return fails ? Promise.reject(new Error('away')) : Promise.resolve(asked);
      },
      60,
      () => now,
    );
    expect(await Promise.all([read(), read()])).toEqual([1, 1]);
    now = 59;
    await expect(read()).resolves.toBe(1);
    now = 60;
    fails = true;
    await expect(read()).rejects.toThrow('away');
    fails = false;
    await expect(read()).resolves.toBe(3);
  });
});
