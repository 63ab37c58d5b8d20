import type { AuditEntry } from '../../src/domain/audit.ts';
import type { BackchannelRefused } from '../../src/domain/message.ts';
import { GATE_TRIGGERS } from '../../src/domain/policy.ts';
import type { GateTrigger } from '../../src/domain/policy.ts';
import { renderWords } from '../../src/slack/render/words.ts';
import type { Catalogue } from '../../src/slack/words/catalogue.ts';
import type { Words } from '../../src/usecases/views.ts';
import { DIGEST } from './channels.ts';
import { EXPLAINED } from './explained.ts';
import { everyFlaw } from './flaws.ts';
import { approvedGate, approvedToken, deniedGate, deniedToken, halfWay, waitingToken } from './gates.ts';
import { everyOwnReason } from './own-reasons.ts';
import { PARTS_ENDED, PARTS_ENDING_SOON, PARTS_LIVE } from './parts.ts';
import { message, permalink } from './pieces.ts';
import type { Hung } from './pieces.ts';
import { everyRefusal } from './refusals.ts';
import {
  ann,
  approved,
  AT,
  chen,
  closed,
  dana,
  denied,
  ended,
  ENDED_BY,
  entry,
  link as linkOfAnn,
  inToken,
  live,
  managed,
  over,
  pending,
  planned,
  production,
  question,
  role,
  signature,
  taken,
  takenWith,
} from './samples.ts';

const link = { channel: 'C0X', ts: '1.2' };
const asked = { index: 0, question: question('Which replica?'), link };
const answered = { index: 0, question: question('Which replica?', 'The second one.'), link };
const TOMORROW = AT + 86_400_000;

const gateEntryFor = (trigger: GateTrigger, index: number): AuditEntry => ({
  ...{ ...entry(index), kind: 'gate.opened', resource: null, requestId: null, grantId: null },
  ...{ actor: { kind: 'leasehold' }, data: { client: 'grafana', trigger } },
});

const TOKEN_KINDS = [
  ...(['gate.opened', 'gate.approval', 'gate.approved', 'gate.denied', 'gate.expired', 'gate.unreachable'] as const),
  ...(['gate.changed', 'gate.untaken', 'gate.spent', 'gate.refused'] as const),
];
const tokenEntryFor = (kind: AuditEntry['kind'], index: number): AuditEntry => ({
  ...{ ...entry(index), kind, resource: null, requestId: null, grantId: null },
  ...{ actor: { kind: 'leasehold' }, data: { client: 'release', trigger: 'backchannel' } },
});

const refusedToken: BackchannelRefused = {
  ...{ client: 'release', clientName: 'Release pipeline', message: '4829-1377' },
  ...{ because: 'no_policy', texts: [], scopes: [] },
};
const BECAUSE: readonly BackchannelRefused['because'][] = [
  ...(['policy', 'no_policy', 'no_approvers', 'not_linked', 'fatigue', 'no_message', 'bad_duration'] as const),
  ...(['not_eligible', 'offline', 'administers', 'step_up'] as const),
];

type Of<Kind, One = Words> = One extends { readonly say: infer Say }
  ? Kind extends Say
    ? Omit<One, 'say'>
    : never
  : never;
type Said<Kind extends Words['say']> = Readonly<Record<string, Of<Kind>>>;

