import { dueAt, endReason, holdingKey, isAhead, isWanted, startLease, turnsAt } from './grant.ts';
import type { EndedBy, EndedGrant, LiveGrant, OpenGrant, PlannedGrant } from './grant.ts';
import type { EpochMs, GrantId, KeycloakUserId } from './ids.ts';
import type { Resource } from './resource.ts';

/**
 * One person's access to one resource, the row that is kept right. Grants are reasons on it; it outlives the single
 * grant. `puts` and `deletes` count attempts of ours whose outcome is unknown.
 */
export type Holding = {
  readonly key: string;
  readonly realm: string;
  readonly userId: KeycloakUserId;
  readonly username: string;
  readonly resource: Resource;
  /** null: not decided yet; false: the access was there before us; true: ours to take away. */
  readonly owned: boolean | null;
  /** Grows with each claim; a write that carries an older one is refused. */
  readonly epoch: number;
  /** The replica that keeps it now, and until when; null when nobody does. */
  readonly rowLease: { readonly replica: string; readonly until: EpochMs } | null;
  readonly puts: number;
  readonly deletes: number;
  readonly lastSendAt: EpochMs | null;
  /** When it must be looked at again; null: nothing to do. */
  readonly nextLookAt: EpochMs | null;
  /** Failed tries in a row. */
  readonly failures: number;
  /** Why a person is needed (Keycloak refuses us), or null. */
  readonly held: string | null;
  /** A lease that asks for it has ended, and the person's sessions still have to be ended, once the access is gone. */
  readonly sessionsDue: boolean;
  readonly revision: number;
};

/** What was just seen in Keycloak, under the row lease. */
export type Look = {
  /** The clock right before the read was sent: a call may land while the answer is on its way. */
  readonly at: EpochMs;
  readonly present: boolean;
  readonly user: 'enabled' | 'disabled' | 'gone';
  readonly resource: 'there' | 'gone';
  /** Planned grants that may not be activated now, by id. Only asked for while one is planned. */
  readonly refused: ReadonlyMap<GrantId, string>;
};

/** What this claim has learned so far. `deleteAnswered`: a DELETE of this claim was answered 204 or 404. */
export type Seen = { readonly look: Look | null; readonly deleteAnswered: boolean };

/** The one next thing to do. `put` and `delete` carry the rows to commit before the call is sent. */
export type Step =
  | { readonly do: 'look' }
  | { readonly do: 'put'; readonly holding: Holding; readonly grants: readonly PlannedGrant[] }
  | { readonly do: 'delete'; readonly holding: Holding }
  | { readonly do: 'end-sessions' }
  | { readonly do: 'wait'; readonly holding: Holding }
  | {
      readonly do: 'settle';
      readonly holding: Holding;
      readonly live: readonly LiveGrant[];
      readonly ended: readonly EndedGrant[];
    };

/** A holding as it is before anything happened on it, asking to be looked at now. */
export function openHolding(
  realm: string,
  userId: KeycloakUserId,
  username: string,
  resource: Resource,
  now: EpochMs,
): Holding {
  return {
    key: holdingKey(realm, userId, resource),
    realm,
    userId,
    username,
    resource,
    owned: null,
    epoch: 0,
    rowLease: null,
    puts: 0,
    deletes: 0,
    lastSendAt: null,
    nextLookAt: now,
    failures: 0,
    held: null,
    sessionsDue: false,
    revision: 1,
  };
}

/**
 * Keeps one holding right, level-triggered: what should be, what is, one step. Pure; every rule in it is necessary, and
 * test/unit/holding-model.test.ts shows for each what breaks without it.
 * @param grants the open grants on this holding
 * @param quarantineMs how long after a send of unknown outcome the call may still land
 */
