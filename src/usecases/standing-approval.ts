import { usableUntil } from '../domain/gate.ts';
import type { LeasesAsk, TokenApproval } from './gate-port.ts';
import type { Ports } from './ports.ts';
import type { Store } from './store-port.ts';

export type StandingPorts = Pick<Ports, 'clock'> & {
  readonly settings: Pick<Ports['settings'], 'realm'>;
  readonly store: Pick<Store, 'gate'>;
};

/** What this person approved, or had approved, for this client without a browser; null where it does not count now. */
export async function standingApproval(
  { clock, settings, store }: StandingPorts,
  { approval: id, person, client }: Pick<LeasesAsk, 'approval' | 'person' | 'client'>,
): Promise<TokenApproval | null> {
  const gate = id === null ? null : await store.gate(id);
  if (gate?.realm !== settings.realm || gate.person.userId !== person.userId || gate.client !== client) return null;
  const endsAt = usableUntil(gate);
  if (endsAt === null || gate.backchannel === undefined || !(clock.now() < endsAt)) return null;
  const approvers = gate.approvals.map(({ by }) => by.username);
  return { id: gate.id, endsAt, scopes: gate.scopes, approvers, limits: gate.backchannel.limits };
}
