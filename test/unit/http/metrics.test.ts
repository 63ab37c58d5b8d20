import { expect, it } from '@jest/globals';
import { createMetrics } from '../../../src/http/metrics.ts';

it('counts everything that the port names', async () => {
  const { metrics, text } = createMetrics();
  metrics.requestEnded('approved', 42);
  metrics.requestEnded('denied', 3);
  metrics.liveGrants(7);
  metrics.revoked(0.4);
  metrics.overdue(2, 31);
  metrics.unsentMessages(5);
  metrics.unfinishedEnvelopes(3);
  metrics.keycloakCall('group.take', 'done', 0.02);
  metrics.slackCall('chat.postMessage', 'rate_limited');
  metrics.gateAsked('client', 'wait');
  metrics.gateRefused('fatigue');
  metrics.tokenAsked('ciba', 'narrow');
  metrics.gateClosed('approved', 12);
  metrics.gateCallRefused('signature');
  metrics.waitingGates(4);
  const lines = (await text()).split('\n');
  for (const line of [
    'leasehold_requests_total{outcome="approved"} 1',
    'leasehold_requests_total{outcome="denied"} 1',
    'leasehold_decision_seconds_bucket{le="60"} 2',
    'leasehold_decision_seconds_sum 45',
    'leasehold_live_leases 7',
    'leasehold_revocation_lateness_seconds_bucket{le="0.5"} 1',
    'leasehold_overdue_revocations 2',
    'leasehold_overdue_oldest_seconds 31',
    'leasehold_unsent_messages 5',
    'leasehold_unfinished_envelopes 3',
    'leasehold_keycloak_calls_total{operation="group.take",result="done"} 1',
    'leasehold_keycloak_call_seconds_count{operation="group.take"} 1',
    'leasehold_gates_total{trigger="client",verdict="wait"} 1',
    'leasehold_gate_wait_seconds_bucket{le="10",outcome="approved"} 0',
    'leasehold_gate_wait_seconds_bucket{le="20",outcome="approved"} 1',
    'leasehold_gate_refusals_total{reason="fatigue"} 1',
    'leasehold_gate_calls_refused_total{reason="signature"} 1',
    'leasehold_token_verdicts_total{grant="ciba",verdict="narrow"} 1',
    'leasehold_waiting_gates 4',
    'leasehold_slack_calls_total{method="chat.postMessage",result="rate_limited"} 1',
  ]) {
    expect(lines).toContain(line);
  }
});

it('two apps in one process do not share their counters', async () => {
  const one = createMetrics();
  const other = createMetrics();
  one.metrics.liveGrants(7);
  expect((await other.text()).split('\n')).toContain('leasehold_live_leases 0');
});
