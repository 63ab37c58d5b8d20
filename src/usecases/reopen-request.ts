import { requestEntry, systemActor } from '../domain/audit-drafts.ts';
import { reopen } from '../domain/request.ts';
import type { PendingRequest } from '../domain/request.ts';
import type { CarriedOut } from './answer.ts';
import { messagesOf, tellThread, toAsker } from './answer.ts';
import type { Drawn } from './draw-up.ts';
import type { InboxItem } from './intent.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';
import { seatsNow } from './seats.ts';

/**
 * The plan or what the resource gives is not what was approved so far: a new version, asked again with a new card.
 * @param cause of the messages, unique
 */
export function reopened(request: PendingRequest, drawn: Drawn, cause: string, at: number) {
  const fresh = reopen(request, drawn, at);
  const message = messagesOf(cause, at, request.correlationId);
  return {
    requests: [fresh],
    messages: tellThread(fresh, { line: 'reopened' }).map(message),
    // Whoever was asked before may not be asked any more.
    stirs: seatsNow(request),
    audit: [requestEntry('request.reopened', fresh, systemActor, at)],
  } satisfies Batch;
}

/** The same after a click, which counts for nothing. */
export function reopenRequest(
  ports: Ports,
  item: InboxItem,
  request: PendingRequest,
  drawn: Drawn,
): Promise<CarriedOut> {
  const at = ports.clock.now();
  const batch = reopened(request, drawn, `${item.key}:reopened`, at);
  const message = messagesOf(item.key, at, item.correlationId);
  const yours = message(toAsker(item, { notice: 'refused', refusal: { refusal: 'changed_meanwhile' } }));
  return ports.store.commit({ ...batch, inboxDone: item.key, messages: [...batch.messages, yours] });
}
