import type { Page, PageAccount, PageAsked, PageDecision, PageProblem } from '../../src/usecases/pages.ts';

/** Written so that one which is missing does not compile. */
const PROBLEMS: Readonly<Record<PageProblem, true>> = {
  unknown: true,
  used: true,
  expired: true,
  other_browser: true,
  no_cookie: true,
  stale_form: true,
  other_person: true,
  email_of_other: true,
  linked_elsewhere: true,
  not_this_account: true,
  changed: true,
  settled: true,
  too_many: true,
  keycloak_away: true,
  slack_away: true,
  store_away: true,
  denied: true,
  forged: true,
  stale: true,
  weak: true,
};
export const PAGE_PROBLEMS = Object.keys(PROBLEMS) as readonly PageProblem[];

const UNTIL = Date.UTC(2026, 10, 28, 14, 5);
const FORM = 'a'.repeat(43);

const ann: PageAccount = {
  name: 'Ann Baker',
  email: 'ann.baker@example.com',
  userId: 'U0ANN',
  workspace: 'Example',
};
const longest: PageAccount = {
  name: `Maximiliane ${'Wolfeschlegelsteinhausenbergerdorff'.repeat(2)}`.slice(0, 80),
  email: `${'maximiliane.wolfeschlegelsteinhausenbergerdorff.'.repeat(2)}x@subsidiary.example.com`,
  userId: 'U0123456789ABCDEF',
  workspace: 'The Example Corporation of Northern and Southern Examples, Limited',
};
const decision: PageDecision = {
  path: '/environments/production/production-read',
  requester: 'Ann Baker',
  beneficiary: null,
  justification: 'INC-42 replication lag, need to look at pg_stat_activity',
  leaseSeconds: 14_400,
  startsAt: null,
  risk: 'high',
  roles: ['db-reader', 'grafana-viewer', 'audit-viewer'],
  moreRoles: 0,
  stage: 1,
  stages: 1,
  approvedBy: [],
};
const fullest: PageDecision = {
  path: `/environments/${'production-and-its-replicas/'.repeat(6)}read-and-write`,
  requester: longest.name,
  beneficiary: 'Bob Carpenter',
  justification: 'INC-42 <replication> & "lag": '.repeat(34).slice(0, 1000),
  leaseSeconds: 93_784,
  startsAt: UNTIL,
  risk: 'critical',
  roles: ['database-administrator-of-the-production-cluster-in-frankfurt', 'grafana-viewer', 'audit-viewer'],
  moreRoles: 12,
  stage: 2,
  stages: 3,
  approvedBy: ['chen.li', 'dana.fox'],
};

/** One page of each kind, with the shortest and the longest that people can have put on it, and every problem. */
export function everyPage(): readonly (readonly [string, Page])[] {
  return [
    ['start-link', { page: 'start', purpose: 'link', account: ann }],
    ['start-link-longest', { page: 'start', purpose: 'link', account: longest }],
    ['start-link-without-email', { page: 'start', purpose: 'link', account: { ...ann, email: null } }],
    ['start-approve', { page: 'start', purpose: 'approve', account: ann }],
    ['confirm-link', { page: 'confirm_link', form: FORM, account: ann, username: 'ann.baker' }],
    ['confirm-link-longest', { page: 'confirm_link', form: FORM, account: longest, username: longest.email ?? '' }],
    ['code', { page: 'code', code: 'K7QMX4TB', until: UNTIL, account: ann }],
    ['code-longest', { page: 'code', code: 'K7QMX4TBW2HP', until: UNTIL, account: longest }],
    ['start-take', { page: 'start', purpose: 'take', account: ann }],
    ['start-revoke-all', { page: 'start', purpose: 'revoke_all', account: ann }],
    ...everyAsked().flatMap(([name, asked]): readonly (readonly [string, Page])[] => [
      [`confirm-${name}`, { page: 'confirm', form: FORM, username: 'chen.li', asked }],
      [`done-${name}`, { page: 'done', asked }],
    ]),
    ...PAGE_PROBLEMS.map((problem) => [`problem-${problem}`, { page: 'problem', problem }] as const),
  ];
}

function everyAsked(): readonly (readonly [string, PageAsked])[] {
  return [
    ['decision', { asked: 'approve', decisions: [decision] }],
    ['decision-longest', { asked: 'approve', decisions: [fullest] }],
    ['decisions', { asked: 'approve', decisions: [decision, fullest] }],
    ['taking', { asked: 'take', path: decision.path, leaseSeconds: 1800, justification: decision.justification }],
    ['ending', { asked: 'revoke_all', realm: 'acme', leases: 412 }],
    ['ending-one', { asked: 'revoke_all', realm: 'acme', leases: 1 }],
  ];
}
