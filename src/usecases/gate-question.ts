import type { EpochMs } from '../domain/ids.ts';
import type { GateQuestion } from '../domain/policy.ts';
import type { GateAsk } from './gate-port.ts';
import { readPersonFacts } from './policy-facts.ts';
import type { FactPorts } from './policy-facts.ts';

/** What policy is asked about a sign-in, read live. */
export async function gateQuestion(ports: FactPorts, ask: GateAsk, now: EpochMs): Promise<GateQuestion> {
  const { subject, recent, grants } = await readPersonFacts(ports, ask.person, now);
  const { ip, device, client, reached, trigger, action, scopes, account } = ask;
  const live = [...new Set(grants.map(({ resource }) => resource.path))];
  const context = {
    ...{ now, ip, device, client, acr: reached.at(-1) ?? null, trigger, action, grant: null, scopes },
    ...{ recent, live, liveCount: live.length },
  };
  return { kind: 'login', subject, resource: null, request: null, account, context };
}
