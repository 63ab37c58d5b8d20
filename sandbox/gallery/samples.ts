import type { AuditEntry } from '../../src/domain/audit.ts';
import type { Entitlement } from '../../src/domain/entitlement.ts';
import type { EndedBy, EndedGrant, LiveGrant, PlannedGrant } from '../../src/domain/grant.ts';
import { planGrant } from '../../src/domain/grant.ts';
import { grantId, groupId, keycloakUserId, linkId, requestId, resourceId } from '../../src/domain/ids.ts';
import type { LiveLink } from '../../src/domain/link.ts';
import type { Person } from '../../src/domain/people.ts';
import { MAX_QUESTIONS } from '../../src/domain/request.ts';
import type {
  Approval,
  ClosedRequest,
  DecidedRequest,
  DeniedRequest,
  PendingRequest,
  Question,
  Signature,
  TakenRequest,
} from '../../src/domain/request.ts';
import type { Resource } from '../../src/domain/resource.ts';
import type { CardView } from '../../src/usecases/views.ts';

// Facts for the renderers: plausible ones, and the worst that can come.

/** 2026-11-23 14:40 UTC. */
export const AT = Date.UTC(2026, 10, 23, 14, 40);
export const TEAM = 'T0SANDBOX';

const person = (userId: string, username: string): Person => ({
  userId: keycloakUserId(`kc-${username}`),
  username,
  slack: { teamId: TEAM, userId },
});
export const ann = person('U0ANN', 'ann');
export const chen = person('U0CHEN', 'chen');
export const dana = person('U0DANA', 'dana');

export const production: Resource = {
  kind: 'group',
  id: resourceId('7d1f7a52-4b7e-4d1a-9a3f-000000000001'),
  path: '/environments/production/production-read',
  clientUuid: null,
};
/** A role that only tokens carry. */
export const inToken: Resource = {
  ...{ kind: 'client-role', id: resourceId('role-9'), path: 'billing/refund', clientUuid: 'client-9' },
  inToken: true,
};

export const role = (name: string, client: string | null = null) => ({ id: `role-${name}`, name, client });

export const pending: PendingRequest = {
  id: requestId('11111111-2222-4333-8444-555555555555'),
  realm: 'leasehold',
  requester: ann,
  beneficiary: ann,
  resource: production,
  description: 'Read-only access to the production database',
  risk: 'medium',
  endSessions: true,
  askedSeconds: 8 * 3600,
  startsAt: null,
  justification: 'INC-42 replication lag, need to look at pg_stat_activity',
  plan: [
    { groupId: groupId('g-platform'), groupPath: '/approvers/platform', required: 1 },
    { groupId: groupId('g-security'), groupPath: '/approvers/security', required: 2 },
  ],
  roles: [role('db-reader'), role('grafana-viewer'), role('view', 'billing')],
  digest: 'd'.repeat(64),
  version: 1,
  submittedAt: AT,
  waitsUntil: AT + 86_400_000,
  remindAt: null,
  escalateAt: null,
  escalatedTo: null,
  stuck: null,
  questions: [],
  teamId: null,
  bundle: null,
  correlationId: 'corr-1',
  revision: 1,
  state: 'pending',
  approvals: [],
};

/** Dana manages Ann, and decides alone. */
export const managed: PendingRequest = {
  ...pending,
  plan: [{ manager: { userId: dana.userId, username: 'dana' }, required: 1 }],
};

const leads = { groupId: groupId('g-leads'), groupPath: '/approvers/leads' };

/** Its own group has not decided in time. */
export const escalated: PendingRequest = {
  ...pending,
  plan: [
    {
      groupId: groupId('g-platform'),
      groupPath: '/approvers/platform',
      required: 1,
      escalation: { ...leads, afterSeconds: 1800 },
    },
  ],
  escalatedTo: leads.groupId,
};

export const question = (text: string, answer: string | null = null): Question => ({
  by: chen,
  at: AT,
  text,
  answer: answer === null ? null : { at: AT, text: answer },
});

export const approval = (by: Person, stage: number, leaseSeconds = 8 * 3600): Approval => ({
  kind: 'approve',
  stage,
  by,
  at: AT,
  leaseSeconds,
});

export const approved: DecidedRequest = {
  ...pending,
  state: 'approved',
  approvals: [approval(chen, 0), approval(dana, 1, 4 * 3600)],
  decidedAt: AT,
  leaseSeconds: 4 * 3600,
};
export const denied: DeniedRequest = {
  ...pending,
  state: 'denied',
  denial: { kind: 'deny', stage: 0, by: chen, at: AT, comment: 'Use the replica instead.' },
};
export const closed = (state: 'expired' | 'withdrawn'): ClosedRequest => ({ ...pending, state, closedAt: AT });

