import { expect, it } from '@jest/globals';
import { DOORS } from './generator.ts';

it('every run shows the doors at least 10,000 hostile inputs', () => {
  expect(Object.values(DOORS).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(10_000);
});
