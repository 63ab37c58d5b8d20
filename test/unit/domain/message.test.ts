import { describe, expect, it } from '@jest/globals';
import { grantId, requestId, teamAskId } from '../../../src/domain/ids.ts';
import { isCard, isOfLease, laneOf, lineRole, newsOf, newsOfLine, rankOf } from '../../../src/domain/message.ts';
import type { MessageBody, News, Notice, PostedMessage, ThreadLine } from '../../../src/domain/message.ts';
import { aPerson, START } from '../../builders/domain.ts';

const request = requestId('r1');
const by = aPerson();
const slack = { teamId: 'T1', userId: 'U1' };
const thread = (line: ThreadLine): MessageBody => ({ to: 'thread', requestId: request, line });
const toPerson = (notice: Notice): MessageBody => ({ to: 'person', reply: { slack, responseUrl: null }, notice });
const home = (opened: boolean): MessageBody => ({ to: 'home', slack, opened });
const digest = { counts: {}, named: [] };
const channel: MessageBody = { to: 'channel', channel: 'C1', digest };
const card: MessageBody = { to: 'card', requestId: request };
const file: MessageBody = { to: 'file', slack, filename: 'a.csv', filter: '' };
const operators: MessageBody = { to: 'operators', alarm: { alarm: 'clock_jumped', seconds: 301 } };

const ended = (kept: boolean): ThreadLine => ({ line: 'ended', endedBy: 'expiry', at: START, kept });
const toldTogether: readonly [News, ThreadLine][] = [
  ['ended', ended(false)],
  ['kept', ended(true)],
  ['live', { line: 'live', expiresAt: START, effectiveUntil: START }],
  ['ending_soon', { line: 'ending_soon', expiresAt: START }],
  ['end_asked', { line: 'end_asked', by, endedBy: 'release' }],
  ['expired', { line: 'expired' }],
  ['trouble', { line: 'trouble', nextTryAt: START }],
  ['reminder', { line: 'reminder', at: START }],
];
const toldAlone: readonly ThreadLine[] = [
  { line: 'asked', by },
  { line: 'approved', by, stage: 0, stages: 1, leaseSeconds: 60, shortened: false },
  { line: 'denied', by, comment: null },
  { line: 'question', question: 0, by, text: 'why?' },
  { line: 'answer', question: 0, by, text: 'so' },
  { line: 'withdrawn', by },
  { line: 'taken', by, leaseSeconds: 60 },
  { line: 'signed', by, right: true, comment: null, count: 1 },
  { line: 'review_waits', at: START, count: 1 },
  { line: 'left', who: by },
  { line: 'reopened' },
  { line: 'escalated', from: '/a', to: '/b' },
  { line: 'stuck', because: { refusal: 'changed_meanwhile' }, at: START },
];
const noticesTogether: readonly [News, Notice][] = [
  ['ended', { notice: 'ended', grantId: grantId('g'), kept: false }],
  ['kept', { notice: 'ended', grantId: grantId('g'), kept: true }],
  ['live', { notice: 'live', grantId: grantId('g'), effectiveUntil: START }],
  ['ending_soon', { notice: 'ending_soon', grantId: grantId('g') }],
  ['decided', { notice: 'decided', requestId: request }],
  ['waiting_for_keycloak', { notice: 'waiting_for_keycloak', requestId: request }],
];
const noticesAlone: readonly Notice[] = [
  { notice: 'refused', refusal: { refusal: 'changed_meanwhile' } },
  { notice: 'received', requestId: request },
  { notice: 'your_decision', requestId: request, kind: 'deny' },
  { notice: 'question', requestId: request, question: 0 },
  { notice: 'my_access' },
  { notice: 'help' },
];

describe('messages leave in order', () => {
  it('in one lane: a request’s card and thread; all that one person is told; each channel, Home and the operators apart', () => {
    expect([card, thread({ line: 'expired' })].map(laneOf)).toEqual(['request r1', 'request r1']);
    expect([toPerson({ notice: 'help' }), file].map(laneOf)).toEqual(['person T1/U1', 'person T1/U1']);
    expect(laneOf({ to: 'thread', requestId: request, bundle: requestId('b1'), line: { line: 'expired' } })).toBe(
      'request b1',
    );
    expect(laneOf({ to: 'team', teamId: teamAskId('t1') })).toBe('team t1');
    expect([channel, home(true), operators].map(laneOf)).toEqual(['channel C1', 'home T1/U1', 'operators']);
  });
});

describe('what may be folded into one message', () => {
  it.each(toldTogether)('in a thread: %s', (news, line) => {
    expect(newsOfLine(line)).toBe(news);
    expect(newsOf(thread(line))).toBe(news);
  });

  it.each(noticesTogether)('to a person: %s', (news, notice) => expect(newsOf(toPerson(notice))).toBe(news));

  it('what people did or wrote, and what answers somebody, is always said by itself', () => {
    for (const line of toldAlone) expect([newsOfLine(line), newsOf(thread(line))]).toEqual([null, null]);
    for (const notice of noticesAlone) expect(newsOf(toPerson(notice))).toBeNull();
    for (const body of [card, channel, file, home(true), operators]) expect(newsOf(body)).toBeNull();
  });
});

describe('who waits goes first', () => {
  it('answers, alarms and a Home that is being looked at; then news; then cards; then Homes that nobody may see', () => {
    const now = [...toldAlone.map(thread), ...noticesAlone.map(toPerson), file, operators, home(true)];
    expect(now.map(rankOf)).toEqual(now.map(() => 0));
    const news = [
      ...toldTogether.map(([, line]) => thread(line)),
      ...noticesTogether.map(([, notice]) => toPerson(notice)),
      toPerson({ notice: 'digest', digest }),
      channel,
    ];
    expect(news.map(rankOf)).toEqual(news.map(() => 1));
    expect([card, home(false)].map(rankOf)).toEqual([2, 3]);
  });
});

describe('lines', () => {
  it('tell of a lease, or of the request that became it', () => {
    const ofLease = [...toldTogether.map(([, line]) => line), ...toldAlone].filter(isOfLease).map(({ line }) => line);
    expect(new Set(ofLease)).toEqual(new Set(['live', 'ending_soon', 'end_asked', 'ended', 'trouble']));
  });

  it('stand under the card of the same kind', () => {
    const posted = { channel: 'C1', ts: '1', requestId: request, stage: 0, line: null };
    const roles = ['card', 'escalation_card', 'latest', 'escalation_latest'] as const;
    const messages: readonly PostedMessage[] = roles.map((role) => ({ ...posted, role }));
    expect(messages.filter(isCard).map(({ role }) => [role, lineRole(role)])).toEqual([
      ['card', 'latest'],
      ['escalation_card', 'escalation_latest'],
    ]);
  });
});
