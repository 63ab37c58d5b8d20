import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { groupPathOf } from '../../../src/domain/plan.ts';
import type { Words } from '../../../src/usecases/views.ts';
import { hasCode } from '../../../src/lib/errors.ts';
import { decisionModal } from '../../../src/slack/render/decision-modal.ts';
import { answerModal, closedAnswerModal } from '../../../src/slack/render/question.ts';
import { requestModal } from '../../../src/slack/render/request-modal.ts';
import { revocationModal } from '../../../src/slack/render/revocation-modal.ts';
import { viewProblems } from '../../../sandbox/slack/validate/view.ts';
import type { AccessRequest } from '../../../src/domain/request.ts';
import type { CardView } from '../../../src/usecases/views.ts';
import { en } from '../../../src/slack/words/en.ts';
import { everyRefusal, WORST_TEXTS } from '../../../sandbox/gallery/refusals.ts';
import {
  ann,
  approved,
  AT,
  card,
  chen,
  closed,
  denied,
  ended,
  entitlement,
  entry,
  HOSTILE,
  live,
  LONG,
  pending,
  planned,
  production,
  question,
  worstApprovals,
  worstPending,
  over,
} from '../../../sandbox/gallery/samples.ts';
import { teamAsk } from '../../../sandbox/gallery/teams.ts';
import { rig } from './harness.ts';
import type { Rig } from './harness.ts';

const CHANNEL = 'C0APPROVALS';
const toAnn = { slack: ann.slack, responseUrl: null };

let slack: Rig;

function messageAt(ts: string) {
  const found = slack.workspace.channel(CHANNEL).messages.find((message) => message.ts === ts);
  if (found === undefined) throw new Error(`no message ${ts}`);
  return found;
}

beforeAll(async () => {
  slack = await rig({
    people: [
      { id: 'U0ANN', name: 'ann', realName: 'Ann Baker' },
      { id: 'U0CHEN', name: 'chen', realName: 'Chen Li' },
    ],
    channels: [{ id: CHANNEL, name: 'approvals', members: ['U0ANN', 'U0CHEN', 'U0LEASEBOT'] }],
  });
  await slack.up();
});
afterAll(async () => {
  await slack.stop();
  expect(slack.workspace.violations).toEqual([]);
});

describe('cards and lines', () => {
  it('a card is posted, drawn anew in place, and its story stands in its thread', async () => {
    const { conversation } = slack.slack;
    const posted = await conversation.postCard(CHANNEL, card());
    const line = await conversation.postLine(posted, { line: 'reminder', at: 0 }, card());
    await conversation.updateCard(posted, card({ request: approved, grant: live }));
    await conversation.retireLine(line, { line: 'reminder', at: 0 });
    const thread = slack.workspace.channel(CHANNEL).thread(posted.ts);
    const shown = messageAt(posted.ts);
    expect(slack.workspace.as('chen').read(shown)).toContain('Access request: live');
    expect(JSON.stringify(shown)).not.toContain('request_approve');
    expect(thread.map((message) => message.text)).toEqual(['Still waiting for a decision.']);
    expect(JSON.stringify(thread)).not.toContain('request_approve');
  });

  it('reads well: names instead of ids, times in the reader’s own zone', async () => {
    const posted = await slack.slack.conversation.postCard(CHANNEL, card());
    const read = slack.workspace.as('chen').read(messageAt(posted.ts));
    expect(read).toMatch(/@Ann Baker asks for \*\/environments\/production\/production-read\*/);
    expect(read).not.toMatch(/<@|<!date/);
  });

  it('Slack takes every state at its worst: 200 roles, 255-character names, 29 approvals, hostile words', async () => {
    const { conversation } = slack.slack;
    const worst: AccessRequest[] = [
      worstPending,
      { ...worstPending, approvals: worstApprovals },
      { ...worstPending, state: 'approved', approvals: worstApprovals, decidedAt: AT, leaseSeconds: 60 },
      { ...worstPending, state: 'denied', denial: { ...denied.denial, comment: HOSTILE } },
      { ...worstPending, ...closed('expired'), ...{ justification: worstPending.justification } },
      { ...worstPending, justification: HOSTILE },
      { ...worstPending, justification: '😀'.repeat(1000), roles: [] },
    ];
    for (const request of worst) {
      for (const grant of [null, planned, live, ended('refused_at_activation')]) {
        const view: CardView = card({
          request,
          grant,
          heldUntil: grant === null ? null : AT,
          others: { count: 1_000_000, some: [ann.slack, chen.slack, ann.slack] },
          lastLease: ended('expiry'),
        });
        const posted = await conversation.postCard(CHANNEL, view);
        await conversation.postLine(posted, { line: 'denied', by: chen, comment: HOSTILE }, view);
        for (const line of ['question', 'answer'] as const)
          await conversation.postLine(posted, { line, question: 9, by: chen, text: '&'.repeat(1000) }, view);
        await conversation.updateCard(posted, view);
      }
    }
  });
});

