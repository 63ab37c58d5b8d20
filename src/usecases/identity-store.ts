import type { EpochMs, KeycloakUserId, SignInId } from '../domain/ids.ts';
import type { Link, LiveLink } from '../domain/link.ts';
import type { SlackUser } from '../domain/people.ts';
import type { CodedSignIn, SignIn } from '../domain/sign-in.ts';

/** The part of the record about who is who. Errors as those of the whole. */
export interface IdentityStore {
  signIn(id: SignInId): Promise<SignIn | null>;
  /** The one whose browser was sent to Keycloak with this `state`. */
  signInSent(state: string): Promise<SignIn | null>;
  /** The newest one of this account that waits for its code, over or not. */
  signInCoded(slack: SlackUser): Promise<CodedSignIn | null>;
  /** How many were offered to this account at or after `since`. */
  countSignIns(slack: SlackUser, since: EpochMs): Promise<number>;
  /** Deletes those that were over before `before`. */
  forgetSignIns(before: EpochMs): Promise<void>;

  /** The live link of this Slack account. */
  linkOf(slack: SlackUser): Promise<LiveLink | null>;
  /** The live links of these Keycloak users. */
  linksTo(users: readonly KeycloakUserId[]): Promise<readonly LiveLink[]>;
  /** Live links by id, from after this id, for jobs and lists. */
  liveLinks(afterId: string, limit: number): Promise<readonly LiveLink[]>;
}

/**
 * What a write may change about who is who. Both are compared and swapped by `revision`; a second live link of a Slack
 * account or a Keycloak user is a conflict.
 */
export type IdentityWrites = {
  readonly signIns?: readonly SignIn[];
  readonly links?: readonly Link[];
};
