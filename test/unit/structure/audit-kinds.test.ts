import { expect, it } from '@jest/globals';
import { AUDIT_KINDS } from '../../../src/domain/audit.ts';
import { sources } from './sources.ts';

const writers = [...sources('src/usecases/**/*.ts'), ...sources('src/store/**/*.ts')]
  .map(({ text }) => text)
  .join('\n');

it.each(AUDIT_KINDS)('I22: an entry of kind %s is written by some use case or the store', (kind) => {
  expect(writers.includes(`'${kind}'`)).toBe(true);
});
