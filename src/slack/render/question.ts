import type { KnownBlock, ModalView } from '@slack/types';
import type { AccessRequest, PendingRequest, Question } from '../../domain/request.ts';
import { MAX_TEXT_POINTS } from '../../domain/text.ts';
import type { Words } from '../../usecases/views.ts';
import { questionHintOf } from '../hints.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { withdrawButton } from './buttons.ts';
import { escapeMrkdwn } from './escape.ts';
import { statusWord } from './facts.ts';
import { actions, button, context, link, mention, plain, section, strong } from './pieces.ts';
import type { Rendered } from './pieces.ts';

export const ANSWER_VIEW = 'answer_question';
export const ANSWER_BLOCK = 'answer';

/** So many questions stand on a card; the thread has all of them. */
const SHOWN_MAX = 3;

/** What approvers asked and what was answered, the newest ones. */
export function questionBlocks({ question: say }: Catalogue, request: AccessRequest): KnownBlock[] {
  const earlier = request.questions.length - SHOWN_MAX;
  return [
    ...(earlier > 0 ? [context(say.earlier(earlier))] : []),
    ...request.questions.slice(-SHOWN_MAX).map((question) => section(...exchange(say, request, question))),
  ];
}

function exchange(say: Catalogue['question'], request: AccessRequest, { by, text, answer }: Question): string[] {
  const who = mention(request.requester.slack);
  const none = request.state === 'pending' ? say.notAnswered(who) : say.noAnswer;
  return [
    say.asks(mention(by.slack), escapeMrkdwn(text, 1200)),
    answer === null ? none : say.answers(who, escapeMrkdwn(answer.text, 1200)),
  ];
}

type QuestionWords = Extract<Words, { say: 'question' | 'your_question' | 'answer' | 'your_answer' }>;

/** A question or its answer in private, to whom it is for and to whom it is from. `address`: where the card is. */
export function renderQuestion(words: Catalogue, said: QuestionWords, address: string | null): Rendered {
  const { question: say } = words;
  const { request, index, question } = said;
  const what = strong(request.resource.path);
  const [asker, requester] = [mention(question.by.slack), mention(request.requester.slack)];
  const over = request.state === 'pending' ? null : statusWord(words, request, null);
  switch (said.say) {
    case 'question': {
      const asks = say.asksYou(asker, what, escapeMrkdwn(question.text, 2200));
      if (over !== null) return lines(asks, say.needsNoAnswer(over));
      if (question.answer !== null) return lines(asks, say.youAnswered);
      return withButtons(words, lines(asks, say.waitsOn), request, index);
    }
    case 'your_question':
      return lines(say.youAsked(requester, what), over === null ? say.answerToCome : say.over(over));
    case 'answer': {
      const answer = escapeMrkdwn(question.answer?.text ?? '', 1500);
      const card = link(address, say.itsCard);
      return lines(
        say.answersAbout(requester, what, answer),
        say.yourQuestion(escapeMrkdwn(question.text, 600)),
        over === null ? say.decideOn(card) : say.overSee(over, card),
      );
    }
    case 'your_answer':
      return lines(say.hasYourAnswer(asker, what), over === null ? say.waitsForDecision : say.over(over));
  }
}

/** The first line is the whole sentence that notifications show. */
const lines = (first: string, ...rest: string[]): Rendered => ({ text: first, blocks: [section(first, ...rest)] });

function withButtons(
  say: Catalogue,
  { text, blocks }: Rendered,
  { id, resource }: AccessRequest,
  index: number,
): Rendered {
  const answer = button('question_answer', say.buttons.answer, questionHintOf(id, index), {
    style: 'primary',
    label: say.buttons.answerLabel(resource.path.slice(-50)),
  });
  return { text, blocks: [...blocks, actions([answer, withdrawButton(say, id, resource.path)])] };
}

/** Shown at once, because the right to open a dialog is gone after 3 s; filled by one of the other two. */
export const workingAnswerModal = (say: Catalogue): ModalView => closedAnswerModal(say, say.question.reading);

/** The dialog when there is nothing to answer: the reason, a sentence in mrkdwn. */
export const closedAnswerModal = (say: Catalogue, because: string): ModalView => ({
  type: 'modal',
  title: plain(say.question.title, 24),
  close: plain(say.dialogs.close, 24),
  blocks: [section(because)],
});

/** The question as it is on record, and a field for its answer. */
export function answerModal(say: Catalogue, request: PendingRequest, index: number, asked: Question): ModalView {
  const what = strong(request.resource.path);
  return {
    type: 'modal',
    callback_id: ANSWER_VIEW,
    private_metadata: questionHintOf(request.id, index),
    title: plain(say.question.title, 24),
    submit: plain(say.question.title, 24),
    close: plain(say.dialogs.cancel, 24),
    blocks: [
      section(say.question.asksAbout(mention(asked.by.slack), what, escapeMrkdwn(asked.text, 2500))),
      {
        type: 'input',
        block_id: ANSWER_BLOCK,
        label: plain(say.question.answer, 2000),
        hint: plain(say.question.answerHint, 2000),
        element: { type: 'plain_text_input', action_id: 'answer', multiline: true, max_length: MAX_TEXT_POINTS },
      },
    ],
  };
}
