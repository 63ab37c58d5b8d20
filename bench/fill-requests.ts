import { grantEntry, personActor, requestEntry, systemActor } from '../src/domain/audit-drafts.ts';
import type { AuditDraft } from '../src/domain/audit.ts';
import type { EndedGrant } from '../src/domain/grant.ts';
import { grantId, keycloakUserId, requestId, resourceId } from '../src/domain/ids.ts';
import type { LeaseQuestion } from '../src/domain/policy.ts';
import { policyRecord } from '../src/domain/policy-record.ts';
import { close } from '../src/domain/request.ts';
import type { PendingRequest } from '../src/domain/request.ts';
import { linkEntry } from '../src/store/chain.ts';
import type { Store } from '../src/usecases/store-port.ts';
import { aLiveGrant, aRequest } from '../test/builders/domain.ts';
import { REALM, literal } from './engines.ts';
import type { Engine } from './engines.ts';

const AT_ONCE = 500;
const PEOPLE = 500;
const EVERY_MS = 60_000;
const OWN = { stages: [{ approverGroup: '/approvers/platform', required: 1 }], maxSeconds: 14_400 };

/**
 * Past requests with their justifications, each with its lease, which began and ended: every second one as it is on record
 * where policy was asked, the others as from before there was one.
 */
export async function fillRequests(
  engine: Engine,
  store: Store,
  count: number,
  questions: readonly LeaseQuestion[],
): Promise<void> {
  let head = await store.auditHead();
  for (let from = 0; from < count; from += AT_ONCE) {
    const [requests, justifications, entries]: [string[], string[], string[]] = [[], [], []];
    for (let n = from; n < Math.min(count, from + AT_ONCE); n++) {
      const question = questions[n % questions.length];
      if (question === undefined) throw new Error('there are no questions');
      const request = pastRequest(n, question);
      const { justification, ...body } = close(request, 'withdrawn', request.submittedAt + EVERY_MS);
      requests.push(`('${request.id}', ${body.revision}, ${engine.json(literal(JSON.stringify(body)))})`);
      justifications.push(`('${request.id}', '${REALM}', '00', ${literal(justification)})`);
      for (const draft of lifeOf(request, n % 2 === 0 ? question : null)) {
        const row = linkEntry(draft, REALM, head);
        entries.push(`(${row.seq}, ${literal(row.entry)}, ${literal(row.hash)})`);
        head = row;
      }
    }
    await engine.sql(`BEGIN;
      INSERT INTO requests (id, revision, body) VALUES ${requests.join(', ')};
      INSERT INTO justifications (request_id, realm, salt, text) VALUES ${justifications.join(', ')};
      INSERT INTO audit (seq, entry, hash) VALUES ${entries.join(', ')};
      UPDATE meta SET audit_seq = ${head.seq}, audit_hash = ${literal(head.hash)}; COMMIT;`);
  }
}

function pastRequest(n: number, { resource, request }: LeaseQuestion): PendingRequest {
  const who = n % PEOPLE;
  const requester = {
    userId: keycloakUserId(`user-${who}`),
    username: `person-${who}`,
    slack: { teamId: 'T0', userId: `U${who}` },
  };
  return aRequest({
    ...{ id: requestId(`request-${n}`), realm: REALM, requester },
    resource: { kind: 'group', id: resourceId(`thing-${resource.path}`), path: resource.path, clientUuid: null },
    risk: resource.risk,
    roles: resource.roles.map((name) => ({ id: name, name, client: null })),
    askedSeconds: request.seconds,
    justification: request.justification,
    submittedAt: Date.UTC(2026, 0, 1) + n * EVERY_MS,
    correlationId: `correlation-${n}`,
  });
}

function lifeOf(request: PendingRequest, question: LeaseQuestion | null): readonly AuditDraft[] {
  const { requester: person, resource, submittedAt: at } = request;
  const outcome = { verdict: 'approval', stages: null, maxSeconds: null, tickets: [] } as const;
  const extra = question === null ? {} : { ruled: policyRecord(question, outcome, OWN) };
  const facts = { id: grantId(`grant-${request.id}`), realm: REALM, requestId: request.id, person, resource };
  const live = aLiveGrant({ ...facts, liveAt: at, correlationId: request.correlationId });
  const ended: EndedGrant = { ...live, state: 'ended', endedAt: at + EVERY_MS, endedBy: 'release' };
  return [
    requestEntry('request.submitted', request, personActor(person), at, extra),
    grantEntry('grant.live', live, systemActor, at),
    grantEntry('grant.ended', ended, systemActor, at + EVERY_MS),
  ];
}
