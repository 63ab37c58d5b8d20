import { AUDIT_KINDS } from '../../../src/domain/audit.ts';
import type { Digest, News } from '../../../src/domain/message.ts';
import type { Refusal } from '../../../src/domain/refusal.ts';
import { requestButton } from '../../../src/slack/render/buttons.ts';
import { renderAlarm } from '../../../src/slack/render/alarm.ts';
import { renderCard } from '../../../src/slack/render/card.ts';
import { renderChannelDigest, renderPersonDigest } from '../../../src/slack/render/digest.ts';
import { renderHome } from '../../../src/slack/render/home.ts';
import { packed } from '../../../src/slack/render/pieces.ts';
import { workingAnswerModal } from '../../../src/slack/render/question.ts';
import { refusalText } from '../../../src/slack/render/refusal-text.ts';
import { requestModal, suggestionLines } from '../../../src/slack/render/request-modal.ts';
import { renderLine } from '../../../src/slack/render/thread.ts';
import { renderWords } from '../../../src/slack/render/words.ts';
import type { Catalogue } from '../../../src/slack/words/catalogue.ts';
import type { CardView, Words } from '../../../src/usecases/views.ts';
import { roomsIn } from '../../../sandbox/gallery/exhibits.ts';
import { permalink } from '../../../sandbox/gallery/pieces.ts';
import { everyRefusal } from '../../../sandbox/gallery/refusals.ts';
import {
  ann,
  approval,
  approved,
  AT,
  card,
  chen,
  dana,
  denied,
  ended,
  entitlement,
  entry,
  live,
  pending,
  production,
  question,
  role,
} from '../../../sandbox/gallery/samples.ts';

// What the gallery does not hang: the same state with one, with several, with no link. So that every word is compared.

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
const KINDS = ['realm-role', 'client-role'] as const;
const RISKS = ['low', 'high', 'critical'] as const;

const MANAGER_PROBLEMS = [
  ...(['not_set', 'untrusted', 'unknown', 'ambiguous', 'disabled', 'asks', 'counts_once', 'not_found'] as const),
  ...(['outsider', 'guest', 'deactivated', 'bot', 'not_linked', 'link_needed', 'identity_ambiguous'] as const),
  ...(['email_unverified', 'user_disabled'] as const),
];

const forBob = { ...pending, requester: chen };
const asked = {
  ...pending,
  questions: ['a', 'b', 'c', 'd', 'e'].map((text) => question(text, text === 'e' ? null : 'x')),
};
const holders = (count: number) => ({ count, some: [chen, dana].slice(0, count).map(({ slack }) => slack) });
const roles = Array.from({ length: 20 }, (_, index) => role(`role-${index}`));
const short = { ...ended('expiry'), liveAt: AT, endedAt: AT + 40_000 };

const CARDS: readonly CardView[] = [
  ...KINDS.map((kind) => card({ request: { ...pending, resource: { ...production, kind } } })),
  ...RISKS.map((risk) => card({ request: { ...pending, risk, endSessions: false } })),
  card({ request: { ...pending, questions: asked.questions.slice(0, 4) }, others: holders(1), lastLease: short }),
  card({ request: asked, heldUntil: AT, others: { count: 9, some: holders(2).some } }),
  card({ heldUntil: AT }),
  card({ request: { ...pending, roles: [...roles, role('realm-admin', 'realm-management')] }, tokenSeconds: 0 }),
  card({ request: { ...approved, leaseSeconds: approved.askedSeconds, plan: pending.plan.slice(0, 1) }, grant: live }),
  card({ request: { ...approved, approvals: Array.from({ length: 20 }, () => approval(chen, 0)) }, grant: null }),
  card({ request: { ...denied, denial: { ...denied.denial, comment: null } } }),
];

