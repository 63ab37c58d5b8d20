import { describe, expect, it } from '@jest/globals';
import { grantEntry, personActor, requestEntry, systemActor, teamEntry } from '../../../src/domain/audit-drafts.ts';
import type { RequestKind } from '../../../src/domain/audit-drafts.ts';
import { groupId, requestId, teamAskId } from '../../../src/domain/ids.ts';
import type { AccessRequest, Approval } from '../../../src/domain/request.ts';
import type { TeamAsk } from '../../../src/domain/team-ask.ts';
import { aGrant, aLiveGrant, aPerson, aRequest, aResource, START } from '../../builders/domain.ts';

const by = aPerson('chen');
const approval: Approval = { kind: 'approve', stage: 1, by, at: START, leaseSeconds: 900 };
const request = aRequest({ justification: 'private words' });
const of = (kind: RequestKind, row: AccessRequest = request) => requestEntry(kind, row, systemActor, START + 5);

describe('what the audit keeps of a step', () => {
  it('who did it: Leasehold, or a person by both of his accounts', () => {
    expect(systemActor).toEqual({ kind: 'leasehold' });
    expect(personActor(by)).toEqual({ kind: 'person', userId: by.userId, username: 'chen', slack: 'T0ACME/UCHEN' });
  });

  it('of a request: whom and what it is about, and all that replaying reads; never its words', () => {
    const entry = of('request.expired');
    expect(entry).toEqual({
      kind: 'request.expired',
      at: START + 5,
      actor: systemActor,
      subject: { userId: request.beneficiary.userId, username: request.beneficiary.username },
      resource: request.resource,
      requestId: request.id,
      grantId: null,
      correlationId: request.correlationId,
      data: { state: 'pending', version: 1, revision: 1, waitsUntil: request.waitsUntil },
    });
    for (const kind of ['request.withdrawn', 'request.question', 'request.answer'] as const)
      expect(of(kind).data).toEqual(entry.data);
    expect(requestEntry('request.expired', request, systemActor, START, { more: 1 }).data).toMatchObject({ more: 1 });
  });

  it.each(['request.submitted', 'request.reopened'] as const)('%s: what the approvers were asked', (kind) => {
    expect(of(kind).data).toEqual({
      ...of('request.expired').data,
      requester: request.requester.userId,
      askedSeconds: request.askedSeconds,
      plan: request.plan,
      roles: request.roles.map((role) => role.id),
      digest: request.digest,
    });
    expect(JSON.stringify(of(kind))).not.toContain('private words');
  });

  it.each(['request.approval', 'request.approved'] as const)('%s: the last approval', (kind) => {
    const earlier = { ...approval, stage: 0, leaseSeconds: 60 };
    expect(of(kind, aRequest({ approvals: [earlier, approval] })).data).toMatchObject({ stage: 1, leaseSeconds: 900 });
    expect(of(kind).data).not.toHaveProperty('stage');
  });

  it('a request says where it went, what it is a part of, when it begins and which rules ruled it, where there is such a thing', () => {
    const bundle = { id: requestId('b1'), part: 1, parts: 2 };
    const row = aRequest({
      escalatedTo: groupId('g2'),
      bundle,
      teamId: teamAskId('t1'),
      startsAt: START + 9,
      ruledBy: { id: 'd1', rules: ['nights are short'], why: ['It is night.', { own: 'risk_critical' }] },
    });
    expect(of('request.submitted', row).data).toMatchObject({
      escalatedTo: 'g2',
      bundle: 'b1',
      team: 't1',
      startsAt: START + 9,
      policy: 'd1',
      rules: ['nights are short'],
      why: ['It is night.', { own: 'risk_critical' }],
    });
    for (const kind of ['request.taken', 'request.allowed', 'request.reopened'] as const)
      expect(of(kind, row).data).toEqual(of('request.submitted', row).data);
    expect(of('request.escalated', row).data).not.toHaveProperty('plan');
  });

  it('review.signed and review.closed: what the last signature says, never its comment', () => {
    const signature = { by, at: START, right: true, comment: 'private words' };
    const signed = (...rights: readonly boolean[]): AccessRequest => ({
      ...request,
      state: 'approved',
      approvals: [],
      decidedAt: START,
      leaseSeconds: 60,
      review: { signatures: rights.map((right) => ({ ...signature, right })), closedAt: null },
    });
    expect(of('review.signed', signed(true, false)).data).toMatchObject({ right: false });
    expect(of('review.closed', signed(false, true)).data).toMatchObject({ right: true });
    expect(JSON.stringify(of('review.closed', signed(true)))).not.toContain('private words');
    for (const none of [signed(), request]) expect(of('review.signed', none).data).not.toHaveProperty('right');
  });

  it('team.submitted: who asks how many for what', () => {
    const resource = aResource();
    const ask: TeamAsk = {
      id: teamAskId('t1'),
      realm: 'acme',
      revision: 1,
      state: 'asking',
      asker: by,
      resources: [resource],
      askedSeconds: 3600,
      people: [],
      submittedAt: START,
      correlationId: 'c1',
    };
    const entry = teamEntry('team.submitted', ask);
    expect(entry).toEqual({
      kind: 'team.submitted',
      at: START,
      actor: personActor(by),
      subject: null,
      resource,
      requestId: null,
      grantId: null,
      correlationId: 'c1',
      data: { team: 't1', people: 0, askedSeconds: 3600 },
    });
    expect(teamEntry('team.submitted', { ...ask, resources: [] }).resource).toBeNull();
  });

  it('request.denied: the stage, without the comment', () => {
    const denial = { kind: 'deny', stage: 2, by, at: START, comment: 'private words' } as const;
    const { data } = of('request.denied', { ...request, state: 'denied', denial });
    expect(data).toMatchObject({ state: 'denied', stage: 2 });
    expect(JSON.stringify(data)).not.toContain('private words');
    expect(of('request.denied').data).not.toHaveProperty('stage');
  });

  it('of a planned grant: by whom and on what it was approved; its end is provisional and left out', () => {
    const grant = aGrant({ expiresAt: START + 1, approvers: [by] });
    expect(grantEntry('grant.planned', grant, systemActor, START)).toEqual({
      kind: 'grant.planned',
      at: START,
      actor: systemActor,
      subject: { userId: grant.person.userId, username: grant.person.username },
      resource: grant.resource,
      requestId: grant.requestId,
      grantId: grant.id,
      correlationId: grant.correlationId,
      data: {
        state: 'planned',
        revision: 1,
        liveAt: null,
        expiresAt: null,
        endedBy: null,
        leaseSeconds: 3600,
        digest: grant.digest,
        approvers: [by.userId],
        endSessions: false,
      },
    });
  });

  it('of a live and of an ended grant: since when, until when, and what ended it', () => {
    const live = aLiveGrant();
    const { liveAt, expiresAt } = live;
    expect(grantEntry('grant.live', live, systemActor, START, { effectiveUntil: 7 }).data).toEqual({
      state: 'live',
      revision: 1,
      liveAt,
      expiresAt,
      endedBy: null,
      effectiveUntil: 7,
    });
    const ended = { ...live, state: 'ended', endedAt: START, endedBy: 'drift' } as const;
    expect(grantEntry('grant.ended', ended, systemActor, START).data).toEqual({
      state: 'ended',
      revision: 1,
      liveAt,
      expiresAt,
      endedBy: 'drift',
    });
  });

  it('grant.end_asked: what was asked for, and only there', () => {
    const asked = aLiveGrant({ endAsked: { endedBy: 'release', by, at: START } });
    expect(grantEntry('grant.end_asked', asked, systemActor, START).data).toMatchObject({ asked: 'release' });
    expect(grantEntry('grant.live', asked, systemActor, START).data).not.toHaveProperty('asked');
    expect(grantEntry('grant.end_asked', aLiveGrant(), systemActor, START).data).not.toHaveProperty('asked');
  });
});
