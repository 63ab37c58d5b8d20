import type { EndedBy } from './grant.ts';
import type { Explained } from './explained.ts';
import type { EpochMs, GateId, GrantId, RequestId, SignInId, TeamAskId } from './ids.ts';
import type { LiveLink } from './link.ts';
import { slackAttribute } from './people.ts';
import type { Person, SlackUser } from './people.ts';
import type { PolicyBecause } from './policy.ts';
import type { RefusedPart, Refusal } from './refusal.ts';
import type { Resource } from './resource.ts';

/** How to answer somebody privately: through Slack's response_url while it lives, else in direct messages. */
export type ReplyTo = { readonly slack: SlackUser; readonly responseUrl: string | null };

/** One line of a request's story, told in the thread of its card. `of`: the parts of a bundle that it is about, by path. */
export type ThreadLine = LineFacts & { readonly of?: readonly string[] };

type LineFacts =
  /** `on`: whom it is asked for, if not for the one who asks. */
  | { readonly line: 'asked'; readonly by: Person; readonly on?: Person }
  | { readonly line: 'reminder'; readonly at: EpochMs }
  | {
      readonly line: 'approved';
      readonly by: Person;
      readonly stage: number;
      readonly stages: number;
      readonly leaseSeconds: number;
      readonly shortened: boolean;
    }
  | { readonly line: 'denied'; readonly by: Person; readonly comment: string | null }
  | { readonly line: 'question'; readonly question: number; readonly by: Person; readonly text: string }
  | { readonly line: 'answer'; readonly question: number; readonly by: Person; readonly text: string }
  | { readonly line: 'withdrawn'; readonly by: Person }
  | { readonly line: 'taken'; readonly by: Person; readonly leaseSeconds: number }
  | {
      readonly line: 'signed';
      readonly by: Person;
      readonly right: boolean;
      readonly comment: string | null;
      readonly count: number;
    }
  | { readonly line: 'review_waits'; readonly at: EpochMs; readonly count: number }
  /** Somebody left the workspace: a request of or for him is withdrawn. */
  | { readonly line: 'left'; readonly who: Person }
  | { readonly line: 'expired' }
  | { readonly line: 'reopened' }
  /** The stage was not decided in time, or could not be, and goes on to another group. */
  | { readonly line: 'escalated'; readonly from: string; readonly to: string }
  | { readonly line: 'stuck'; readonly because: Refusal; readonly at: EpochMs }
  /** `inToken`: only tokens carry it. */
  | {
      readonly line: 'live';
      readonly expiresAt: EpochMs;
      readonly effectiveUntil: EpochMs;
      readonly inToken?: true;
    }
  | { readonly line: 'ending_soon'; readonly expiresAt: EpochMs }
  | { readonly line: 'end_asked'; readonly by: Person; readonly endedBy: 'release' | 'revocation' }
  | { readonly line: 'end_asked'; readonly by: null; readonly endedBy: 'person_gone' }
  /** `tokensUntil`: only tokens carried it, and until then one may still be taken. */
  | {
      readonly line: 'ended';
      readonly endedBy: EndedBy;
      readonly at: EpochMs;
      readonly kept: boolean;
      readonly tokensUntil?: EpochMs;
    }
  | { readonly line: 'trouble'; readonly nextTryAt: EpochMs };

/** What may be told together with others of its kind: how a request or a lease went on. `kept`: ended, the access stays. */
export type News =
  | 'decided'
  | 'waiting_for_keycloak'
  | 'live'
  | 'ending_soon'
  | 'end_asked'
  | 'ended'
  | 'kept'
  | 'expired'
  | 'trouble'
  | 'reminder';

/** Much news in one message. `named`: the first of them, so many as read well. */
export type Digest = {
  readonly counts: Readonly<Partial<Record<News, number>>>;
  readonly named: readonly { readonly news: News; readonly path: string; readonly holder: SlackUser }[];
};

/**
 * How a lease went on. `kept`: the access stays, for another lease or because it was there before. `tokensUntil`: only tokens
 * carried it, and until then one may still be taken.
 */
export type LeaseNews =
  | { readonly notice: 'live'; readonly effectiveUntil: EpochMs }
  | { readonly notice: 'ending_soon' }
  | { readonly notice: 'ended'; readonly kept: boolean; readonly tokensUntil?: EpochMs };

/** The same of one lease. `bundle`: its request is a part of it, and what is new of the other parts is told with it. */
export type LeaseNotice = LeaseNews & { readonly grantId: GrantId; readonly bundle?: RequestId };

/** Why a client got no token in somebody's name although nobody was asked. Texts and names are unescaped. */
export type BackchannelRefused = {
  readonly client: string;
  readonly clientName: string | null;
  /** null: it sent none. */
  readonly message: string | null;
  readonly because:
    | 'policy'
    | 'no_policy'
    | 'no_approvers'
    | 'not_linked'
    | 'fatigue'
    | 'no_message'
    | 'bad_duration'
    | 'not_eligible'
    | 'offline'
    | 'administers'
    | 'step_up';
  /** What the authors of the rules say. */
  readonly texts: readonly string[];
  /** Those that the person may not have. */
  readonly scopes: readonly string[];
};

