import { randomUUID } from 'node:crypto';
import type { Grant, LiveGrant, PlannedGrant } from '../../src/domain/grant.ts';
import { openHolding } from '../../src/domain/holding.ts';
import type { Holding } from '../../src/domain/holding.ts';
import { grantId, groupId, keycloakUserId, requestId, resourceId, teamAskId } from '../../src/domain/ids.ts';
import type { Person, SlackUser } from '../../src/domain/people.ts';
import type { PendingRequest } from '../../src/domain/request.ts';
import type { Resource } from '../../src/domain/resource.ts';
import type { TeamAsk } from '../../src/domain/team-ask.ts';

// Values as they really look; a test states only what matters to it. Ids are fresh unless they are given.

export const REALM = 'acme';
/** 2026-01-01T00:00:00Z; where time starts in tests. */
export const START = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

let serial = 0;

export function aPerson(username = `person-${String(++serial)}`): Person {
  return {
    userId: keycloakUserId(randomUUID()),
    username,
    slack: { teamId: 'T0ACME', userId: `U${username.replace(/\W/g, '').toUpperCase()}` },
  };
}

export function aResource(path = `/access/thing-${String(++serial)}`): Resource {
  return { kind: 'group', id: resourceId(randomUUID()), path, clientUuid: null };
}

export function aRequest(facts: Partial<PendingRequest> = {}): PendingRequest {
  const requester = facts.requester ?? aPerson();
  const submittedAt = facts.submittedAt ?? START;
  return {
    id: requestId(randomUUID()),
    realm: REALM,
    requester,
    beneficiary: requester,
    resource: aResource(),
    description: 'Read production data',
    risk: 'medium',
    endSessions: false,
    askedSeconds: 3600,
    startsAt: null,
    justification: 'INC-42 debugging',
    plan: [{ groupId: groupId(randomUUID()), groupPath: '/approvers/platform', required: 1 }],
    roles: [{ id: randomUUID(), name: 'read', client: null }],
    digest: 'd'.repeat(64),
    version: 1,
    submittedAt,
    waitsUntil: submittedAt + 24 * HOUR_MS,
    remindAt: null,
    escalateAt: null,
    escalatedTo: null,
    stuck: null,
    questions: [],
    teamId: null,
    bundle: null,
    correlationId: randomUUID(),
    revision: 1,
    state: 'pending',
    approvals: [],
    ...facts,
  };
}

export function aGrant(facts: Partial<PlannedGrant> = {}): PlannedGrant {
  return {
    id: grantId(randomUUID()),
    realm: REALM,
    requestId: requestId(randomUUID()),
    person: aPerson(),
    resource: aResource(),
    leaseSeconds: 3600,
    endSessions: false,
    digest: 'd'.repeat(64),
    approvers: [aPerson()],
    approvedAt: START,
    startsAt: null,
    endAsked: null,
    correlationId: randomUUID(),
    revision: 1,
    state: 'planned',
    expiresAt: null,
    ...facts,
  };
}

/** Live since `facts.liveAt`, or since it was approved; nobody is to be told that it ends soon. */
export function aLiveGrant(facts: Partial<LiveGrant> = {}): LiveGrant {
  const planned = aGrant();
  const liveAt = facts.liveAt ?? facts.approvedAt ?? START;
  const leaseSeconds = facts.leaseSeconds ?? planned.leaseSeconds;
  return { ...planned, state: 'live', liveAt, expiresAt: liveAt + leaseSeconds * 1000, warnAt: null, ...facts };
}

/** The holding on which this grant is a reason, asking to be looked at at once. */
export function aHolding(facts: Partial<Holding> = {}, grant: Grant = aGrant()): Holding {
  const { person, resource, approvedAt } = grant;
  return { ...openHolding(grant.realm, person.userId, person.username, resource, approvedAt), ...facts };
}

/** An ask for these people that was just drawn up. */
export function aTeamAsk(people: readonly SlackUser[], facts: Partial<TeamAsk> = {}): TeamAsk {
  return {
    id: teamAskId(randomUUID()),
    realm: REALM,
    asker: aPerson(),
    resources: [aResource()],
    askedSeconds: 3600,
    people: people.map((slack) => ({ slack, part: 'waiting' })),
    submittedAt: START,
    correlationId: randomUUID(),
    revision: 1,
    state: 'asking',
    ...facts,
  };
}
