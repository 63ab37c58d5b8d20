import { describe, expect, it } from '@jest/globals';
import { grantEntry, personActor, requestEntry, systemActor } from '../../../src/domain/audit-drafts.ts';
import type { RequestKind } from '../../../src/domain/audit-drafts.ts';
import type { AccessRequest, Approval } from '../../../src/domain/request.ts';
import { aGrant, aLiveGrant, aPerson, aRequest, START } from '../../builders/domain.ts';

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