/** Words to one person in private. */
export type Notice =
  | { readonly notice: 'refused'; readonly refusal: Refusal }
  | { readonly notice: 'received'; readonly requestId: RequestId }
  | { readonly notice: 'asked_for_you'; readonly requestId: RequestId }
  | { readonly notice: 'decided'; readonly requestId: RequestId }
  | { readonly notice: 'stuck'; readonly requestId: RequestId; readonly because: Refusal }
  | { readonly notice: 'your_signature'; readonly requestId: RequestId }
  | {
      readonly notice: 'your_decision';
      readonly requestId: RequestId;
      readonly kind: 'approve' | 'deny';
      /** Of a bundle: the parts that were decided, by path, and those that could not be. */
      readonly parts?: { readonly decided: readonly string[]; readonly refused: readonly RefusedPart[] };
    }
  | {
      readonly notice: 'question' | 'your_question' | 'answer' | 'your_answer';
      readonly requestId: RequestId;
      readonly question: number;
    }
  | { readonly notice: 'waiting_for_keycloak'; readonly requestId: RequestId }
  | LeaseNotice
  | { readonly notice: 'digest'; readonly digest: Digest }
  | { readonly notice: 'ending'; readonly resource: Resource; readonly count: number }
  | {
      readonly notice: 'ending_many';
      /** null: everybody's leases. */
      readonly holder: SlackUser | null;
      /** null: on every access. */
      readonly path: string | null;
      readonly count: number;
    }
  | { readonly notice: 'audit_page'; readonly filter: string; readonly page: number }
  | { readonly notice: 'audit_verified'; readonly entries: number; readonly problem: string | null }
  | { readonly notice: 'explained'; readonly explained: Explained }
  /** Where somebody may prove who he is. */
  | { readonly notice: 'sign_in'; readonly signInId: SignInId }
  | { readonly notice: 'linked'; readonly username: string }
  /** Somebody signed in as this reader's Keycloak user and would have linked it to another Slack account. */
  | { readonly notice: 'link_tried'; readonly by: SlackUser; readonly username: string }
  /** `of`: whose link it was, where an admin reads this; null: the reader's. */
  | { readonly notice: 'unlinked'; readonly username: string; readonly of: SlackUser | null }
  | { readonly notice: 'links'; readonly links: readonly LiveLink[]; readonly more: boolean }
  /** To an approver: what became of his click on a gate's card. */
  | { readonly notice: 'your_gate_decision'; readonly gateId: GateId; readonly kind: 'approve' | 'deny' }
  /** To the person behind the account: a sign-in as him was denied. */
  | { readonly notice: 'gate_denied'; readonly gateId: GateId }
  /** To the person in whose name a client asked without a browser. */
  | { readonly notice: 'backchannel_refused'; readonly refused: BackchannelRefused; readonly username: string }
  | { readonly notice: 'my_access' }
  | { readonly notice: 'help' };

/** Something that operators have to know, for the audit channel. */
export type Alarm =
  | { readonly alarm: 'held'; readonly username: string; readonly resource: Resource; readonly because: string }
  | { readonly alarm: 'failing'; readonly username: string; readonly resource: Resource; readonly failures: number }
  | { readonly alarm: 'orphan'; readonly username: string; readonly resource: Resource; readonly removed: boolean }
  | { readonly alarm: 'mass_drift'; readonly count: number; readonly open: number }
  | {
      readonly alarm: 'revoked_widely';
      readonly by: Person;
      /** null: everybody's leases. */
      readonly holder: SlackUser | null;
      /** null: on every access. */
      readonly path: string | null;
      readonly count: number;
    }
  | {
      readonly alarm: 'glass_broken';
      readonly by: Person;
      readonly path: string;
      readonly leaseSeconds: number;
    }
  | {
      readonly alarm: 'left';
      readonly who: SlackUser;
      readonly because: 'deactivated' | 'guest';
      readonly leases: number;
      readonly requests: number;
    }
  | { readonly alarm: 'policy_changed'; readonly source: string }
  | { readonly alarm: 'policy_wrong'; readonly source: string; readonly problem: string }
  | { readonly alarm: 'policy_broken'; readonly rule: string; readonly because: PolicyBecause }
  /** The Keycloak user carries another `slack-user-id` than the account that he is linked to. */
  | { readonly alarm: 'link_disagrees'; readonly person: Person; readonly attribute: string }
  | { readonly alarm: 'clock_jumped'; readonly seconds: number }
  | { readonly alarm: 'request_undeliverable'; readonly requestId: RequestId; readonly because: Undeliverable };

/** Why nobody can see a request. `code`: Slack's own; `group` null: the manager is to decide. */
export type Undeliverable =
  | { readonly why: 'refused'; readonly code: string }
  | { readonly why: 'no_channel'; readonly group: string | null }
  | { readonly why: 'escalated_nowhere' };

/**
 * A message to be sent at least once. Cards, App Homes and what tells of an ask for many people carry no content: they are re-rendered from the state at the
 * time of sending, so an old one can never overwrite a newer. `opened`: the person is looking at it now.
 */
