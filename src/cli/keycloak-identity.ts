import type { IdentityNeed } from '../domain/identity.ts';
import { readSlackAttribute } from '../domain/people.ts';
import type { DirectoryUser, SlackUser } from '../domain/people.ts';
import type { Refusal } from '../domain/refusal.ts';

/** The Slack account that Keycloak names for a user; one that nobody has where it names none. */
export const accountIn = ({ slackIds: [first = '', second] }: DirectoryUser, isTrusted: boolean): SlackUser =>
  readSlackAttribute(isTrusted && second === undefined ? first : '');

/** What Keycloak alone tells against this user being known well enough, or null. */
export function identityIn(user: DirectoryUser, need: IdentityNeed, isTrusted: boolean): Refusal | null {
  const linked = isTrusted ? user.slackIds : [];
  if (!user.enabled) return { refusal: 'user_disabled' };
  if (linked.length > 1) return { refusal: 'identity_ambiguous' };
  if (linked.length === 1) return null;
  if (need === 'linked') return { refusal: 'link_needed' };
  if (user.email === null) return { refusal: 'not_linked' };
  return user.emailVerified ? null : { refusal: 'email_unverified' };
}
