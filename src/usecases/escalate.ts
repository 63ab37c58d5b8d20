import { requestEntry, systemActor } from '../domain/audit-drafts.ts';
import { escalationOf, groupPathOf } from '../domain/plan.ts';
import { escalate, progress } from '../domain/request.ts';
import type { PendingRequest } from '../domain/request.ts';
import { messagesOf, tellThread } from './answer.ts';
import { asOne, together } from './parts.ts';
import type { Batch, Ports } from './ports.ts';

const BATCH = 50;

/** Lets the other group decide, too, where a stage was not decided in time. @returns how many */
export async function escalateRequests(ports: Pick<Ports, 'store' | 'clock'>): Promise<number> {
  const at = ports.clock.now();
  const due = await ports.store.requestsToEscalate(at, BATCH);
  // A conflict means that somebody decided at the last moment: the next look sees what is left of it.
  for (const parts of together(due))
    await ports.store.commit(asOne(parts.map((request) => escalated(request, at) ?? { audit: [] })));
  return due.length;
}

/** The write that lets the other group decide, too; null where there is none. Who is in it is read when one of them decides. */
export function escalated(request: PendingRequest, at: number): Batch | null {
  const fresh = escalate(request);
  const stage = progress(request)?.stage;
  const to = escalationOf(stage);
  if (fresh === null || stage === undefined || to === null) return null;
  const message = messagesOf(`escalate:${request.id}:${fresh.revision}`, at, request.correlationId);
  return {
    requests: [fresh],
    messages: tellThread(fresh, { line: 'escalated', from: groupPathOf(stage) ?? '', to: to.groupPath }).map(message),
    audit: [requestEntry('request.escalated', fresh, systemActor, at, { stage: progress(fresh)?.index ?? 0 })],
  };
}
