import { openHolding } from '../../src/domain/holding.ts';
import type { Holding, Look } from '../../src/domain/holding.ts';
import type { GrantFacts, OpenGrant } from '../../src/domain/grant.ts';
import { grantId, keycloakUserId, requestId, resourceId } from '../../src/domain/ids.ts';

export type Call = 'put' | 'delete';
/** `ahead`: approved, and it has yet to begin. */
export type Lease = 'none' | 'ahead' | 'planned' | 'provisional' | 'live' | 'ended' | 'drifted';
/** A holding as far as the world tells holdings apart; `past`: the quarantine after the last send is over. */
export type Row = {
  readonly owned: boolean | null;
  readonly puts: number;
  readonly deletes: number;
  readonly lastSend: 'never' | 'recent' | 'past';
};
/**
 * What a replica has in memory under its claim. `row`: the committed one, but for calls answered since. `knows`: the
 * leases that it read; an approval since then moved the rows on, so that its next commit is refused and it reads again.
 */
type Claim = { readonly row: Row; readonly knows: 1 | 2; readonly deleteAnswered: boolean };
/** `early`: it was read before the quarantine passed. */
type Reading = { readonly present: boolean; readonly early: boolean };
export type Replica =
  | { readonly at: 'idle' }
  | (Claim & { readonly at: 'step'; readonly look: Reading | null })
  | (Claim & { readonly at: 'send'; readonly call: Call; readonly lost: boolean });

/**
 * One person, one resource, two leases, two replicas. `time` 0: lease 1 may live; 1: lease 1 is due, lease 2 may live;
 * 2: both are due. `late` counts calls on their way whose caller no longer waits. A replica that `lost` its claim to the
 * other can commit nothing any more, so it is kept only while it may still send.
 */
export type State = {
  readonly time: number;
  readonly member: boolean;
  readonly late: Readonly<Record<Call, number>>;
  readonly leases: readonly [Lease, Lease];
  readonly row: Row;
  readonly rowLease: number | null;
  readonly replicas: readonly [Replica, Replica];
  /** The leases that were live when another hand took the access away; null before. */
  readonly taken: readonly [boolean, boolean] | null;
  /** Lease 2 came to be wanted while lease 1 lived: from now on the access must be there until both are over. */
  readonly joined: boolean;
  /** Crashes, lost answers and pauses beyond the row lease so far. */
  readonly faults: number;
};

/** The only instant there is: what lies around it is told apart by the world. */
export const NOW = 1_000_000_000_000;
const HOUR_MS = 3_600_000;
export const QUARANTINE_MS = 120_000;
const NAMES = ['A', 'B'] as const;

const resource = { kind: 'group', id: resourceId('resource'), path: '/resource', clientUuid: null } as const;
const userId = keycloakUserId('holder');
const blank = openHolding('realm', userId, 'holder', resource, NOW);
const facts: Omit<GrantFacts, 'id' | 'approvedAt' | 'startsAt'> = {
  realm: 'realm',
  requestId: requestId('request'),
  person: { userId, username: 'holder', slack: { teamId: 'T1', userId: 'U1' } },
  resource,
  leaseSeconds: 3600,
  endSessions: false,
  digest: 'digest',
  approvers: [],
  endAsked: null,
  correlationId: 'correlation',
  revision: 1,
};

export const isOpen = (lease: Lease): boolean => lease === 'ahead' || hasBegun(lease);
export const hasBegun = (lease: Lease): boolean => lease === 'planned' || lease === 'provisional' || lease === 'live';
export const nameOf = (index: number): string => NAMES[index] ?? 'nobody';

export const lookOf = ({ present, early }: Reading): Look => ({
  at: early ? NOW - 1 : NOW,
  present,
  user: 'enabled',
  resource: 'there',
  refused: new Map(),
});

export function holdingOf(state: State, row: Row, index: number): Holding {
  const { owned, puts, deletes } = row;
  const lastSendAt = { never: null, recent: NOW - 1, past: NOW - QUARANTINE_MS }[row.lastSend];
  // Its memory tells it until when it has the row lease, whoever has it now.
  const rowLease = { replica: nameOf(index), until: state.rowLease === index ? NOW + HOUR_MS : NOW };
  return { ...blank, owned, puts, deletes, lastSendAt, rowLease };
}

export function rowOf(holding: Holding): Row {
  const { owned, puts, deletes, lastSendAt } = holding;
  const lastSend = lastSendAt === null ? 'never' : lastSendAt > NOW - QUARANTINE_MS ? 'recent' : 'past';
  return { owned, puts, deletes, lastSend };
}

export function grantsOf(state: State, knows: 1 | 2): readonly OpenGrant[] {
  return state.leases.slice(0, knows).flatMap((lease, index): OpenGrant[] => {
    if (!isOpen(lease)) return [];
    const due = state.time > index;
    const approvedAt = due ? NOW - 2 * HOUR_MS : NOW;
    const expiresAt = due ? NOW : NOW + HOUR_MS;
    const startsAt = lease === 'ahead' ? NOW + HOUR_MS : null;
    const grant = { ...facts, id: grantId(String(index)), approvedAt, startsAt };
    if (lease === 'live') return [{ ...grant, state: 'live', liveAt: approvedAt, expiresAt, warnAt: null }];
    return [{ ...grant, state: 'planned', expiresAt: lease === 'provisional' ? expiresAt : null }];
  });
}

// Keys are short: there are many.
const LEASES: readonly Lease[] = ['none', 'ahead', 'planned', 'provisional', 'live', 'ended', 'drifted'];
const flag = (value: boolean | null): number => (value === null ? 0 : value ? 1 : 2);

const rowKey = ({ owned, puts, deletes, lastSend }: Row): string =>
  String.fromCharCode(((flag(owned) * 3 + ['never', 'recent', 'past'].indexOf(lastSend)) * 16 + puts) * 16 + deletes);

function replicaKey(replica: Replica): string {
  if (replica.at === 'idle') return '-';
  const claimed = `${replica.knows}${flag(replica.deleteAnswered)}${rowKey(replica.row)}`;
  if (replica.at === 'send') return `${claimed}${replica.call}${flag(replica.lost)}`;
  return `${claimed}${replica.look === null ? '' : `${flag(replica.look.present)}${flag(replica.look.early)}`}`;
}

export const key = ({ time, member, late, leases, row, rowLease, replicas, taken, joined, faults }: State): string =>
  `${time}${joined ? 'j' : ''}${flag(member)}${late.put}${late.delete}${LEASES.indexOf(leases[0])}${LEASES.indexOf(leases[1])}${rowKey(row)}${
    rowLease ?? '-'
  }${replicaKey(replicas[0])}/${replicaKey(replicas[1])}${faults}${
    taken === null ? '' : `${flag(taken[0])}${flag(taken[1])}`
  }`;