describe('private words', () => {
  const every: readonly Words[] = [
    ...WORST_TEXTS.flatMap((text) => everyRefusal(text)).map(
      (refusal) => ({ say: 'refused', refusal, link: { channel: CHANNEL, ts: '1.2' } }) as const,
    ),
    { say: 'received', request: worstPending },
    { say: 'asked_for_you', request: { ...worstPending, beneficiary: chen } },
    { say: 'received', request: { ...worstPending, beneficiary: chen } },
    {
      say: 'decided',
      request: { ...denied, resource: worstPending.resource, denial: { ...denied.denial, comment: HOSTILE } },
    },
    { say: 'your_decision', request: worstPending, kind: 'approve' },
    ...(['question', 'your_question', 'answer', 'your_answer'] as const).flatMap((say) =>
      [worstPending, { ...denied, resource: worstPending.resource }].flatMap((request) =>
        [question('&'.repeat(1000)), question(HOSTILE, '&'.repeat(1000))].map(
          (one) => ({ say, request, index: 9, question: one, link: { channel: CHANNEL, ts: '1.2' } }) as const,
        ),
      ),
    ),
    { say: 'waiting_for_keycloak', request: worstPending },
    { say: 'live', grant: { ...live, resource: worstPending.resource }, effectiveUntil: AT },
    {
      say: 'ending_soon',
      grant: { ...live, resource: worstPending.resource },
      leftSeconds: 900,
      askedAgain: false,
    },
    {
      say: 'ended',
      grant: { ...ended('drift'), resource: worstPending.resource },
      ...over,
      kept: true,
      askedAgain: true,
    },
    { say: 'ending', path: LONG, count: 3 },
    { say: 'ending_many', holder: ann.slack, path: LONG, count: 3 },
    { say: 'ending_many', holder: null, path: null, count: 1 },
    {
      say: 'audit_page',
      entries: Array.from({ length: 100 }, (_, seq) => ({
        ...entry(seq),
        resource: worstPending.resource,
        actor: { kind: 'slack', slack: LONG },
      })),
      words: HOSTILE,
      person: ann.slack,
      page: 3,
      more: true,
    },
    { say: 'audit_page', entries: [], words: '', person: null, page: 0, more: false },
    { say: 'audit_verified', entries: 3, problem: HOSTILE },
    {
      say: 'my_access',
      pending: Array.from({ length: 10 }, () => worstPending),
      open: Array.from({ length: 50 }, () => ({ ...live, resource: worstPending.resource })),
      tokenSeconds: 300,
    },
    { say: 'my_access', pending: [], open: [], tokenSeconds: 0 },
    { say: 'help', admin: true },
  ];

  it('Slack takes everything we may say, at its worst, with a whole sentence as text', async () => {
    for (const words of every) await slack.slack.conversation.sendPrivate(toAnn, words);
    const { messages } = slack.workspace.dm('U0ANN');
    expect(messages).toHaveLength(every.length);
    for (const { text } of messages) expect(text.trim()).not.toBe('');
    for (const message of messages) expect(slack.workspace.as('ann').read(message)).not.toMatch(/@channel|@here/);
  });

  it('fifty leases show as many as fit, and how many more there are', async () => {
    await slack.slack.conversation.sendPrivate(toAnn, {
      say: 'my_access',
      pending: [pending],
      open: Array.from({ length: 50 }, () => live),
      tokenSeconds: 300,
    });
    const last = slack.workspace.dm('U0ANN').messages.at(-1);
    expect(last?.blocks.length).toBeLessThanOrEqual(50);
    expect(JSON.stringify(last)).toMatch(/and \d+ more/);
  });

  it('answers where the person typed while the response_url lives, and in direct messages after', async () => {
    const { workspace, desk } = slack;
    await workspace.as('ann').command('/access', CHANNEL);
    const reply = desk.items.at(-1)?.reply;
    if (reply === undefined) throw new Error('nothing was received');
    const said = () =>
      workspace
        .as('ann')
        .ephemerals(CHANNEL)
        .filter((one) => one.from === 'app').length;
    const direct = () => workspace.dm('U0ANN').messages.length;
    const [before, directBefore] = [said(), direct()];
    for (let count = 0; count < 5; count += 1)
      await slack.slack.conversation.sendPrivate(reply, { say: 'help', admin: false });
    expect(said()).toBe(before + 5);
    expect(direct()).toBe(directBefore);
    await slack.slack.conversation.sendPrivate(reply, { say: 'help', admin: false });
    expect(said()).toBe(before + 5);
    expect(direct()).toBe(directBefore + 1);
    // The sixth use is what made us fall back; the sandbox notes it, and nothing else.
    expect(workspace.violations.map((violation) => violation.detail)).toEqual(['used_url']);
    (workspace.violations as unknown[]).length = 0;
  });

  it('a response_url that Slack cannot serve now is tried again later instead of being said twice', async () => {
    await slack.workspace.as('ann').command('/access', CHANNEL);
    const reply = slack.desk.items.at(-1)?.reply;
    slack.workspace.faults.api('response_url', { kind: 'http', status: 503 });
    const direct = slack.workspace.dm('U0ANN').messages.length;
    if (reply === undefined) throw new Error('nothing was received');
    const sent = slack.slack.conversation.sendPrivate(reply, { say: 'help', admin: false });
    await expect(sent).rejects.toMatchObject({ code: 'slack_unavailable' });
    expect(slack.workspace.dm('U0ANN').messages).toHaveLength(direct);
  });
});

