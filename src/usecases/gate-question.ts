import type { EpochMs } from '../domain/ids.ts';
import type { GateQuestion, PolicyContext } from '../domain/policy.ts';
import type { GateAsk, TokenAsk } from './gate-port.ts';
import { readPersonFacts } from './policy-facts.ts';
import type { FactPorts } from './policy-facts.ts';

/** What policy is asked about a sign-in, read live. */
export async function gateQuestion(ports: FactPorts, ask: GateAsk, now: EpochMs): Promise<GateQuestion> {
  const { ip, device, client, reached, trigger, action, scopes, account } = ask;
  const known = { ip, device, client, acr: reached.at(-1) ?? null, trigger, action, grant: null, scopes };
  return { kind: 'login', account, ...(await aboutPerson(ports, ask, known, now)) };
}

/** What policy is asked about a token, read live. */
export async function tokenQuestion(
  ports: FactPorts,
  { person, client, scopes, grant, ip }: Pick<TokenAsk, 'person' | 'client' | 'scopes' | 'grant' | 'ip'>,
  now: EpochMs,
): Promise<GateQuestion> {
  const known = { ip, device: null, client, acr: null, trigger: null, action: null, grant, scopes };
  return { kind: 'token', account: null, ...(await aboutPerson(ports, { person }, known, now)) };
}

async function aboutPerson(
  ports: FactPorts,
  { person }: Pick<GateAsk, 'person'>,
  known: Omit<PolicyContext, 'now' | 'recent' | 'live' | 'liveCount'>,
  now: EpochMs,
): Promise<Omit<GateQuestion, 'kind' | 'account'>> {
  const { subject, recent, grants } = await readPersonFacts(ports, person, now);
  const live = [...new Set(grants.map(({ resource }) => resource.path))];
  const context = { now, ...known, recent, live, liveCount: live.length };
  return { subject, resource: null, request: null, context };
}
