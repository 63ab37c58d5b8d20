import type { GrantId } from '../../src/domain/ids.ts';
import type { SlackUser } from '../../src/domain/people.ts';
import { slackAttribute } from '../../src/domain/people.ts';
import type { InboxItem } from '../../src/usecases/intent.ts';
import type { Target } from '../../src/usecases/keycloak-port.ts';

/** One person and one resource, by their ids. */
export const pairOf = (userId: string, resourceId: string): string => `${userId} ${resourceId}`;
/** A request on a Slack message. */
export const shownOn = (ts: string, requestId: string): string => `${ts} ${requestId}`;
/** A seat in an approver group. */
export const seatOf = (userId: string, groupId: string): string => `${userId} @ ${groupId}`;

export type Envelope = {
  readonly item: Omit<InboxItem, 'receivedAt'>;
  /** ms since the start; null until a replica had it. */
  reachedAt: number | null;
  acknowledged: boolean;
  /** How often it was carried out. */
  finished: number;
};

/**
 * What the simulation knows because it did it: no promise of Leasehold is checked against Leasehold's own word alone. Times
 * are ms since the start.
 */
export type Truth = {
  /** Access that a hand gave while Leasehold had nothing to do with it, and no hand has taken since. */
  readonly before: Set<string>;
  /** When a hand took this access away, and which leases lived on it then. */
  readonly takenByHand: Map<string, { readonly at: number; readonly leases: readonly GrantId[] }>;
  /** When somebody last lost a seat among approvers, for whatever reason. */
  readonly lostSeats: Map<string, number>;
  /** When a resource last became one that may not be given: administrative, unreadable, gone or no longer offered. */
  readonly forbiddenSince: Map<string, number>;
  /** When a person was disabled or deleted last. */
  readonly goneAt: Map<string, number>;
  /** Who is no member of the workspace any more, by Slack account, and since when. */
  readonly leftAt: Map<string, number>;
  /** When somebody left last, also where he came back, by Keycloak user. */
  readonly everLeft: Map<string, number>;
  /** When a resource was deleted. */
  readonly droppedAt: Map<string, number>;
  /** Since when a Slack account fits more than one Keycloak user. */
  readonly ambiguousSince: Map<string, number>;
  /** Access that looks like ours and has no lease, as a restored backup leaves it. */
  readonly orphans: Map<string, number>;
  /** When a Slack message that counted for a request was replaced by a newer one, by `shownOn`. */
  readonly replacedAt: Map<string, number>;
  /** By correlation id. */
  readonly envelopes: Map<string, Envelope>;
  /** When the record first called a lease live, in true time, and when its first PUT took effect. */
  readonly liveSince: Map<GrantId, number>;
  /** When its end was written, whatever a clock of ours said then. */
  readonly endedSince: Map<GrantId, number>;
  readonly firstPut: Map<GrantId, number>;
  /** Leases that were approved while another one on the same access lived: in time to leave no gap. */
  readonly inTime: Set<GrantId>;
  /** Of those, the ones under which a call of ours took the access away. */
  readonly gaps: Set<GrantId>;
  /** By how much the clock of a process that had stopped fell behind, and when it went on (ms since the start). */
  readonly stops: { readonly at: number; readonly behindMs: number }[];
  /** How far the clock of the process that stopped last was ahead of true time then, ms; below zero: behind. */
  aheadAtStop: number;
  /** How often each Home was to be drawn: it was opened, or something on it changed. */
  readonly homeCalls: Map<string, number>;
  /** Every access that a call of ours changed. */
  readonly touched: Map<string, Target>;
  /** When a call of ours last took away access with which sessions are to end. */
  readonly takenByUs: Map<string, number>;
  /** When somebody's sessions were ended, by user id. */
  readonly loggedOut: Map<string, number>;
  /** Answers of Slack that were lost, processes that were killed or paused: each may make one message come twice. */
  excuses: number;
};

export const createTruth = (): Truth => ({
  before: new Set(),
  takenByHand: new Map(),
  lostSeats: new Map(),
  forbiddenSince: new Map(),
  goneAt: new Map(),
  leftAt: new Map(),
  everLeft: new Map(),
  droppedAt: new Map(),
  ambiguousSince: new Map(),
  orphans: new Map(),
  replacedAt: new Map(),
  envelopes: new Map(),
  liveSince: new Map(),
  endedSince: new Map(),
  firstPut: new Map(),
  inTime: new Set(),
  gaps: new Set(),
  stops: [],
  aheadAtStop: -Infinity,
  homeCalls: new Map(),
  touched: new Map(),
  takenByUs: new Map(),
  loggedOut: new Map(),
  excuses: 0,
});

export const isAmbiguous = (truth: Truth, slack: SlackUser): number | null =>
  truth.ambiguousSince.get(slackAttribute(slack)) ?? null;
