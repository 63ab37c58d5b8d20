import type { Risk } from '../../../domain/entitlement.ts';
import type { EndedBy } from '../../../domain/grant.ts';
import type { ResourceKind } from '../../../domain/resource.ts';
import type { Ready } from '../ready.ts';
import { counted, duration, ended as sentence, listed } from './common.ts';

const kind: Readonly<Record<ResourceKind, string>> = {
  group: 'Group',
  'realm-role': 'Realm role',
  'client-role': 'Client role',
};

/** Why a lease is over, as the rest of a sentence that begins with what was leased. */
export const ended: Readonly<Record<EndedBy, string>> = {
  expiry: 'the lease ran out',
  release: 'the holder released it',
  revocation: 'it was revoked',
  drift: 'somebody removed it in Keycloak, and I do not put that back',
  not_activated: 'it could not be made live in time, so nothing was given',
  refused_at_activation:
    'it was refused right before it would have gone live, because what it gives or who may decide had changed',
  person_gone: 'the account in Keycloak or in Slack is disabled or gone',
  resource_gone: 'the group or role no longer exists in Keycloak',
};

/** Some names, and how many more there are. */
export type Names = { readonly names: readonly Ready[]; readonly rest: number };

export const facts = {
  kind,
  risk: (risk: Risk) => `risk ${risk}`,
  status: {
    waiting: 'waiting',
    approved: 'approved',
    live: 'live',
    ended: 'ended',
    denied: 'denied',
    expired: 'expired',
    withdrawn: 'withdrawn',
  },

  /** Who asks for what, on whose behalf if that is somebody else, for how long where that is said. */
  asks(asked: {
    readonly by: Ready;
    readonly onBehalfOf: Ready | null;
    readonly what: Ready;
    readonly seconds: number | null;
  }): string {
    const who = asked.onBehalfOf === null ? `${asked.by} asks` : `${asked.by} asks, on behalf of ${asked.onBehalfOf},`;
    return `${who} for ${asked.what}${asked.seconds === null ? '' : ` for ${duration(asked.seconds)}`}`;
  },

  gives: '*Gives*',
  givesNoRole: 'no role by itself; applications may look at the membership',
  /** What an access really gives, counted and named; `administrative` roles of Keycloak are named once more. */
  givesRoles(count: number, roles: Names, administrative: Names): string {
    const verdict =
      administrative.names.length === 0
        ? 'No administrative role.'
        : `*Administration of Keycloak:* ${listed(administrative.names, administrative.rest)}.`;
    return `${counted(count, 'role', 'roles')}: ${listed(roles.names, roles.rest)}. ${verdict}`;
  },

  /** What remains after the end of a lease: tokens that applications already hold. */
  tokensLiveOn: (seconds: number) => `Tokens already issued stay valid for up to ${duration(seconds)} after the end.`,
  sessionsEnd: 'Sessions will be ended.',
  tokensLiveOnSessionsEnd: (seconds: number) =>
    `Tokens already issued stay valid for up to ${duration(seconds)} after the end; sessions will be ended.`,

  needsSignIn: 'Whoever approves signs in to Keycloak for it.',

  /** The rules of policy that matched, as their authors named them, and `why`. `decision`: how its id begins. */
  ruledBy: ({ names, rest }: Names, why: readonly string[], decision: Ready) =>
    `Policy: ${listed(names, rest)}${why.length === 0 ? '' : ` (${why.map(sentence).join(' ')})`} · decision ${decision}`,

  /** The approvals so far; `stage` counts from 1 and is null where there is only one, `shorter` where it is as asked. */
  approvedBy(
    approvals: readonly {
      readonly by: Ready;
      readonly stage: number | null;
      readonly at: Ready;
      readonly shorter: number | null;
    }[],
    rest: number,
  ): string {
    const shown = approvals.map(({ by, stage, at, shorter }) => {
      const lease = shorter === null ? '' : `, for ${duration(shorter)}`;
      return `${by} (${stage === null ? '' : `stage ${stage}, `}${at}${lease})`;
    });
    return `Approved by ${shown.join(' and ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
  },
};

/** Several leases that end together: whose, and on what; null: everybody's, on everything. */
export type Leases = { readonly count: number; readonly of: Ready | null; readonly on: Ready | null };

export const leases = ({ count, of, on }: Leases): string =>
  `${counted(count, 'lease', 'leases')}${of === null ? '' : ` of ${of}`}${on === null ? '' : ` on ${on}`}`;
