import type { KeycloakUserId } from './ids.ts';

/** A Slack account is a team and a user id, never a name. */
export type SlackUser = { readonly teamId: string; readonly userId: string };

/** The value of the Keycloak user attribute `slack-user-id`: `T…/U…`. */
export const slackAttribute = (slack: SlackUser): string => `${slack.teamId}/${slack.userId}`;

/** The account that {@link slackAttribute} wrote. */
export function readSlackAttribute(attribute: string): SlackUser {
  const [teamId = '', userId = ''] = attribute.split('/');
  return { teamId, userId };
}

/** A Keycloak user together with the Slack account that acted as him. */
export type Person = { readonly userId: KeycloakUserId; readonly username: string; readonly slack: SlackUser };

/**
 * A Keycloak user as the directory tells it. `slackIds` holds the raw values of `slack-user-id`; `link` is the Slack account
 * that he has proven to be his, written the same way; absent where there is none.
 */
export type DirectoryUser = {
  readonly userId: KeycloakUserId;
  readonly username: string;
  readonly enabled: boolean;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly slackIds: readonly string[];
  readonly link?: string;
};

/** A Slack account as Slack tells it. `guest` covers single- and multi-channel guests. */
export type SlackProfile = {
  readonly slack: SlackUser;
  readonly name: string;
  readonly deleted: boolean;
  readonly bot: boolean;
  readonly guest: boolean;
  readonly email: string | null;
  readonly emailConfirmed: boolean;
  /** An IANA name, such as `Europe/Berlin`; null when Slack tells none. */
  readonly timeZone: string | null;
};
