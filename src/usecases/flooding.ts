import type { Person } from '../domain/people.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Ports } from './ports.ts';
import type { Store } from './store-port.ts';

const MAX_PENDING = 10;
const MAX_AN_HOUR = 20;
const HOUR_MS = 3_600_000;

/** Whether this person would ask too much with so many more. To have asked for many people at once is to have asked once. */
export async function flooding(
  ports: Pick<Ports, 'clock'> & { readonly store: Pick<Store, 'pendingRequestsOf' | 'countRequestsSince'> },
  person: Person,
  more: number,
): Promise<Refusal | null> {
  const pending = await ports.store.pendingRequestsOf(person.slack);
  if (new Set(pending.map(({ id, teamId }) => teamId ?? id)).size + more > MAX_PENDING)
    return { refusal: 'too_many_pending', limit: MAX_PENDING };
  const recent = await ports.store.countRequestsSince(person.userId, ports.clock.now() - HOUR_MS);
  return recent + more > MAX_AN_HOUR ? { refusal: 'too_many_recently', limit: MAX_AN_HOUR } : null;
}
