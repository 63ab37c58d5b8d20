import type { AuditDraft, AuditEntry } from '../domain/audit.ts';
import type { Attributes, CatalogueItem } from '../domain/entitlement.ts';
import type { EscalationRule } from '../domain/escalation.ts';
import type { EndedGrant, Grant, LiveGrant, OpenGrant } from '../domain/grant.ts';
import type { Holding } from '../domain/holding.ts';
import type { Home } from '../domain/home.ts';
import type { EpochMs, GrantId, GroupId, KeycloakUserId, RequestId } from '../domain/ids.ts';
import type { Alarm, Digest, Message, Posted, PostedMessage, ReplyTo, ThreadLine } from '../domain/message.ts';
import type { DirectoryUser, SlackProfile, SlackUser } from '../domain/people.ts';
import type { SeatKey } from '../domain/plan.ts';
import type { AccessRequest, PendingRequest } from '../domain/request.ts';
import type { EffectiveRole, EffectiveRoles, KeptRole, Resource } from '../domain/resource.ts';
import type { Priority } from '../lib/limiter.ts';
import type { AskingStore, TeamWrites } from './asking-store.ts';
import type { AuditFilter } from './audit-filter.ts';
import type { IdentityStore, IdentityWrites } from './identity-store.ts';
import type { InboxItem } from './intent.ts';
import type { Metrics } from './metrics.ts';
import type { Policy } from './policy-port.ts';
import type { Reviews } from './reviews.ts';
import type { Settings } from './settings.ts';
import type { BrowserSignIn } from './sign-in-port.ts';
import type { CardView, HomeView, Leaseholders, TeamView, Words } from './views.ts';

/** The one source of time: UTC epoch ms that never runs slower than monotonic time, nor behind the highest time persisted. */
export interface Clock {
  now(): EpochMs;
}

export interface Ids {
  /** A fresh random id (UUID v4). */
  uuid(): string;
}

// ---------------------------------------------------------------- Keycloak

/** The catalogue: groups, realm roles and client roles that carry `requestable`. Errors: keycloak_unavailable, keycloak_forbidden. */
export interface Catalogue {
  /** Everything marked `requestable`, good or not; may be up to a minute old. For the look-up of names only. */
  list(): Promise<readonly CatalogueItem[]>;
  /** The same at once, as it was last read, while a newer one is read behind it: for the form, which Slack gives 3 s. */
  latest(): Promise<readonly CatalogueItem[]>;
  /** One entry, live, by UUID; null when it is gone or no longer marked. */
  read(resource: Resource): Promise<CatalogueItem | null>;
  /** What the resource really gives (group → parents → composites), live. */
  effectiveRoles(resource: Resource): Promise<EffectiveRoles>;
}

/** A group by path or unique bare name, with its enabled direct members, live. */
export type ApproverGroup = {
  readonly id: GroupId;
  readonly path: string;
  readonly slackChannel: string | null;
  /** Where its stages go when it has not decided in time; null also when that cannot be read. */
  readonly escalation: EscalationRule | null;
  readonly members: readonly DirectoryUser[];
};

/** Who manages somebody by the admin-only attribute `manager`, or why that cannot be said. */
export type ManagerFound = DirectoryUser | 'not_set' | 'untrusted' | 'unknown' | 'ambiguous' | 'disabled';

/** What rules may know of a person. */
export type PersonFacts = {
  /** Paths of the groups whose direct member he is; null when some may not be viewed, so that nobody takes them for all. */
  readonly groups: readonly string[] | null;
  /** Only those attributes that no user may write. */
  readonly attributes: Attributes;
};

/** People and groups, read live. Errors: keycloak_unavailable, keycloak_forbidden. */
export interface Directory {
  person(userId: KeycloakUserId): Promise<DirectoryUser | null>;
  /** Users whose `slack-user-id` is exactly this account. */
  bySlackId(slack: SlackUser): Promise<readonly DirectoryUser[]>;
  /** The user that this account is linked to; `gone` where Keycloak has him no more. */
  byLink(slack: SlackUser): Promise<DirectoryUser | 'gone' | null>;
  /** Users with exactly this e-mail; never service accounts. */
  byEmail(email: string): Promise<readonly DirectoryUser[]>;
  group(pathOrName: string): Promise<ApproverGroup | 'missing' | 'ambiguous'>;
  groupById(id: GroupId): Promise<ApproverGroup | null>;
  /** The same where it has at most `most` members, in two calls; null otherwise. */
  smallGroup(id: GroupId, most: number): Promise<ApproverGroup | null>;
  /** The one enabled user whom this user's attribute `manager` names, by username or id, while no user may write it. */
  managerOf(userId: KeycloakUserId): Promise<ManagerFound>;
  /** null when the user is gone. */
  factsOf(userId: KeycloakUserId): Promise<PersonFacts | null>;
  /** Whether the realm's user profile lets no user write `slack-user-id` (read at start and every 5 minutes). */
  slackIdIsTrusted(): Promise<boolean>;
  /** Groups of which this user is a direct member, but those that the service account may not view. */
  groupsOf(userId: KeycloakUserId): Promise<readonly GroupId[]>;
  /**
   * Which of these roles this user has now, live; at most `limit` of them. Only what is seen for certain: what may not be
   * viewed, or would take too long, is left out. Nobody waits for it.
   */
  keptRoles(userId: KeycloakUserId, roles: readonly EffectiveRole[], limit: number): Promise<readonly KeptRole[]>;
  /** The bot's own service-account user. */
  self(): Promise<KeycloakUserId>;
}

