import type { AuditDraft, AuditEntry } from '../domain/audit.ts';
import type { EndedGrant, Grant, LiveGrant, OpenGrant } from '../domain/grant.ts';
import type { Holding } from '../domain/holding.ts';
import type { Home } from '../domain/home.ts';
import type { EpochMs, GrantId, KeycloakUserId, RequestId } from '../domain/ids.ts';
import type { Message, PostedMessage } from '../domain/message.ts';
import type { SlackUser } from '../domain/people.ts';
import type { SeatKey } from '../domain/plan.ts';
import type { AccessRequest, PendingRequest } from '../domain/request.ts';
import type { Resource } from '../domain/resource.ts';
import type { AskingStore, TeamWrites } from './asking-store.ts';
import type { AuditFilter } from './audit-filter.ts';
import type { CarriedStore, CarriedWrites } from './carried-store.ts';
import type { GateStore, GateWrites } from './gate-store.ts';
import type { IdentityStore, IdentityWrites } from './identity-store.ts';
import type { InboxItem } from './intent.ts';
import type { Reviews } from './reviews.ts';
import type { Leaseholders } from './views.ts';

/**
 * One atomic write. Rows with a `revision` are compared and swapped: the stored revision must be one less (or no row for
 * revision 1). A holding's epoch must be the stored one. The App Homes that show what it changes (`stirredBy`) are queued
 * by the same write.
 */
export type Batch = TeamWrites &
  IdentityWrites &
  GateWrites &
  CarriedWrites & {
    readonly requests?: readonly AccessRequest[];
    readonly grants?: readonly Grant[];
    readonly holdings?: readonly Holding[];
    readonly posted?: readonly PostedMessage[];
    /** Queued unless their key is known. */
    readonly messages?: readonly Message[];
    readonly homes?: readonly Home[];
    /** Approver groups, or managers, for whom what waits changes by more than the rows of this write tell. */
    readonly stirs?: readonly SeatKey[];
    /** Keys of messages that were sent. */
    readonly sent?: readonly string[];
    /** Key of the inbox item that this write finishes. */
    readonly inboxDone?: string;
    readonly audit: readonly AuditDraft[];
  };

/** Asks for what is free at `now`, for this replica alone until `until` (epoch ms) or until it gives it back. */
export type Claim = {
  readonly replica: string;
  readonly now: EpochMs;
  readonly until: EpochMs;
  readonly limit: number;
};
export type MessageClaim = Claim & { readonly of: 'words' | 'cards' | 'homes' };
export type Claimed = { readonly holding: Holding; readonly grants: readonly OpenGrant[] };
/** What waits in one lane, oldest first. A lane is worked off in order, by one replica at a time. */
export type InboxLane = { readonly lane: string; readonly items: readonly InboxItem[] };
/** `attempts`: how often in a row the first message could not be sent. */
export type OutboxLane = { readonly lane: string; readonly attempts: number; readonly messages: readonly Message[] };
/** `until` (epoch ms): nobody gets it before; null: it is free at once. `attempts` is told to whoever gets it next. */
export type Release = { readonly until: EpochMs | null; readonly attempts: number };

/** The record. Every method throws store_unavailable when the database cannot answer or write. */
export interface Store extends AskingStore, CarriedStore, GateStore, IdentityStore, Reviews {
  /**
   * Whether several replicas may work on this record. A replica that cannot write then sends nothing (I24); a process that
   * has the record to itself still takes away what is due.
   */
  readonly shared: boolean;
  /**
   * All or nothing; `conflict` when a revision or epoch moved on, a pending request for this person and resource, an
   * unfinished ask for many people by this person or a live link of this Slack account or Keycloak user exists, or the
   * envelope or one of the messages was already done with by somebody else.
   */
  commit(batch: Batch): Promise<'committed' | 'conflict'>;

  /** Records an envelope durably; `known` when its key was seen before (I16, I23). */
  receive(item: InboxItem): Promise<'new' | 'known'>;
  /** Lanes (`inboxLane`) with unfinished envelopes, the one that waited longest first. `limit` counts lanes. */
  claimInbox(claim: Claim): Promise<readonly InboxLane[]>;
  countUnfinished(): Promise<number>;

