import type { BackchannelRefused, Digest, Posted } from '../domain/message.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { EndedGrant, Grant, LiveGrant, OpenGrant } from '../domain/grant.ts';
import type { DeniedGate, Gate } from '../domain/gate.ts';
import type { EpochMs } from '../domain/ids.ts';
import type { LiveLink } from '../domain/link.ts';
import type { SlackUser } from '../domain/people.ts';
import type { Purpose } from '../domain/sign-in.ts';
import type { Explained } from '../domain/explained.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import type { Refusal, RefusedPart } from '../domain/refusal.ts';
import type { KeptRole } from '../domain/resource.ts';
import { progress } from '../domain/request.ts';
import type { AccessRequest, PendingRequest, Question, TakenRequest } from '../domain/request.ts';
import type { TeamAsk } from '../domain/team-ask.ts';

/** How many people hold something now by a lease, and some of them. */
export type Leaseholders = { readonly count: number; readonly some: readonly SlackUser[] };

/** Everything a card shows; rendered anew from the present state each time. */
export type CardView = {
  readonly request: AccessRequest;
  /** The grant it became, if it was approved. */
  readonly grant: Grant | null;
  /** Until when the beneficiary holds this very access by another lease, while the request waits; null when he does not. */
  readonly heldUntil: EpochMs | null;
  /** Who else holds it now, while the request waits. */
  readonly others: Leaseholders | null;
  /** By which lease the beneficiary had it last, while the request waits; null when he never had one. */
  readonly lastLease: EndedGrant | null;
  /** The stage this message belongs to; its buttons are shown only while that stage is the current one. */
  readonly stage: number;
  /** Seconds for which tokens issued before the end stay valid after it. */
  readonly tokenSeconds: number;
  /** The newest audit entry at the time of rendering: `#seq hash12` in the footer. */
  readonly anchor: { readonly seq: number; readonly hash: string };
  /** Where the request is a part of a bundle: the other parts that the same message shows, and those that others do. */
  readonly bundle: { readonly shown: readonly CardView[]; readonly elsewhere: readonly AccessRequest[] } | null;
};

/** Every part that a message shows; one, where the request is no part of a bundle. */
export const partsShown = (card: CardView): readonly [CardView, ...CardView[]] => [card, ...(card.bundle?.shown ?? [])];

/** Those about which this message asks for a decision now. */
export const openParts = (card: CardView): readonly CardView[] =>
  partsShown(card).filter(({ request, stage }) => request.state === 'pending' && progress(request)?.index === stage);

export type LiveWords = { readonly say: 'live'; readonly grant: LiveGrant; readonly effectiveUntil: EpochMs };
export type EndingSoonWords = {
  readonly say: 'ending_soon';
  readonly grant: LiveGrant;
  /** Whole minutes, in seconds. */
  readonly leftSeconds: number;
  readonly askedAgain: boolean;
};
export type EndedWords = {
  readonly say: 'ended';
  readonly grant: EndedGrant;
  readonly kept: boolean;
  /** Only tokens carried it, and until then one may still be taken. */
  readonly tokensUntil?: EpochMs;
  readonly askedAgain: boolean;
  /** Until when another lease keeps the access; null when none does. */
  readonly heldUntil: EpochMs | null;
  /** Another lease on it is approved and not live yet: null: it is being made live; else when it begins. */
  readonly coming: { readonly startsAt: EpochMs | null } | null;
  /** What of it the holder has all the same, as far as that was seen. */
  readonly keeps: readonly KeptRole[];
  /** Whose lease it was, where somebody else reads this. */
  readonly holder?: SlackUser;
};

/** Some parts of a bundle, at least one. */
export type Parts<Part> = readonly [Part, ...Part[]];

