import type { Attributes, CatalogueItem } from '../domain/entitlement.ts';
import type { EscalationRule } from '../domain/escalation.ts';
import type { GroupId, KeycloakUserId } from '../domain/ids.ts';
import type { DirectoryUser, SlackUser } from '../domain/people.ts';
import type { EffectiveRole, EffectiveRoles, KeptRole, Resource } from '../domain/resource.ts';

/** The catalogue: groups, realm roles and client roles that carry `requestable`. Errors: keycloak_unavailable, keycloak_forbidden. */
export interface Catalogue {
  /** Everything marked `requestable`, good or not; may be up to a minute old. For the look-up of names only. */
  list(): Promise<readonly CatalogueItem[]>;
  /** The same at once, as it was last read, while a newer one is read behind it: for the form, which Slack gives 3 s. */
  latest(): Promise<readonly CatalogueItem[]>;
  /** One entry, live, by UUID; null when it is gone or no longer marked. */
  read(resource: Resource): Promise<CatalogueItem | null>;
  /** What the resource really gives (group → parents → composites), live. */
  effectiveRoles(resource: Resource): Promise<EffectiveRoles>;
}

/** A group by path or unique bare name, with its enabled direct members, live. */
export type ApproverGroup = {
  readonly id: GroupId;
  readonly path: string;
  readonly slackChannel: string | null;
  /** Where its stages go when it has not decided in time; null also when that cannot be read. */
  readonly escalation: EscalationRule | null;
  readonly members: readonly DirectoryUser[];
};

/** Who manages somebody by the admin-only attribute `manager`, or why that cannot be said. */
export type ManagerFound = DirectoryUser | 'not_set' | 'untrusted' | 'unknown' | 'ambiguous' | 'disabled';

/** What rules may know of a person. */
export type PersonFacts = {
  /** Paths of the groups whose direct member he is; null when some may not be viewed, so that nobody takes them for all. */
  readonly groups: readonly string[] | null;
  /** Only those attributes that no user may write. */
  readonly attributes: Attributes;
};

/** People and groups, read live. Errors: keycloak_unavailable, keycloak_forbidden. */
export interface Directory {
  person(userId: KeycloakUserId): Promise<DirectoryUser | null>;
  /** Users whose `slack-user-id` is exactly this account. */
  bySlackId(slack: SlackUser): Promise<readonly DirectoryUser[]>;
  /** The user that this account is linked to; `gone` where Keycloak has him no more. */
  byLink(slack: SlackUser): Promise<DirectoryUser | 'gone' | null>;
  /** Users with exactly this e-mail; never service accounts. */
  byEmail(email: string): Promise<readonly DirectoryUser[]>;
  group(pathOrName: string): Promise<ApproverGroup | 'missing' | 'ambiguous'>;
  groupById(id: GroupId): Promise<ApproverGroup | null>;
  /** The same where it has at most `most` members, in two calls; null otherwise. */
  smallGroup(id: GroupId, most: number): Promise<ApproverGroup | null>;
  /** The one enabled user whom this user's attribute `manager` names, by username or id, while no user may write it. */
  managerOf(userId: KeycloakUserId): Promise<ManagerFound>;
  /** null when the user is gone. */
  factsOf(userId: KeycloakUserId): Promise<PersonFacts | null>;
  /**
   * Names of the scopes that every token of this client has; none where there is no such client. Needs `view-clients`.
   * @param client its `client_id`
   */
  defaultScopes(client: string): Promise<readonly string[]>;
  /** Whether the realm's user profile lets no user write `slack-user-id` (read at start and every 5 minutes). */
  slackIdIsTrusted(): Promise<boolean>;
  /** Groups of which this user is a direct member, but those that the service account may not view. */
  groupsOf(userId: KeycloakUserId): Promise<readonly GroupId[]>;
  /**
   * Which of these roles this user has now, live; at most `limit` of them. Only what is seen for certain: what may not be
   * viewed, or would take too long, is left out. Nobody waits for it.
   */
  keptRoles(userId: KeycloakUserId, roles: readonly EffectiveRole[], limit: number): Promise<readonly KeptRole[]>;
  /** The bot's own service-account user. */
  self(): Promise<KeycloakUserId>;
}

/** The directory as Keycloak alone can tell it, which knows no links. */
export type KeycloakDirectory = Omit<Directory, 'byLink'>;

export type Target = { readonly userId: KeycloakUserId; readonly resource: Resource };

/** What is known of a call that changes Keycloak. Only `unknown` may still land later. */
export type CallOutcome = 'done' | 'refused' | 'gone' | 'not_sent' | 'unknown';

/** Gives and takes access. Each call has a time-out and is repeatable. */
export interface Access {
  /**
   * Direct membership or role mapping of one person, and whether person and resource still are. With `presence`, for the
   * look after an answered DELETE, the person is not read: `user` is `gone` or taken as `enabled`. What only tokens carry is
   * present, whatever the person has in Keycloak.
   * @throws keycloak_forbidden rather than believing an empty answer; keycloak_unavailable
   */
  look(
    target: Target,
    need?: 'everything' | 'presence',
  ): Promise<{
    readonly present: boolean;
    readonly user: 'enabled' | 'disabled' | 'gone';
    readonly resource: 'there' | 'gone';
  }>;
  give(target: Target): Promise<CallOutcome>;
  take(target: Target): Promise<CallOutcome>;
  /** Ends the person's sessions, offline ones too. @throws keycloak_forbidden, keycloak_unavailable */
  endSessions(userId: KeycloakUserId): Promise<void>;
  /**
   * Ends one session by Keycloak's id, and the offline one of the same id; one that is gone already is no error. Where
   * Keycloak lets us end no single one, all of this person's.
   * @throws keycloak_forbidden, keycloak_unavailable
   */
  endSession(userId: KeycloakUserId, session: string): Promise<void>;
  /** Under fine-grained permissions Keycloak allows the logout only while the person is still a member. */
  endsSessionsFirst(): boolean;
  /** Everybody who has the resource directly. @throws keycloak_forbidden, keycloak_unavailable */
  holders(resource: Resource): Promise<readonly { readonly userId: KeycloakUserId; readonly enabled: boolean }[]>;
  /** Whether the newest admin event about this access names our service account as its giver. */
  givenByUs(target: Target): Promise<boolean>;
  /** Seconds for which a token issued now stays valid (the realm's access token lifespan). */
  tokenSeconds(): Promise<number>;
  /** One cheap call; true when Keycloak answers. */
  probe(): Promise<boolean>;
  /** Longest time a single call may take, ms. */
  readonly timeoutMs: number;
}
