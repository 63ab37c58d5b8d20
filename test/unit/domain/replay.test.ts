import { describe, expect, it } from '@jest/globals';
import type { AuditDraft } from '../../../src/domain/audit.ts';
import { sign, takeAtOnce } from '../../../src/domain/break-glass.ts';
import { grantEntry, requestEntry, systemActor } from '../../../src/domain/audit-drafts.ts';
import { replay, replayedGrant, replayedRequest } from '../../../src/domain/replay.ts';
import { answerTo, askMore, close } from '../../../src/domain/request.ts';
import { aGrant, aLiveGrant, aPerson, aRequest, START } from '../../builders/domain.ts';

const request = aRequest({ version: 3 });
const closed = close(request, 'withdrawn', START);
const live = aLiveGrant();
const ended = { ...live, state: 'ended', endedAt: START, endedBy: 'release' } as const;
const asked = requestEntry('request.submitted', request, systemActor, START);
const withdrawn = requestEntry('request.withdrawn', closed, systemActor, START);
const went = grantEntry('grant.live', live, systemActor, START);
const over = grantEntry('grant.ended', ended, systemActor, START);

describe('I22: replaying the audit', () => {
  it('gives the newest state of each row, in order, onto what was replayed before', () => {
    const first = replay([asked, went]);
    expect(first.requests.get(request.id)).toEqual({
      state: 'pending',
      version: 3,
      questions: 0,
      answers: 0,
      signatures: 0,
      escalatedTo: null,
    });
    expect(first.requests.get(request.id)).toEqual(replayedRequest(request));
    expect(first.grants.get(live.id)).toEqual({ state: 'live', expiresAt: live.expiresAt, endedBy: null });
    const second = replay([withdrawn, over], first);
    expect(second.requests.get(request.id)).toEqual(replayedRequest(closed));
    expect(second.grants.get(live.id)).toEqual(replayedGrant(ended));
    expect(replayedGrant(ended)).toEqual({ state: 'ended', expiresAt: live.expiresAt, endedBy: 'release' });
    expect(first.grants.get(live.id)?.state).toBe('live');
    expect([second.requests.size, second.grants.size]).toEqual([1, 1]);
  });

  it('counts what was asked and answered, onto what was counted before', () => {
    const by = aPerson();
    const first = askMore(request, 'why?', by, START);
    const second = first.ok ? askMore(first.request, 'when?', aPerson(), START) : first;
    if (!first.ok || !second.ok) throw new Error('refused');
    const answered = answerTo(second.request, 1, 'now', START);
    const told = replay([
      asked,
      requestEntry('request.question', first.request, systemActor, START),
      requestEntry('request.question', second.request, systemActor, START),
    ]);
    expect(told.requests.get(request.id)).toEqual(replayedRequest(second.request));
    const later = replay([requestEntry('request.answer', answered, systemActor, START)], told);
    expect(later.requests.get(request.id)).toEqual(replayedRequest(answered));
    expect(replayedRequest(answered)).toEqual({
      state: 'pending',
      version: 3,
      questions: 2,
      answers: 1,
      signatures: 0,
      escalatedTo: null,
    });
  });

  it('leaves out what changed no row: refusals, other kinds, and entries without the id', () => {
    const refused: AuditDraft = { ...asked, kind: 'request.refused' };
    const decision: AuditDraft = { ...asked, kind: 'decision.refused' };
    const held: AuditDraft = { ...went, kind: 'holding.held' };
    const nobody: readonly AuditDraft[] = [
      { ...asked, requestId: null },
      { ...went, grantId: null, requestId: null },
    ];
    const { requests, grants } = replay([refused, decision, held, ...nobody]);
    expect([requests.size, grants.size]).toEqual([0, 0]);
    expect(replay([]).requests.size).toBe(0);
  });

  it('reads nothing into what is not there', () => {
    const { requests, grants } = replay([
      { ...asked, data: { state: 7, version: '3' } },
      { ...went, data: { state: null, expiresAt: 'soon', endedBy: 1 } },
    ]);
    expect(requests.get(request.id)).toEqual({
      state: '',
      version: 0,
      questions: 0,
      answers: 0,
      signatures: 0,
      escalatedTo: null,
    });
    expect(grants.get(live.id)).toEqual({ state: '', expiresAt: null, endedBy: null });
  });

  it('a planned grant has no end yet, whatever its row says meanwhile', () => {
    expect(replayedGrant(aGrant({ expiresAt: START }))).toEqual({ state: 'planned', expiresAt: null, endedBy: null });
    expect(replayedGrant(live)).toEqual({ state: 'live', expiresAt: live.expiresAt, endedBy: null });
  });
});

it('counts the signatures of a review, and leaves what was taken approved', () => {
  const taken = takeAtOnce({ ...request, submittedAt: START, askedSeconds: 60 }, request.requester);
  const [chen, dana] = [aPerson(), aPerson()];
  const once = sign(taken, { by: chen, at: START, right: true, comment: null });
  if (!once.ok) throw new Error(once.refusal);
  const twice = sign(once.request, { by: dana, at: START, right: false, comment: null });
  if (!twice.ok) throw new Error(twice.refusal);
  const { requests } = replay([
    requestEntry('request.taken', taken, systemActor, START),
    requestEntry('review.signed', once.request, systemActor, START),
    requestEntry('review.closed', twice.request, systemActor, START),
  ]);
  expect(requests.get(request.id)).toMatchObject({ state: 'approved', version: 1, signatures: 2, escalatedTo: null });
  expect(requests.get(request.id)).toEqual(replayedRequest(twice.request));
});
