import { requestEntry, systemActor } from '../domain/audit-drafts.ts';
import { escalationOf, groupPathOf } from '../domain/plan.ts';
import { escalate, progress } from '../domain/request.ts';
import type { PendingRequest } from '../domain/request.ts';
import { messagesOf, tellThread } from './answer.ts';
import { together } from './parts.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';

const BATCH = 50;

/** Lets the other group decide, too, where a stage was not decided in time. @returns how many */
export async function escalateRequests(ports: Pick<Ports, 'store' | 'clock'>): Promise<number> {
  const at = ports.clock.now();
  const due = await ports.store.requestsToEscalate(at, BATCH);
  // A conflict means that somebody decided at the last moment: the next look sees what is left of it.
  for (const parts of together(due)) await ports.store.commit(escalated(parts, at) ?? { audit: [] });
  return due.length;
}

/**
 * The write that lets the other group decide, too, a request or parts of a bundle; null where there is none. Who is in it is
 * read when one of them decides.
 */
export function escalated(parts: readonly [PendingRequest, ...PendingRequest[]], at: number): Batch | null {
  const steps = parts.flatMap(stepOf);
  if (steps.length === 0) return null;
  const [{ id, bundle, correlationId, revision }] = parts;
  const message = messagesOf(`escalate:${id}:${revision + 1}`, at, correlationId);
  // Parts that go the same way are told in one line.
  const lines = [...Map.groupBy(steps, ({ from, to }) => `${from} ${to}`).values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const of = bundle === null ? {} : { of: same.map(({ fresh }) => fresh.resource.path) };
    return tellThread(first.fresh, { line: 'escalated', from: first.from, to: first.to, ...of });
  });
  return {
    requests: steps.map(({ fresh }) => fresh),
    messages: lines.map(message),
    audit: steps.map(({ fresh, stage }) => requestEntry('request.escalated', fresh, systemActor, at, { stage })),
  };
}

function stepOf(request: PendingRequest) {
  const fresh = escalate(request);
  const current = progress(request);
  const to = escalationOf(current?.stage);
  if (fresh === null || current === null || to === null) return [];
  return [{ fresh, stage: current.index, from: groupPathOf(current.stage) ?? '', to: to.groupPath }];
}
