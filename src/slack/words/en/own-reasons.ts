import type { Ready } from '../ready.ts';

/**
 * Why Leasehold itself, and no author of a rule, denies or holds back, as a sentence without its end. The command line
 * prints these as well.
 */
export const ownReasons = {
  limitDisputed: (limit: Ready) => `rules hand on different values of ${limit}`,
  /** `verdict` and `door` as policy files and Open Policy Agent write them. */
  verdictMeaningless: (verdict: Ready, door: Ready) => `the verdict ${verdict} means nothing at ${door}`,
  tooManyStages: (count: number, most: number) => `its rules demand ${count} stages, and there are at most ${most}`,
  tooManyLeases: (username: Ready, count: number, most: number) =>
    `${username} would hold ${count} leases, and there are at most ${most}`,
  notTogether: (path: Ready) => `not together with ${path}`,
  stagesDemanded: 'another rule demands stages',
  stepUpDemanded: 'another rule demands that approvers sign in',
  riskCritical: 'risk critical is never given at once',
  administersKeycloak: 'what administers Keycloak is never given at once',
  groupsHidden: 'not all groups of the person can be seen',
  notCheckedHere: 'it asks for more than Leasehold can check here',
  engineStatus: (status: number) => `policy is unreachable: it answered with status ${status}`,
  engineLate: (seconds: number) => `policy is unreachable: no answer within ${seconds} s`,
  engineUnconnected: 'policy is unreachable: no connection',
  engineUndefined: 'policy answered nothing: its rule says nothing about this question',
  /** `detail`: technical, in English. */
  engineNonsense: (detail: Ready) => `policy answered nonsense: ${detail}`,
};
