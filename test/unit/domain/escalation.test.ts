import { describe, expect, it } from '@jest/globals';
import { readEscalation } from '../../../src/domain/escalation.ts';

describe('where an approver group escalates to', () => {
  it('is what its two attributes say, and nothing without them', () => {
    expect(readEscalation({ 'slack-channel': ['C1'] })).toBeNull();
    const rule = { to: '/approvers/leads', afterSeconds: 1800 };
    expect(readEscalation({ 'escalate-to': [' /approvers/leads '], 'escalate-after': ['30m'] })).toEqual({
      ok: true,
      rule,
    });
  });

  it.each([
    [{ 'escalate-to': ['/leads'] }, 'one value each'],
    [{ 'escalate-after': ['30m'] }, 'one value each'],
    [{ 'escalate-to': ['/leads', '/others'], 'escalate-after': ['30m'] }, 'one value each'],
    [{ 'escalate-to': [' '], 'escalate-after': ['30m'] }, 'is empty'],
    [{ 'escalate-to': ['/leads'], 'escalate-after': ['soon'] }, '"soon"; write for example 30m'],
    [{ 'escalate-to': ['/leads'], 'escalate-after': ['0m'] }, '"0m"'],
  ])('%j is no rule, and the reason is told', (attributes, because) => {
    expect(readEscalation(attributes)).toEqual({ ok: false, because: expect.stringContaining(because) });
  });
});
