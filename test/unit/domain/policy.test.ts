import { expect, it } from '@jest/globals';
import { EFFECTS, GATE_DOORS, isDenying, isGate, LEASE_DOORS, rulesOf, whyOf } from '../../../src/domain/policy.ts';
import type { PolicyBecause, PolicyEffect } from '../../../src/domain/policy.ts';

it('the doors inside Keycloak are gates, those of a lease are none', () => {
  expect(LEASE_DOORS.filter(isGate)).toEqual([]);
  expect(GATE_DOORS.filter(isGate)).toEqual(['login', 'token']);
  expect(LEASE_DOORS).toEqual(['request', 'approval', 'activation', 'break-glass']);
});

it('each effect has one name in files and one here', () => {
  expect(EFFECTS).toEqual({
    deny: 'deny',
    allow: 'allow',
    stages: 'stages',
    'max-duration': 'maxSeconds',
    'required-actions': 'requiredActions',
    ticket: 'ticket',
    'step-up': 'stepUp',
    'max-leases': 'maxLeases',
    limits: 'limits',
    'forbid-together': 'forbidTogether',
    'remove-scopes': 'removeScopes',
  });
});

it('the rules behind an answer are named once, and what Leasehold adds is none', () => {
  const reason = (rule: string | null) => ({ rule, because: null, effect: 'deny' as const });
  expect(rulesOf([reason('a'), reason(null), reason('b'), reason('a')])).toEqual(['a', 'b']);
});

it('why is told once each, and what nobody explained is left out', () => {
  const reason = (because: PolicyBecause | null) => ({ rule: 'a', because, effect: 'deny' as const });
  const all = ['No.', null, { own: 'groups_hidden' }, 'No.', { own: 'groups_hidden' }, 'Never.'] as const;
  expect(whyOf(all.map(reason))).toEqual(['No.', { own: 'groups_hidden' }, 'Never.']);
});

it('what denies is a denial, two things that do not go together, and a rule that cannot be evaluated', () => {
  const effects = [...Object.keys(EFFECTS), 'broken', 'not-at-once'] as readonly PolicyEffect[];
  expect(effects.filter(isDenying)).toEqual(['deny', 'forbid-together', 'broken']);
});
