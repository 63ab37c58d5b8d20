import { expect, it } from '@jest/globals';
import { refuse } from '../../../src/domain/refusal.ts';

it('a refusal is a value that says no and why', () => {
  expect(refuse({ refusal: 'changed_meanwhile' })).toEqual({ ok: false, refusal: { refusal: 'changed_meanwhile' } });
});