export function nextStep(
  holding: Holding,
  grants: readonly OpenGrant[],
  seen: Seen,
  now: EpochMs,
  quarantineMs: number,
): Step {
  if (endsSessionsNow(holding)) return { do: 'end-sessions' };
  // Those still ahead are no reason for anything yet, but to look again when they begin.
  const begun = grants.filter((grant) => !isAhead(grant, now));
  const begins = grants.filter((grant) => isAhead(grant, now)).map((grant) => turnsAt(grant, now));
  const byTime = new Map(begun.map((grant) => [grant, endReason(grant, now)]));
  const { look } = seen;
  const quiet = holding.lastSendAt === null || (look?.at ?? now) >= holding.lastSendAt + quarantineMs;
  const current = quiet ? { ...holding, puts: 0, deletes: 0 } : holding;
  if (look === null) {
    if (begun.some((grant) => byTime.get(grant) === null)) return { do: 'look' };
    if (current.owned !== true) return settle(current, byTime, begins, now);
    return seen.deleteAnswered ? { do: 'look' } : sendDelete(current, now);
  }

  const reasons = new Map(begun.map((grant) => [grant, byTime.get(grant) ?? seenReason(grant, look)]));
  if (begun.some((grant) => reasons.get(grant) === null)) {
    if (!look.present) return endDrifted(current, reasons, now) ?? sendPut(current, reasons, now);
    if (current.deletes > 0) return waitUntilQuiet(current, reasons, begins, now, quarantineMs);
    return settle({ ...current, owned: current.owned ?? false }, reasons, begins, now);
  }
  if (look.user === 'gone') return settle(current, reasons, begins, now, false);
  if (current.owned !== true || look.resource === 'gone') return settle(current, reasons, begins, now);
  if (look.present || !seen.deleteAnswered) return sendDelete(current, now);
  if (current.puts + current.deletes > 0) return waitUntilQuiet(current, reasons, begins, now, quarantineMs);
  return settle(current, reasons, begins, now);
}

/** Right before a call: the row lease must outlast its time-out, and a PUT must still be wanted. */
export function maySend(
  call: 'put' | 'delete',
  holding: Holding,
  grants: readonly OpenGrant[],
  replica: string,
  now: EpochMs,
  timeoutMs: number,
): boolean {
  if (holding.rowLease?.replica !== replica || holding.rowLease.until <= now + timeoutMs) return false;
  return call === 'delete' || grants.some((grant) => isWanted(grant, now));
}

/** Whether the sessions are to be ended now: while the access may be ours and there, a refresh would bring it back. */
export const endsSessionsNow = (holding: Holding): boolean => holding.sessionsDue && holding.owned !== true;

/** The attempt is resolved: it was answered, or it certainly never left. */
export function resolved(holding: Holding, call: 'put' | 'delete'): Holding {
  return call === 'put'
    ? { ...holding, puts: Math.max(0, holding.puts - 1) }
    : { ...holding, deletes: Math.max(0, holding.deletes - 1) };
}

/**
 * After a PUT that certainly never took effect nothing is ours yet: the next look decides anew, and an access that was
 * never given ends without a call.
 */
export function disowned(holding: Holding, grants: readonly OpenGrant[]): Holding {
  const given = holding.puts > 0 || grants.some((grant) => grant.state === 'live');
  return given ? holding : { ...holding, owned: null };
}

function seenReason(grant: OpenGrant, look: Look): EndedBy | null {
  if (look.user !== 'enabled') return 'person_gone';
  if (look.resource === 'gone') return 'resource_gone';
  // A lease goes live only when no DELETE of ours may still land, and none is sent while it is wanted: another hand did it.
  if (grant.state === 'live') return look.present ? null : 'drift';
  return look.refused.has(grant.id) ? 'refused_at_activation' : null;
}

/** Ends the leases whose access another hand took away, so that the PUT for a newly approved one does not revive them (I10). */
function endDrifted(holding: Holding, reasons: Reasons, now: EpochMs): Step | null {
  const ended = [...reasons].flatMap(([grant, reason]) => (reason === 'drift' ? [end(grant, reason, now)] : []));
  if (ended.length === 0) return null;
  const sessionsDue = asksForSessions(holding, ended);
  return {
    do: 'settle',
    holding: { ...holding, failures: 0, held: null, sessionsDue, nextLookAt: now },
    live: [],
    ended,
  };
}

