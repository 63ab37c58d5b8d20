import { requestEntry, systemActor } from '../domain/audit-drafts.ts';
import { reopen } from '../domain/request.ts';
import type { PendingRequest } from '../domain/request.ts';
import { answerNo, messagesOf, tellThread, toAsker } from './answer.ts';
import type { Drawn } from './draw-up.ts';
import type { InboxItem } from './intent.ts';
import type { Ports } from './ports.ts';

/** The plan or what the resource gives is not what was approved so far: a new version, asked again with a new card. */
export async function reopenRequest(
  ports: Ports,
  item: InboxItem,
  request: PendingRequest,
  drawn: Drawn,
): Promise<void> {
  const at = ports.clock.now();
  const fresh = reopen(request, drawn);
  const message = messagesOf(item.key, at, item.correlationId);
  const committed = await ports.store.commit({
    requests: [fresh],
    inboxDone: item.key,
    messages: [
      ...tellThread(fresh, { line: 'reopened' }).map(message),
      message(toAsker(item, { notice: 'refused', refusal: { refusal: 'changed_meanwhile' } })),
    ],
    audit: [requestEntry('request.reopened', fresh, systemActor, at)],
  });
  if (committed === 'conflict') await answerNo(ports, item, { refusal: 'changed_meanwhile' });
}
