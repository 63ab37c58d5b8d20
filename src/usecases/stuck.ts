import { slackAttribute } from '../domain/people.ts';
import type { Refusal } from '../domain/refusal.ts';
import { isForAnother } from '../domain/request.ts';
import type { PendingRequest } from '../domain/request.ts';
import { messagesOf, tellThread, toPerson } from './answer.ts';
import { identify, identityNeed } from './identify.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';

/**
 * That a waiting request cannot be approved as things stand is told once: to the one who asked, and in the thread. It waits
 * on, because somebody may mend it.
 */
export function toldStuck(
  request: PendingRequest,
  because: Refusal,
  at: number,
): Required<Pick<Batch, 'requests' | 'messages'>> {
  if (request.stuck === because.refusal) return { requests: [], messages: [] };
  const revision = request.revision + 1;
  const message = messagesOf(`stuck:${request.id}:${revision}`, at, request.correlationId);
  return {
    requests: [{ ...request, stuck: because.refusal, revision }],
    messages: [
      ...tellThread(request, { line: 'stuck', because, at }),
      toPerson(request.requester, { notice: 'stuck', requestId: request.id, because }),
    ].map(message),
  };
}

/** Why one of the people a request is about can no longer be given anything, read live on both sides; or null. */
export async function whoLeft(
  ports: Pick<Ports, 'slackPeople' | 'directory'>,
  request: PendingRequest,
): Promise<Refusal | null> {
  const { beneficiary, requester, risk } = request;
  for (const person of isForAnother(request) ? [beneficiary, requester] : [beneficiary]) {
    const who = await identify(ports, person.slack, identityNeed(risk));
    if (who.ok && who.person.userId === person.userId) continue;
    const because = who.ok ? 'identity_ambiguous' : who.refusal.refusal;
    return slackAttribute(person.slack) === slackAttribute(beneficiary.slack)
      ? { refusal: 'not_for_them', person: person.slack, because }
      : { refusal: 'asker_left', person: person.slack, because };
  }
  return null;
}
