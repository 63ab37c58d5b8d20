/** Branded ids: a value of one kind cannot be passed where another is meant. They are minted only at the doors. */
declare const brand: unique symbol;
type Brand<Name extends string> = string & { readonly [brand]: Name };

export type RequestId = Brand<'RequestId'>;
export type GrantId = Brand<'GrantId'>;
export type TeamAskId = Brand<'TeamAskId'>;
export type SignInId = Brand<'SignInId'>;
export type LinkId = Brand<'LinkId'>;
export type GateId = Brand<'GateId'>;
/** UUID of a Keycloak user. */
export type KeycloakUserId = Brand<'KeycloakUserId'>;
/** UUID of a Keycloak group. */
export type GroupId = Brand<'GroupId'>;
/** UUID of the Keycloak thing behind an entitlement: a group, realm role or client role. */
export type ResourceId = Brand<'ResourceId'>;

/** UTC milliseconds since 1970, always read from the one clock port. */
export type EpochMs = number;

export const requestId = (text: string): RequestId => text as RequestId;
export const teamAskId = (text: string): TeamAskId => text as TeamAskId;
export const signInId = (text: string): SignInId => text as SignInId;
export const linkId = (text: string): LinkId => text as LinkId;
export const gateId = (text: string): GateId => text as GateId;
export const grantId = (text: string): GrantId => text as GrantId;
export const keycloakUserId = (text: string): KeycloakUserId => text as KeycloakUserId;
export const groupId = (text: string): GroupId => text as GroupId;
export const resourceId = (text: string): ResourceId => text as ResourceId;
