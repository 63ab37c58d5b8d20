import { systemActor } from '../domain/audit-drafts.ts';
import { isDenying, rulesOf } from '../domain/policy.ts';
import type { PolicyDecision, PolicyEffect } from '../domain/policy.ts';
import { correlationId } from '../lib/correlation.ts';
import { decisionOf } from './ask-policy.ts';
import type { PolicyPorts } from './ask-policy.ts';
import type { TokenAsk, TokenVerdict } from './gate-port.ts';
import { tokenQuestion } from './gate-question.ts';
import type { Ports } from './ports.ts';
import { standingApproval } from './standing-approval.ts';
import type { StandingPorts } from './standing-approval.ts';

export type TokenPorts = Omit<PolicyPorts, 'settings' | 'store' | 'metrics' | 'log'> &
  StandingPorts &
  Pick<Ports, 'ids'> & {
    readonly store: PolicyPorts['store'] & StandingPorts['store'];
    readonly metrics: Pick<Ports['metrics'], 'policyDecided' | 'tokenAsked'>;
    readonly log: Pick<Ports['log'], 'error' | 'info'>;
  };
type Denied = Extract<TokenVerdict, { readonly answer: 'deny' }>;
type Decided = readonly [TokenVerdict, PolicyDecision?];

/** A client that keeps asking leaves one entry in this time for each person, grant and reason. */
const ON_RECORD_MS = 60_000;
const MOST_KEPT = 10_000;

/** Decides at once whether a token may be issued, and with which scopes. Nobody can be asked. */
export function createTokenDoor(ports: TokenPorts): (ask: TokenAsk) => Promise<TokenVerdict> {
  const isFirst = createDamper();
  return async (ask) => {
    const [verdict, decision] = await verdictOf(ports, ask);
    ports.metrics.tokenAsked(ask.grant, verdict.answer === 'deny' ? verdict.because : verdict.answer);
    if (verdict.answer === 'deny') await refused(ports, ask, verdict, decision, isFirst);
    return verdict;
  };
}

async function verdictOf(ports: TokenPorts, ask: TokenAsk): Promise<Decided> {
  if (ports.policy === null) return [{ answer: 'deny', because: 'no_policy' }];
  if (ask.approval !== null && !(await isApproved(ports, ask))) return [{ answer: 'deny', because: 'approval' }];
  const decision = await decisionOf(ports, ports.policy, await tokenQuestion(ports, ask, ports.clock.now()));
  const { verdict, id, removedScopes } = decision;
  if (verdict !== 'allow' && !(verdict === 'approval' && ask.approval !== null))
    return [{ answer: 'deny', because: 'policy', texts: textsOf(decision), id }, decision];
  const scopes = ask.scopes.filter((scope) => !removedScopes.includes(scope));
  return [scopes.length === ask.scopes.length ? { answer: 'allow' } : { answer: 'narrow', scopes }, decision];
}

/** Whether people approved all that is asked for now. Keycloak names to them not all of the client's default scopes. */
async function isApproved(ports: TokenPorts, ask: TokenAsk): Promise<boolean> {
  const approval = await standingApproval(ports, ask);
  if (approval === null) return false;
  const beyond = ask.scopes.filter((scope) => scope !== 'openid' && !approval.scopes.includes(scope));
  if (beyond.length === 0) return true;
  const defaults = await ports.directory.defaultScopes(ask.client);
  return beyond.every((scope) => defaults.includes(scope));
}

const MEANS_NO: readonly PolicyEffect[] = ['stages', 'step-up', 'required-actions'];

/** What the authors of the rules say, each once; what is wrong with a rule is no text of theirs. */
export function textsOf({ verdict, reasons }: PolicyDecision): readonly string[] {
  const counts = (effect: PolicyEffect): boolean =>
    verdict === 'deny' ? isDenying(effect) && effect !== 'broken' : MEANS_NO.includes(effect);
  const told = reasons.flatMap(({ because, effect }) =>
    counts(effect) && typeof because === 'string' ? [because] : [],
  );
  return [...new Set(told)];
}

async function refused(
  ports: TokenPorts,
  { person, client, grant, approval }: TokenAsk,
  { because }: Denied,
  decision: PolicyDecision | undefined,
  isFirst: Damper,
): Promise<void> {
  const at = ports.clock.now();
  const ruled = decision === undefined ? {} : { policy: decision.id, rules: rulesOf(decision.reasons) };
  ports.log.info('token refused', { because, client, grant, userId: person.userId, ...ruled });
  const key = JSON.stringify([person.userId, client, grant, because]);
  if (!isFirst.at(key, at)) return;
  const data = { because, client, grant, ...(because === 'approval' && { gate: approval }), ...ruled };
  const entry = {
    ...({ kind: 'token.refused', at, actor: systemActor, subject: person, data } as const),
    ...{ resource: null, requestId: null, grantId: null, correlationId: correlationId() ?? ports.ids.uuid() },
  };
  try {
    await ports.store.commit({ audit: [entry] });
  } catch (error) {
    isFirst.forget(key);
    throw error;
  }
}

type Damper = ReturnType<typeof createDamper>;

function createDamper() {
  const seen = new Map<string, number>();
  return {
    at: (key: string, now: number): boolean => {
      const before = seen.get(key);
      if (before !== undefined && now < before + ON_RECORD_MS) return false;
      seen.delete(key);
      seen.set(key, now);
      const [oldest] = seen.keys();
      if (seen.size > MOST_KEPT && oldest !== undefined) seen.delete(oldest);
      return true;
    },
    forget: (key: string): void => void seen.delete(key),
  };
}
