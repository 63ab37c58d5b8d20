import { sayDuration } from '../../domain/duration.ts';
import { isAdministrative, roleName } from '../../domain/privilege.ts';
import type { EffectiveRole, Resource, ResourceKind } from '../../domain/resource.ts';
import type { EndedBy, Grant } from '../../domain/grant.ts';
import type { SlackUser } from '../../domain/people.ts';
import { isForAnother } from '../../domain/request.ts';
import type { AccessRequest } from '../../domain/request.ts';
import { escapeMrkdwn } from './escape.ts';
import { listed, mention, strong, when } from './pieces.ts';

/** A stage's group as people know it. */
export const groupName = (path: string): string => escapeMrkdwn(path, 200);

export const KIND: Readonly<Record<ResourceKind, string>> = {
  group: 'Group',
  'realm-role': 'Realm role',
  'client-role': 'Client role',
};

/** `Group · risk high · what it is for`. */
export function whatItIs(facts: {
  readonly resource: Resource;
  readonly risk: string;
  readonly description: string;
}): string {
  const description = escapeMrkdwn(facts.description, 300);
  return [KIND[facts.resource.kind], `risk ${facts.risk}`, ...(description === '' ? [] : [description])].join(' · ');
}

/** What the access really gives, counted and named; administration of Keycloak is said in words. */
export function whatItGives(roles: readonly EffectiveRole[]): string {
  if (roles.length === 0) return 'no role by itself; applications may look at the membership';
  const counted = roles.length === 1 ? '1 role' : `${roles.length} roles`;
  const dangerous = roles.filter(isAdministrative);
  const verdict =
    dangerous.length === 0
      ? 'No administrative role.'
      : `*Administration of Keycloak:* ${listed(dangerous.map(roleName), 5)}.`;
  return `${counted}: ${listed(roles.map(roleName), 12)}. ${verdict}`;
}

/** Who asks, and for whom when that is somebody else. */
export const whoAsks = (request: AccessRequest): string =>
  isForAnother(request)
    ? `${mention(request.requester.slack)} asks, on behalf of ${mention(request.beneficiary.slack)},`
    : `${mention(request.requester.slack)} asks`;

/** ` for @bob` where a request is not for the one who asked. */
export const forWhom = (request: AccessRequest): string =>
  isForAnother(request) ? ` for ${mention(request.beneficiary.slack)}` : '';

/** What remains after the end of a lease: tokens that applications already hold. */
export function afterTheEnd(tokenSeconds: number, endSessions: boolean): string {
  const tokens =
    tokenSeconds > 0 ? `Tokens already issued stay valid for up to ${sayDuration(tokenSeconds)} after the end` : '';
  const sessions = endSessions ? 'sessions will be ended' : '';
  const sentence = [tokens, sessions].filter((part) => part !== '').join('; ');
  return sentence === '' ? '' : `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}

/** Why a lease is over, as the rest of a sentence that begins with what was leased. */
export const ENDED: Readonly<Record<EndedBy, string>> = {
  expiry: 'the lease ran out',
  release: 'the holder released it',
  revocation: 'it was revoked',
  drift: 'somebody removed it in Keycloak, and I do not put that back',
  not_activated: 'it could not be made live in time, so nothing was given',
  refused_at_activation:
    'it was refused right before it would have gone live, because what it gives or who may decide had changed',
  person_gone: 'the Keycloak account is disabled or gone',
  resource_gone: 'the group or role no longer exists in Keycloak',
};

/** The approvals so far: who, at which stage, when. */
export function approvalsLine(request: AccessRequest): string | null {
  if (request.approvals.length === 0) return null;
  const shown = request.approvals.slice(0, 15).map((approval) => {
    const stage = request.plan.length > 1 ? `stage ${approval.stage + 1}, ` : '';
    return `${mention(approval.by.slack)} (${stage}${when(approval.at)})`;
  });
  const rest = request.approvals.length - shown.length;
  return `Approved by ${shown.join(' and ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

/** What became of a request, as one word or two. */
export function statusWord(request: AccessRequest, grant: Grant | null): string {
  switch (request.state) {
    case 'pending':
      return 'waiting';
    case 'approved':
      return grant === null || grant.state === 'planned' ? 'approved' : grant.state;
    case 'denied':
    case 'expired':
    case 'withdrawn':
      return request.state;
  }
}

/** Several leases that end together: whose, and on what. */
export function endedLeases(of: {
  readonly holder: SlackUser | null;
  readonly path: string | null;
  readonly count: number;
}): string {
  const leases = of.count === 1 ? '1 lease' : `${of.count} leases`;
  const whose = of.holder === null ? '' : ` of ${mention(of.holder)}`;
  return `${leases}${whose}${of.path === null ? '' : ` on ${strong(of.path)}`}`;
}
