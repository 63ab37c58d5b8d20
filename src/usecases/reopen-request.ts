import { requestEntry, systemActor } from '../domain/audit-drafts.ts';
import { progress, reopen } from '../domain/request.ts';
import type { PendingRequest } from '../domain/request.ts';
import type { CarriedOut } from './answer.ts';
import { messagesOf, tellThread, toAsker } from './answer.ts';
import type { Drawn } from './draw-up.ts';
import type { InboxItem } from './intent.ts';
import type { Ports } from './ports.ts';

/** The plan or what the resource gives is not what was approved so far: a new version, asked again with a new card. */
export function reopenRequest(
  ports: Ports,
  item: InboxItem,
  request: PendingRequest,
  drawn: Drawn,
): Promise<CarriedOut> {
  const at = ports.clock.now();
  const fresh = reopen(request, drawn);
  const message = messagesOf(item.key, at, item.correlationId);
  return ports.store.commit({
    requests: [fresh],
    inboxDone: item.key,
    messages: [
      ...tellThread(fresh, { line: 'reopened' }).map(message),
      message(toAsker(item, { notice: 'refused', refusal: { refusal: 'changed_meanwhile' } })),
    ],
    // The group that was asked before may not be asked any more.
    stirs: [progress(request)?.stage.groupId ?? []].flat(),
    audit: [requestEntry('request.reopened', fresh, systemActor, at)],
  });
}