/** What a private message says, with every fact it needs. */
export type Words =
  | { readonly say: 'refused'; readonly refusal: Refusal; readonly link: Posted | null }
  /** `bundle`: every part, where the request is one of several. */
  | {
      readonly say: 'received' | 'asked_for_you' | 'decided';
      readonly request: AccessRequest;
      readonly bundle?: readonly AccessRequest[];
    }
  | { readonly say: 'stuck'; readonly request: AccessRequest; readonly because: Refusal }
  | {
      readonly say: 'your_decision';
      readonly request: AccessRequest;
      readonly kind: 'approve' | 'deny';
      readonly parts?: { readonly decided: readonly string[]; readonly refused: readonly RefusedPart[] };
    }
  | { readonly say: 'your_signature'; readonly request: AccessRequest }
  | {
      readonly say: 'question' | 'your_question' | 'answer' | 'your_answer';
      readonly request: AccessRequest;
      readonly index: number;
      readonly question: Question;
      /** The newest card of the request. */
      readonly link: Posted | null;
    }
  | { readonly say: 'waiting_for_keycloak'; readonly request: AccessRequest }
  | LiveWords
  | EndingSoonWords
  | EndedWords
  /** The same news of several parts of one bundle. */
  | { readonly say: 'parts_live'; readonly parts: Parts<LiveWords> }
  | { readonly say: 'parts_ending_soon'; readonly parts: Parts<EndingSoonWords> }
  | { readonly say: 'parts_ended'; readonly parts: Parts<EndedWords> }
  | { readonly say: 'digest'; readonly digest: Digest }
  | { readonly say: 'ending'; readonly path: string; readonly count: number }
  | {
      readonly say: 'ending_many';
      readonly holder: SlackUser | null;
      readonly path: string | null;
      readonly count: number;
    }
  | {
      readonly say: 'audit_page';
      readonly entries: readonly AuditEntry[];
      /** As the asker gave them, for the next page. */
      readonly words: string;
      /** Whom he picked among them. */
      readonly person: SlackUser | null;
      readonly page: number;
      readonly more: boolean;
    }
  | { readonly say: 'audit_verified'; readonly entries: number; readonly problem: string | null }
  | {
      readonly say: 'my_access';
      readonly pending: readonly PendingRequest[];
      readonly open: readonly OpenGrant[];
      readonly tokenSeconds: number;
    }
  /** `url`: good until `until`. */
  | { readonly say: 'sign_in'; readonly purpose: Purpose['purpose']; readonly url: string; readonly until: EpochMs }
  | { readonly say: 'linked'; readonly username: string }
  | { readonly say: 'link_tried'; readonly by: SlackUser; readonly username: string }
  | { readonly say: 'unlinked'; readonly username: string; readonly of: SlackUser | null }
  | { readonly say: 'links'; readonly links: readonly LiveLink[]; readonly more: boolean }
  | { readonly say: 'your_gate_decision'; readonly gate: Gate; readonly kind: 'approve' | 'deny' }
  | { readonly say: 'gate_denied'; readonly gate: DeniedGate }
  | { readonly say: 'backchannel_refused'; readonly refused: BackchannelRefused; readonly username: string }
  | { readonly say: 'explained'; readonly explained: Explained }
  | { readonly say: 'help'; readonly admin: boolean };

/** Everything that the card of a gate shows. */
export type GateView = {
  readonly gate: Gate;
  /** The Slack account of whoever signs in; null where none is known. */
  readonly slack: SlackUser | null;
  /** As on every card. */
  readonly anchor: CardView['anchor'];
};

/** How an ask for many people goes: what became of each part, and of the requests that were made. */
export type TeamView = { readonly ask: TeamAsk; readonly requests: readonly AccessRequest[] };

/** What waits for somebody's decision, or why that cannot be told. */
export type Waiting =
  | {
      readonly known: true;
      readonly requests: readonly { readonly request: PendingRequest; readonly card: Posted }[];
      /** Others wait, too. */
      readonly more: boolean;
    }
  | { readonly known: false; readonly because: Refusal | 'keycloak_away' | 'keycloak_refuses' };

/** Everything that somebody's App Home shows. */
export type HomeView = {
  readonly waiting: Waiting;
  /** What was taken by break-glass and waits for his signature. */
  readonly reviews: readonly { readonly request: TakenRequest; readonly card: Posted }[];
  readonly open: readonly OpenGrant[];
  readonly pending: readonly PendingRequest[];
  /** The newest first. */
  readonly decided: readonly {
    readonly request: AccessRequest;
    readonly kind: 'approve' | 'deny';
    readonly at: EpochMs;
  }[];
};

/** One line of the typeahead. `because`: why it is offered before anything is typed; those of one kind stand together. */
export type Suggestion = { readonly entitlement: Entitlement; readonly because?: 'lately' | 'colleagues' };

/** What the form is filled in with when somebody asks again. `people`: whom it is for, if not for himself. */
export type FilledForm = {
  readonly seconds: number;
  readonly justification: string;
  readonly people: readonly SlackUser[];
};

/**
 * What the modal shows once an access is chosen. `stages` in order; without a group the manager decides. `heldUntil`: when the last lease that the person has on
 * it ends; `isPending`: he has asked for it, and nobody has decided.
 */
export type AccessPreview = {
  readonly heldUntil: EpochMs | null;
  readonly isPending: boolean;
  readonly entitlement: Entitlement;
  readonly stages: readonly { readonly groupPath: string | null; readonly required: number }[];
  /** Lease lengths to offer, seconds, ascending; the default is among them, the last is the limit. */
  readonly durations: readonly number[];
};

/** The form when somebody asks again. `others`: of what else is asked for together with the first. */
export type AskedAgain = {
  readonly preview: AccessPreview;
  readonly others: readonly AccessPreview[];
  readonly filled: FilledForm;
};
