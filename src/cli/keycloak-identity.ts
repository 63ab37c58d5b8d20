import type { IdentityNeed } from '../domain/identity.ts';
import { readSlackAttribute } from '../domain/people.ts';
import type { DirectoryUser, SlackUser } from '../domain/people.ts';
import type { Refusal } from '../domain/refusal.ts';

/** The Slack account that Keycloak or a link names for a user; one that nobody has where it names none. */
export function accountIn(user: DirectoryUser, isTrusted: boolean): SlackUser {
  const [first = '', second] = claimsOn(user, isTrusted);
  return readSlackAttribute(second === undefined ? first : '');
}

/** The Slack accounts that a link or the attribute gives him. */
const claimsOn = ({ slackIds, link }: DirectoryUser, isTrusted: boolean): readonly string[] => [
  ...new Set([...(isTrusted ? slackIds : []), ...(link === undefined ? [] : [link])]),
];

/** What Keycloak alone tells against this user being known well enough, or null. */
export function identityIn(user: DirectoryUser, need: IdentityNeed, isTrusted: boolean): Refusal | null {
  const linked = claimsOn(user, isTrusted);
  if (!user.enabled) return { refusal: 'user_disabled' };
  if (linked.length > 1) return { refusal: 'identity_ambiguous' };
  if (linked.length === 1) return null;
  if (need === 'linked') return { refusal: 'link_needed' };
  if (user.email === null) return { refusal: 'not_linked' };
  return user.emailVerified ? null : { refusal: 'email_unverified' };
}
