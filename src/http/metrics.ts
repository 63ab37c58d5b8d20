import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { Metrics } from '../usecases/metrics.ts';

const DECISION_SECONDS = [10, 30, 60, 300, 900, 1800, 3600, 4 * 3600, 24 * 3600];
const LATENESS_SECONDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800];
/** Up to the longest that a sign-in may wait. */
const WAIT_SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1500];
const CALL_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The counters of one running app, in a registry of their own; `text` is the Prometheus exposition format 0.0.4. */
export function createMetrics(): { readonly metrics: Metrics; readonly text: () => Promise<string> } {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const histogram = (name: string, help: string, buckets: number[]) =>
    new Histogram({ name, help, buckets, registers });

  const requests = new Counter({
    name: 'leasehold_requests_total',
    help: 'Access requests that came to an end, by outcome.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const decision = histogram(
    'leasehold_decision_seconds',
    'From submission to the end of a request.',
    DECISION_SECONDS,
  );
  const live = gauge('leasehold_live_leases', 'Leases that give access now.');
  const lateness = histogram(
    'leasehold_revocation_lateness_seconds',
    'From the due time of a revocation to its confirmation in Keycloak.',
    LATENESS_SECONDS,
  );
  const overdue = gauge('leasehold_overdue_revocations', 'Holdings that are due and not yet right.');
  const overdueOldest = gauge('leasehold_overdue_oldest_seconds', 'Age of the oldest of them.');
  const unsent = gauge('leasehold_unsent_messages', 'Messages that Slack has not taken yet.');
  const unfinished = gauge('leasehold_unfinished_envelopes', 'What people asked for and was not carried out yet.');
  const reviews = gauge('leasehold_open_reviews', 'Access taken by break-glass that two people have not signed yet.');
  const keycloakCalls = new Counter({
    name: 'leasehold_keycloak_calls_total',
    help: 'Calls to the Admin API of Keycloak.',
    labelNames: ['operation', 'result'] as const,
    registers,
  });
  const keycloakSeconds = new Histogram({
    name: 'leasehold_keycloak_call_seconds',
    help: 'How long Keycloak took to answer.',
    labelNames: ['operation'] as const,
    buckets: CALL_SECONDS,
    registers,
  });
  const keycloakLimit = gauge('leasehold_keycloak_call_limit', 'Calls to Keycloak that may be in flight at once.');
  const slackCalls = new Counter({
    name: 'leasehold_slack_calls_total',
    help: 'Calls to the Web API of Slack; a 429 has the result rate_limited.',
    labelNames: ['method', 'result'] as const,
    registers,
  });

  const policyDecisions = new Counter({
    name: 'leasehold_policy_decisions_total',
    help: 'Decisions of policy, by the door where it was asked.',
    labelNames: ['door', 'verdict'] as const,
    registers,
  });

  const gates = new Counter({
    name: 'leasehold_gates_total',
    help: 'Sign-ins that came to the gate, by why they came and what they were answered.',
    labelNames: ['trigger', 'verdict'] as const,
    registers,
  });
  const gateWait = new Histogram({
    name: 'leasehold_gate_wait_seconds',
    help: 'How long people waited at the gate, by what came of it.',
    labelNames: ['outcome'] as const,
    buckets: WAIT_SECONDS,
    registers,
  });
  const gateDenials = new Counter({
    name: 'leasehold_gate_refusals_total',
    help: 'Sign-ins that were refused at once, without asking an approver.',
    labelNames: ['reason'] as const,
    registers,
  });
  const gateRefusals = new Counter({
    name: 'leasehold_gate_calls_refused_total',
    help: 'Calls of Keycloak that were not answered, by reason.',
    labelNames: ['reason'] as const,
    registers,
  });
  const tokens = new Counter({
    name: 'leasehold_token_verdicts_total',
    help: 'Tokens that Keycloak was about to issue, by how they were asked for and what was decided.',
    labelNames: ['grant', 'verdict'] as const,
    registers,
  });
  const waitingGates = gauge('leasehold_waiting_gates', 'Sign-ins that wait for an approver now.');

  const metrics: Metrics = {
    requestEnded(outcome, secondsToDecision) {
      requests.inc({ outcome });
      decision.observe(secondsToDecision);
    },
    liveGrants: (count) => live.set(count),
    revoked: (latenessSeconds) => lateness.observe(latenessSeconds),
    overdue(count, oldestSeconds) {
      overdue.set(count);
      overdueOldest.set(oldestSeconds);
    },
    unsentMessages: (count) => unsent.set(count),
    unfinishedEnvelopes: (count) => unfinished.set(count),
    openReviews: (count) => reviews.set(count),
    keycloakCall(operation, result, seconds) {
      keycloakCalls.inc({ operation, result });
      keycloakSeconds.observe({ operation }, seconds);
    },
    keycloakLimit: (calls) => keycloakLimit.set(calls),
    policyDecided: (door, verdict) => policyDecisions.inc({ door, verdict }),
    gateAsked: (trigger, verdict) => gates.inc({ trigger, verdict }),
    gateRefused: (reason) => gateDenials.inc({ reason }),
    gateClosed: (outcome, seconds) => gateWait.observe({ outcome }, seconds),
    gateCallRefused: (reason) => gateRefusals.inc({ reason }),
    tokenAsked: (grant, verdict) => tokens.inc({ grant, verdict }),
    waitingGates: (count) => waitingGates.set(count),
    slackCall: (method, result) => slackCalls.inc({ method, result }),
  };
  return { metrics, text: () => registry.metrics() };
}
