import { SIGNATURES } from '../../domain/break-glass.ts';
import type { ThreadLine } from '../../domain/message.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { CardView } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { decisionButtons } from './buttons.ts';
import { goneFromTokens } from './ended.ts';
import { escapeMrkdwn } from './escape.ts';
import { groupName } from './facts.ts';
import { bold, mention, section, shownOrNull, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';
import { refusalText } from './refusal-text.ts';

/** UTF-16 units of a path, that all parts of a bundle fit one line. */
const PATH_MAX = 40;

/** One line of the story; with a card it carries the card's buttons. */
export function renderLine(say: Catalogue, line: ThreadLine, card: CardView | null): Rendered {
  const told = lineText(say, line);
  const parts = (line.of ?? []).map((path) => bold(path, PATH_MAX));
  const text = parts.length === 0 ? told : `${parts.join(', ')}: ${told}`;
  return { text, blocks: [section(text), ...(card === null ? [] : decisionButtons(say, card))] };
}

function lineText(words: Catalogue, line: ThreadLine): string {
  const { thread: say } = words;
  switch (line.line) {
    case 'asked':
      return say.asked(mention(line.by.slack), line.on === undefined ? null : mention(line.on.slack));
    case 'reminder':
      return say.reminder;
    case 'approved': {
      const { by, stage, stages, leaseSeconds, shortened } = line;
      return say.approved(mention(by.slack), stages > 1 ? stage + 1 : null, stages, leaseSeconds, shortened);
    }
    case 'denied':
      return say.denied(mention(line.by.slack), shownOrNull(line.comment ?? '', 2400));
    case 'question':
      return say.question(mention(line.by.slack), escapeMrkdwn(line.text, 2500));
    case 'answer':
      return say.answer(mention(line.by.slack), escapeMrkdwn(line.text, 2500));
    case 'withdrawn':
      return say.withdrawn(mention(line.by.slack));
    case 'left':
      return words.left.line(mention(line.who.slack));
    case 'taken':
      return words.glass.line.taken(mention(line.by.slack), line.leaseSeconds, SIGNATURES);
    case 'signed': {
      const of = { count: line.count, needed: SIGNATURES };
      return words.glass.line.signed(mention(line.by.slack), of, line.right, shownOrNull(line.comment ?? '', 2500));
    }
    case 'review_waits':
      return words.glass.line.waits(line.count, SIGNATURES);
    case 'expired':
      return say.expired;
    case 'reopened':
      return say.reopened;
    case 'escalated':
      return say.escalated(groupName(line.from), groupName(line.to));
    case 'stuck':
      return say.stuck(refusalText(words, impersonal(line.because), null));
    case 'live':
      if (line.inToken === true) return words.tokens.lineLive(when(words, line.expiresAt));
      return say.live(when(words, line.expiresAt), when(words, line.effectiveUntil));
    case 'ending_soon':
      return say.endingSoon(when(words, line.expiresAt));
    case 'end_asked':
      if (line.by === null) return words.left.endAsked;
      return line.endedBy === 'release' ? say.released(mention(line.by.slack)) : say.revoked(mention(line.by.slack));
    case 'ended': {
      const at = when(words, line.at);
      if (line.kept) return say.endedKept(at, line.endedBy);
      if (line.tokensUntil !== undefined)
        return `${say.ended(at, line.endedBy)} ${goneFromTokens(words, line.tokensUntil, line.at, line.endedBy)}`;
      return `${say.ended(at, line.endedBy)}${isReadBack(line.endedBy) ? ` ${say.readBack}` : ''}`;
    }
    case 'trouble':
      return say.trouble(when(words, line.nextTryAt));
  }
}

/** What speaks to the one who asked is said so that everybody may read it. */
const impersonal = (refusal: Refusal): Refusal =>
  refusal.refusal === 'no_approvers' && refusal.because === 'only_you' ? { ...refusal, because: 'too_few' } : refusal;

/** Only where we took it away ourselves and saw that it is gone. */
const isReadBack = (endedBy: Extract<ThreadLine, { line: 'ended' }>['endedBy']): boolean =>
  endedBy === 'expiry' || endedBy === 'release' || endedBy === 'revocation';
