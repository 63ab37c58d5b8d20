import type { Flaw } from './flaw.ts';
import type { EffectiveRole, EffectiveRoles } from './resource.ts';

/** One such role is reason enough; a person is told a few. */
const NAMED_AT_MOST = 3;
const ADMIN_REALM_ROLES = new Set(['admin', 'create-realm']);

/** True for a role with which its holder can administer Keycloak itself (CVE-2026-94000 shows why we must look). */
export function isAdministrative(role: EffectiveRole): boolean {
  if (role.client === null) return ADMIN_REALM_ROLES.has(role.name);
  return role.client === 'realm-management' || role.client.endsWith('-realm');
}

/** Why a resource may not be given to anybody, or null. */
export function privilegeProblem(effective: EffectiveRoles): Flaw | null {
  if (!effective.known) return effective.because;
  const administrative = effective.roles.filter(isAdministrative);
  if (administrative.length === 0) return null;
  const roles = administrative.slice(0, NAMED_AT_MOST).map(roleName);
  return { flaw: 'administrative', roles, more: administrative.length - roles.length };
}

/** `client/role`, or the bare name of a realm role. */
export const roleName = (role: EffectiveRole): string =>
  role.client === null ? role.name : `${role.client}/${role.name}`;
