import { AUDIT_KINDS } from '../../../src/domain/audit.ts';
import type { EndedBy } from '../../../src/domain/grant.ts';
import { requestId } from '../../../src/domain/ids.ts';
import type { Alarm, Digest, News, ThreadLine } from '../../../src/domain/message.ts';
import type { Refusal } from '../../../src/domain/refusal.ts';
import { renderAlarm } from '../../../src/slack/render/alarm.ts';
import { requestButton } from '../../../src/slack/render/buttons.ts';
import { renderCard } from '../../../src/slack/render/card.ts';
import { closedModal, decisionModal, workingModal } from '../../../src/slack/render/decision-modal.ts';
import { renderChannelDigest, renderPersonDigest } from '../../../src/slack/render/digest.ts';
import { renderHome } from '../../../src/slack/render/home.ts';
import { packed } from '../../../src/slack/render/pieces.ts';
import { answerModal, workingAnswerModal } from '../../../src/slack/render/question.ts';
import { refusalText } from '../../../src/slack/render/refusal-text.ts';
import { requestModal, suggestionOption } from '../../../src/slack/render/request-modal.ts';
import { plainRevocation, revocationModal } from '../../../src/slack/render/revocation-modal.ts';
import { renderLine } from '../../../src/slack/render/thread.ts';
import { renderWords } from '../../../src/slack/render/words.ts';
import type { Catalogue } from '../../../src/slack/words/catalogue.ts';
import type { CardView, HomeView, Words } from '../../../src/usecases/views.ts';
import { everyRefusal } from './refusals.ts';
import {
  ann,
  approval,
  approved,
  AT,
  card,
  chen,
  closed,
  dana,
  denied,
  ended,
  entitlement,
  entry,
  live,
  pending,
  planned,
  production,
  question,
  role,
} from './samples.ts';

// Everything that is ever said, so that the words of two languages can be compared.

export type Saying = { readonly text?: string; readonly blocks?: readonly unknown[]; readonly type?: string };

const ENDED_BY: readonly EndedBy[] = [
  'expiry',
  'release',
  'revocation',
  'drift',
  'not_activated',
  'refused_at_activation',
  'person_gone',
  'resource_gone',
];
const NEWS: readonly News[] = [
  'decided',
  'waiting_for_keycloak',
  'live',
  'ending_soon',
  'end_asked',
  'ended',
  'kept',
  'expired',
  'trouble',
  'reminder',
];

const forBob = { ...pending, requester: chen };
const oneStage = { ...pending, plan: pending.plan.slice(0, 1) };
const asked = {
  ...pending,
  questions: ['a', 'b', 'c', 'd', 'e'].map((text) => question(text, text === 'e' ? null : 'x')),
};
const holders = (count: number) => ({ count, some: [chen, dana].slice(0, count).map(({ slack }) => slack) });
const lasting = { ...ended('expiry'), liveAt: AT, endedAt: AT + 7_200_000 };
const roles = Array.from({ length: 20 }, (_, index) => role(`role-${index}`));

const KINDS = ['realm-role', 'client-role'] as const;
const RISKS = ['low', 'high', 'critical'] as const;

const CARDS: readonly CardView[] = [
  ...KINDS.map((kind) => card({ request: { ...pending, resource: { ...production, kind } } })),
  ...RISKS.map((risk) => card({ request: { ...pending, risk } })),
  card(),
  card({ request: forBob, others: holders(1), lastLease: lasting }),
  card({ request: { ...pending, approvals: [approval(chen, 0)] }, stage: 0, others: holders(2), tokenSeconds: 0 }),
  card({ request: asked, heldUntil: AT, others: { count: 9, some: holders(2).some } }),
  card({ request: { ...asked, state: 'denied', denial: denied.denial }, tokenSeconds: 0 }),
  card({ request: oneStage, heldUntil: AT, others: holders(0) }),
  card({ request: { ...pending, endSessions: false, roles: [] } }),
  card({ request: { ...pending, roles: [...roles, role('realm-admin', 'realm-management')] }, tokenSeconds: 0 }),
  card({ request: approved, grant: planned }),
  card({ request: approved, grant: live }),
  card({ request: { ...approved, leaseSeconds: approved.askedSeconds, plan: oneStage.plan }, grant: live }),
  card({ request: { ...approved, approvals: Array.from({ length: 20 }, () => approval(chen, 0)) }, grant: null }),
  ...ENDED_BY.map((endedBy) => card({ request: approved, grant: ended(endedBy) })),
  card({ request: approved, grant: { ...planned, state: 'ended', liveAt: null, endedAt: AT, endedBy: 'drift' } }),
  card({ request: denied }),
  card({ request: { ...denied, denial: { ...denied.denial, comment: null } } }),
  card({ request: closed('expired') }),
  card({ request: closed('withdrawn') }),
];

