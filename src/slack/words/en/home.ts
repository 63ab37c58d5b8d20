import type { Ready } from '../ready.ts';

/** The App Home. Titles are plain text. */
export const home = {
  yourRequests: 'Your requests',
  yourLeases: 'Your leases',
  yourAccess: 'Your access',
  nothing: 'You hold no lease and wait for none. Ask with *Request access*.',

  waiting: 'Waiting for your decision',
  nothingWaits: 'Nothing waits for your decision.',
  othersWait: 'These have waited longest. Others wait in the approval channels.',
  keycloakAway:
    'Keycloak is not answering, so I cannot tell what waits for you. I keep trying. Leases still end on time.',
  keycloakRefuses:
    'Keycloak does not let me see which groups you are in, so I cannot tell what waits for you. Tell the operator.',
  /** `stage` counts from 1 and is null where there is only one. */
  approved(approved: number, required: number, stage: number | null, stages: number): string {
    return `${approved} of ${required} approved${stage === null ? '' : `, stage ${stage} of ${stages}`}`;
  },
  waitsUntil: (until: Ready) => `waits until ${until}`,
  why: (text: Ready) => `Why: ${text}`,
  openCard: 'Open the card to decide',

  decidedLately: 'You decided lately',
  decided: (kind: 'approve' | 'deny', what: Ready, who: Ready, at: Ready) =>
    `You ${kind === 'approve' ? 'approved' : 'denied'} ${what} for ${who}, ${at}`,
};
