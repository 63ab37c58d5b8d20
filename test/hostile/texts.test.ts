import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { AUDIT_KINDS } from '../../src/domain/audit.ts';
import { isTaken } from '../../src/domain/break-glass.ts';
import type { EndedBy } from '../../src/domain/grant.ts';
import type { Alarm } from '../../src/domain/message.ts';
import { requestId, resourceId } from '../../src/domain/ids.ts';
import type { Refusal } from '../../src/domain/refusal.ts';
import type { AccessRequest } from '../../src/domain/request.ts';
import { renderAlarm } from '../../src/slack/render/alarm.ts';
import { glassModal, reviewModal } from '../../src/slack/render/break-glass.ts';
import { renderCard } from '../../src/slack/render/card.ts';
import { closedModal, decisionModal } from '../../src/slack/render/decision-modal.ts';
import { refusalText } from '../../src/slack/render/refusal-text.ts';
import { answerModal } from '../../src/slack/render/question.ts';
import { requestModal, suggestionOption } from '../../src/slack/render/request-modal.ts';
import { renderLine } from '../../src/slack/render/thread.ts';
import { renderWords } from '../../src/slack/render/words.ts';
import type { CardView, EndedWords, EndingSoonWords, LiveWords, Words } from '../../src/usecases/views.ts';
import { catalogueOf, LANGUAGES } from '../../src/slack/words/languages.ts';
import { everyFlaw } from '../../sandbox/gallery/flaws.ts';
import {
  approval,
  approved,
  ann,
  AT,
  card,
  chen,
  closed,
  dana,
  denied,
  entitlement,
  entry,
  live,
  pending,
  question,
  signature,
  taken,
} from '../../sandbox/gallery/samples.ts';
import { nastyText, tryDoor } from './generator.ts';
import { expectHarmless, expectHarmlessView, marked, walk } from './slack-eyes.ts';

const PEOPLE = new Set(['U0ANN', 'U0CHEN', 'U0DANA']);
const text = nastyText.map(marked);

type Texts = {
  readonly path: string;
  readonly group: string;
  readonly words: string;
  readonly more: string;
  readonly name: string;
  readonly pick: number;
  readonly many: number;
};
const texts: fc.Arbitrary<Texts> = fc.record({
  path: text,
  group: text,
  words: text,
  more: text,
  name: text,
  pick: fc.nat(10_000),
  many: fc.oneof({ weight: 6, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(200) }),
});

const ENDED_BY: readonly EndedBy[] = ['expiry', 'release', 'revocation', 'drift', 'not_activated', 'person_gone'];
const STATES: readonly AccessRequest[] = [
  pending,
  approved,
  denied,
  closed('expired'),
  closed('withdrawn'),
  { ...closed('withdrawn'), leaver: ann },
  taken,
];

function requestOf({ path, group, words, more, name, pick, many }: Texts): AccessRequest {
  const state = STATES[pick % STATES.length] ?? pending;
  const review = { signatures: [chen, dana].map((by) => signature(by, pick % 2 === 0, more)), closedAt: AT };
  return {
    ...state,
    ...(isTaken(state) ? { review } : {}),
    ...(state.state === 'denied' ? { denial: { ...denied.denial, comment: more } } : {}),
    resource: { ...pending.resource, path },
    requester: { ...ann, username: name },
    description: more,
    justification: words,
    questions: Array.from({ length: many % 6 }, (_, index) => question(words, index === 0 ? null : more)),
    risk: pick % 2 === 0 ? 'critical' : 'low',
    plan: Array.from(
      { length: 1 + (many % 3) },
      () => ({ ...pending.plan[0], groupPath: group, required: 10 }) as never,
    ),
    roles: Array.from({ length: many }, (_, index) => ({
      id: String(index),
      name: name + String(index),
      client: index % 2 === 0 ? null : more,
    })),
    approvals:
      !isTaken(state) && (state.state === 'approved' || pick % 3 === 0)
        ? Array.from({ length: many % 30 }, () => approval(chen, 0))
        : [],
  } as AccessRequest;
}

/** A row that was written before reasons were data. */
const asStored = (row: object): Refusal => JSON.parse(JSON.stringify(row)) as Refusal;

