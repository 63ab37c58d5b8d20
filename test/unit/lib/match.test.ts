import { expect, it } from '@jest/globals';
import { matches } from '../../../src/lib/match.ts';

it('finds a ticket anywhere in a justification', () => {
  expect(matches('(INC|CHG)-\\d+', 'because of INC-42, see there')).toBe(true);
  expect(matches('(INC|CHG)-\\d+', 'because I want to')).toBe(false);
});

it('a pattern that would need for ever answers no, so that expiry goes on', () => {
  expect(matches('^(a+)+$', `${'a'.repeat(60)}!`)).toBe(false);
});

it('an unreadable pattern answers no', () => {
  expect(matches('(', 'anything')).toBe(false);
});