/** Everything that is said in private, but refusals; the type makes a missing kind an error. */
const WORDS: { readonly [Kind in Exclude<Words['say'], 'refused'>]: Said<Kind> } = {
  received: {
    'a request is recorded': { request: pending },
    'a request that is to begin later is recorded': { request: { ...pending, startsAt: TOMORROW } },
    'a request that the manager decides': { request: managed },
  },
  asked_for_you: { 'somebody asked for you': { request: { ...pending, requester: chen } } },
  decided: {
    'policy gave it at once': { request: { ...approved, plan: [], approvals: [] } },
    'policy gave it at once, to somebody else': {
      request: { ...approved, plan: [], approvals: [], beneficiary: dana },
    },
    approved: { request: approved },
    'approved, to begin later': { request: { ...approved, startsAt: TOMORROW } },
    denied: { request: denied },
    expired: { request: closed('expired') },
    withdrawn: { request: closed('withdrawn') },
    'withdrawn, because somebody left': { request: { ...closed('withdrawn'), leaver: dana } },
    'taken by break-glass': { request: taken },
    'asked anew': { request: pending },
    'approved for somebody you asked for': { request: { ...approved, beneficiary: dana } },
  },
  stuck: {
    'nobody can approve it as things stand': {
      request: pending,
      because: { refusal: 'no_approvers', group: '/approvers/platform', because: 'too_few', required: 1 },
    },
    'whom it is for has left': {
      request: { ...pending, beneficiary: dana },
      because: { refusal: 'not_for_them', person: dana.slack, because: 'deactivated' },
    },
  },
  your_decision: {
    'you approved, more are needed': { request: pending, kind: 'approve' },
    'you approved, and it is done': { request: approved, kind: 'approve' },
    'you denied': { request: denied, kind: 'deny' },
  },
  your_signature: {
    'you signed, one more is needed': { request: takenWith(signature(chen, true)) },
    'you signed, and it is closed': { request: takenWith(signature(chen, true), signature(dana, false)) },
  },
  question: {
    'a question to you': { request: pending, ...asked },
    'a question to you, too late': { request: denied, ...asked },
  },
  your_question: { 'your question is sent': { request: pending, ...asked } },
  answer: { 'an answer to you': { request: pending, ...answered } },
  your_answer: { 'your answer is sent': { request: pending, ...answered } },
  waiting_for_keycloak: { 'Keycloak is away': { request: approved } },
  live: {
    live: { grant: live, effectiveUntil: live.expiresAt + 300_000 },
    'live, in tokens only': { grant: { ...live, resource: inToken }, effectiveUntil: live.expiresAt },
    'live, without tokens that outlive it': { grant: live, effectiveUntil: live.expiresAt },
  },
  ending_soon: {
    'ending soon': { grant: live, leftSeconds: 900, askedAgain: false },
    'ending soon, asked for more': { grant: live, leftSeconds: 900, askedAgain: true },
  },
  ended: {
    ...Object.fromEntries(ENDED_BY.map((endedBy) => [`ended: ${endedBy}`, { grant: ended(endedBy), ...over }])),
    'ended, the access stays': { grant: ended('expiry'), ...over, kept: true },
    'ended, another lease keeps the access': { grant: ended('expiry'), ...over, kept: true, heldUntil: TOMORROW },
    'ended, asked for more': { grant: ended('expiry'), ...over, askedAgain: true },
    'ended, released before it was live': { grant: { ...ended('release'), liveAt: null }, ...over },
    'ended, released and asked for again': { grant: ended('release'), ...over, askedAgain: true },
    'ended, more time was approved too late': { grant: ended('expiry'), ...over, coming: { startsAt: null } },
    'ended, the next one begins later': { grant: ended('expiry'), ...over, coming: { startsAt: TOMORROW } },
    'ended, something is kept': {
      grant: ended('expiry'),
      ...over,
      keeps: [
        { role: role('grafana-viewer'), through: '/teams/engineering' },
        { role: role('view', 'billing'), through: null },
      ],
    },
    'ended, in tokens only: expiry': { grant: { ...ended('expiry'), resource: inToken }, ...over, tokensUntil: AT },
    'ended, in tokens only: release': {
      ...{ grant: { ...ended('release'), resource: inToken }, ...over, tokensUntil: AT + 300_000 },
    },
    'ended, of somebody you asked for': { grant: ended('expiry'), ...over, holder: ann.slack },
  },
  parts_live: PARTS_LIVE,
  parts_ending_soon: PARTS_ENDING_SOON,
  parts_ended: PARTS_ENDED,
  digest: { 'much at once': { digest: DIGEST } },
  ending: { 'your revocation': { path: production.path, count: 2 } },
  ending_many: {
    'your revocation of a person': { holder: ann.slack, path: null, count: 12 },
    'your revocation of an access': { holder: null, path: production.path, count: 1 },
    'your revocation of everything': { holder: null, path: null, count: 812 },
  },
  audit_page: {
    'a page of the audit': { entries: [entry(8), entry(7)], words: 'since:7d', person: null, page: 0, more: true },
    'a page of the audit about sign-ins': {
      ...{ entries: GATE_TRIGGERS.map(gateEntryFor), words: 'grafana', person: null, page: 0, more: false },
    },
    'the audit of tokens without a browser': {
      ...{ entries: TOKEN_KINDS.map(tokenEntryFor), words: 'release', person: null, page: 0, more: false },
    },
    'an empty page of the audit': {
      entries: [],
      words: `<@${ann.slack.userId}> since:7d`,
      person: ann.slack,
      page: 0,
      more: false,
    },
  },
  audit_verified: {
    'the audit is whole': { entries: 1204, problem: null },
    'the audit is not whole': { entries: 1204, problem: 'entry 7 was changed' },
  },
  my_access: {
    'what you have': {
      pending: [pending, { ...pending, startsAt: TOMORROW }],
      open: [planned, { ...planned, startsAt: TOMORROW }, live, { ...live, resource: inToken }],
      tokenSeconds: 300,
    },
    'you have nothing': { pending: [], open: [], tokenSeconds: 300 },
  },
  sign_in: {
    'prove who you are, to be linked': { purpose: 'link', url: 'https://access.acme.example/sign-in/x', until: AT },
    'prove who you are, to approve': { purpose: 'approve', url: 'https://access.acme.example/sign-in/x', until: AT },
    'prove who you are, to take access': { purpose: 'take', url: 'https://access.acme.example/sign-in/x', until: AT },
    'prove who you are, to end everything': {
      ...{ purpose: 'revoke_all', url: 'https://access.acme.example/sign-in/x', until: AT },
    },
  },
  linked: { 'you are linked': { username: 'ann' } },
  link_tried: { 'somebody tried to link your Keycloak user': { by: chen.slack, username: 'ann' } },
  unlinked: {
    'your link has ended': { username: 'ann', of: null },
    'you ended the link of somebody': { username: 'chen', of: chen.slack },
  },
  links: {
    'who is linked': { links: [linkOfAnn, { ...linkOfAnn, person: chen, acr: null }], more: true },
    'nobody is linked': { links: [], more: false },
  },
  your_gate_decision: {
    'you approved a sign-in, one more is needed': { gate: halfWay, kind: 'approve' },
    'you approved a sign-in': { gate: approvedGate, kind: 'approve' },
    'you denied a sign-in': { gate: deniedGate, kind: 'deny' },
    'you approved a token, one more is needed': { gate: { ...waitingToken, stage: halfWay.stage }, kind: 'approve' },
    'you approved a token': { gate: approvedToken, kind: 'approve' },
    'you denied a token': { gate: deniedToken, kind: 'deny' },
  },
  gate_denied: {
    'a sign-in as you was denied': { gate: deniedGate },
    'a sign-in as you from nowhere was denied': { gate: { ...deniedGate, ip: null, device: null } },
    'a token as you was denied': { gate: deniedToken },
  },
  backchannel_refused: {
    ...Object.fromEntries(
      BECAUSE.map((because): [string, { refused: BackchannelRefused; username: string }] => [
        `a token as you was refused: ${because}`,
        { refused: { ...refusedToken, because }, username: 'ann.baker' },
      ]),
    ),
    'a token as you was refused by a rule': {
      refused: { ...refusedToken, because: 'policy', texts: ['No releases on Fridays.'] },
      username: 'ann.baker',
    },
    'a token as you was refused for a scope': {
      refused: { ...refusedToken, because: 'not_eligible', scopes: ['deploy', 'database'], message: null },
      username: 'ann.baker',
    },
  },
  explained: EXPLAINED,
  help: { help: { admin: false }, 'help for admins': { admin: true } },
};

