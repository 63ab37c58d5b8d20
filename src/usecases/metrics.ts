/** What is counted. */
export interface Metrics {
  requestEnded(outcome: string, secondsToDecision: number): void;
  liveGrants(count: number): void;
  /** Seconds between the due time and the confirmed end. */
  revoked(latenessSeconds: number): void;
  overdue(count: number, oldestSeconds: number): void;
  unsentMessages(count: number): void;
  unfinishedEnvelopes(count: number): void;
  /** What was taken by break-glass and not yet signed by two people. */
  openReviews(count: number): void;
  keycloakCall(operation: string, result: string, seconds: number): void;
  /** How many calls to Keycloak may be in flight now. */
  keycloakLimit(calls: number): void;
  /** One decision of policy, at which door and with which verdict. */
  policyDecided(door: string, verdict: string): void;
  /** A sign-in came to the gate; `verdict`: as `GateVerdict`. */
  gateAsked(trigger: string, verdict: string): void;
  /** A sign-in was refused at once, and nobody was asked; `reason`: as `GateDenial`. */
  gateRefused(reason: string): void;
  /** A gate was closed, and how long the person waited. */
  gateClosed(outcome: string, seconds: number): void;
  /** A call of Keycloak was refused, or could not be answered (`away`); the reason is the answer's `error`. */
  gateCallRefused(reason: string): void;
  /** A token was about to be issued; `verdict`: `allow`, `narrow`, or why not, as `TokenVerdict`. */
  tokenAsked(grant: string, verdict: string): void;
  waitingGates(count: number): void;
  slackCall(method: string, result: string): void;
}
