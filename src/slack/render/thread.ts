import { sayDuration } from '../../domain/duration.ts';
import type { ThreadLine } from '../../domain/message.ts';
import type { CardView } from '../../usecases/views.ts';
import { decisionButtons } from './buttons.ts';
import { escapeMrkdwn } from './escape.ts';
import { ENDED } from './facts.ts';
import { mention, section, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';

/** One line of the story; with a card it carries the card's buttons. */
export function renderLine(line: ThreadLine, card: CardView | null): Rendered {
  const text = lineText(line);
  return { text, blocks: [section(text), ...(card === null ? [] : decisionButtons(card))] };
}

function lineText(line: ThreadLine): string {
  switch (line.line) {
    case 'asked':
      return `Asked by ${mention(line.by.slack)}${line.on === undefined ? '' : ` on behalf of ${mention(line.on.slack)}`}.`;
    case 'reminder':
      return 'Still waiting for a decision.';
    case 'approved': {
      const stage = line.stages > 1 ? ` at stage ${line.stage + 1} of ${line.stages}` : '';
      const lease = line.shortened
        ? `, shortened to ${sayDuration(line.leaseSeconds)}`
        : ` for ${sayDuration(line.leaseSeconds)}`;
      return `Approved by ${mention(line.by.slack)}${stage}${lease}.`;
    }
    case 'denied': {
      const comment = escapeMrkdwn(line.comment ?? '', 2500);
      return `Denied by ${mention(line.by.slack)}${comment === '' ? '.' : `: ${comment}`}`;
    }
    case 'question':
      return `${mention(line.by.slack)} asks: ${escapeMrkdwn(line.text, 2500)}`;
    case 'answer':
      return `${mention(line.by.slack)} answers: ${escapeMrkdwn(line.text, 2500)}`;
    case 'withdrawn':
      return `Withdrawn by ${mention(line.by.slack)}.`;
    case 'expired':
      return 'Nobody decided in time, so the request is over.';
    case 'reopened':
      return 'What this access gives, or who may decide, has changed in Keycloak. Earlier approvals no longer count; please decide again.';
    case 'live':
      return `Live: Keycloak confirmed it. It ends ${when(line.expiresAt)}; tokens issued before that may live until ${when(line.effectiveUntil)}.`;
    case 'ending_soon':
      return `Ends soon: ${when(line.expiresAt)}. The holder is told.`;
    case 'end_asked':
      return line.endedBy === 'release'
        ? `${mention(line.by.slack)} released it. I am taking it away.`
        : `${mention(line.by.slack)} revoked it. I am taking it away.`;
    case 'ended':
      return line.kept
        ? `The lease ended ${when(line.at)}: ${ENDED[line.endedBy]}. The access stays, because another lease on it still runs or because it was there before.`
        : `Ended ${when(line.at)}: ${ENDED[line.endedBy]}.${removed(line.endedBy)}`;
    case 'trouble':
      return `Keycloak did not do what I asked. I am trying again; the next try is ${when(line.nextTryAt)}.`;
  }
}

/** Only where we took it away ourselves and saw that it is gone. */
const removed = (endedBy: Extract<ThreadLine, { line: 'ended' }>['endedBy']): string =>
  endedBy === 'expiry' || endedBy === 'release' || endedBy === 'revocation'
    ? ' Removed in Keycloak, and read back: it is gone.'
    : '';
