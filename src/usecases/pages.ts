import type { EpochMs } from '../domain/ids.ts';
import type { NoProof } from './sign-in-port.ts';

/** The Slack account that a page is about. */
export type PageAccount = {
  /** As Slack names it; people's text. */
  readonly name: string;
  readonly email: string | null;
  /** `U…`, which Slack shows in the profile. */
  readonly userId: string;
  readonly workspace: string;
};

/** What an approver decides about, drawn from the record. Texts are people's own. */
export type PageDecision = {
  readonly path: string;
  readonly requester: string;
  /** The person who would have it, if not the requester. */
  readonly beneficiary: string | null;
  readonly justification: string;
  readonly leaseSeconds: number;
  readonly startsAt: EpochMs | null;
  readonly risk: string;
  /** What it gives, the first few. */
  readonly roles: readonly string[];
  readonly moreRoles: number;
  /** From 1. */
  readonly stage: number;
  readonly stages: number;
  /** Usernames. */
  readonly approvedBy: readonly string[];
};

/** What somebody signed in to do. */
export type PageAsked =
  /** Several where they are parts of one bundle. */
  | { readonly asked: 'approve'; readonly decisions: readonly [PageDecision, ...PageDecision[]] }
  /** Break-glass. */
  | { readonly asked: 'take'; readonly path: string; readonly leaseSeconds: number; readonly justification: string }
  /** Every lease of the realm is ended. */
  | { readonly asked: 'revoke_all'; readonly realm: string; readonly leases: number };
export type PagePurpose = 'link' | PageAsked['asked'];

/** Why a page has nothing to offer; each is one sentence that says what to do, and nothing was changed. */
export type PageProblem =
  | 'unknown'
  | 'used'
  | 'expired'
  | 'other_browser'
  | 'no_cookie'
  | 'stale_form'
  | 'other_person'
  | 'email_of_other'
  | 'linked_elsewhere'
  | 'not_this_account'
  | 'changed'
  | 'settled'
  | 'too_many'
  | 'keycloak_away'
  | 'slack_away'
  | 'store_away'
  | NoProof;

/** What a page of a sign-in shows. `form`: the text that its button must send back. */
export type Page =
  | { readonly page: 'start'; readonly purpose: PagePurpose; readonly account: PageAccount }
  | { readonly page: 'confirm_link'; readonly form: string; readonly account: PageAccount; readonly username: string }
  /** `code`: to be typed in Slack until `until`. */
  | { readonly page: 'code'; readonly code: string; readonly until: EpochMs; readonly account: PageAccount }
  | { readonly page: 'confirm'; readonly form: string; readonly username: string; readonly asked: PageAsked }
  /** It is being carried out; Slack tells what came of it. */
  | { readonly page: 'done'; readonly asked: PageAsked }
  | { readonly page: 'problem'; readonly problem: PageProblem };

/** The cookie that a browser must carry from here on, for one sign-in. */
export type SetCookie = { readonly id: string; readonly value: string };

/** What the pages may ask of Leasehold. `id` and `cookie` come from outside and may be anything. None of them throws. */
export interface SignInPages {
  /** Changes nothing, whoever or whatever follows the link. */
  look(id: string, cookie: string | null): Promise<Page>;
  /** The button **Sign in**: where to go, and the cookie to take along. */
  start(id: string): Promise<{ readonly go: string; readonly cookie: SetCookie } | Page>;
  /**
   * Back from Keycloak.
   * @param cookieOf the cookie that the browser carries for a sign-in
   * @returns the sign-in whose page goes on, with a fresh cookie
   */
  back(
    search: string,
    cookieOf: (id: string) => string | null,
  ): Promise<{ readonly goOn: string; readonly cookie: SetCookie } | Page>;
  /** The button of the page that names who and what. */
  confirm(id: string, cookie: string | null, form: string): Promise<Page>;
  /** Where forms may lead beside ourselves (`form-action`): the origin of Keycloak. */
  readonly signInOrigin: string;
}
