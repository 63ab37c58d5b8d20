import type { LiveGrant } from '../domain/grant.ts';
import type { EpochMs, KeycloakUserId } from '../domain/ids.ts';
import type { PolicyContext, PolicySubject } from '../domain/policy.ts';
import type { Ports } from './ports.ts';
import type { Store } from './store-port.ts';

const RECENT_MS = 86_400_000;

export type FactPorts = Pick<Ports, 'directory'> & { readonly store: Pick<Store, 'requestsFor' | 'liveGrantsOf'> };

/** What policy may know of a person at every door, read live. */
export async function readPersonFacts(
  { directory, store }: FactPorts,
  { userId, username }: { readonly userId: KeycloakUserId; readonly username: string },
  now: EpochMs,
): Promise<{
  readonly subject: PolicySubject;
  readonly recent: PolicyContext['recent'];
  readonly grants: readonly LiveGrant[];
}> {
  const [facts, manager, recent, grants] = await Promise.all([
    directory.factsOf(userId),
    directory.managerOf(userId),
    store.requestsFor(userId, now - RECENT_MS),
    store.liveGrantsOf(userId),
  ]);
  return {
    subject: {
      username,
      groups: facts?.groups ?? null,
      attributes: facts?.attributes ?? {},
      manager: typeof manager === 'string' ? null : manager.username,
    },
    recent: { requests24h: recent.requests, denied24h: recent.denied },
    grants,
  };
}