function sendPut(holding: Holding, reasons: Reasons, now: EpochMs): Step {
  const wanted = [...reasons].filter(([, reason]) => reason === null).map(([grant]) => grant);
  return {
    do: 'put',
    // `owned: false` means that we never sent a PUT, and the access that was there is gone: this one will be ours.
    holding: { ...holding, owned: true, puts: holding.puts + 1, lastSendAt: now },
    grants: wanted.flatMap((grant) =>
      grant.state === 'planned'
        ? [
            {
              ...grant,
              // While an earlier PUT may have landed, the lease counts from that one.
              expiresAt:
                holding.puts > 0 && grant.expiresAt !== null ? grant.expiresAt : now + grant.leaseSeconds * 1000,
              revision: grant.revision + 1,
            },
          ]
        : [],
    ),
  };
}

const sendDelete = (holding: Holding, now: EpochMs): Step => ({
  do: 'delete',
  holding: { ...holding, deletes: holding.deletes + 1, lastSendAt: now },
});

/** Until late calls can no longer land, a lease that is still wanted falls due, or one that is ahead begins. */
function waitUntilQuiet(
  holding: Holding,
  reasons: Reasons,
  begins: readonly EpochMs[],
  now: EpochMs,
  quarantineMs: number,
): Step {
  const dues = [...reasons].flatMap(([grant, reason]) => (reason === null ? [dueAt(grant)] : []));
  return {
    do: 'wait',
    holding: { ...holding, nextLookAt: Math.min((holding.lastSendAt ?? now) + quarantineMs, ...dues, ...begins) },
  };
}

type Reasons = ReadonlyMap<OpenGrant, EndedBy | null>;

/**
 * Writes down what is now known: reasons end their grants, wanted ones are live, and nobody need look before `nextLookAt`.
 * While every grant that is left only begins later, the holding is closed like one without any: whose the access is will
 * be decided anew.
 */
function settle(
  holding: Holding,
  reasons: Reasons,
  begins: readonly EpochMs[],
  now: EpochMs,
  hasSessions = true,
): Step {
  const live: LiveGrant[] = [];
  const ended: EndedGrant[] = [];
  const open: OpenGrant[] = [];
  for (const [grant, endedBy] of reasons) {
    if (endedBy !== null) {
      ended.push(end(grant, endedBy, now));
    } else if (grant.state === 'planned') {
      const started = startLease(grant, now);
      live.push(started);
      open.push(started);
    } else {
      open.push(grant);
    }
  }
  const sessionsDue = hasSessions && asksForSessions(holding, ended);
  const base = { ...holding, failures: 0, held: null, sessionsDue };
  if (open.length > 0)
    return { do: 'settle', holding: { ...base, nextLookAt: Math.min(...open.map(dueAt), ...begins) }, live, ended };
  return {
    do: 'settle',
    holding: {
      ...base,
      owned: holding.owned === false ? false : null,
      puts: 0,
      deletes: 0,
      lastSendAt: null,
      nextLookAt: sessionsDue ? now : begins.length > 0 ? Math.min(...begins) : null,
    },
    live,
    ended,
  };
}

/** An earlier lease may have asked for it while another one kept the access; only of what is ours. */
const asksForSessions = (holding: Holding, ended: readonly EndedGrant[]): boolean =>
  holding.sessionsDue || (holding.owned === true && ended.some((grant) => grant.endSessions));

function end(grant: OpenGrant, endedBy: EndedBy, now: EpochMs): EndedGrant {
  const liveAt = grant.state === 'live' ? grant.liveAt : null;
  return { ...grant, state: 'ended', liveAt, endedAt: now, endedBy, revision: grant.revision + 1 };
}