const LINES: readonly ThreadLine[] = [
  { line: 'asked', by: ann },
  { line: 'asked', by: ann, on: dana },
  { line: 'reminder', at: AT },
  { line: 'approved', by: chen, stage: 0, stages: 2, leaseSeconds: 5400, shortened: true },
  { line: 'approved', by: chen, stage: 0, stages: 1, leaseSeconds: 86_400, shortened: false },
  { line: 'denied', by: chen, comment: null },
  { line: 'denied', by: chen, comment: 'Use the replica' },
  { line: 'question', question: 0, by: chen, text: 'Which?' },
  { line: 'answer', question: 0, by: ann, text: 'The second' },
  { line: 'withdrawn', by: ann },
  { line: 'expired' },
  { line: 'reopened' },
  { line: 'live', expiresAt: AT, effectiveUntil: AT + 300_000 },
  { line: 'ending_soon', expiresAt: AT },
  { line: 'end_asked', by: ann, endedBy: 'release' },
  { line: 'end_asked', by: chen, endedBy: 'revocation' },
  ...ENDED_BY.flatMap((endedBy) => [true, false].map((kept) => ({ line: 'ended', endedBy, at: AT, kept }) as const)),
  { line: 'trouble', nextTryAt: AT },
];

const at = { channel: 'C0X', ts: '1.2' };
const told = { index: 0, question: question('Which?'), link: null };
const answered = { index: 0, question: question('Which?', 'The second'), link: at };

const WORDS: readonly Words[] = [
  { say: 'received', request: pending },
  { say: 'received', request: forBob },
  { say: 'asked_for_you', request: forBob },
  ...[approved, denied, { ...denied, denial: { ...denied.denial, comment: null } }, pending].map(
    (request) => ({ say: 'decided', request }) as const,
  ),
  { say: 'decided', request: { ...approved, leaseSeconds: approved.askedSeconds, requester: chen } },
  { say: 'decided', request: closed('expired') },
  { say: 'decided', request: closed('withdrawn') },
  { say: 'your_decision', request: pending, kind: 'approve' },
  { say: 'your_decision', request: approved, kind: 'approve' },
  { say: 'your_decision', request: denied, kind: 'deny' },
  ...[pending, denied].flatMap((request) =>
    (['question', 'your_question', 'answer', 'your_answer'] as const).flatMap((say) => [
      { say, request, ...told },
      { say, request, ...answered },
    ]),
  ),
  { say: 'waiting_for_keycloak', request: approved },
  { say: 'live', grant: live, effectiveUntil: live.expiresAt },
  { say: 'live', grant: { ...live, leaseSeconds: 45 }, effectiveUntil: live.expiresAt + 300_000 },
  { say: 'ending_soon', grant: live, leftSeconds: 900, askedAgain: false },
  { say: 'ending_soon', grant: live, leftSeconds: 60, askedAgain: true },
  ...ENDED_BY.flatMap((endedBy) => [
    { say: 'ended', grant: ended(endedBy), kept: true, askedAgain: false } as const,
    { say: 'ended', grant: ended(endedBy), kept: false, askedAgain: true } as const,
    { say: 'ended', grant: ended(endedBy), kept: false, askedAgain: false, holder: dana.slack } as const,
  ]),
  { say: 'ending', path: production.path, count: 1 },
  { say: 'ending', path: production.path, count: 3 },
  { say: 'ending_many', holder: ann.slack, path: null, count: 1 },
  { say: 'ending_many', holder: null, path: production.path, count: 12 },
  { say: 'audit_page', entries: [], words: '', page: 0, more: false },
  { say: 'audit_page', entries: [], words: 'since:7d', page: 3, more: false },
  {
    say: 'audit_page',
    entries: AUDIT_KINDS.map((kind, index) => ({
      ...entry(index),
      kind,
      ...(index % 2 === 0 ? {} : { subject: null, actor: { kind: 'leasehold' } as const }),
    })),
    words: '<@U0ANN>',
    page: 0,
    more: true,
  },
  { say: 'audit_page', entries: [entry(7)], words: '', page: 0, more: false },
  { say: 'audit_verified', entries: 12, problem: null },
  { say: 'audit_verified', entries: 1, problem: 'entry 7 was changed' },
  { say: 'my_access', pending: [], open: [], tokenSeconds: 300 },
  { say: 'my_access', pending: [pending, forBob], open: [planned, live], tokenSeconds: 300 },
  { say: 'my_access', pending: [], open: [{ ...live, endAsked: { endedBy: 'release', at: AT, by: ann } }], tokenSeconds: 0 },
  { say: 'my_access', pending: Array.from({ length: 60 }, () => pending), open: [], tokenSeconds: 0 },
  { say: 'help', admin: true },
];

const ALARMS: readonly Alarm[] = [
  { alarm: 'held', username: 'ann', resource: production, because: 'Keycloak answered 403' },
  { alarm: 'failing', username: 'ann', resource: production, failures: 3 },
  { alarm: 'orphan', username: 'ann', resource: production, removed: true },
  { alarm: 'orphan', username: 'ann', resource: production, removed: false },
  { alarm: 'mass_drift', count: 6, open: 20 },
  { alarm: 'revoked_widely', by: chen, holder: null, path: null, count: 812 },
  { alarm: 'revoked_widely', by: chen, holder: ann.slack, path: production.path, count: 1 },
  { alarm: 'clock_jumped', seconds: -7200 },
  { alarm: 'clock_jumped', seconds: 0.2 },
  { alarm: 'request_undeliverable', requestId: requestId('r'), because: 'not_in_channel' },
];

