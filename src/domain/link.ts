import type { AuditDraft } from './audit.ts';
import type { EpochMs, LinkId } from './ids.ts';
import { slackAttribute } from './people.ts';
import type { DirectoryUser, Person, SlackProfile, SlackUser } from './people.ts';

/** Why a link holds no more. `left`: the Slack account is deactivated or a guest's; `disabled`: the Keycloak user is, or is gone. */
export type UnlinkedBy = 'self' | 'admin' | 'left' | 'disabled';

/** Why these two may not be linked: see {@link barToLink}. */
export type LinkBar = 'account' | 'email_of_other' | 'linked_elsewhere' | 'disabled';

type Facts = {
  readonly id: LinkId;
  readonly realm: string;
  /** The Slack account and the Keycloak user that are tied to each other; each of them has one live link at most. */
  readonly person: Person;
  readonly linkedAt: EpochMs;
  /** How he had signed in to Keycloak (`acr`), where it said so, and when. */
  readonly acr: string | null;
  readonly signedInAt: EpochMs;
  readonly revision: number;
};
export type LiveLink = Facts & { readonly state: 'live' };
export type EndedLink = Facts & {
  readonly state: 'ended';
  readonly endedAt: EpochMs;
  readonly endedBy: UnlinkedBy;
};

/**
 * A Slack account and a Keycloak user that were proven to be one person: signed in to Keycloak in a browser, and a code
 * from there typed in Slack. `revision` is the row's compare-and-swap counter, from 1.
 */
export type Link = LiveLink | EndedLink;

export const unlink = (link: LiveLink, endedBy: UnlinkedBy, at: EpochMs): EndedLink => ({
  ...link,
  state: 'ended',
  endedAt: at,
  endedBy,
  revision: link.revision + 1,
});

/** What is known, read live, of two accounts that somebody wants to link. */
export type LinkFacts = {
  readonly slack: SlackUser;
  readonly homeTeamId: string;
  /** null: Slack knows no such account. */
  readonly profile: SlackProfile | null;
  /** null: gone. */
  readonly user: DirectoryUser | null;
  /** The Slack account that has the verified e-mail of the Keycloak user. */
  readonly ofEmail: SlackUser | null;
  /** Keycloak users whose `slack-user-id` names the Slack account. */
  readonly named: readonly DirectoryUser[];
  readonly linkOfSlack: LiveLink | null;
  readonly linkOfUser: LiveLink | null;
};

/**
 * Why a Slack account and a Keycloak user may not be linked, or null (I17: one to one or refused). An attribute counts here
 * even while it is not trusted: what it claims must not silently differ from a link.
 */
export function barToLink({ slack, homeTeamId, profile, user, ...found }: LinkFacts): LinkBar | null {
  if (profile === null || slack.teamId !== homeTeamId || profile.deleted || profile.bot || profile.guest)
    return 'account';
  if (user?.enabled !== true) return 'disabled';
  const account = slackAttribute(slack);
  if (found.ofEmail !== null && slackAttribute(found.ofEmail) !== account) return 'email_of_other';
  const isElsewhere =
    user.slackIds.some((id) => id !== account) ||
    found.named.some(({ userId }) => userId !== user.userId) ||
    [found.linkOfSlack, found.linkOfUser].some((link) => link !== null);
  return isElsewhere ? 'linked_elsewhere' : null;
}

/** Who is tied to whom, as the audit alone tells it: Slack accounts (`T…/U…`) and Keycloak user ids, by the id of the link (I22). */
export function replayLinks(
  entries: Iterable<AuditDraft>,
): ReadonlyMap<string, { readonly slack: string; readonly userId: string }> {
  const live = new Map<string, { readonly slack: string; readonly userId: string }>();
  for (const { kind, subject, data } of entries) {
    const { link, slack } = data;
    if (typeof link !== 'string' || typeof slack !== 'string' || subject === null) continue;
    if (kind === 'identity.linked') live.set(link, { slack, userId: subject.userId });
    if (kind === 'identity.unlinked') live.delete(link);
  }
  return live;
}
