import type { DirectoryUser, SlackProfile } from './people.ts';
import { slackAttribute } from './people.ts';

/** How strongly a Slack account must be tied to a Keycloak user: by the admin-only attribute or a link, or at least by e-mail. */
export type IdentityNeed = 'email' | 'linked';

export type IdentityRefusal =
  | 'outsider'
  | 'guest'
  | 'deactivated'
  | 'bot'
  | 'not_linked'
  | 'link_needed'
  | 'identity_ambiguous'
  | 'email_unverified'
  | 'user_disabled';

/** The Keycloak users that a Slack account may be, by each way to find one. */
export type Candidates = {
  /** Users whose `slack-user-id` names this account; empty while that attribute is not trusted. */
  readonly byAttribute: readonly DirectoryUser[];
  /** The user that it is linked to, `gone` where Keycloak has him no more, null without a link. */
  readonly byLink: DirectoryUser | 'gone' | null;
  /** Users with exactly the Slack account's confirmed e-mail. */
  readonly byEmail: readonly DirectoryUser[];
};

/** Which Keycloak user a Slack account is, or why that cannot be said (I17: one to one or refused). */
export function resolveIdentity(
  profile: SlackProfile,
  homeTeamId: string,
  { byAttribute, byLink, byEmail }: Candidates,
  need: IdentityNeed,
): { readonly ok: true; readonly user: DirectoryUser } | { readonly ok: false; readonly refusal: IdentityRefusal } {
  const no = (refusal: IdentityRefusal) => ({ ok: false, refusal }) as const;
  if (profile.slack.teamId !== homeTeamId) return no('outsider');
  if (profile.deleted) return no('deactivated');
  if (profile.bot) return no('bot');
  if (profile.guest) return no('guest');
  if (byLink === 'gone') return no('user_disabled');

  const proven = [...byAttribute, ...(byLink === null ? [] : [byLink])];
  const [user, second] = unique([...proven, ...byEmail]);
  if (user === undefined) return no('not_linked');
  const account = slackAttribute(profile.slack);
  const isOf = (claim: string): boolean => claim === account;
  if (second !== undefined || (user.link !== undefined && !isOf(user.link))) return no('identity_ambiguous');
  if (proven.length > 0) {
    if (user.slackIds.length > 1 || !user.slackIds.every(isOf)) return no('identity_ambiguous');
    return user.enabled ? { ok: true, user } : no('user_disabled');
  }
  if (need === 'linked') return no('link_needed');
  if (!user.emailVerified) return no('email_unverified');
  // An attribute that names another account is a claim on this user, even while it is not trusted enough to be used.
  if (!user.slackIds.every(isOf)) return no('identity_ambiguous');
  return user.enabled ? { ok: true, user } : no('user_disabled');
}

function unique(users: readonly DirectoryUser[]): readonly DirectoryUser[] {
  return [...new Map(users.map((user) => [user.userId, user])).values()];
}
