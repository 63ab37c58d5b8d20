import type { Alarm, Digest, ThreadLine, Undeliverable } from '../../src/domain/message.ts';
import { renderAlarm } from '../../src/slack/render/alarm.ts';
import { renderChannelDigest } from '../../src/slack/render/digest.ts';
import { renderLine } from '../../src/slack/render/thread.ts';
import type { Catalogue } from '../../src/slack/words/catalogue.ts';
import { message } from './pieces.ts';
import type { Hung } from './pieces.ts';
import { ann, AT, card, chen, dana, pending, production } from './samples.ts';

const END = AT + 4 * 3_600_000;
const approvedBy = { by: chen, stage: 0, stages: 2, leaseSeconds: 14_400 };

/** One of every kind at least; the type makes a missing kind an error. */
const LINES: { readonly [Kind in ThreadLine['line']]: readonly (ThreadLine & { readonly line: Kind })[] } = {
  asked: [
    { line: 'asked', by: ann },
    { line: 'asked', by: ann, on: dana },
  ],
  reminder: [{ line: 'reminder', at: AT }],
  approved: [
    { line: 'approved', ...approvedBy, shortened: true },
    { line: 'approved', ...approvedBy, stages: 1, shortened: false },
  ],
  denied: [
    { line: 'denied', by: chen, comment: 'Use the replica instead.' },
    { line: 'denied', by: chen, comment: null },
  ],
  question: [{ line: 'question', question: 0, by: chen, text: 'Which replica?' }],
  answer: [{ line: 'answer', question: 0, by: ann, text: 'The second one.' }],
  withdrawn: [{ line: 'withdrawn', by: ann }],
  left: [{ line: 'left', who: ann }],
  taken: [{ line: 'taken', by: ann, leaseSeconds: 3600 }],
  signed: [
    { line: 'signed', by: chen, right: true, comment: null, count: 1 },
    { line: 'signed', by: dana, right: false, comment: 'Call next time.', count: 2 },
  ],
  review_waits: [{ line: 'review_waits', at: AT, count: 1 }],
  expired: [{ line: 'expired' }],
  reopened: [{ line: 'reopened' }],
  escalated: [{ line: 'escalated', from: '/approvers/platform', to: '/approvers/leads' }],
  stuck: [
    { line: 'stuck', because: { refusal: 'no_manager', of: ann.slack, because: 'not_set' }, at: AT },
    {
      line: 'stuck',
      because: { refusal: 'no_approvers', group: '/approvers', because: 'only_you', required: 2 },
      at: AT,
    },
  ],
  live: [
    { line: 'live', expiresAt: END, effectiveUntil: END + 300_000 },
    { line: 'live', expiresAt: END, effectiveUntil: END, inToken: true },
  ],
  ending_soon: [{ line: 'ending_soon', expiresAt: END }],
  end_asked: [
    { line: 'end_asked', by: ann, endedBy: 'release' },
    { line: 'end_asked', by: chen, endedBy: 'revocation' },
    { line: 'end_asked', by: null, endedBy: 'person_gone' },
  ],
  ended: [
    { line: 'ended', endedBy: 'expiry', at: END, kept: false },
    { line: 'ended', endedBy: 'expiry', at: END, kept: true },
    { line: 'ended', endedBy: 'expiry', at: END, kept: false, tokensUntil: END },
    { line: 'ended', endedBy: 'release', at: END, kept: false, tokensUntil: END + 300_000 },
    { line: 'ended', endedBy: 'drift', at: END, kept: false },
    { line: 'ended', endedBy: 'not_activated', at: END, kept: false },
    { line: 'ended', endedBy: 'refused_at_activation', at: END, kept: false },
    { line: 'ended', endedBy: 'person_gone', at: END, kept: false },
    { line: 'ended', endedBy: 'resource_gone', at: END, kept: false },
  ],
  trouble: [{ line: 'trouble', nextTryAt: AT + 60_000 }],
};

const ALARMS: { readonly [Kind in Alarm['alarm']]: Alarm & { readonly alarm: Kind } } = {
  held: { alarm: 'held', username: 'ann', resource: production, because: 'Keycloak answered 403' },
  failing: { alarm: 'failing', username: 'ann', resource: production, failures: 3 },
  orphan: { alarm: 'orphan', username: 'ann', resource: production, removed: true },
  mass_drift: { alarm: 'mass_drift', count: 6, open: 20 },
  revoked_widely: { alarm: 'revoked_widely', by: chen, holder: null, path: null, count: 812 },
  glass_broken: { alarm: 'glass_broken', by: ann, path: production.path, leaseSeconds: 3600 },
  left: { alarm: 'left', who: ann.slack, because: 'deactivated', leases: 2, requests: 1 },
  policy_changed: { alarm: 'policy_changed', source: '/etc/leasehold/policy.yaml' },
  policy_wrong: {
    alarm: 'policy_wrong',
    source: '/etc/leasehold/policy.yaml',
    problem: '/etc/leasehold/policy.yaml:12:11: subject has no field “gruops”; did you mean “groups”?',
  },
  link_disagrees: { alarm: 'link_disagrees', person: ann, attribute: 'T0ACME/U0OTHER' },
  policy_broken: { alarm: 'policy_broken', rule: 'Open Policy Agent', because: { own: 'engine_unconnected' } },
  clock_jumped: { alarm: 'clock_jumped', seconds: -7200 },
  request_undeliverable: {
    alarm: 'request_undeliverable',
    requestId: pending.id,
    because: { why: 'refused', code: 'not_in_channel' },
  },
};

const UNDELIVERABLE: readonly Undeliverable[] = [
  { why: 'no_channel', group: '/approvers/platform' },
  { why: 'no_channel', group: null },
  { why: 'escalated_nowhere' },
];

export const DIGEST: Digest = {
  counts: { ended: 30, live: 12, trouble: 2 },
  named: [
    { news: 'ended', path: production.path, holder: ann.slack },
    { news: 'live', path: '/environments/staging/staging-write', holder: dana.slack },
  ],
};

export const channelWords = (say: Catalogue): readonly Hung[] => [
  ...Object.values(LINES).flatMap((lines: readonly ThreadLine[]) =>
    lines.map((line, index) => message(`line: ${line.line} ${String(index + 1)}`, renderLine(say, line, null))),
  ),
  message('line: reminder with the buttons of the card', renderLine(say, { line: 'reminder', at: AT }, card())),
  message('much at once', renderChannelDigest(say, DIGEST)),
  message('alarm: left, a guest now', renderAlarm(say, { ...ALARMS.left, because: 'guest', leases: 1, requests: 0 })),
  ...UNDELIVERABLE.map((because, index) =>
    message(
      `alarm: request_undeliverable ${String(index + 2)}`,
      renderAlarm(say, { ...ALARMS.request_undeliverable, because }),
    ),
  ),
  ...Object.values(ALARMS).map((alarm) => message(`alarm: ${alarm.alarm}`, renderAlarm(say, alarm))),
];
