import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planGrant } from '../../../src/domain/grant.ts';
import { grantId, groupId, keycloakUserId } from '../../../src/domain/ids.ts';
import type { Person } from '../../../src/domain/people.ts';
import { escalationOf } from '../../../src/domain/plan.ts';
import {
  beginsAt,
  answerTo,
  askMore,
  barredFrom,
  beginStage,
  close,
  decide,
  escalate,
  isForAnother,
  MAX_QUESTIONS,
  nextReminder,
  progress,
  reopen,
  withLimits,
} from '../../../src/domain/request.ts';
import type { AccessRequest, PendingRequest } from '../../../src/domain/request.ts';
import { aRequest, START } from '../../builders/domain.ts';

const person = (user: string, slack: string): Person => ({
  userId: keycloakUserId(user),
  username: user,
  slack: { teamId: 'T1', userId: slack },
});
const requester = person('requester', 'U0');
const beneficiary = person('beneficiary', 'U1');
const approvers = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => person(name, `U${name}`));
// One human with a second Slack account, and one Slack account that changed hands between two Keycloak users.
const doubles = [person('a', 'U9'), person('z', 'Ub'), person('requester', 'U8'), person('y', 'U1')];
const people = [requester, beneficiary, ...approvers, ...doubles];

const stages = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }).map((quorums) =>
  quorums.map((required, index) => ({
    ...{ groupId: groupId(`g${index}`), groupPath: `/g${index}`, required },
    // Every second stage goes on to another group.
    ...(index % 2 === 0 ? { escalation: { groupId: groupId(`e${index}`), groupPath: '/e', afterSeconds: 7 } } : {}),
  })),
);
const start = fc
  .record({ plan: stages, askedSeconds: fc.integer({ min: 60, max: 86_400 }) })
  .map((facts) => aRequest({ requester, beneficiary, ...facts, ...beginStage(facts.plan[0], START) }));

type Act =
  | { readonly act: 'approve'; readonly by: Person; readonly share: number }
  | { readonly act: 'deny'; readonly by: Person }
  | { readonly act: 'reopen'; readonly plan: PendingRequest['plan'] }
  | { readonly act: 'expired' | 'withdrawn' | 'escalate' };
const by = fc.constantFrom(...people);
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    {
      weight: 20,
      arbitrary: fc.record({ act: fc.constant('approve' as const), by, share: fc.integer({ min: 1, max: 110 }) }),
    },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('deny' as const), by }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constant('reopen' as const), plan: stages }) },
    { weight: 1, arbitrary: fc.record({ act: fc.constantFrom('expired' as const, 'withdrawn' as const) }) },
    { weight: 3, arbitrary: fc.record({ act: fc.constant('escalate' as const) }) },
  ),
  { maxLength: 40 },
);

/** `share`: asked lease in percent; above 100 it is longer than asked. */
const leaseOf = (request: PendingRequest, share: number) =>
  Math.max(1, Math.ceil((request.askedSeconds * share) / 100));

function perform(request: PendingRequest, act: Act, at: number): AccessRequest {
  switch (act.act) {
    case 'reopen':
      return reopen(request, { plan: act.plan, roles: [], digest: `digest ${at}`, entitlement: request }, at);
    case 'escalate':
      return escalate(request) ?? request;
    case 'expired':
    case 'withdrawn':
      return close(request, act.act, at);
    case 'deny':
    case 'approve': {
      const decision =
        act.act === 'deny'
          ? ({ kind: 'deny', comment: null } as const)
          : ({ kind: 'approve', leaseSeconds: leaseOf(request, act.share) } as const);
      const outcome = decide(request, decision, act.by, at);
      return outcome.ok ? outcome.request : request;
    }
  }
}

/** Every state that the request was in, up to the first that is not pending. */
function play(request: PendingRequest, sequence: readonly Act[]): readonly AccessRequest[] {
  const states: AccessRequest[] = [request];
  let current: AccessRequest = request;
  for (const [index, act] of sequence.entries()) {
    if (current.state !== 'pending') break;
    current = perform(current, act, START + index);
    states.push(current);
  }
  return states;
}

const distinct = (ids: readonly string[]) => new Set(ids).size === ids.length;
const slackOf = ({ slack }: Person) => `${slack.teamId}/${slack.userId}`;

