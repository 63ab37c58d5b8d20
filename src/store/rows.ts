import type { Gate, WaitingGate } from '../domain/gate.ts';
import type { Grant, LiveGrant, OpenGrant } from '../domain/grant.ts';
import type { Holding } from '../domain/holding.ts';
import type { Link, LiveLink } from '../domain/link.ts';
import type { Posted } from '../domain/message.ts';
import type { AccessRequest, PendingRequest, TakenRequest } from '../domain/request.ts';
import { readSlackAttribute } from '../domain/people.ts';
import { resourceId } from '../domain/ids.ts';
import type { Resource, ResourceRef } from '../domain/resource.ts';
import type { TeamAsk } from '../domain/team-ask.ts';
import { sha256 } from '../lib/hash.ts';
import type { Leaseholders } from '../usecases/views.ts';

// How rows are read, and how long they are kept, whatever the engine.

const DAY_MS = 86_400_000;
/** How long a key is remembered after the work is done, so that a repeat of it is known. */
export const INBOX_MEMORY_MS = 7 * DAY_MS;
export const OUTBOX_MEMORY_MS = 30 * DAY_MS;
/** A lease is left behind only by a crash between the last act and the release; after a day nobody can come back to it. */
export const LEASE_MEMORY_MS = DAY_MS;

/** An entry is stamped before it is committed: no two of the audit are out of order by more. */
export const OUT_OF_STEP_MS = 3_600_000;

/** So many of one lane are handed out at once; the rest follows when it was given back. */
export const INBOX_LANE_MAX = 100;
export const OUTBOX_LANE_MAX = 1000;
/** So many unsent messages are looked through for each lane wanted, since several may be of the same. */
export const LOOK_THROUGH = 4;

/** Omit on each member of a union, so that states stay apart. */
type Without<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

/** What rows written before there was such a thing have none of. */
type Later = 'questions' | 'remindAt' | 'teamId' | 'bundle' | 'escalateAt' | 'escalatedTo' | 'stuck' | 'startsAt';
export type RequestBody = Without<AccessRequest, 'justification' | Later> & Partial<Pick<AccessRequest, Later>>;
/** Rows written before there were starts in the future have none. */
export type GrantBody = Without<Grant, 'startsAt'> & Partial<Pick<Grant, 'startsAt'>>;
export type HoldingBody = Omit<Holding, 'epoch' | 'rowLease' | 'nextLookAt'>;

export type RequestRow = { readonly body: RequestBody; readonly justification: string | null };

/** An erased justification reads as an empty one. */
export const readRequest = (row: RequestRow | undefined): AccessRequest | null =>
  row === undefined
    ? null
    : {
        ...row.body,
        questions: row.body.questions ?? [],
        remindAt: row.body.remindAt ?? null,
        startsAt: row.body.startsAt ?? null,
        teamId: row.body.teamId ?? null,
        escalateAt: row.body.escalateAt ?? null,
        escalatedTo: row.body.escalatedTo ?? null,
        stuck: row.body.stuck ?? null,
        bundle: row.body.bundle ?? null,
        justification: row.justification ?? '',
      };

export const readPending = (rows: readonly RequestRow[]): readonly PendingRequest[] =>
  rows.map((row) => readRequest(row) as PendingRequest);

/** Each once, though several seats of one person may find it, the one that has waited longest first. */
export const oldestOnce = (requests: readonly PendingRequest[], limit: number): readonly PendingRequest[] =>
  [...new Map(requests.map((request) => [request.id, request])).values()]
    .sort((a, b) => a.submittedAt - b.submittedAt)
    .slice(0, limit);
export const readTaken = (rows: readonly RequestRow[]): readonly TakenRequest[] =>
  rows.map((row) => readRequest(row) as TakenRequest);
/** The parts of a bundle in their order. */
export const readBundle = (rows: readonly RequestRow[]): readonly AccessRequest[] =>
  rows.map((row) => readRequest(row) as AccessRequest).sort((a, b) => (a.bundle?.part ?? 0) - (b.bundle?.part ?? 0));

/** What the audit may hold of a justification: SHA-256 (hex) over its salt (32 hex digits) and its text. */
export const commitmentTo = (row: { readonly salt: string; readonly text: string }): string =>
  sha256(row.salt + row.text);

export const readGrant = (row: { readonly body: GrantBody } | undefined): Grant | null =>
  row === undefined ? null : { ...row.body, startsAt: row.body.startsAt ?? null };

export const readLive = (rows: readonly { readonly body: GrantBody }[]): readonly LiveGrant[] =>
  rows.map((row) => readGrant(row) as LiveGrant);

export const oldestFirst = (rows: readonly { readonly body: GrantBody }[]): readonly OpenGrant[] =>
  rows.map((row) => readGrant(row) as OpenGrant).sort((a, b) => a.approvedAt - b.approvedAt);

/** An ask for many people and the message that tells how it goes, if there is one. */
export const readTeamAsk = (
  row: { readonly body: TeamAsk; readonly channel: string | null; readonly ts: string | null } | undefined,
): { readonly ask: TeamAsk; readonly told: Posted | null } | null =>
  row === undefined
    ? null
    : { ask: row.body, told: row.channel === null || row.ts === null ? null : { channel: row.channel, ts: row.ts } };

export const readLiveLinks = (rows: readonly { readonly body: Link }[]): readonly LiveLink[] =>
  rows.map((row) => row.body as LiveLink);

export const readWaitingGates = (rows: readonly { readonly body: Gate }[]): readonly WaitingGate[] =>
  rows.map((row) => row.body as WaitingGate);

/** What ends before what begins, so that one write may put a link in another's place. */
export const inTurn = (links: readonly Link[]): readonly (readonly Link[])[] => [
  links.filter(({ state }) => state === 'ended'),
  links.filter(({ state }) => state === 'live'),
];

export const resourceKey = ({ kind, id }: Resource): string => `${kind}/${id}`;

/** What {@link resourceKey} wrote. */
export function readResourceKey(key: string): ResourceRef {
  const slash = key.indexOf('/');
  return { kind: key.slice(0, slash) as ResourceRef['kind'], id: resourceId(key.slice(slash + 1)) };
}

/** Each row has one person's account, as `slackAttribute` writes it, and how many people there are in all. */
export const readLeaseholders = (
  rows: readonly { readonly slack: string; readonly count: number }[],
): Leaseholders => ({
  count: rows[0]?.count ?? 0,
  some: rows.map(({ slack }) => readSlackAttribute(slack)),
});

type HoldingRow = {
  readonly body: HoldingBody;
  readonly epoch: number;
  readonly leaseReplica: string | null;
  readonly leaseUntil: number | null;
  readonly nextLookAt: number | null;
};

export const readHolding = ({ body, epoch, leaseReplica, leaseUntil, nextLookAt }: HoldingRow): Holding => ({
  ...body,
  epoch,
  rowLease: leaseReplica === null || leaseUntil === null ? null : { replica: leaseReplica, until: leaseUntil },
  nextLookAt,
});