export const taken: TakenRequest = {
  ...pending,
  state: 'approved',
  approvals: [],
  askedSeconds: 3600,
  decidedAt: AT,
  leaseSeconds: 3600,
  review: { signatures: [], closedAt: null },
};
export const signature = (by: Person, right: boolean, comment: string | null = null): Signature => ({
  by,
  at: AT,
  right,
  comment,
});

export const planned: PlannedGrant = planGrant(grantId('99999999-2222-4333-8444-555555555555'), approved);
export const live: LiveGrant = { ...planned, state: 'live', liveAt: AT, expiresAt: AT + 4 * 3_600_000, warnAt: null };
export const ended = (endedBy: EndedBy): EndedGrant => ({ ...live, state: 'ended', endedAt: AT, endedBy });

/** A lease ended and nothing is left of it. */
export const over = { kept: false, askedAgain: false, heldUntil: null, coming: null, keeps: [] } as const;

export const card = (change: Partial<CardView> = {}): CardView => ({
  request: pending,
  grant: null,
  heldUntil: null,
  others: { count: 0, some: [] },
  lastLease: null,
  stage: 0,
  tokenSeconds: 300,
  anchor: { seq: 1204, hash: `9f3ac1d2e4b7${'0'.repeat(52)}` },
  bundle: null,
  ...change,
});

export const entitlement: Entitlement = {
  resource: production,
  description: 'Read-only access to the production database',
  risk: 'medium',
  stages: [{ approverGroup: '/approvers/platform', required: 1 }],
  defaultSeconds: 3600,
  maxSeconds: 4 * 3600,
  eligibleGroup: null,
  justificationPattern: null,
  endSessions: false,
  breakGlass: false,
};

export const entry = (seq: number): AuditEntry => ({
  seq,
  realm: 'leasehold',
  kind: 'grant.live',
  at: AT,
  actor: { kind: 'person', userId: chen.userId, username: chen.username, slack: `${TEAM}/U0CHEN` },
  subject: { userId: ann.userId, username: ann.username },
  resource: production,
  requestId: pending.id,
  grantId: live.id,
  correlationId: 'corr-1',
  data: {},
  prevHash: '0'.repeat(64),
  hash: 'a'.repeat(64),
});

/** As long as Keycloak and our own limits allow, of signs that grow when they are escaped. */
export const LONG = '&'.repeat(255);
export const HOSTILE = `<!channel> <@U0BOB> <https://evil.example|here> https://evil.example *bold* \`code\` ~x~ \u202Egnp.exe\u0000 ${'&'.repeat(900)}`;
export const worstPending: PendingRequest = {
  ...pending,
  beneficiary: dana,
  risk: 'critical',
  resource: { ...production, path: `/${LONG}/${LONG}/${LONG}` },
  description: HOSTILE,
  justification: '&'.repeat(1000),
  questions: Array.from({ length: MAX_QUESTIONS }, () => question('&'.repeat(1000), HOSTILE)),
  plan: Array.from({ length: 3 }, () => ({ groupId: groupId('g'), groupPath: `/${LONG}/${LONG}`, required: 10 })),
  roles: Array.from({ length: 200 }, (_, index) =>
    role(`${LONG}${index}`, index % 2 === 0 ? 'realm-management' : LONG),
  ),
};
export const worstTaken: TakenRequest = {
  ...taken,
  ...worstPending,
  state: 'approved',
  approvals: [],
  review: { signatures: [signature(chen, true, '&'.repeat(1000)), signature(dana, false, HOSTILE)], closedAt: AT },
};
/** What was taken, as it is once it went live, by whom it was signed so far. */
export const takenWith = (...signatures: readonly Signature[]): TakenRequest => ({
  ...taken,
  review: { signatures, closedAt: signatures.length > 1 ? AT : null },
});
export const worstApprovals = Array.from({ length: 29 }, (_, index) =>
  approval(person(`U0P${index}`, `p${index}`), Math.floor(index / 10)),
);

/** Every way in which a lease ends. */
export const ENDED_BY: readonly EndedBy[] = [
  'expiry',
  'release',
  'revocation',
  'drift',
  'not_activated',
  'refused_at_activation',
  'person_gone',
  'resource_gone',
];

export const link: LiveLink = {
  ...{ id: linkId('b7d1c0de-0000-4000-8000-00000000abcd'), realm: 'acme', person: ann, linkedAt: AT, acr: 'gold' },
  ...{ signedInAt: AT, revision: 1, state: 'live' },
};
