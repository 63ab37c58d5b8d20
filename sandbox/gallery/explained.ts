import type { Explained } from '../../src/domain/explained.ts';
import { ann, production } from './samples.ts';

const facts = {
  person: ann,
  path: production.path,
  askedSeconds: 4 * 3600,
  maxSeconds: 4 * 3600,
  tickets: [],
  policy: { id: '0d1f7a52-4b7e-4d1a-9a3f-00000000abcd', reasons: [] },
  stages: [],
} as const;
const stages = [
  { by: { group: '/approvers/platform' }, required: 2, able: 3 },
  { by: { manager: 'dana' }, required: 1, able: 1 },
] as const;
const denied = {
  refusal: 'against_policy',
  path: production.path,
  id: facts.policy.id,
  reasons: [{ rule: 'contractors', because: 'Contractors work from 8 to 18.', effect: 'deny' }],
} as const;

/** What explain says of requests that nobody made. */
export const EXPLAINED: Readonly<Record<string, { readonly explained: Explained }>> = {
  'explained: at once': {
    explained: {
      ...facts,
      verdict: 'at_once',
      policy: { ...facts.policy, reasons: [{ rule: 'the sandbox', because: null, effect: 'allow' }] },
    },
  },
  'explained: at once, no rule matched': { explained: { ...facts, verdict: 'at_once' } },
  'explained: by approvers': {
    explained: {
      ...facts,
      verdict: 'approval',
      stages,
      tickets: ['INC-[0-9]+'],
      stepUp: ['gold'],
      policy: {
        ...facts.policy,
        reasons: [
          { rule: 'production', because: 'Production needs two.', effect: 'stages' },
          { rule: 'on call', because: null, effect: 'allow' },
          { rule: null, because: { own: 'stages_demanded' }, effect: 'not-at-once' },
        ],
      },
    },
  },
  'explained: by approvers, without a policy': {
    explained: {
      ...facts,
      verdict: 'approval',
      policy: 'none',
      stages: [
        { by: { group: '/approvers/platform' }, required: 1, able: 1 },
        { by: { manager: 'dana' }, required: 1, able: 0 },
      ],
    },
  },
  'explained: refused by policy, others agree': {
    explained: {
      ...facts,
      verdict: 'refused',
      refusals: [denied],
      policy: {
        ...facts.policy,
        reasons: [
          ...denied.reasons,
          ...Array.from({ length: 40 }, (_, index) => ({
            rule: `rule ${String(index)}`,
            because: 'x'.repeat(300),
            effect: 'allow' as const,
          })),
        ],
      },
    },
  },
  'explained: refused before policy is asked': {
    explained: {
      ...facts,
      verdict: 'refused',
      policy: 'not_asked',
      refusals: [
        { refusal: 'link_needed' },
        { refusal: 'too_long', path: production.path, maxSeconds: 3600 },
        { refusal: 'not_eligible', path: production.path, group: '/teams/platform' },
      ],
    },
  },
};
