import type { EpochMs, GateId, GrantId, KeycloakUserId, RequestId, TeamAskId } from '../domain/ids.ts';
import type { Posted, ReplyTo } from '../domain/message.ts';
import { slackAttribute } from '../domain/people.ts';
import type { SlackUser } from '../domain/people.ts';
import type { ResourceKind } from '../domain/resource.ts';
import type { PartShown, Proof } from '../domain/sign-in.ts';

/** Which access is meant: words a person typed, or an entry picked from the catalogue. */
export type AccessWord =
  | { readonly by: 'text'; readonly text: string }
  | { readonly by: 'id'; readonly kind: ResourceKind; readonly id: string };

/** When a lease is to begin: words a person typed, or a time picked in the form. */
export type StartWord = { readonly by: 'text'; readonly text: string } | { readonly by: 'time'; readonly at: EpochMs };

/** A part of a bundle as its message showed it. */
export type PartSeen = { readonly requestId: RequestId; readonly version: number; readonly stage: number };

/** Who signed in to approve, how, and what he was shown. */
export type DecisionProof = { readonly proof: Proof; readonly parts: readonly PartShown[] };

/** What somebody wants, parsed at the door; texts are as typed and are checked by the use case. */
export type Intent =
  | {
      readonly intent: 'request';
      /** Whom the access is for, if not for the one who asks. */
      readonly beneficiary?: SlackUser;
      /** The ask for many people that this is a part of; no door sends it. */
      readonly teamId?: TeamAskId;
      /** The Keycloak user who asked at a login page; the Slack account must be his. */
      readonly askedAs?: KeycloakUserId;
      readonly access: AccessWord;
      /** Others, asked for in the same bundle. */
      readonly also?: readonly AccessWord[];
      readonly duration: string;
      /** When it is to begin, if not at approval. */
      readonly start?: StartWord;
      readonly justification: string;
    }
  | {
      readonly intent: 'team_request';
      readonly people: readonly SlackUser[];
      readonly access: AccessWord;
      /** Others, and a start; they are refused for many people at once. */
      readonly also?: readonly AccessWord[];
      readonly start?: StartWord;
      readonly duration: string;
      readonly justification: string;
    }
  | {
      readonly intent: 'approve';
      readonly requestId: RequestId;
      /** The other parts that are decided with it, where it is a part of a bundle. */
      readonly also?: readonly PartSeen[];
      readonly version: number;
      readonly stage: number;
      readonly message: Posted;
      readonly leaseSeconds: number | null;
      /** The sign-in by which the approver approved; only the page behind it sends this. */
      readonly proof?: DecisionProof;
    }
  | {
      readonly intent: 'deny';
      readonly requestId: RequestId;
      readonly also?: readonly PartSeen[];
      readonly version: number;
      readonly stage: number;
      readonly message: Posted;
      readonly comment: string;
    }
  | {
      readonly intent: 'question';
      readonly requestId: RequestId;
      readonly version: number;
      readonly stage: number;
      readonly message: Posted;
      readonly text: string;
    }
  | { readonly intent: 'answer'; readonly requestId: RequestId; readonly question: number; readonly text: string }
  /** A click on the card of a gate. */
  | { readonly intent: 'gate_approve' | 'gate_deny'; readonly gateId: GateId; readonly message: Posted }
  | { readonly intent: 'withdraw'; readonly requestId: RequestId }
  | { readonly intent: 'release'; readonly grantId: GrantId }
  | { readonly intent: 'extend'; readonly grantId: GrantId }
  | {
      readonly intent: 'revoke';
      /** null: everybody's. */
      readonly person: SlackUser | null;
      /** null: every access. */
      readonly access: string | null;
      /** What was typed to confirm the end of everything: the realm's name. */
      readonly confirmation: string | null;
      /** The sign-in for it; only the page behind it sends this. */
      readonly proof?: Proof;
    }
  | {
      readonly intent: 'break_glass';
      readonly access: AccessWord;
      readonly justification: string;
      /** The sign-in for exactly what the digest stands for; only the page behind it sends this. */
      readonly proof?: { readonly proof: Proof; readonly digest: string };
    }
  | {
      readonly intent: 'sign_review';
      readonly requestId: RequestId;
      readonly message: Posted;
      readonly right: boolean;
      readonly comment: string;
    }
  /** Ends what was taken by break-glass, from its card. */
  | { readonly intent: 'end_taken'; readonly requestId: RequestId; readonly message: Posted }
  /** Slack says that this member is deactivated, or a guest now. */
  | { readonly intent: 'left' }
  | { readonly intent: 'my_access' }
  | { readonly intent: 'home_opened' }
  | { readonly intent: 'help' }
  | { readonly intent: 'audit'; readonly words: string; readonly page: number }
  | { readonly intent: 'audit_csv'; readonly words: string }
  | { readonly intent: 'audit_verify' }
  | { readonly intent: 'explain'; readonly person: SlackUser; readonly access: string; readonly duration: string }
  | { readonly intent: 'link' }
  /** null: one's own. */
  | { readonly intent: 'unlink'; readonly person: SlackUser | null }
  | { readonly intent: 'links' }
  /** Something written to the bot in its direct messages. */
  | { readonly intent: 'said'; readonly text: string }
  | { readonly intent: 'misused'; readonly command: '/request-access' | '/access' | '/access-audit' };

/**
 * One envelope from Slack, recorded before it is acknowledged. `key` does not depend on the delivery: a command's or
 * click's trigger id, a submission's view id and hash, an event's id. `receivedAt` is when we first saw it.
 */
export type InboxItem = {
  readonly key: string;
  readonly receivedAt: EpochMs;
  readonly slack: SlackUser;
  readonly reply: ReplyTo;
  readonly correlationId: string;
  readonly intent: Intent;
};

/** The ask for many people that this envelope is a part of; null: it came through a door. */
export const teamOf = ({ intent }: Pick<InboxItem, 'intent'>): TeamAskId | null =>
  intent.intent === 'request' ? (intent.teamId ?? null) : null;

/**
 * One account's envelopes are carried out one after the other, so that nobody gets past a limit by being quick. So are the
 * parts of an ask for many people, beside what its asker does meanwhile.
 */
export function inboxLane(item: Pick<InboxItem, 'slack' | 'intent'>): string {
  const team = teamOf(item);
  return team === null ? `inbox ${slackAttribute(item.slack)}` : `inbox team ${team}`;
}