const told = { index: 0, question: question('Which?', 'The second'), link: null };
const WORDS: readonly Words[] = [
  { say: 'received', request: forBob },
  { say: 'decided', request: { ...denied, denial: { ...denied.denial, comment: null } } },
  { say: 'decided', request: { ...approved, leaseSeconds: approved.askedSeconds } },
  ...(['your_question', 'answer', 'your_answer'] as const).flatMap((say) =>
    [pending, denied].map((request) => ({ say, request, ...told })),
  ),
  { say: 'question', request: pending, ...told },
  { say: 'live', grant: { ...live, leaseSeconds: 45 }, effectiveUntil: live.expiresAt + 300_000 },
  { say: 'ending', path: production.path, count: 1 },
  {
    say: 'audit_page',
    entries: AUDIT_KINDS.map((kind, index) => ({
      ...entry(index),
      kind,
      ...(index % 2 === 0 ? {} : { subject: null, actor: { kind: 'leasehold' } as const }),
    })),
    words: '<@U0ANN>',
    person: ann.slack,
    page: 0,
    more: true,
  },
  { say: 'audit_page', entries: [entry(7)], words: '', person: null, page: 0, more: false },
  { say: 'audit_verified', entries: 1, problem: null },
  { say: 'my_access', pending: [forBob], open: [], tokenSeconds: 300 },
  {
    say: 'my_access',
    pending: Array.from({ length: 60 }, () => pending),
    open: [{ ...live, endAsked: { endedBy: 'release', at: AT, by: ann } }],
    tokenSeconds: 0,
  },
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
  ...MANAGER_PROBLEMS.map((because) => ({ refusal: 'no_manager', of: dana.slack, because }) as const),
  ...(['self_approval', 'already_decided_by_you'] as const).map(
    (refusal) => ({ refusal, groupPath: null, maxSeconds: 60 }) as const,
  ),
  { refusal: 'nothing_live', path: null },
  { refusal: 'already_linked', username: 'ann' },
];

const digest = (count: number, named: number): Digest => ({
  counts: Object.fromEntries(NEWS.map((news) => [news, count])),
  named: NEWS.flatMap((news) =>
    Array.from({ length: named }, () => ({ news, path: production.path, holder: ann.slack })),
  ),
});
const waits = (request: typeof pending) => ({ request, card: { channel: 'C0X', ts: '1.2' } });

export type Saying = { readonly text?: string; readonly blocks?: readonly unknown[]; readonly type?: string };

/** Everything that is ever said in this language, always in the same order. */
export function everySaying(say: Catalogue): readonly Saying[] {
  const hung = Object.values(roomsIn(say)).flat();
  return [
    ...hung.map(({ shown }): Saying => (shown.as === 'message' ? shown : shown.view)),
    ...CARDS.map((view) => renderCard(say, view)),
    renderLine(say, { line: 'approved', by: chen, stage: 0, stages: 1, leaseSeconds: 86_400, shortened: true }, null),
    ...WORDS.map((words) => renderWords(say, words, permalink)),
    renderAlarm(say, { alarm: 'orphan', username: 'ann', resource: production, removed: false }),
    renderAlarm(say, { alarm: 'clock_jumped', seconds: 0.2 }),
    renderAlarm(say, { alarm: 'revoked_widely', by: chen, holder: ann.slack, path: production.path, count: 1 }),
    ...REFUSALS.flatMap((refusal) => [null, permalink()].map((link) => ({ text: refusalText(say, refusal, link) }))),
    renderHome(
      say,
      {
        waiting: { known: true, requests: [waits({ ...pending, plan: pending.plan.slice(0, 1) })], more: true },
        reviews: [],
        open: [],
        pending: [],
        decided: [],
      },
      permalink,
    ),
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
    workingAnswerModal(say),
    requestModal(say, {
      preview: {
        entitlement: { ...entitlement, endSessions: true },
        stages: [
          { groupPath: '/approvers/platform', required: 1 },
          { groupPath: '/approvers/security', required: 2 },
          { groupPath: null, required: 1 },
        ],
        durations: [45, 5400, 86_400, 172_800],
        heldUntil: null,
        isPending: false,
      },
    }),
    {
      text: JSON.stringify(
        suggestionLines(say, [
          { entitlement },
          { entitlement, because: 'lately' },
          { entitlement, because: 'colleagues' },
        ]),
      ),
    },
    { text: say.form.forUnreadable },
    ...[say.dialogs.nothingDone, say.dialogs.notRecorded].map((text) => ({ text })),
    ...[say.dialogs.formNotOpened, say.dialogs.dialogNotOpened].map((text) => ({ text })),
  ];
}
