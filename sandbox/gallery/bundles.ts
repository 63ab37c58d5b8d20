import { bundled } from '../../src/domain/bundle.ts';
import { planGrant } from '../../src/domain/grant.ts';
import type { Grant } from '../../src/domain/grant.ts';
import { grantId, groupId, requestId, resourceId } from '../../src/domain/ids.ts';
import { approve } from '../../src/domain/request.ts';
import type { AccessRequest, PendingRequest } from '../../src/domain/request.ts';
import { renderCard } from '../../src/slack/render/card.ts';
import { decisionModal } from '../../src/slack/render/decision-modal.ts';
import { requestModal } from '../../src/slack/render/request-modal.ts';
import { renderLine } from '../../src/slack/render/thread.ts';
import { renderWords } from '../../src/slack/render/words.ts';
import type { Catalogue } from '../../src/slack/words/catalogue.ts';
import type { AccessPreview, CardView, Words } from '../../src/usecases/views.ts';
import { message, modal, permalink } from './pieces.ts';
import type { Hung } from './pieces.ts';
import {
  approval,
  AT,
  card,
  chen,
  dana,
  entitlement,
  entry,
  pending,
  worstApprovals,
  worstPending,
} from './samples.ts';

const stage = (name: string, required = 1) => ({
  groupId: groupId(`g-${name}`),
  groupPath: `/approvers/${name}`,
  required,
});
const part = (path: string, group: string, change: Partial<PendingRequest> = {}): PendingRequest => ({
  ...pending,
  id: requestId(`r-${path}`),
  resource: { ...pending.resource, id: resourceId(`k-${path}`), path },
  plan: [stage(group)],
  ...change,
});
const parts = bundled([
  part('/environments/production/production-read', 'platform'),
  part('/tools/grafana-viewer', 'platform'),
  part('/vault/audit', 'security'),
]);
const approvals = [approval(chen, 0, 4 * 3600)];
const withoutLast = parts.map((one, index) => (index < 2 ? { ...one, approvals } : one));
const whole = parts.map((one) => ({ ...approve({ ...one, approvals }, AT), state: 'approved' as const }));
const grants = whole.map((one) => planGrant(grantId(`g-${one.id}`), one));
const [planned = planGrant(grantId('g'), approve(pending, AT))] = grants;
const denied = parts.map((one): AccessRequest => ({
  ...one,
  state: 'denied',
  denial: { kind: 'deny', stage: 0, by: dana, at: AT, comment: 'Use the replica instead.' },
}));
const over = (state: 'expired' | 'withdrawn') => parts.map((one): AccessRequest => ({ ...one, state, closedAt: AT }));
const worst = bundled(Array.from({ length: 10 }, () => worstPending));

/** The message that shows the first `count` parts. */
function shown(all: readonly AccessRequest[], count: number, of: readonly Grant[] = []): CardView {
  const [first = card(), ...others] = all
    .slice(0, count)
    .map((request, index) => card({ request, grant: of[index] ?? null }));
  return { ...first, bundle: { shown: others, elsewhere: all.slice(count) } };
}

const ended: Grant = { ...planned, state: 'ended', liveAt: AT, expiresAt: AT, endedAt: AT, endedBy: 'release' };
const alive: Grant = { ...planned, state: 'live', liveAt: AT, expiresAt: AT + 14_400_000, warnAt: null };

const CARDS: Readonly<Record<string, CardView>> = {
  'a bundle waits': shown(parts, 2),
  'a bundle waits for another channel': shown(withoutLast, 2),
  'a bundle is approved': shown(whole, 2, grants),
  'a bundle lives in part': shown(whole, 3, [alive, ended, planned]),
  'a bundle in its last channel': shown(withoutLast.toReversed(), 1),
  'a bundle is denied': shown(denied, 2),
  'a bundle is expired': shown(over('expired'), 3),
  'a bundle is withdrawn': shown(over('withdrawn'), 3),
  'the worst bundle that can come': shown(worst, 10),
  'the worst bundle, approved': shown(
    worst.map((one) => ({ ...one, approvals: worstApprovals })),
    5,
  ),
};