/** The directory as Keycloak alone can tell it, which knows no links. */
export type KeycloakDirectory = Omit<Directory, 'byLink'>;

export type Target = { readonly userId: KeycloakUserId; readonly resource: Resource };

/** What is known of a call that changes Keycloak. Only `unknown` may still land later. */
export type CallOutcome = 'done' | 'refused' | 'gone' | 'not_sent' | 'unknown';

/** Gives and takes access. Each call has a time-out and is repeatable. */
export interface Access {
  /**
   * Direct membership or role mapping of one person, and whether person and resource still are. With `presence`, for the
   * look after an answered DELETE, the person is not read: `user` is `gone` or taken as `enabled`.
   * @throws keycloak_forbidden rather than believing an empty answer; keycloak_unavailable
   */
  look(
    target: Target,
    need?: 'everything' | 'presence',
  ): Promise<{
    readonly present: boolean;
    readonly user: 'enabled' | 'disabled' | 'gone';
    readonly resource: 'there' | 'gone';
  }>;
  give(target: Target): Promise<CallOutcome>;
  take(target: Target): Promise<CallOutcome>;
  /** Ends the person's sessions, offline ones too. @throws keycloak_forbidden, keycloak_unavailable */
  endSessions(userId: KeycloakUserId): Promise<void>;
  /** Under fine-grained permissions Keycloak allows the logout only while the person is still a member. */
  endsSessionsFirst(): boolean;
  /** Everybody who has the resource directly. @throws keycloak_forbidden, keycloak_unavailable */
  holders(resource: Resource): Promise<readonly { readonly userId: KeycloakUserId; readonly enabled: boolean }[]>;
  /** Whether the newest admin event about this access names our service account as its giver. */
  givenByUs(target: Target): Promise<boolean>;
  /** Seconds for which a token issued now stays valid (the realm's access token lifespan). */
  tokenSeconds(): Promise<number>;
  /** One cheap call; true when Keycloak answers. */
  probe(): Promise<boolean>;
  /** Longest time a single call may take, ms. */
  readonly timeoutMs: number;
}

// ---------------------------------------------------------------- Slack

/** People as Slack tells them. Errors: slack_unavailable, slack_rate_limited. */
export interface SlackPeople {
  /** null when Slack knows no such account. */
  profile(slack: SlackUser): Promise<SlackProfile | null>;
  /** The account with this e-mail; null when Slack knows none. */
  byEmail(email: string): Promise<SlackUser | null>;
  /** The workspace the bot is installed in; known after start. */
  homeTeamId(): string;
  /** How it is called. */
  homeTeamName(): string;
}

/**
 * What Leasehold says. Each call is one Slack message, rendered from the values given.
 * Errors: slack_rate_limited (retryAfterMs; nothing was said, also because too much waits for the same place), slack_unavailable (outcome unknown), slack_refused (code in message).
 */
export interface Conversation {
  postCard(channel: string, card: CardView): Promise<Posted>;
  /** `background`: nobody waits for it, so it leaves room for the rest. */
  updateCard(posted: Posted, card: CardView, priority?: Priority): Promise<void>;
  /** `card` non-null adds the card's buttons to the line. */
  postLine(thread: Posted, line: ThreadLine, card: CardView | null): Promise<Posted>;
  /** Shows an earlier line without its buttons. */
  retireLine(posted: Posted, line: ThreadLine): Promise<void>;
  postDigest(channel: string, digest: Digest): Promise<void>;
  sendPrivate(reply: ReplyTo, words: Words): Promise<void>;
  /** How an ask for many people goes, in place of the message that told it before; in a new one where that is gone. */
  tellTeam(slack: SlackUser, told: Posted | null, team: TeamView): Promise<Posted>;
  /** The App Home of one person, in place of what it showed before. `background` as for cards. */
  publishHome(slack: SlackUser, home: HomeView, priority?: Priority): Promise<void>;
  sendFile(slack: SlackUser, file: { readonly filename: string; readonly content: string }): Promise<void>;
  alarm(alarm: Alarm): Promise<void>;
  /** Whether the bot may post there: it is a member, the channel is not archived nor shared with outsiders. Id or name. */
  resolveChannel(channel: string): Promise<string | null>;
  /** The channel of the direct messages between the bot and this person. */
  directChannel(slack: SlackUser): Promise<string>;
  /** Longest time from a call until its message can no longer appear, ms, with what it waits for its turn. */
  readonly timeoutMs: number;
}

// ---------------------------------------------------------------- Store

/**
 * One atomic write. Rows with a `revision` are compared and swapped: the stored revision must be one less (or no row for
 * revision 1). A holding's epoch must be the stored one. The App Homes that show what it changes (`stirredBy`) are queued
 * by the same write.
 */
export type Batch = TeamWrites &
  IdentityWrites & {
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
export interface Store extends AskingStore, IdentityStore, Reviews {
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
  /** Every resource on which anybody ever had a holding. */
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

// ---------------------------------------------------------------- what is logged

/** Structured log lines. Never a secret, token or people's free text in `fields`. */
export interface Log {
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Everything a use case may reach. Each takes the part it needs: `Pick<Ports, 'store' | 'clock'>`. */
export type Ports = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly catalogue: Catalogue;
  readonly directory: Directory;
  readonly access: Access;
  readonly slackPeople: SlackPeople;
  readonly conversation: Conversation;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings: Settings;
  /** null: nobody can prove in a browser who he is, because that is not set up. */
  readonly signIn: BrowserSignIn | null;
  /** null: the attributes of each entitlement are all the policy there is. */
  readonly policy: Policy | null;
};
