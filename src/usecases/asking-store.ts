import type { KeycloakUserId, TeamAskId } from '../domain/ids.ts';
import type { Posted } from '../domain/message.ts';
import type { SlackUser } from '../domain/people.ts';
import type { ResourceRef } from '../domain/resource.ts';
import type { TeamAsk } from '../domain/team-ask.ts';
import type { InboxItem } from './intent.ts';

/** The part of the record that serves those who ask, for themselves or for many. Errors as those of the whole. */
export interface AskingStore {
  /** An ask for many people, and where it is told how it goes. */
  teamAsk(id: TeamAskId): Promise<{ readonly ask: TeamAsk; readonly told: Posted | null } | null>;
  /** The one of which somebody's part still waits; there is at most one for each asker. */
  openTeamAsk(asker: KeycloakUserId): Promise<TeamAsk | null>;
  /** What the person behind this Slack account had by a lease, the latest first. */
  latelyHeld(slack: SlackUser, limit: number): Promise<readonly ResourceRef[]>;
  /** What these people have now by a lease, what most of them have first. */
  commonlyHeld(users: readonly KeycloakUserId[], limit: number): Promise<readonly ResourceRef[]>;
}

/** What a write may change of asks for many people. */
export type TeamWrites = {
  readonly teams?: readonly TeamAsk[];
  /** Where it is told how one goes. */
  readonly teamsTold?: readonly (Posted & { readonly teamId: TeamAskId })[];
  /** Envelopes of our own, to be carried out like any other; recorded unless their key is known. */
  readonly inbox?: readonly InboxItem[];
};
