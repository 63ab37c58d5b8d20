import type { TokenAsk, TokenVerdict } from './gate-port.ts';
import { standingApproval } from './standing-approval.ts';
import type { StandingPorts } from './standing-approval.ts';

/** Whether a token may be issued, decided at once. */
export async function askToken(ports: StandingPorts, ask: TokenAsk): Promise<TokenVerdict> {
  if (ask.approval !== null && (await standingApproval(ports, ask)) === null)
    return { answer: 'deny', because: 'approval' };
  return { answer: 'deny', because: 'no_policy' };
}
