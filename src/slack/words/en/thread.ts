import type { EndedBy } from '../../../domain/grant.ts';
import type { Ready } from '../ready.ts';
import { duration } from './common.ts';
import { ended } from './facts.ts';

/** The story of a request, a line for each event. */
export const thread = {
  asked: (by: Ready, onBehalfOf: Ready | null) =>
    `Asked by ${by}${onBehalfOf === null ? '' : ` on behalf of ${onBehalfOf}`}.`,
  reminder: 'Still waiting for a decision.',
  /** `stage` counts from 1 and is null where there is only one. */
  approved(by: Ready, stage: number | null, stages: number, seconds: number, shortened: boolean): string {
    const where = stage === null ? '' : ` at stage ${stage} of ${stages}`;
    return `Approved by ${by}${where}${shortened ? ', shortened to' : ' for'} ${duration(seconds)}.`;
  },
  denied: (by: Ready, comment: Ready | null) => `Denied by ${by}${comment === null ? '.' : `: ${comment}`}`,
  question: (by: Ready, text: Ready) => `${by} asks: ${text}`,
  answer: (by: Ready, text: Ready) => `${by} answers: ${text}`,
  withdrawn: (by: Ready) => `Withdrawn by ${by}.`,
  expired: 'Nobody decided in time, so the request is over.',
  reopened:
    'What this access gives, or who may decide, has changed in Keycloak. Earlier approvals no longer count; please decide again.',
  /** A stage goes on to another group. */
  escalated: (from: Ready, to: Ready) => `${from} has not decided, so ${to} is asked, too.`,
  /** `why`: whole sentences. */
  stuck: (why: string) => `This cannot be approved as things stand. ${why} It waits on.`,
  live: (until: Ready, tokensUntil: Ready) =>
    `Live: Keycloak confirmed it. It ends ${until}; tokens issued before that may live until ${tokensUntil}.`,
  endingSoon: (at: Ready) => `Ends soon: ${at}. The holder is told.`,
  released: (by: Ready) => `${by} released it. I am taking it away.`,
  revoked: (by: Ready) => `${by} revoked it. I am taking it away.`,
  endedKept: (at: Ready, endedBy: EndedBy) =>
    `The lease ended ${at}: ${ended[endedBy]}. The access stays, because another lease on it still runs or because it was there before.`,
  ended: (at: Ready, endedBy: EndedBy) => `Ended ${at}: ${ended[endedBy]}.`,
  readBack: 'Removed in Keycloak, and read back: it is gone.',
  trouble: (nextTry: Ready) => `Keycloak did not do what I asked. I am trying again; the next try is ${nextTry}.`,
};