const REFUSALS: readonly Refusal[] = [
  ...everyRefusal('/environments/production'),
  ...(['/request-access', '/access-audit'] as const).map((command) => ({ refusal: 'usage', command }) as const),
  ...(['missing', 'ambiguous', 'too_few', 'no_channel'] as const).map(
    (because) => ({ refusal: 'no_approvers', group: '/approvers', because, required: 3 }) as const,
  ),
  { refusal: 'no_approvers', group: '/approvers', because: 'too_few', required: 1 },
  ...(['outsider', 'guest', 'bot', 'deactivated', 'link_needed', 'user_disabled', 'not_eligible'] as const).map(
    (because) => ({ refusal: 'not_for_them', person: dana.slack, because }) as const,
  ),
  ...(['approved', 'denied', 'expired', 'withdrawn', 'pending'] as const).flatMap((state) =>
    [chen, null].map((by) => ({ refusal: 'settled', state, by, at: AT }) as const),
  ),
  { refusal: 'nothing_live', path: null },
  { refusal: 'not_built', what: 'A thing' },
];

const HOMES: readonly HomeView[] = [
  { waiting: { known: true, requests: [], more: false }, open: [], pending: [], decided: [] },
  { waiting: { known: false, because: 'keycloak_away' }, open: [live], pending: [pending], decided: [] },
  { waiting: { known: false, because: 'keycloak_refuses' }, open: [], pending: [], decided: [] },
  {
    waiting: {
      known: true,
      requests: [pending, oneStage].map((request) => ({
        request,
        card: { ...at, requestId: request.id, role: 'card', stage: 0, line: null },
      })),
      more: true,
    },
    open: [],
    pending: [],
    decided: [
      { request: approved, kind: 'approve', at: AT },
      { request: denied, kind: 'deny', at: AT },
    ],
  },
];

const preview = {
  entitlement,
  stages: [
    { groupPath: '/approvers/platform', required: 1 },
    { groupPath: '/approvers/security', required: 2 },
  ],
  durations: [45, 5400, 14_400, 86_400, 172_800],
  heldUntil: null,
  isPending: false,
};
const digest = (count: number, named: number): Digest => ({
  counts: Object.fromEntries(NEWS.map((news) => [news, count])),
  named: NEWS.flatMap((news) =>
    Array.from({ length: named }, () => ({ news, path: production.path, holder: ann.slack })),
  ),
});
const permalink = (): string => 'https://acme.slack.example/archives/C0X/p12';
const hint = { r: pending.id, v: 1, s: 0, c: 'C0X', t: '1.2' };

/** All of it in this language, always in the same order. */
export function everySaying(say: Catalogue): readonly Saying[] {
  const dialogs = ['approve', 'shorter', 'deny', 'question'] as const;
  return [
    ...CARDS.map((view) => renderCard(say, view)),
    ...LINES.map((line) => renderLine(say, line, card())),
    ...WORDS.map((words) => renderWords(say, words, permalink)),
    ...ALARMS.map((alarm) => renderAlarm(say, alarm)),
    ...REFUSALS.flatMap((refusal) => [null, permalink()].map((link) => ({ text: refusalText(say, refusal, link) }))),
    ...HOMES.map((home) => renderHome(say, home, permalink)),
    ...[digest(1, 0), digest(1, 1), digest(30, 2)].flatMap((news) => [
      renderChannelDigest(say, news),
      renderPersonDigest(say, news),
    ]),
    {
      blocks: packed(
        say,
        Array.from({ length: 9 }, () => 'x'.repeat(2900)),
        3,
      ),
    },
    { blocks: [{ type: 'actions', elements: [requestButton(say)] }] },
    ...dialogs.flatMap((dialog) => [
      workingModal(say, dialog),
      closedModal(say, dialog, say.dialogs.nothingDone),
      decisionModal(say, dialog, card(), hint),
    ]),
    workingAnswerModal(say),
    answerModal(say, pending, 0, question('Which?')),
    plainRevocation(say, say.dialogs.countingLeases),
    revocationModal(say, { realm: 'production', leases: 12 }),
    requestModal(say, null),
    requestModal(say, { problem: say.refusals.justificationMissing }),
    requestModal(say, { preview }),
    requestModal(say, {
      preview: {
        ...preview,
        entitlement: { ...entitlement, endSessions: true, justificationPattern: String.raw`INC-\d+` },
        heldUntil: AT,
        isPending: true,
      },
    }),
    { blocks: [], text: suggestionOption(say, { entitlement }).description?.text ?? '' },
    ...[say.dialogs.notRecorded, say.dialogs.formNotOpened, say.dialogs.dialogNotOpened].map((text) => ({ text })),
  ];
}
