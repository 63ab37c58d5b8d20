import type { EpochMs, LinkId } from './ids.ts';
import type { Person } from './people.ts';

/** Why a link holds no more. `left`: the Slack account is deactivated or a guest's; `disabled`: the Keycloak user is, or is gone. */
export type UnlinkedBy = 'self' | 'admin' | 'left' | 'disabled';

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
