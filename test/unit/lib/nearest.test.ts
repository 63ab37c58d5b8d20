import { expect, it } from '@jest/globals';
import { nearest } from '../../../src/lib/nearest.ts';

const words = ['deny', 'stages', 'max-duration', 'groups', 'ip'];

it.each([
  ['dney', 'deny'],
  ['stagse', 'stages'],
  ['gruops', 'groups'],
  ['max-durations', 'max-duration'],
  ['maxduration', 'max-duration'],
  ['deny', 'deny'],
  ['ipp', 'ip'],
  ['permit', null],
  ['', null],
  ['xy', null],
  ['x'.repeat(10_000), null],
])('%s means %s', (typed, expected) => {
  expect(nearest(typed, words)).toBe(expected);
});

it('without words nothing is meant', () => {
  expect(nearest('deny', [])).toBeNull();
});
