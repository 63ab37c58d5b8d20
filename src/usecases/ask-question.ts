import { personActor, requestEntry } from '../domain/audit-drafts.ts';
import { groupPathOf } from '../domain/plan.ts';
import { MAX_QUESTIONS, askMore } from '../domain/request.ts';
import { keptText } from '../domain/text.ts';
import type { CarriedOut } from './answer.ts';
import { messagesOf, tellThread, toAsker, toPerson } from './answer.ts';
import { answerUnasked, readCardClick } from './card-click.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';

/** An approver wants to know more before deciding. Approvals and version stay; the request waits on. */
export async function askQuestion(
  ports: Ports,
  item: InboxItem,
  intent: Extract<Intent, { intent: 'question' }>,
): Promise<CarriedOut> {
  const click = await readCardClick(ports, item, intent);
  if (typeof click === 'string') return click;
  const { current, person: by, no } = click;
  const unasked = await answerUnasked(ports, click);
  if (unasked !== null) return unasked;
  const text = keptText(intent.text);
  if (text === null) return no({ refusal: 'nothing_written' });
  const at = ports.clock.now();
  const asked = askMore(click.request, text, by, at);
  if (!asked.ok) {
    return asked.refusal === 'too_many_questions'
      ? no({ refusal: 'too_many_questions', limit: MAX_QUESTIONS })
      : no({
          refusal: asked.refusal,
          groupPath: groupPathOf(current.stage),
          maxSeconds: click.request.askedSeconds,
        });
  }
  const { request } = asked;
  const question = request.questions.length - 1;
  const message = messagesOf(item.key, at, item.correlationId);
  return ports.store.commit({
    requests: [request],
    inboxDone: item.key,
    messages: [
      ...tellThread(request, { line: 'question', question, by, text }),
      toPerson(request.requester, { notice: 'question', requestId: request.id, question }),
      toAsker(item, { notice: 'your_question', requestId: request.id, question }),
    ].map(message),
    audit: [requestEntry('request.question', request, personActor(by), at, { stage: current.index, question })],
  });
}