  request(id: RequestId): Promise<AccessRequest | null>;
  /** The parts of a bundle, in their order; none when there is no such bundle. */
  bundle(id: RequestId): Promise<readonly AccessRequest[]>;
  pendingRequest(userId: KeycloakUserId, resource: Resource): Promise<PendingRequest | null>;
  /** Pending requests whose requester is this Slack account. */
  pendingRequestsOf(slack: SlackUser): Promise<readonly PendingRequest[]>;
  /** Pending requests by or for this Slack account, the oldest first. */
  pendingRequestsAbout(slack: SlackUser): Promise<readonly PendingRequest[]>;
  /** How often this requester asked at or after `since`; once for many people is once. */
  countRequestsSince(userId: KeycloakUserId, since: EpochMs): Promise<number>;
  /** How many requests for this beneficiary were submitted since, whoever asked, and how many of those were denied. */
  requestsFor(userId: KeycloakUserId, since: EpochMs): Promise<{ readonly requests: number; readonly denied: number }>;
  /** Pending requests whose waiting ended at or before `now`. */
  requestsPastWaiting(now: EpochMs, limit: number): Promise<readonly PendingRequest[]>;
  /** Pending requests that wait on, and whose approvers are to be reminded by `now` (`remindAt`), the first one first. */
  requestsToRemind(now: EpochMs, limit: number): Promise<readonly PendingRequest[]>;
  /** Pending requests that wait on, and whose current stage goes on to another group by `now` (`escalateAt`), the first one first. */
  requestsToEscalate(now: EpochMs, limit: number): Promise<readonly PendingRequest[]>;
  /**
   * Pending requests whose current stage one of these groups or managers may decide, neither by nor for this person nor approved by him
   * already, the one that has waited longest first.
   */
  requestsToDecide(by: KeycloakUserId, seats: readonly SeatKey[], limit: number): Promise<readonly PendingRequest[]>;

  grant(id: GrantId): Promise<Grant | null>;
  grantOfRequest(id: RequestId): Promise<Grant | null>;
  /** Planned and live grants of the person behind this Slack account. */
  openGrantsOf(slack: SlackUser): Promise<readonly OpenGrant[]>;
  /** Live grants of this Keycloak user, whatever Slack account he had when he asked. */
  liveGrantsOf(userId: KeycloakUserId): Promise<readonly LiveGrant[]>;
  /** Live grants whose holders are to be told by `now` that they end soon (`warnAt`), the first one first. */
  grantsToWarn(now: EpochMs, limit: number): Promise<readonly LiveGrant[]>;
  /** Who has a live lease on this resource, but for one person: how many people, and up to `limit` of them. */
  leaseholders(resource: Resource, but: KeycloakUserId, limit: number): Promise<Leaseholders>;
  /** The lease by which this person had this resource last, by its end; leases that never went live do not count. */
  lastLease(userId: KeycloakUserId, resource: Resource): Promise<EndedGrant | null>;
  countOpenGrants(): Promise<number>;

  holding(key: string): Promise<Claimed | null>;
  /** Holdings with at least one open grant or an unresolved attempt, by key, for the sweep. */
  openHoldings(afterKey: string, limit: number): Promise<readonly Claimed[]>;
  /** Every resource on which anybody ever had a holding that Keycloak has, too; none of those that only tokens carry. */
  managedResources(): Promise<readonly Resource[]>;
  /** The holdings at rest of these people on one resource: no open grant, nothing unresolved, nothing due. */
  restingHoldings(resource: Resource, users: readonly KeycloakUserId[]): Promise<readonly Holding[]>;
  /** Claims due holdings (nextLookAt ≤ now, row lease free or over): epoch + 1, row lease until `until`. */
  claim(claim: Claim): Promise<readonly Claimed[]>;
  /** The earliest `nextLookAt` of any holding, or null. */
  nextLook(): Promise<EpochMs | null>;
  /** Failed holdings are due now (Keycloak is back). */
  wakeFailed(now: EpochMs): Promise<void>;
  /** Holdings that want to be looked at since before `now`: how many, and since when the oldest. */
  overdue(now: EpochMs): Promise<{ readonly count: number; readonly oldest: EpochMs | null }>;

  posted(requestId: RequestId): Promise<readonly PostedMessage[]>;
  /** What a message shows: one request, or several parts of a bundle. */
  postedAt(channel: string, ts: string): Promise<readonly PostedMessage[]>;

  /**
   * Lanes (`laneOf`) with unsent messages, by `rankOf` their most urgent one, then by age; `limit` counts lanes. `words`:
   * those in which something is to be said; `cards` and `homes`: those in which only cards, or only Homes,
   * are to be brought up to date.
   */
  claimMessages(claim: MessageClaim): Promise<readonly OutboxLane[]>;
  countUnsent(): Promise<number>;

  /** Whether this replica may do the job of this name, alone until `until` or until it gives it back. */
  claimJob(job: Omit<Claim, 'limit'> & { readonly name: string }): Promise<boolean>;
  /** Gives lanes or jobs back. What this replica no longer holds is left as it is. */
  release(names: readonly string[], replica: string, release: Release): Promise<void>;

  /** Entries that fit, newest first, from `offset`. */
  audit(filter: AuditFilter, offset: number, limit: number): Promise<readonly AuditEntry[]>;
  /** All entries in order of `seq`, streamed in pages. */
  auditEntries(): AsyncIterable<AuditEntry>;
  auditHead(): Promise<{ readonly seq: number; readonly hash: string }>;

  /** Highest time ever persisted; null in a new database. */
  highestTime(): Promise<EpochMs | null>;
  saveHighestTime(now: EpochMs): Promise<void>;
  close(): Promise<void>;
}