export type MessageBody =
  | { readonly to: 'card'; readonly requestId: RequestId }
  /** The card of a gate. */
  | { readonly to: 'gate'; readonly gateId: GateId }
  /** The answer to a backchannel request. */
  | { readonly to: 'keycloak'; readonly gateId: GateId }
  /** `bundle`: the request is a part of it, and its messages tell the line. */
  | { readonly to: 'thread'; readonly requestId: RequestId; readonly bundle?: RequestId; readonly line: ThreadLine }
  | { readonly to: 'channel'; readonly channel: string; readonly digest: Digest }
  | { readonly to: 'person'; readonly reply: ReplyTo; readonly notice: Notice }
  | { readonly to: 'file'; readonly slack: SlackUser; readonly filename: string; readonly filter: string }
  | { readonly to: 'team'; readonly teamId: TeamAskId }
  | { readonly to: 'home'; readonly slack: SlackUser; readonly opened: boolean }
  | { readonly to: 'operators'; readonly alarm: Alarm };

/** `key` makes it unique: the same key is queued once. */
export type Message = {
  readonly key: string;
  readonly at: EpochMs;
  readonly correlationId: string;
  readonly body: MessageBody;
};

/** Messages of one lane leave one after the other, in order: a request's card and thread, what one person is told. */
export function laneOf(body: MessageBody): string {
  switch (body.to) {
    case 'card':
      return `request ${body.requestId}`;
    case 'thread':
      return `request ${body.bundle ?? body.requestId}`;
    case 'person':
      return `person ${slackAttribute(body.reply.slack)}`;
    case 'file':
      return `person ${slackAttribute(body.slack)}`;
    case 'channel':
      return `channel ${body.channel}`;
    case 'team':
      return `team ${body.teamId}`;
    case 'gate':
      return `gate ${body.gateId}`;
    case 'keycloak':
      return `keycloak ${body.gateId}`;
    case 'home':
      return `home ${slackAttribute(body.slack)}`;
    case 'operators':
      return 'operators';
  }
}

/** 0: somebody waits for it; 1: news; 2: a card, which only shows what its thread tells; 3: an App Home nobody may be looking at. */
export type Rank = 0 | 1 | 2 | 3;

/** Whether a line tells of a lease, rather than of the request that became it. */
export const isOfLease = ({ line }: ThreadLine): boolean =>
  line === 'live' || line === 'ending_soon' || line === 'end_asked' || line === 'ended' || line === 'trouble';

/** What kind of news a line is; null for what has to be said by itself. */
export function newsOfLine(line: ThreadLine): News | null {
  switch (line.line) {
    case 'ended':
      return line.kept ? 'kept' : 'ended';
    case 'live':
    case 'ending_soon':
    case 'end_asked':
    case 'expired':
    case 'trouble':
    case 'reminder':
      return line.line;
    case 'asked':
    case 'approved':
    case 'denied':
    case 'question':
    case 'answer':
    case 'withdrawn':
    case 'taken':
    case 'signed':
    case 'review_waits':
    case 'left':
    case 'reopened':
    case 'escalated':
    case 'stuck':
      return null;
  }
}

/** What kind of news this is; null for what has to be said by itself. */
export function newsOf(body: MessageBody): News | null {
  if (body.to === 'thread') return newsOfLine(body.line);
  if (body.to !== 'person') return null;
  const { notice } = body;
  if (notice.notice === 'ended') return notice.kept ? 'kept' : 'ended';
  const { notice: kind } = notice;
  return kind === 'live' || kind === 'ending_soon' || kind === 'decided' || kind === 'waiting_for_keycloak'
    ? kind
    : null;
}

/** How urgent it is. What people just did comes first: they are looking. */
export function rankOf(body: MessageBody): Rank {
  if (body.to === 'card') return 2;
  if (body.to === 'home') return body.opened ? 0 : 3;
  const isDigest = body.to === 'channel' || (body.to === 'person' && body.notice.notice === 'digest');
  return isDigest || newsOf(body) !== null ? 1 : 0;
}

/** Where a Slack message is; `ts` is Slack's message id in that channel. */
export type Posted = { readonly channel: string; readonly ts: string };

/** What a message is to the people it is for: those of the stage, or those to whom it was escalated. */
export type CardRole = 'card' | 'escalation_card';
export type LineRole = 'latest' | 'escalation_latest';

/**
 * A Slack message that shows a request and may carry its buttons; a click on any other counts for nothing (I13). There is
 * one card and at most one `latest` line under it (its newest thread line, `line`) for each stage, and one more of each
 * where it was escalated: a newer one replaces it. Parts of a bundle may share a message.
 */
export type PostedMessage = Posted & {
  readonly requestId: RequestId;
  readonly role: CardRole | LineRole;
  readonly stage: number;
  readonly line: ThreadLine | null;
};

export const isCard = (message: PostedMessage): message is PostedMessage & { readonly role: CardRole } =>
  message.role === 'card' || message.role === 'escalation_card';

/** The role of a line under a card. */
export const lineRole = (card: CardRole): LineRole => (card === 'card' ? 'latest' : 'escalation_latest');