const refused = [
  { path: '/vault/audit', refusal: { refusal: 'not_an_approver', groupPath: '/approvers/security' } },
] as const;
const decidedParts = { decided: parts.slice(0, 2).map(({ resource }) => resource.path), refused: [] };
const about = (all: readonly AccessRequest[]) => ({ request: all[0] ?? pending, bundle: all });

const WORDS: Readonly<Record<string, Words>> = {
  'a bundle still waits': { say: 'decided', ...about(parts) },
  'parts could not be decided': {
    say: 'refused',
    refusal: { refusal: 'parts_refused', verb: 'decide', parts: refused },
    link: null,
  },
  'several without blanks': { say: 'refused', refusal: { refusal: 'unknown_access', asked: 'db+grafana' }, link: null },
  'a bundle in the audit': {
    say: 'audit_page',
    entries: [{ ...entry(8), data: { bundle: pending.id } }],
    words: '',
    person: null,
    page: 0,
    more: false,
  },
  'a bundle is recorded': { say: 'received', ...about(parts) },
  'somebody asked a bundle for you': { say: 'asked_for_you', ...about(parts) },
  'a bundle is approved': { say: 'decided', ...about(whole) },
  'a bundle is denied': { say: 'decided', ...about(denied) },
  'a bundle is expired': { say: 'decided', ...about(over('expired')) },
  'a bundle is withdrawn': { say: 'decided', ...about(over('withdrawn')) },
  'the worst bundle is recorded': { say: 'received', ...about(worst) },
  'you approved parts': { say: 'your_decision', request: parts[0] ?? pending, kind: 'approve', parts: decidedParts },
  'you approved parts, not all': {
    say: 'your_decision',
    request: parts[0] ?? pending,
    kind: 'approve',
    parts: { ...decidedParts, refused },
  },
  'you approved the last parts': {
    say: 'your_decision',
    request: whole[0] ?? pending,
    kind: 'approve',
    parts: decidedParts,
  },
  'you denied a bundle': { say: 'your_decision', request: denied[0] ?? pending, kind: 'deny', parts: decidedParts },
  'you wait for a bundle': { say: 'my_access', pending: withoutLast, open: [], tokenSeconds: 300 },
  'you wait for the worst bundle': { say: 'my_access', pending: worst, open: [], tokenSeconds: 300 },
};

const preview: AccessPreview = {
  entitlement,
  stages: [{ groupPath: '/approvers/platform', required: 1 }],
  durations: [1800, 3600, 14_400],
  heldUntil: null,
  isPending: false,
};
const others = [
  { ...preview, heldUntil: AT },
  { ...preview, isPending: true },
];
const hint = { r: pending.id, v: 1, s: 0, c: 'C1', t: '1.2' };

/** Several accesses asked for together: every message, word and form that knows of it. */
export const bundles = (say: Catalogue): readonly Hung[] => [
  ...Object.entries(CARDS).map(([name, view]) => message(name, renderCard(say, view))),
  message(
    'line: some parts are approved',
    renderLine(
      say,
      {
        line: 'approved',
        by: chen,
        stage: 0,
        stages: 1,
        leaseSeconds: 14_400,
        shortened: false,
        of: decidedParts.decided,
      },
      null,
    ),
  ),
  ...Object.entries(WORDS).map(([name, words]) => message(`told: ${name}`, renderWords(say, words, permalink))),
  modal('request access, several chosen', requestModal(say, { preview, others })),
  ...(['approve', 'shorter', 'deny', 'question'] as const).map((dialog) =>
    modal(`${dialog} a bundle`, decisionModal(say, dialog, shown(worst, 10), hint)),
  ),
];
