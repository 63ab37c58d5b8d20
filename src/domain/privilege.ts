import type { EffectiveRole, EffectiveRoles } from './resource.ts';

/** One such role is reason enough; a person is told a few. */
const NAMED_AT_MOST = 3;
const ADMIN_REALM_ROLES = new Set(['admin', 'create-realm']);

/** True for a role with which its holder can administer Keycloak itself (CVE-2026-94000 shows why we must look). */
export function isAdministrative(role: EffectiveRole): boolean {
  if (role.client === null) return ADMIN_REALM_ROLES.has(role.name);
  return role.client === 'realm-management' || role.client.endsWith('-realm');
}

/** Why a resource may not be given to anybody, or null. The answer is a sentence's second half, for people. */
export function privilegeProblem(effective: EffectiveRoles): string | null {
  if (!effective.known) return `what it gives cannot be read in full (${effective.because})`;
  const administrative = effective.roles.filter(isAdministrative);
  if (administrative.length === 0) return null;
  const named = administrative.slice(0, NAMED_AT_MOST).map(roleName).join(', ');
  const rest = administrative.length - NAMED_AT_MOST;
  return `it gives administration of Keycloak (${named}${rest > 0 ? ` and ${rest} more` : ''})`;
}

/** `client/role`, or the bare name of a realm role. */
export const roleName = (role: EffectiveRole): string =>
  role.client === null ? role.name : `${role.client}/${role.name}`;
