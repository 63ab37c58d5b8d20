import { systemActor } from '../domain/audit-drafts.ts';
import { isDenying, rulesOf } from '../domain/policy.ts';
import type { PolicyDecision } from '../domain/policy.ts';
import { correlationId } from '../lib/correlation.ts';
import { decisionOf, ruledByOf } from './ask-policy.ts';
import type { GateAsk, GateDenial, GateVerdict } from './gate-port.ts';
import { gateQuestion } from './gate-question.ts';
import { waitAtGate } from './open-gate.ts';
import type { GatePorts } from './open-gate.ts';

/**
 * What becomes of a sign-in that came to the gate. Whoever has to reach a higher class first asks again then, and nothing is
 * on record before. @returns `replayed` where the same signed call has opened a gate
 */
export async function askGate(ports: GatePorts, ask: GateAsk): Promise<GateVerdict | 'replayed'> {
  const verdict = await verdictOf(ports, ask);
  if (verdict === 'replayed') return verdict;
  const counted = verdict.answer === 'go' && verdict.actions.length > 0 ? 'actions' : verdict.answer;
  ports.metrics.gateAsked(ask.trigger, counted);
  return verdict;
}

async function verdictOf(ports: GatePorts, ask: GateAsk): Promise<GateVerdict | 'replayed'> {
  if (ports.policy === null) return denied(ports, ask, { because: 'no_policy' });
  const decision = await decisionOf(ports, ports.policy, await gateQuestion(ports, ask, ports.clock.now()));
  const { verdict, stages, stepUp, requiredActions: actions } = decision;
  if (verdict === 'deny')
    return denied(ports, ask, { because: 'policy', texts: textsOf(decision), id: decision.id }, decision);
  const acr = stepUp.filter((one) => !ask.reached.includes(one));
  const isAlone = ask.waitSeconds === 0 && (acr.length > 0 || verdict === 'approval');
  if (isAlone) return { answer: 'deny', because: 'interaction' };
  if (acr.length > 0) return { answer: 'step-up', acr };
  if (verdict !== 'approval') return { answer: 'go', actions };
  const waits = await waitAtGate(ports, ask, { rule: stages?.[0], ruledBy: ruledByOf(decision) });
  if (waits === 'replayed') return waits;
  return 'because' in waits ? denied(ports, ask, waits, decision) : { answer: 'wait', ...waits, actions };
}

/** What the authors of the rules say, each once; why Leasehold itself denies, or what is wrong with a rule, is no text of theirs. */
const textsOf = ({ reasons }: PolicyDecision): readonly string[] => [
  ...new Set(
    reasons.flatMap(({ because, effect }) =>
      isDenying(effect) && effect !== 'broken' && typeof because === 'string' ? [because] : [],
    ),
  ),
];

async function denied(
  ports: GatePorts,
  { person, client, trigger }: GateAsk,
  denial: GateDenial,
  decision: PolicyDecision | null = null,
): Promise<GateVerdict> {
  const { because } = denial;
  const ruled = decision === null ? {} : { policy: decision.id, rules: rulesOf(decision.reasons) };
  ports.metrics.gateRefused(because);
  ports.log.info('sign-in refused', { because, client, trigger, userId: person.userId });
  await ports.store.commit({
    audit: [
      {
        ...{ kind: 'gate.refused', at: ports.clock.now(), actor: systemActor, subject: person },
        ...{ resource: null, requestId: null, grantId: null },
        correlationId: correlationId() ?? ports.ids.uuid(),
        data: { because, client, trigger, ...ruled },
      },
    ],
  });
  return { answer: 'deny', ...denial };
}