describe('a request under any sequence of decisions', () => {
  it('I12: approvals are by distinct people, none the requester or beneficiary, under any of their accounts', () => {
    fc.assert(
      fc.property(start, acts, (request, sequence) => {
        for (const { approvals } of play(request, sequence)) {
          const who = [requester, beneficiary, ...approvals.map((approval) => approval.by)];
          expect(distinct(who.map(({ userId }) => userId))).toBe(true);
          expect(distinct(who.map(slackOf))).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('I12: it is approved exactly when every stage has its quorum, stage by stage', () => {
    fc.assert(
      fc.property(start, acts, (request, sequence) => {
        for (const state of play(request, sequence)) {
          const counts = state.plan.map((_, index) => state.approvals.filter(({ stage }) => stage === index).length);
          const full = counts.every((count, index) => count === state.plan[index]?.required);
          expect(full).toBe(state.state === 'approved');
          const order = state.approvals.map(({ stage }) => stage);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
          const reached = progress(state)?.index ?? state.plan.length;
          expect(counts.slice(reached + 1).every((count) => count === 0)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('I12: a stage is escalated only to its own other group, and waits for that from its own beginning', () => {
    fc.assert(
      fc.property(start, acts, (request, sequence) => {
        for (const [index, state] of play(request, sequence).entries()) {
          if (state.state !== 'pending') continue;
          const stage = progress(state)?.stage;
          const escalation = escalationOf(stage);
          if (state.escalatedTo !== null)
            expect([state.escalatedTo, state.escalateAt]).toEqual([escalation?.groupId, null]);
          else if (escalation === null) expect(state.escalateAt).toBeNull();
          else {
            const begun = (state.escalateAt ?? Infinity) - escalation.afterSeconds * 1000;
            expect(begun >= START && begun <= START + index).toBe(true);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('the lease is the shortest that anybody approved, and what becomes of it is the grant of exactly that', () => {
    fc.assert(
      fc.property(start, acts, (request, sequence) => {
        const end = play(request, sequence).at(-1);
        if (end?.state !== 'approved') return;
        const shortest = Math.min(...end.approvals.map(({ leaseSeconds }) => leaseSeconds));
        expect(end.leaseSeconds).toBe(shortest);
        expect(shortest).toBeLessThanOrEqual(request.askedSeconds);
        expect(planGrant(grantId('grant'), end)).toMatchObject({
          state: 'planned',
          person: beneficiary,
          digest: end.digest,
          leaseSeconds: shortest,
          approvedAt: end.decidedAt,
          approvers: end.approvals.map((approval) => approval.by),
        });
      }),
      { numRuns: 400 },
    );
  });

  it('I15: each change is one revision, a refused decision changes nothing, and only a new version voids approvals', () => {
    fc.assert(
      fc.property(start, acts, (request, sequence) => {
        const states = play(request, sequence);
        for (const [index, state] of states.entries()) {
          const before = states[index - 1];
          if (before === undefined || state === before) continue;
          expect(state.revision).toBe(before.revision + 1);
          expect(before.state).toBe('pending');
          const { version, digest, plan, approvals } = state;
          if (version === before.version)
            expect({ digest, plan }).toEqual({ digest: before.digest, plan: before.plan });
          else expect({ version, approvals }).toEqual({ version: before.version + 1, approvals: [] });
          expect(state).toMatchObject({ askedSeconds: request.askedSeconds, waitsUntil: request.waitsUntil });
        }
      }),
      { numRuns: 400 },
    );
  });

  it('one denial of the current stage ends it, whoever approved before', () => {
    fc.assert(
      fc.property(start, acts, (request, sequence) => {
        const pending = play(request, sequence).findLast((state) => state.state === 'pending');
        if (pending?.state !== 'pending') return;
        const outcome = decide(pending, { kind: 'deny', comment: 'no' }, person('fresh', 'Ufresh'), START);
        expect(outcome).toMatchObject({
          ok: true,
          request: { state: 'denied', denial: { stage: progress(pending)?.index, comment: 'no' } },
        });
      }),
    );
  });

  it('says why a decision does not count', () => {
    const request = aRequest({
      requester,
      beneficiary,
      askedSeconds: 3600,
      plan: [{ groupId: groupId('g'), groupPath: '/g', required: 2 }],
    });
    const [a = requester] = approvers;
    const approve = { kind: 'approve', leaseSeconds: 3600 } as const;
    const once = decide(request, approve, a, START);
    if (!once.ok || once.request.state !== 'pending') throw new Error('one of two');
    for (const self of [requester, beneficiary, person('requester', 'U8'), person('y', 'U1')]) {
      expect(decide(request, approve, self, START)).toEqual({ ok: false, refusal: 'self_approval' });
      expect(decide(request, { kind: 'deny', comment: null }, self, START)).toEqual({
        ok: false,
        refusal: 'self_approval',
      });
    }
    expect(decide(once.request, approve, person('a', 'U9'), START)).toEqual({
      ok: false,
      refusal: 'already_decided_by_you',
    });
    const longer = { kind: 'approve', leaseSeconds: 3601 } as const;
    expect(decide(request, longer, a, START)).toEqual({ ok: false, refusal: 'longer_than_asked' });
  });

  it.each([0, -1, 0.5, NaN, Infinity])('I30: a lease of %d seconds is breakage, never an approval', (leaseSeconds) => {
    const [a = requester] = approvers;
    expect(() => decide(aRequest(), { kind: 'approve', leaseSeconds }, a, START)).toThrow(RangeError);
  });
});

describe('stage by stage', () => {
  const [a = requester, b = requester, c = requester] = approvers;
  const plan = [1, 2].map((required, index) => ({ groupId: groupId(`g${index}`), groupPath: `/g${index}`, required }));
  const request = aRequest({ requester, beneficiary, plan, askedSeconds: 3600 });
  const approve = (on: AccessRequest, by: Person, leaseSeconds: number): AccessRequest => {
    if (on.state !== 'pending') throw new Error(on.state);
    const outcome = decide(on, { kind: 'approve', leaseSeconds }, by, START);
    if (!outcome.ok) throw new Error(outcome.refusal);
    return outcome.request;
  };

  it('I12: each approval counts for the stage that is open, and the last one makes it approved', () => {
    const [first, second] = plan;
    const one = approve(request, a, 3600);
    const two = approve(one, b, 1800);
    const three = approve(two, c, 2400);
    expect([request, one, two, three].map(progress)).toEqual([
      { index: 0, stage: first, approved: 0 },
      { index: 1, stage: second, approved: 0 },
      { index: 1, stage: second, approved: 1 },
      null,
    ]);
    const approval = (stage: number, by: Person, leaseSeconds: number) =>
      ({ kind: 'approve', stage, by, at: START, leaseSeconds }) as const;
    expect(three).toEqual({
      ...request,
      revision: request.revision + 3,
      state: 'approved',
      approvals: [approval(0, a, 3600), approval(1, b, 1800), approval(1, c, 2400)],
      decidedAt: START,
      leaseSeconds: 1800,
    });
  });

  it('I30: one that waits with nothing left to decide is breakage, never an approval', () => {
    const decision = { kind: 'approve', leaseSeconds: 60 } as const;
    expect(() => decide(aRequest({ plan: [] }), decision, a, START)).toThrow('nobody is asked about');
  });
});

describe('a question', () => {
  const [a = requester, b = requester] = approvers;
  const request = aRequest({ requester, beneficiary, plan: [{ groupId: groupId('g'), groupPath: '/g', required: 2 }] });
  const asked = (on: PendingRequest, text: string, who = a): PendingRequest => {
    const outcome = askMore(on, text, who, START);
    if (!outcome.ok) throw new Error(outcome.refusal);
    return outcome.request;
  };

  it('is kept with the request, which waits on as it was, one revision further', () => {
    const first = asked(request, 'why?');
    expect(first).toEqual({
      ...request,
      revision: request.revision + 1,
      questions: [{ by: a, at: START, text: 'why?', answer: null }],
    });
    expect(asked(first, 'when?', b).questions.map(({ text }) => text)).toEqual(['why?', 'when?']);
  });

  it('has one answer, its own, and the others stay as they are', () => {
    const both = asked(asked(request, 'why?'), 'when?', b);
    const answered = answerTo(both, 1, 'now', START + 1);
    expect(answered).toEqual({
      ...both,
      revision: both.revision + 1,
      questions: [both.questions[0], { by: b, at: START, text: 'when?', answer: { at: START + 1, text: 'now' } }],
    });
  });

  it('I12: is asked only by somebody who may still decide', () => {
    const once = decide(request, { kind: 'approve', leaseSeconds: 60 }, a, START);
    if (!once.ok || once.request.state !== 'pending') throw new Error('one of two');
    for (const self of [requester, beneficiary, person('x', 'U1')])
      expect(askMore(request, 'why?', self, START)).toEqual({ ok: false, refusal: 'self_approval' });
    expect(askMore(once.request, 'why?', a, START)).toEqual({ ok: false, refusal: 'already_decided_by_you' });
    expect([barredFrom(once.request, a), barredFrom(once.request, b)]).toEqual(['already_decided_by_you', null]);
    expect(asked(once.request, 'why?', b).approvals).toEqual(once.request.approvals);
  });

  it('is the last one when there are ten', () => {
    let full = request;
    for (let count = 0; count < MAX_QUESTIONS; count += 1) full = asked(full, `${count}?`);
    expect(full.questions).toHaveLength(10);
    expect(askMore(full, 'and?', a, START)).toEqual({ ok: false, refusal: 'too_many_questions' });
  });
});

describe('who a request is for', () => {
  it('another one only if neither the Keycloak user nor the Slack account is the same', () => {
    const forWhom = (other: Person) => isForAnother({ requester, beneficiary: other });
    expect(forWhom(beneficiary)).toBe(true);
    expect(forWhom(requester)).toBe(false);
    expect([forWhom(person('requester', 'U7')), forWhom(person('other', 'U0'))]).toEqual([false, false]);
    const elsewhere = { ...person('other', 'U0'), slack: { teamId: 'T2', userId: 'U0' } };
    expect(forWhom(elsewhere)).toBe(true);
  });
});

describe('when an approved lease begins', () => {
  it('at its start, where that is after the approval; else at once', () => {
    const begins = (startsAt: number | null) => beginsAt({ startsAt, decidedAt: START });
    expect([null, START - 1, START, START + 1].map(begins)).toEqual([null, null, null, START + 1]);
  });
});

describe('a request that nobody decided', () => {
  it.each(['expired', 'withdrawn'] as const)('is %s since then, and keeps its approvals', (state) => {
    const request = aRequest({ plan: [{ groupId: groupId('g'), groupPath: '/g', required: 2 }] });
    const once = decide(request, { kind: 'approve', leaseSeconds: 60 }, approvers[0] ?? requester, START);
    if (!once.ok || once.request.state !== 'pending') throw new Error('one of two');
    expect(close(once.request, state, START + 5)).toEqual({
      ...once.request,
      state,
      closedAt: START + 5,
      revision: once.request.revision + 1,
    });
  });
});

describe('reminders', () => {
  const dues = (seconds: number): readonly number[] => {
    const waiting = { submittedAt: START, waitsUntil: START + seconds * 1000 };
    const found: number[] = [];
    for (let at = nextReminder(waiting, START); at !== null; at = nextReminder(waiting, at)) found.push(at - START);
    return found.map((ms) => ms / 1000);
  };

  it('come at growing distances, the last one at half of the waiting', () => {
    expect(dues(86_400)).toEqual([3600, 10_800, 43_200]);
  });

  it('are fewer where the waiting is short', () => {
    expect(dues(14_400)).toEqual([600, 1800, 7200]);
    expect(dues(7200)).toEqual([900, 3600]);
    expect(dues(60)).toEqual([30]);
  });
});

describe('what policy hands on with the access', () => {
  it('is the lower of two numbers and the later of other values, and nothing that was handed on is dropped', () => {
    const first = withLimits(aRequest(), { rows: 100, site: 'north', export: true });
    const second = withLimits(first, { rows: 500, site: 'south', hours: 2 });
    expect(second.limits).toEqual({ rows: 100, site: 'south', export: true, hours: 2 });
    expect(withLimits(second, { rows: 5 }).limits).toMatchObject({ rows: 5 });
  });

  it('is absent where there is nothing, and goes with the version that it was handed on with', () => {
    expect(withLimits(aRequest(), undefined)).not.toHaveProperty('limits');
    const pending = withLimits(aRequest(), { rows: 100 });
    const fresh = { plan: pending.plan, roles: [], digest: 'another', entitlement: pending };
    expect(reopen(pending, fresh, START)).not.toHaveProperty('limits');
    expect(reopen(pending, { ...fresh, limits: { rows: 9 } }, START).limits).toEqual({ rows: 9 });
  });
});

describe('a request that is asked anew', () => {
  it('is for tokens alone exactly when its role is marked so now', () => {
    const written = aRequest();
    const marked = { ...written.resource, inToken: true } as const;
    const facts = { plan: written.plan, roles: [], digest: 'another' };
    const anew = reopen(written, { ...facts, entitlement: { resource: marked } }, START);
    expect(anew.resource).toStrictEqual(marked);
    expect(reopen(anew, { ...facts, entitlement: written }, START).resource).toStrictEqual(written.resource);
  });
});
