import { describe, expect, it } from '@jest/globals';
import { asTold, refuse, refusedTogether } from '../../../src/domain/refusal.ts';
import type { Refusal } from '../../../src/domain/refusal.ts';

it('a refusal is a value that says no and why', () => {
  expect(refuse({ refusal: 'changed_meanwhile' })).toEqual({ ok: false, refusal: { refusal: 'changed_meanwhile' } });
});

describe('several things at once', () => {
  const late: Refusal = { refusal: 'changed_meanwhile' };
  const mute: Refusal = { refusal: 'justification_missing' };
  const part = (path: string, refusal: Refusal) => ({ path, refusal });

  it('one reason for all of them is told as that reason alone', () => {
    expect(refusedTogether('ask', [part('a', late), part('b', late)], 2)).toEqual(late);
    expect(refusedTogether('ask', [part('a', late)], 1)).toEqual(late);
  });

  it('where some could have been, or the reasons differ, each part is named', () => {
    const some = [part('a', late), part('b', late)];
    expect(refusedTogether('ask', some, 3)).toEqual({ refusal: 'parts_refused', verb: 'ask', parts: some });
    const mixed = [part('a', late), part('b', mute)];
    expect(refusedTogether('decide', mixed, 2)).toEqual({ refusal: 'parts_refused', verb: 'decide', parts: mixed });
    expect(refusedTogether('ask', [], 0)).toEqual({ refusal: 'parts_refused', verb: 'ask', parts: [] });
  });
});

describe('what people are told of a refusal', () => {
  const ruled: Refusal = {
    refusal: 'against_policy',
    path: '/prod/read',
    id: 'd1',
    reasons: [{ rule: 'nights', because: null, effect: 'deny' }],
    record: { asked: {} },
  };
  const { path, id, reasons } = ruled;
  const told: Refusal = { refusal: 'against_policy', path, id, reasons };

  it('leaves out what is for the audit alone, also in parts of a bundle', () => {
    expect(asTold(ruled)).toEqual(told);
    expect(asTold({ refusal: 'parts_refused', verb: 'ask', parts: [{ path: 'a', refusal: ruled }] })).toEqual({
      refusal: 'parts_refused',
      verb: 'ask',
      parts: [{ path: 'a', refusal: told }],
    });
  });

  it('is anything else as it is', () => {
    const late: Refusal = { refusal: 'changed_meanwhile' };
    expect(asTold(late)).toBe(late);
  });
});
