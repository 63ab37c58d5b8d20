import type { KnownBlock, ModalView } from '@slack/types';
import type { AccessRequest, PendingRequest, Question } from '../../domain/request.ts';
import { MAX_TEXT_POINTS } from '../../domain/text.ts';
import type { Words } from '../../usecases/views.ts';
import { questionHintOf } from '../hints.ts';
import { withdrawButton } from './buttons.ts';
import { escapeMrkdwn } from './escape.ts';
import { statusWord } from './facts.ts';
import { actions, button, context, mention, plain, section, strong } from './pieces.ts';
import type { Rendered } from './pieces.ts';

export const ANSWER_VIEW = 'answer_question';
export const ANSWER_BLOCK = 'answer';

const TITLE = 'Answer';
/** So many questions stand on a card; the thread has all of them. */
const SHOWN_MAX = 3;

/** What approvers asked and what was answered, the newest ones. */
export function questionBlocks(request: AccessRequest): KnownBlock[] {
  const earlier = request.questions.length - SHOWN_MAX;
  const counted = earlier === 1 ? 'One earlier question is' : `${earlier} earlier questions are`;
  return [
    ...(earlier > 0 ? [context(`${counted} in the thread.`)] : []),
    ...request.questions.slice(-SHOWN_MAX).map((question) => section(...exchange(request, question))),
  ];
}

function exchange(request: AccessRequest, { by, text, answer }: Question): string[] {
  const who = mention(request.requester.slack);
  const none = request.state === 'pending' ? `${who} has not answered yet.` : 'none was given.';
  return [
    `*Question*  ${mention(by.slack)} asks: ${escapeMrkdwn(text, 1200)}`,
    `*Answer*  ${answer === null ? none : `${who}: ${escapeMrkdwn(answer.text, 1200)}`}`,
  ];
}

type QuestionWords = Extract<Words, { say: 'question' | 'your_question' | 'answer' | 'your_answer' }>;

/** A question or its answer in private, to whom it is for and to whom it is from. `link`: the address of the card. */
export function renderQuestion({ say, request, index, question }: QuestionWords, link: string | null): Rendered {
  const what = strong(request.resource.path);
  const [asker, requester] = [mention(question.by.slack), mention(request.requester.slack)];
  const over = request.state === 'pending' ? null : `The request is ${statusWord(request, null)} meanwhile`;
  switch (say) {
    case 'question': {
      const asks = `${asker} asks about your request for ${what}: ${escapeMrkdwn(question.text, 2200)}`;
      if (over !== null) return said(asks, `${over}, so no answer is needed.`);
      if (question.answer !== null) return said(asks, 'You have answered this.');
      return withButtons(said(asks, 'Nothing is decided yet; the request waits on.'), request, index);
    }
    case 'your_question':
      return said(
        `I asked ${requester} about ${what}.`,
        `${over ?? 'The request waits on, and I will write to you here when there is an answer'}.`,
      );
    case 'answer': {
      const answer = escapeMrkdwn(question.answer?.text ?? '', 1500);
      const card = link === null ? 'its card' : `<${link}|its card>`;
      return said(
        `${requester} answers about ${what}: ${answer}`,
        `You asked: ${escapeMrkdwn(question.text, 600)}`,
        over === null ? `You can decide on ${card}.` : `${over}: see ${card}.`,
      );
    }
    case 'your_answer':
      return said(
        `${asker} has your answer about ${what}, and it stands on the card.`,
        `${over ?? 'The request waits on for a decision'}.`,
      );
  }
}

/** The first line is the whole sentence that notifications show. */
const said = (first: string, ...rest: string[]): Rendered => ({ text: first, blocks: [section(first, ...rest)] });

function withButtons({ text, blocks }: Rendered, { id, resource }: AccessRequest, index: number): Rendered {
  const answer = button('question_answer', 'Answer…', questionHintOf(id, index), {
    style: 'primary',
    label: `Answer about ${resource.path.slice(-50)}`,
  });
  return { text, blocks: [...blocks, actions([answer, withdrawButton(id, resource.path)])] };
}

/** Shown at once, because the right to open a dialog is gone after 3 s; filled by one of the other two. */
export const workingAnswerModal = (): ModalView => closedAnswerModal('Reading the question …');

/** The dialog when there is nothing to answer: the reason, a sentence in mrkdwn. */
export const closedAnswerModal = (because: string): ModalView => ({
  type: 'modal',
  title: plain(TITLE, 24),
  close: plain('Close', 24),
  blocks: [section(because)],
});

/** The question as it is on record, and a field for its answer. */
export function answerModal(request: PendingRequest, index: number, question: Question): ModalView {
  return {
    type: 'modal',
    callback_id: ANSWER_VIEW,
    private_metadata: questionHintOf(request.id, index),
    title: plain(TITLE, 24),
    submit: plain(TITLE, 24),
    close: plain('Cancel', 24),
    blocks: [
      section(
        `${mention(question.by.slack)} asks about ${strong(request.resource.path)}: ${escapeMrkdwn(question.text, 2500)}`,
      ),
      {
        type: 'input',
        block_id: ANSWER_BLOCK,
        label: plain('Answer', 2000),
        hint: plain('Everybody in the approver channel can read it', 2000),
        element: { type: 'plain_text_input', action_id: 'answer', multiline: true, max_length: MAX_TEXT_POINTS },
      },
    ],
  };
}
