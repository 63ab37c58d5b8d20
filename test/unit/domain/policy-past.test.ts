import { describe, expect, it } from '@jest/globals';
import { grantEntry, personActor, requestEntry, systemActor } from '../../../src/domain/audit-drafts.ts';
import type { AuditDraft } from '../../../src/domain/audit.ts';
import { requestId } from '../../../src/domain/ids.ts';
import { pastRequests } from '../../../src/domain/policy-past.ts';
import type { PastRequest } from '../../../src/domain/policy-past.ts';
import type { PendingRequest } from '../../../src/domain/request.ts';
import { aLiveGrant, aPerson, aRequest, aResource, START } from '../../builders/domain.ts';

const ann = aPerson('ann');
const bob = aPerson('bob');
const HOUR = 3_600_000;

const submitted = (request: PendingRequest, at = START, extra = {}): AuditDraft =>
  requestEntry('request.submitted', request, personActor(request.requester), at, extra);
const denied = (request: PendingRequest, at = START): AuditDraft =>
  requestEntry('request.denied', request, systemActor, at);

function replayed(...entries: readonly AuditDraft[]): readonly PastRequest[] {
  const past = pastRequests();
  return [...entries.flatMap((entry) => past.take(entry)), ...past.rest()];
}

describe('requests of the past', () => {
  it('what policy was asked is handed on as it is, also of a refusal and of each part of one', () => {
    const request = aRequest({ requester: ann });
    const refused: AuditDraft = {
      ...submitted(request, START + 1),
      kind: 'request.refused',
      requestId: null,
      data: { refusal: 'parts_refused', ruled: [{ a: 1 }, { a: 2 }] },
    };
    expect(replayed(submitted(request, START, { ruled: { a: 0 } }), refused)).toEqual([
      { at: START, requestId: request.id, ruled: { a: 0 } },
      { at: START + 1, requestId: null, ruled: { a: 1 } },
      { at: START + 1, requestId: null, ruled: { a: 2 } },
    ]);
  });

  it('without that the audit tells who asked for whom and what, for how long and when, and who decides', () => {
    const request = aRequest({ requester: ann, beneficiary: bob, startsAt: START + HOUR });
    expect(replayed(submitted(request))).toEqual([
      expect.objectContaining({
        door: 'request',
        subject: { userId: bob.userId, username: 'bob' },
        requester: personActor(ann),
        resource: request.resource,
        roles: request.roles.map(({ id }) => id),
        seconds: 3600,
        startsAt: START + HOUR,
        plan: [{ approverGroup: '/approvers/platform', required: 1 }],
        live: [],
        recent: { requests24h: 0, denied24h: 0 },
      }),
    ]);
  });

  it('a stage of a manager is one for rules, too', () => {
    const plan = [{ manager: { userId: bob.userId, username: 'bob' }, required: 1 }] as const;
    expect(replayed(submitted(aRequest({ plan })))).toMatchObject([
      { plan: [{ approverGroup: 'manager', required: 1 }] },
    ]);
  });

  it('break-glass comes through its own door; a refusal of another kind and a reopening are no requests', () => {
    const request = aRequest();
    const taken = requestEntry('request.taken', request, systemActor, START);
    const reopened = requestEntry('request.reopened', request, systemActor, START);
    expect(replayed(taken, reopened, { ...taken, kind: 'request.refused' })).toMatchObject([{ door: 'break-glass' }]);
  });

  it('live leases are those of the person at that time, but not the one in question', () => {
    const [one, other] = [aResource('/one'), aResource('/other')];
    const grant = aLiveGrant({ person: ann, resource: one });
    const same = aLiveGrant({ person: ann, resource: other });
    const ask = (resource = other) => submitted(aRequest({ requester: ann, resource }));
    const live = (lease = grant) => grantEntry('grant.live', lease, systemActor, START);
    const ended = grantEntry(
      'grant.ended',
      { ...grant, state: 'ended', endedAt: START, endedBy: 'expiry' },
      systemActor,
      START,
    );
    const found = replayed(ask(), live(), live(same), ask(), submitted(aRequest({ requester: bob })), ended, ask(one));
    expect(found).toMatchObject([{ live: [] }, { live: ['/one'] }, { live: [] }, { live: ['/other'] }]);
  });

  it('recent requests and denials are those of the last day', () => {
    const first = aRequest({ requester: ann });
    const ask = (at: number) => submitted(aRequest({ requester: ann }), at);
    const found = replayed(
      submitted(first),
      denied(first, START + 1),
      ask(START + HOUR),
      ask(START + 24 * HOUR),
      ask(START + 24 * HOUR + 1),
      ask(START + 72 * HOUR),
    );
    expect(found.map((one) => (one.ruled === null ? one.recent : null))).toEqual([
      { requests24h: 0, denied24h: 0 },
      { requests24h: 1, denied24h: 1 },
      { requests24h: 2, denied24h: 1 },
      { requests24h: 2, denied24h: 0 },
      { requests24h: 0, denied24h: 0 },
    ]);
  });

  it('the parts of a bundle know of one another, and count as asked at one time', () => {
    const id = requestId('bundle-1');
    const part = (path: string, number: number) =>
      submitted(aRequest({ requester: ann, resource: aResource(path), bundle: { id, part: number, parts: 2 } }));
    const found = replayed(part('/one', 0), part('/other', 1), submitted(aRequest({ requester: bob })));
    expect(found).toMatchObject([
      { bundle: ['/other'], recent: { requests24h: 0 } },
      { bundle: ['/one'], recent: { requests24h: 0 } },
      { bundle: [] },
    ]);
    expect(replayed(part('/one', 0), part('/other', 1))).toHaveLength(2);
  });
});
