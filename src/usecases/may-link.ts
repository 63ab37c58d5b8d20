import type { KeycloakUserId } from '../domain/ids.ts';
import { barToLink } from '../domain/link.ts';
import type { LinkBar } from '../domain/link.ts';
import type { SlackUser } from '../domain/people.ts';
import type { Ports } from './ports.ts';

type Looking = Pick<Ports, 'slackPeople' | 'directory'> & {
  readonly store: Pick<Ports['store'], 'linkOf' | 'linksTo'>;
};

export type Barred = {
  readonly bar: LinkBar;
  /** With `email_of_other`: whose e-mail it is. */
  readonly other: SlackUser | null;
};

/**
 * Why this Slack account and this Keycloak user may not be linked now, read live on both sides; null: they may.
 * @throws keycloak_unavailable, slack_unavailable
 */
export async function mayLink(ports: Looking, slack: SlackUser, userId: KeycloakUserId): Promise<Barred | null> {
  const [profile, user, named, linkOfSlack, [linkOfUser = null]] = await Promise.all([
    ports.slackPeople.profile(slack),
    ports.directory.person(userId),
    ports.directory.bySlackId(slack),
    ports.store.linkOf(slack),
    ports.store.linksTo([userId]),
  ]);
  const email = user?.emailVerified === true ? user.email : null;
  const ofEmail = email === null ? null : await ports.slackPeople.byEmail(email);
  const homeTeamId = ports.slackPeople.homeTeamId();
  const bar = barToLink({ slack, homeTeamId, profile, user, ofEmail, named, linkOfSlack, linkOfUser });
  return bar === null ? null : { bar, other: bar === 'email_of_other' ? ofEmail : null };
}