describe('files and alarms', () => {
  it('a file goes to the asker’s direct messages and nowhere else', async () => {
    const content = 'time,who\n2026-11-23,änn\n';
    await slack.slack.conversation.sendFile(ann.slack, { filename: 'audit.csv', content });
    const [file] = [...slack.workspace.files.values()];
    expect(file?.content?.toString('utf8')).toBe(content);
    expect([...(file?.channels ?? [])]).toEqual([slack.workspace.dm('U0ANN').id]);
  });

  it('an alarm goes to the audit channel, and to the log where there is none', async () => {
    const alarm = { alarm: 'held', username: HOSTILE, resource: worstPending.resource, because: HOSTILE } as const;
    await slack.slack.conversation.alarm(alarm);
    expect(slack.lines.some((line) => line.level === 'error' && line.event === 'alarm')).toBe(true);
    const other = await rig({}, { auditChannel: '#approvals' });
    await other.slack.conversation.alarm(alarm);
    await other.slack.conversation.alarm({ ...alarm, resource: production });
    expect(other.workspace.channel('approvals').messages).toHaveLength(2);
    other.workspace.kick('approvals', 'U0LEASEBOT');
    other.pass(60_000);
    await expect(other.slack.conversation.alarm(alarm)).rejects.toMatchObject({ code: 'slack_refused' });
    expect(other.workspace.violations).toEqual([]);
    await other.stop();
  });
});