function refusals({ path, group, words, more, pick }: Texts): readonly Refusal[] {
  const link = requestId('r');
  return [
    { refusal: 'unknown_access', asked: words },
    { refusal: 'ambiguous_access', asked: words, matches: Array.from({ length: pick % 9 }, () => path) },
    ...everyFlaw(more).map((because) => ({ refusal: 'not_requestable', path, because }) as const),
    asStored({ refusal: 'not_requestable', path, because: more }),
    { refusal: 'not_eligible', path, group },
    { refusal: 'bad_duration', asked: words },
    { refusal: 'too_long', path, maxSeconds: 3600 },
    { refusal: 'justification_pattern', pattern: more },
    { refusal: 'no_approvers', group, because: 'too_few', required: 2 },
    { refusal: 'already_pending', path, link },
    { refusal: 'not_admin', adminGroup: group },
    { refusal: 'not_an_approver', groupPath: group },
    { refusal: 'self_approval', groupPath: group, maxSeconds: 60 },
    { refusal: 'nothing_live', path: words },
    { refusal: 'bad_filter', word: words },
    { refusal: 'already_linked', username: words },
    { refusal: 'not_break_glass', path },
    { refusal: 'broken', correlationId: words },
  ];
}

function wordsOf(values: Texts): readonly Words[] {
  const { path, group, words, more, name, pick, many } = values;
  const request = requestOf(values);
  const resource = { ...pending.resource, path };
  const grant = { ...live, resource };
  const endedBy = ENDED_BY[pick % ENDED_BY.length] ?? 'expiry';
  const lives: LiveWords = { say: 'live', grant, effectiveUntil: AT + pick * 10_000 };
  const ends: EndingSoonWords = { say: 'ending_soon', grant, leftSeconds: pick * 60, askedAgain: pick % 2 === 0 };
  const over: EndedWords = {
    say: 'ended',
    grant: { ...grant, state: 'ended', endedAt: AT, endedBy },
    kept: pick % 2 === 0,
    askedAgain: pick % 3 === 0,
    heldUntil: pick % 5 === 0 ? AT : null,
    coming: pick % 7 === 0 ? { startsAt: null } : null,
    keeps: [
      { role: { id: 'r', name: words, client: more }, through: path },
      { role: { id: 's', name: more, client: null }, through: null },
    ],
  };
  const actors = [
    { kind: 'slack', slack: words },
    { kind: 'person', userId: 'u', username: name, slack: words },
    { kind: 'leasehold' },
  ] as const;
  const entries = Array.from({ length: many % 11 }, (_, index) => ({
    ...entry(index),
    kind: AUDIT_KINDS[(pick + index) % AUDIT_KINDS.length] ?? 'grant.live',
    actor: actors[index % 3] ?? actors[0],
    subject: { userId: 'u', username: name },
    resource,
  }));
  return [
    ...refusals(values).map((refusal): Words => ({
      say: 'refused',
      refusal,
      link: pick % 2 === 0 ? null : { channel: 'C0X', ts: '1.2' },
    })),
    { say: 'received', request },
    { say: 'decided', request },
    { say: 'your_signature', request },
    { say: 'your_decision', request, kind: pick % 2 === 0 ? 'approve' : 'deny' },
    {
      say: (['question', 'your_question', 'answer', 'your_answer'] as const)[pick % 4] ?? 'question',
      request,
      index: 0,
      question: question(words, pick % 3 === 0 ? null : more),
      link: pick % 2 === 0 ? null : { channel: 'C0X', ts: '1.2' },
    },
    { say: 'waiting_for_keycloak', request },
    lives,
    over,
    { say: 'parts_live', parts: [lives, ...Array.from({ length: many % 10 }, () => lives)] },
    { say: 'parts_ending_soon', parts: [ends, ...Array.from({ length: many % 10 }, () => ends)] },
    { say: 'parts_ended', parts: [over, ...Array.from({ length: many % 10 }, () => ({ ...over, kept: true }))] },
    { say: 'ending', path, count: pick % 4 },
    {
      say: 'audit_page',
      entries,
      words: `<@U0ANN> <@U0VICTIM> ${words}`,
      person: pick % 2 === 0 ? null : ann.slack,
      page: pick,
      more: true,
    },
    { say: 'audit_verified', entries: pick, problem: words },
    {
      say: 'explained',
      explained: {
        person: { ...ann, username: name },
        path,
        askedSeconds: 3600,
        maxSeconds: 3600,
        tickets: [words, more],
        policy: {
          id: words,
          reasons: Array.from({ length: many % 60 }, (_, index) => ({
            rule: index % 3 === 0 ? null : more,
            because: index % 2 === 0 ? null : words,
            effect: 'deny' as const,
          })),
        },
        stages: [
          { by: { group }, required: 1, able: pick },
          { by: { manager: name }, required: 1, able: pick % 2 },
        ],
        verdict: 'refused',
        refusals: refusals(values),
      },
    },
    {
      say: 'my_access',
      pending: request.state === 'pending' ? Array.from({ length: many % 60 }, () => request) : [],
      open: Array.from({ length: many % 60 }, () => grant),
      tokenSeconds: pick,
    },
  ];
}

