import type { Ready } from '../ready.ts';
import { counted, duration } from './common.ts';

/** What would become of a request: a fact a line. `who` would ask, for himself. */
export const explain = {
  atOnce: (who: Ready, what: Ready, seconds: number) =>
    `If ${who} asked for ${what} for ${duration(seconds)} now, it would be given at once.`,
  approval: (who: Ready, what: Ready, seconds: number) =>
    `If ${who} asked for ${what} for ${duration(seconds)} now, it would wait for approval.`,
  refused: (who: Ready, what: Ready, seconds: number) =>
    `If ${who} asked for ${what} for ${duration(seconds)} now, it would be refused.`,
  /** `answer`: what would be answered to that person, whole sentences. */
  answer: (answer: string) => `The answer would be: ${answer}`,
  /** `stage` counts from 1. */
  groupStage: (stage: number, required: number, group: Ready, able: number) =>
    `Stage ${stage}: ${required} from ${group}; ${counted(able, 'person', 'people')} could approve it now`,
  /** `able` 0: not even the manager. */
  managerStage: (stage: number, manager: Ready, able: number) =>
    `Stage ${stage}: the manager, ${manager}, who ${able > 0 ? 'could' : 'could not'} approve it now`,
  longest: (seconds: number) => `Longest lease: ${duration(seconds)}`,
  /** `acr`: as Keycloak names the way to sign in. */
  stepUp: (acr: Ready) => `Whoever approves signs in to Keycloak for it, with ${acr}`,
  ticket: (pattern: Ready) => `The justification must contain: ${pattern}`,
  /** `effect` as policy files write it. `rule` null: Leasehold itself. */
  rule: (rule: Ready | null, effect: Ready, because: string | null) =>
    `${rule === null ? 'Leasehold itself' : `Rule "${rule}"`} (${effect})${because === null ? '' : `: ${because}`}`,
  noRule: 'No rule of the policy matches; what stands on the entitlement decides',
  noPolicy: 'There is no policy; what stands on the entitlement decides',
  notAsked: 'The policy was not asked, because it is refused without it',
  decision: (id: Ready) => `Policy decision ${id}`,
};
