import { afterEach, expect, it, jest } from '@jest/globals';
import { readiness } from '../../../src/http/health.ts';
import type { Health } from '../../../src/http/health.ts';
import { recordedLog } from '../../doubles/log.ts';

afterEach(() => {
  jest.useRealTimers();
});

it('I30: a check that does not end within 5 s is answered as not ready', async () => {
  jest.useFakeTimers();
  const told = readiness(() => new Promise<Health>(() => undefined), recordedLog());
  await jest.advanceTimersByTimeAsync(5000);
  expect(await told).toEqual({ status: 'not ready', reason: 'the check did not end in time' });
});
