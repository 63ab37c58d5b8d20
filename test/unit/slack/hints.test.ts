import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  accessValue,
  readAccessValue,
  readDialogHint,
  readGrantHint,
  readPageHint,
  readRequestHint,
  requestHintOf,
} from '../../../src/slack/hints.ts';
import { card, pending, production } from '../../../sandbox/gallery/samples.ts';

describe('hints that come back through the client', () => {
  it('a button’s value names request, version and stage, and whether the click asks again', () => {
    expect(readRequestHint(requestHintOf(card({ stage: 1 })))).toEqual({ r: pending.id, v: 1, s: 1 });
    for (const risk of ['high', 'critical'] as const) {
      expect(readRequestHint(requestHintOf(card({ request: { ...pending, risk } })))).toMatchObject({ d: 1 });
    }
  });

  it('an option’s value fits Slack’s 150 characters and names kind and id', () => {
    expect(accessValue(production).length).toBeLessThanOrEqual(150);
    expect(readAccessValue(accessValue(production))).toEqual({ by: 'id', kind: 'group', id: production.id });
  });

  it('anything else is read as nothing, and nothing throws', () => {
    const values = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom('{"r":""}', '{"r":"x","v":-1,"s":0}', '{"r":"x","v":1.5,"s":0}', 'group:', ':x', 'toString:x'),
    );
    fc.assert(
      fc.property(values, (value) => {
        for (const read of [readRequestHint, readGrantHint, readDialogHint, readPageHint])
          expect(read(value)).toBeNull();
        expect(readAccessValue(value)).toBeNull();
      }),
    );
    expect(readRequestHint(undefined)).toBeNull();
  });
});
