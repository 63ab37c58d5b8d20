import { gateId, grantId } from '../domain/ids.ts';
import type { Person } from '../domain/people.ts';
import type { Resource } from '../domain/resource.ts';
import { hasCode } from '../lib/errors.ts';
import { messagesOf, ownEntry } from './answer.ts';
import type { CarriedSession } from './carried-store.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';

const AT_ONCE = 10;
/** A session that could not be ended is tried again after this. */
const RETRY_MS = 15_000;
/** By then Keycloak has kept, or given up, every token that it was building when the session was ended. */
const SETTLED_MS = 30_000;

type EndPorts = Pick<Ports, 'clock' | 'log'> & {
  readonly access: Pick<Ports['access'], 'endSession'>;
  readonly store: Pick<Ports['store'], 'claimCarried' | 'commit' | 'grant' | 'gate'>;
};

export type SessionEnder = {
  /** Ends every session that is due until none is, or until Keycloak does not answer. */
  run(): Promise<void>;
};

/**
 * Ends the user sessions whose tokens say what is not so any more. One of which Keycloak knows nothing may be that of a token
 * that it is building at this moment, so each is ended once more a little later.
 */
export function createSessionEnder(ports: EndPorts): SessionEnder {
  let failures = 0;
  let nextTryAt = 0;
  return {
    run: async () => {
      for (let isOver = ports.clock.now() < nextTryAt; !isOver;) {
        const now = ports.clock.now();
        const due = await ports.store.claimCarried({ now, until: now + RETRY_MS, limit: AT_ONCE });
        const ended = await Promise.all(due.map((one) => endOne(ports, one)));
        const isAway = ended.includes('away');
        failures = isAway ? failures + 1 : 0;
        if (isAway) nextTryAt = now + Math.min(RETRY_MS, 1000 * 2 ** Math.min(failures - 1, 10));
        isOver = isAway || due.length === 0;
      }
    },
  };
}

async function endOne(ports: EndPorts, claimed: CarriedSession): Promise<'ended' | 'away' | 'refused'> {
  try {
    await ports.access.endSession(claimed.userId, claimed.session);
  } catch (error) {
    if (hasCode(error, 'keycloak_forbidden')) return refused(ports, claimed);
    // One that cannot be ended holds up no other.
    ports.log.warn('session not ended', { carries: claimed.carries, error });
    return hasCode(error, 'keycloak_unavailable') ? 'away' : 'refused';
  }
  const at = ports.clock.now();
  const isFirst = claimed.endedAt === null;
  const next = isFirst ? { dueAt: at + SETTLED_MS, endedAt: at } : null;
  // A conflict means that another replica has been faster.
  await ports.store.commit({
    carriedEnded: [{ claimed, next }],
    audit: isFirst ? [await entryOf(ports, claimed, at)] : [],
  });
  return 'ended';
}

/** Operators are told once for each lease. */
async function refused(ports: EndPorts, { carries }: CarriedSession): Promise<'refused'> {
  const { about, resource } = await carriedIn(ports, carries);
  ports.log.error('session not ended', { carries, code: 'keycloak_forbidden' });
  if (about === null || resource === null) return 'refused';
  const because = 'Keycloak refuses to end the sessions that carry it';
  const alarm = { alarm: 'held', username: about.username, resource, because } as const;
  const cause = `session-held:${carries}`;
  await ports.store.commit({
    messages: [messagesOf(cause, ports.clock.now(), cause)({ to: 'operators', alarm })],
    audit: [],
  });
  return 'refused';
}

async function entryOf(ports: EndPorts, { carries }: CarriedSession, at: number): Promise<Batch['audit'][number]> {
  const { about, resource, grant, correlationId } = await carriedIn(ports, carries);
  const entry = ownEntry('sessions.ended', at, correlationId, null, {
    sessions: 1,
    ...(grant ? {} : { gate: carries }),
  });
  return {
    ...entry,
    subject: about && { userId: about.userId, username: about.username },
    resource,
    grantId: grant?.id ?? null,
    requestId: grant?.requestId ?? null,
  };
}

/** Whose session it is, and what it carried. */
async function carriedIn(
  { store }: EndPorts,
  carries: CarriedSession['carries'],
): Promise<{
  readonly about: Pick<Person, 'userId' | 'username'> | null;
  readonly resource: Resource | null;
  readonly grant: Awaited<ReturnType<Ports['store']['grant']>>;
  readonly correlationId: string;
}> {
  const grant = await store.grant(grantId(carries));
  if (grant !== null)
    return { about: grant.person, resource: grant.resource, grant, correlationId: grant.correlationId };
  const gate = await store.gate(gateId(carries));
  return { about: gate?.person ?? null, resource: null, grant, correlationId: gate?.correlationId ?? carries };
}
