import type { LeasesAsk, LeasesTold } from './gate-port.ts';
import { standingApproval } from './standing-approval.ts';
import type { StandingPorts } from './standing-approval.ts';

/** What a token may say of the leases of its person. */
export async function tellLeases(ports: StandingPorts, ask: LeasesAsk): Promise<LeasesTold> {
  return { leases: [], approval: await standingApproval(ports, ask) };
}
