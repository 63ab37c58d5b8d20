import type { Entitlement } from '../domain/entitlement.ts';
import type { Grant } from '../domain/grant.ts';
import type { Posted } from '../domain/message.ts';
import type { RequestId } from '../domain/ids.ts';
import type { SlackUser } from '../domain/people.ts';
import type { Outcome, Refusal } from '../domain/refusal.ts';
import type { PendingRequest, Question, TakenRequest } from '../domain/request.ts';
import type { AccessWord, InboxItem, StartWord } from './intent.ts';
import type { AccessPreview, AskedAgain, CardView, Suggestion } from './views.ts';

/** A field of the request modal. */
export type Field = 'access' | 'duration' | 'start' | 'justification';

/** What a door (Slack) may ask of Leasehold. `app.ts` binds it to the use cases. */
export interface Desk {
  /** Records the envelope; only then may it be acknowledged. @throws store_unavailable: nothing was recorded */
  receive(item: InboxItem): Promise<'new' | 'known'>;
  /** Wakes the worker that carries out what was received; call it after the acknowledgement. */
  work(): void;
  /** The form is open before this account: gets ready what its typeahead will ask for. */
  formOpened(slack: SlackUser): void;
  /** Entitlements for the typeahead, best first, at most 100; at once, as the catalogue was last read. */
  suggest(query: string, slack: SlackUser): Promise<readonly Suggestion[]>;
  /** The form filled in as for these earlier requests; refused to all but the one who asked and the one who had it. */
  again(requests: readonly [RequestId, ...RequestId[]], slack: SlackUser): Promise<Outcome<AskedAgain>>;
  /** The facts below the modal once an access is chosen. */
  preview(access: AccessWord, slack: SlackUser): Promise<Outcome<{ readonly preview: AccessPreview }>>;
  /** What can be told at once about a filled modal, field by field; the full check follows after the acknowledgement. */
  check(ask: {
    readonly access: AccessWord;
    readonly also?: readonly AccessWord[];
    readonly duration: string;
    readonly start?: StartWord;
    readonly justification: string;
  }): Promise<readonly { readonly field: Field; readonly refusal: Refusal }[]>;
  /**
   * A dialog's facts, drawn afresh; refused when the message is not a recorded one or the request is settled, 'later'
   * while the request's card is not on record yet.
   */
  dialog(
    requestId: RequestId,
    message: Posted,
    slack: SlackUser,
  ): Promise<Outcome<{ readonly card: CardView }> | 'later'>;
  /** Entitlements that may be taken at once, for the typeahead. */
  suggestMarked(query: string): Promise<readonly Suggestion[]>;
  /** The entitlement that a word means, if it may be taken at once. */
  breakGlass(access: AccessWord): Promise<Outcome<{ readonly entitlement: Entitlement }>>;
  /** What the dialog of a signature shows; refused as with `dialog`. */
  review(
    requestId: RequestId,
    message: Posted,
    slack: SlackUser,
  ): Promise<Outcome<{ readonly taken: TakenRequest; readonly grant: Grant | null }> | 'later'>;
  /** What the form that ends every lease asks to confirm; refused to all but admins. */
  revocation(slack: SlackUser): Promise<Outcome<{ readonly realm: string; readonly leases: number }>>;
  /** A question that this account may answer now; refused when it is not his, is answered, or waits no longer. */
  question(
    requestId: RequestId,
    index: number,
    slack: SlackUser,
  ): Promise<Outcome<{ readonly request: PendingRequest; readonly question: Question }>>;
}
