import type { Unreadable } from './flaw.ts';
import type { ResourceId } from './ids.ts';

export type ResourceKind = 'group' | 'realm-role' | 'client-role';

/**
 * The Keycloak thing behind an entitlement. Acts go by `id`; `path` is for people and for the record:
 * a group's path, a realm role's name, or `client/role`. `clientUuid` is set for client roles only.
 */
export type Resource = {
  readonly kind: ResourceKind;
  readonly id: ResourceId;
  readonly path: string;
  readonly clientUuid: string | null;
  /** The lease is in the person's tokens alone, and nothing is written to Keycloak; for roles only. Absent: it is written. */
  readonly inToken?: true;
};

/** Which thing it is, whatever it is called now. */
export type ResourceRef = Pick<Resource, 'kind' | 'id'>;

/** A role that a resource gives, directly or through parents and composites. `client` is null for a realm role. */
export type EffectiveRole = { readonly id: string; readonly name: string; readonly client: string | null };

/**
 * What a resource really gives, or why that cannot be known (for example composites that the service account may not
 * read: Keycloak answers those with an empty 200). Unknown means no.
 */
export type EffectiveRoles =
  | { readonly known: true; readonly roles: readonly EffectiveRole[] }
  | { readonly known: false; readonly because: Unreadable };

/** A role that somebody still has: through which group (its path) or other role (its name), or null when it is his own. */
export type KeptRole = { readonly role: EffectiveRole; readonly through: string | null };