describe('an ask for many people', () => {
  it('is one message in private, changed in its place, and posted anew where it is gone', async () => {
    const { conversation } = slack.slack;
    const ask = teamAsk([{ part: 'waiting' }, { part: 'asked', requests: [] }], '/onboarding');
    const told = await conversation.tellTeam(ann.slack, null, { ask, requests: [] });
    const actor = slack.workspace.as('ann');
    const shown = () => actor.dm.messages.filter(({ text }) => text.includes('/onboarding'));
    expect(shown()).toMatchObject([{ ts: told.ts, text: expect.stringContaining('1 of 2 asked') }]);
    const guest = { part: 'refused', refusal: { refusal: 'guest' } } as const;
    const done = teamAsk([guest, { part: 'asked', requests: [] }], '/onboarding');
    expect(await conversation.tellTeam(ann.slack, told, { ask: done, requests: [] })).toEqual(told);
    expect(shown()).toMatchObject([{ ts: told.ts, text: expect.stringContaining('1 could not be') }]);
    const again = await conversation.tellTeam(ann.slack, { ...told, ts: '1.2' }, { ask: done, requests: [] });
    expect(shown().map(({ ts }) => ts)).toEqual([told.ts, again.ts]);
  });
});

describe('modals', () => {
  it('Slack takes the form and every dialog at their worst', () => {
    const hint = { r: pending.id, v: 1, s: 0, c: CHANNEL, t: '1.2' };
    const preview = {
      entitlement: {
        ...entitlement,
        resource: worstPending.resource,
        description: HOSTILE,
        justificationPattern: HOSTILE,
      },
      stages: worstPending.plan.map((stage) => ({ groupPath: groupPathOf(stage), required: stage.required })),
      durations: Array.from({ length: 120 }, (_, index) => (index + 1) * 60),
      heldUntil: AT,
      isPending: true,
    };
    const view = card({ request: { ...worstPending, approvals: worstApprovals } });
    const modals = [
      requestModal(en, null),
      requestModal(en, { preview }),
      requestModal(en, { preview, filled: { seconds: 60, justification: '&'.repeat(3100), people: [chen.slack] } }),
      requestModal(en, { problem: HOSTILE.slice(0, 100) }),
      ...(['approve', 'shorter', 'deny', 'question'] as const).map((dialog) => decisionModal(en, dialog, view, hint)),
      answerModal(en, worstPending, 9, question('&'.repeat(1000))),
      closedAnswerModal(en, HOSTILE),
    ];
    const everything = revocationModal(en, { realm: HOSTILE.slice(0, 255), leases: 10_000 });
    for (const modal of [...modals, everything]) expect(viewProblems(modal as never, 'modal')).toEqual([]);
  });
});

describe('errors have a code', () => {
  it.each([
    [
      { kind: 'rate_limit', retryAfterSeconds: 7 },
      { code: 'slack_rate_limited', retryAfterMs: 7000 },
    ],
    [{ kind: 'error', error: 'ratelimited' }, { code: 'slack_rate_limited' }],
    [
      { kind: 'error', error: 'is_archived' },
      { code: 'slack_refused', message: 'is_archived' },
    ],
    [{ kind: 'error', error: 'internal_error' }, { code: 'slack_unavailable' }],
    [{ kind: 'http', status: 500 }, { code: 'slack_unavailable' }],
    [{ kind: 'lose_answer' }, { code: 'slack_unavailable' }],
  ] as const)('%j', async (fault, expected) => {
    slack.workspace.faults.api('chat.postMessage', fault);
    const error: unknown = await slack.slack.conversation.postCard(CHANNEL, card()).catch((reason: unknown) => reason);
    expect(error).toMatchObject(expected);
    expect(hasCode(error, expected.code)).toBe(true);
    expect(slack.workspace.faults.pending).toBe(0);
  });

  it('calls are counted by method and result', () => {
    expect(slack.counted).toContain('chat.postMessage ok');
    expect(slack.counted).toContain('chat.postMessage is_archived');
    expect(slack.counted).toContain('chat.postMessage slack_rate_limited');
  });
});
