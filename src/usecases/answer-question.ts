import { personActor, requestEntry } from '../domain/audit-drafts.ts';
import type { RequestId } from '../domain/ids.ts';
import { slackAttribute } from '../domain/people.ts';
import type { SlackUser } from '../domain/people.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import { answerTo } from '../domain/request.ts';
import type { PendingRequest, Question } from '../domain/request.ts';
import { keptText } from '../domain/text.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, tellThread, toAsker, toPerson } from './answer.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';
import { settledOrOver } from './shown.ts';

type Asked = { readonly request: PendingRequest; readonly question: Question };

/** A question that this Slack account may answer now: on its own request, which waits, and not answered yet. */
export async function openQuestion(
  ports: Pick<Ports, 'store' | 'clock'>,
  id: RequestId,
  index: number,
  slack: SlackUser,
): Promise<Outcome<Asked>> {
  const request = await ports.store.request(id);
  if (request === null || slackAttribute(request.requester.slack) !== slackAttribute(slack)) {
    return refuse({ refusal: 'not_yours' });
  }
  const question = request.questions[index];
  if (question === undefined) return refuse({ refusal: 'old_message', link: id });
  if (question.answer !== null) return refuse({ refusal: 'already_answered', at: question.answer.at });
  if (request.state !== 'pending' || ports.clock.now() >= request.waitsUntil) return refuse(settledOrOver(request));
  return { ok: true, request, question };
}

/** The requester answers an approver's question. Needs nobody but the store: the Slack account that asked is on record. */
export async function answerQuestion(
  ports: Ports,
  item: InboxItem,
  intent: Extract<Intent, { intent: 'answer' }>,
): Promise<CarriedOut> {
  const open = await openQuestion(ports, intent.requestId, intent.question, item.slack);
  if (!open.ok) return answerNo(ports, item, open.refusal, { request: await ports.store.request(intent.requestId) });
  const text = keptText(intent.text);
  if (text === null) return answerNo(ports, item, { refusal: 'nothing_written' }, { request: open.request });
  const at = ports.clock.now();
  const { question } = intent;
  const answered = answerTo(open.request, question, text, at);
  const about = { requestId: answered.id, question };
  const by = answered.requester;
  const message = messagesOf(item.key, at, item.correlationId);
  return ports.store.commit({
    requests: [answered],
    inboxDone: item.key,
    messages: [
      ...tellThread(answered, { line: 'answer', question, by, text }),
      toPerson(open.question.by, { notice: 'answer', ...about }),
      toAsker(item, { notice: 'your_answer', ...about }),
    ].map(message),
    audit: [requestEntry('request.answer', answered, personActor(by), at, { question })],
  });
}