export const privateWords = (say: Catalogue): readonly Hung[] => [
  ...Object.entries(WORDS).flatMap(([kind, states]) =>
    Object.entries(states).map(([name, facts]) =>
      message(name, renderWords(say, { say: kind, ...facts } as Words, permalink)),
    ),
  ),
  ...everyRefusal('/environments/production/production-read').map((refusal, index, all) => {
    const before = all.slice(0, index).filter((one) => one.refusal === refusal.refusal).length;
    const name = `no: ${refusal.refusal}${before > 0 ? ` ${String(before + 1)}` : ''}`;
    return message(name, renderWords(say, { say: 'refused', refusal, link: null }, permalink));
  }),
  ...everyFlaw('/teams/platform').map((because, index) => {
    const refusal = { refusal: 'not_requestable', path: production.path, because } as const;
    const name = `no: not_requestable ${String(index + 1)}: ${because.flaw}`;
    return message(name, renderWords(say, { say: 'refused', refusal, link: null }, permalink));
  }),
  ...everyOwnReason('/teams/platform').map((because) => {
    const effect = because.own.startsWith('engine') || because.own === 'groups_hidden' ? 'broken' : 'deny';
    const reasons = [{ rule: null, because, effect }] as const;
    const refusal = { refusal: 'against_policy', path: production.path, id: '8d0f2c1e', reasons } as const;
    const name = `no: against_policy: ${because.own}`;
    return message(name, renderWords(say, { say: 'refused', refusal, link: null }, permalink));
  }),
];
