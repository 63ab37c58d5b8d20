import { endReason, holdingKey } from '../domain/grant.ts';
import type { LiveGrant } from '../domain/grant.ts';
import type { EpochMs } from '../domain/ids.ts';
import { leaseLine, messagesOf, toHolder } from './answer.ts';
import type { Ports } from './ports.ts';

const BATCH = 50;

/** Tells holders once that a lease ends soon. @returns how many of them are looked after */
export async function warnHolders(ports: Pick<Ports, 'store' | 'clock'>): Promise<number> {
  const at = ports.clock.now();
  const due = await ports.store.grantsToWarn(at, BATCH);
  const results = await Promise.all(
    due.map(async (grant) => {
      const message = messagesOf(`warn:${grant.id}`, at, grant.correlationId);
      const { expiresAt } = grant;
      const bodies = [leaseLine(grant, { line: 'ending_soon', expiresAt }), toHolder(grant, { notice: 'ending_soon' })];
      return ports.store.commit({
        grants: [{ ...grant, warnAt: null, revision: grant.revision + 1 }],
        messages: (await endsTheAccess(ports, grant, at)) ? bodies.map(message) : [],
        audit: [],
      });
    }),
  );
  // A conflict means that the grant moved on; if it is still live it is found again.
  return results.filter((result) => result === 'committed').length;
}

/** Not when it is ending already, nor while another lease keeps the access for longer: nothing would change for the holder. */
async function endsTheAccess(ports: Pick<Ports, 'store'>, grant: LiveGrant, at: EpochMs): Promise<boolean> {
  if (endReason(grant, at) !== null) return false;
  const known = await ports.store.holding(holdingKey(grant.realm, grant.person.userId, grant.resource));
  return !(known?.grants ?? []).some(
    (other) => other.state === 'live' && other.endAsked === null && other.expiresAt > grant.expiresAt,
  );
}