function alarms({ path, words, name, pick }: Texts): readonly Alarm[] {
  const resource = { ...pending.resource, id: resourceId('x'), path };
  return [
    { alarm: 'held', username: name, resource, because: words },
    { alarm: 'failing', username: name, resource, failures: pick },
    { alarm: 'orphan', username: name, resource, removed: pick % 2 === 0 },
    { alarm: 'glass_broken', by: { ...ann, username: name }, path, leaseSeconds: 3600 },
    { alarm: 'request_undeliverable', requestId: requestId(words), because: { why: 'refused', code: words } },
    { alarm: 'request_undeliverable', requestId: requestId(words), because: { why: 'no_channel', group: path } },
  ];
}

const permalink = (): string => 'https://acme.slack.example/archives/C0X/p12';

describe('texts on their way to Slack', () => {
  it('I20: whatever people and Keycloak wrote, every message and form is whole, mentions nobody, links nothing, formats nothing', async () => {
    await tryDoor('texts on their way to Slack', texts, (values) => {
      const { path, words, more, group, pick } = values;
      const say = catalogueOf(LANGUAGES[pick % LANGUAGES.length] ?? 'en');
      const request = requestOf(values);
      const view: CardView = card({
        request,
        grant: request.state === 'approved' ? { ...live, resource: request.resource } : null,
        stage: pick % 3,
      });
      const said = wordsOf(values);
      const one = said[pick % said.length];
      if (one === undefined) throw new Error('no words');
      expectHarmless(renderCard(say, view), PEOPLE);
      expectHarmless(renderWords(say, one, permalink), PEOPLE);
      expectHarmless(renderLine(say, { line: 'denied', by: chen, comment: more }, view), PEOPLE);
      expectHarmless(renderLine(say, { line: 'question', question: 0, by: chen, text: words }, view), PEOPLE);
      expectHarmless(renderLine(say, { line: 'answer', question: 0, by: ann, text: more }, null), PEOPLE);
      expectHarmless(
        renderLine(say, { line: 'signed', by: chen, right: false, comment: more, count: 1 }, view),
        PEOPLE,
      );
      if (isTaken(request))
        expectHarmlessView(reviewModal(say, view.grant, request, { r: request.id, c: 'C0X', t: '1.2' }), PEOPLE);
      const [alarm] = alarms(values).slice(pick % 5);
      if (alarm !== undefined) expectHarmless(renderAlarm(say, alarm), PEOPLE);
      const dialog = (['approve', 'shorter', 'deny', 'question'] as const)[pick % 4] ?? 'deny';
      expectHarmlessView(decisionModal(say, dialog, view, { r: request.id, v: 1, s: 0, c: 'C0X', t: '1.2' }), PEOPLE);
      expectHarmlessView(answerModal(say, { ...pending, resource: request.resource }, 0, question(words)), PEOPLE);
      const [refusal] = refusals(values).slice(pick % 17);
      if (refusal !== undefined) expectHarmlessView(closedModal(say, dialog, refusalText(say, refusal, null)), PEOPLE);
      const offered = {
        ...entitlement,
        resource: { ...pending.resource, path },
        description: more,
        justificationPattern: words,
      };
      expectHarmlessView(glassModal(say, offered), PEOPLE);
      const stages = [{ groupPath: group, required: 1 }];
      expectHarmlessView(
        requestModal(say, {
          preview: { entitlement: offered, stages, durations: [60, 3600], heldUntil: AT, isPending: true },
        }),
        PEOPLE,
      );
      walk([suggestionOption(say, { entitlement: offered })], PEOPLE);
    });
  });
});
