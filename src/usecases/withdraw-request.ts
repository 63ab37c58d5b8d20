import { personActor, requestEntry } from '../domain/audit-drafts.ts';
import { closeAll, waiting } from '../domain/bundle.ts';
import { slackAttribute } from '../domain/people.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, tellThread, toAnother, toAsker } from './answer.ts';
import type { InboxItem, Intent } from './intent.ts';
import { partsOf } from './parts.ts';
import type { Ports } from './ports.ts';
import { settledRefusal } from './shown.ts';
import { toTeam } from './team-parts.ts';

/** The requester takes a pending request back, with all of its bundle. Needs nobody but the store: the Slack account that asked is on record. */
export async function withdrawRequest(
  ports: Ports,
  item: InboxItem,
  intent: Extract<Intent, { intent: 'withdraw' }>,
): Promise<CarriedOut> {
  const request = await ports.store.request(intent.requestId);
  if (request === null || slackAttribute(request.requester.slack) !== slackAttribute(item.slack)) {
    return answerNo(ports, item, { refusal: 'not_yours' }, { request });
  }
  if (request.state !== 'pending') return answerNo(ports, item, settledRefusal(request), { request });
  const at = ports.clock.now();
  const withdrawn = closeAll(waiting(await partsOf(ports, request)), 'withdrawn', at);
  const message = messagesOf(item.key, at, item.correlationId);
  const committed = await ports.store.commit({
    requests: withdrawn,
    inboxDone: item.key,
    messages: [
      ...tellThread(request, { line: 'withdrawn', by: request.requester }).map(message),
      message(toAsker(item, { notice: 'decided', requestId: request.id })),
      ...toTeam(request).map(message),
      ...toAnother(request, { notice: 'decided', requestId: request.id }).map(message),
    ],
    audit: withdrawn.map((part) => requestEntry('request.withdrawn', part, personActor(request.requester), at)),
  });
  if (committed === 'committed')
    for (const part of withdrawn) ports.metrics.requestEnded('withdrawn', (at - part.submittedAt) / 1000);
  return committed;
}
