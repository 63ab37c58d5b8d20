import type { ActionsBlock, KnownBlock } from '@slack/types';
import type { Gate, WaitingGate } from '../../domain/gate.ts';
import type { GateView } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Ready } from '../words/ready.ts';
import { renderBackchannel } from './backchannel-card.ts';
import { approvalLines, standing } from './gate-standing.ts';
import { escapeMrkdwn } from './escape.ts';
import { anchorText, ruledLine } from './facts.ts';
import { cameFrom, codeOf, inShort, signsInTo, whoSignsIn, whyItWaits } from './gate-facts.ts';
import { actions, button, context, header, mention, section, when, whenExactly } from './pieces.ts';
import type { Rendered } from './pieces.ts';

/** The card of a sign-in that waits, or of what became of it: always the present state, drawn anew from it. */
export function renderGate(say: Catalogue, view: GateView): Rendered {
  const { gate, slack, anchor } = view;
  if (gate.backchannel !== undefined) return renderBackchannel(say, view, gate.backchannel);
  const [who, short, where] = [whoSignsIn(gate, slack), inShort(gate, slack), signsInTo(gate)];
  const status = say.gate.status[statusOf(gate)];
  const from = cameFrom(say, gate);
  const facts = section(say.gate.from(from), ...whyItWaits(say, gate));
  const ruled = ruledLine(say, gate.ruledBy);
  const footer = context(...(ruled === null ? [] : [ruled]), anchorText(anchor));
  const title = header(say.gate.title(status));
  if (gate.state !== 'waiting') {
    const wanted = say.gate.wanted(who, where);
    const outcome = section(...outcomeLines(say, gate, short));
    return { text: `${wanted}: ${status}.`, blocks: [title, section(wanted), outcome, facts, footer] };
  }
  const blocks: KnownBlock[] = [
    title,
    section(say.gate.wants(who, where), say.gate.compare(short)),
    header(codeOf(gate)),
    facts,
    ...(gate.stage === null ? [] : [context(standing(say, { ...gate, stage: gate.stage }, short))]),
    buttons(say, gate),
    footer,
  ];
  return { text: say.gate.inOne(who, where, from, escapeMrkdwn(codeOf(gate), 10)), blocks };
}

/** What became of it; an approval is nothing before the person went on with it. */
function statusOf(gate: Gate): keyof Catalogue['gate']['status'] {
  if (gate.state === 'changed' || gate.state === 'untaken') return 'expired';
  return gate.state === 'approved' && isSpent(gate) ? 'signedIn' : gate.state;
}

const isSpent = ({ tabs }: Gate): boolean => tabs.some(({ spent }) => spent);

function outcomeLines(say: Catalogue, gate: Exclude<Gate, WaitingGate>, who: Ready): string[] {
  switch (gate.state) {
    case 'approved': {
      const now = isSpent(gate) ? say.gate.goneOn(who) : say.gate.notYet(whenExactly(say, gate.waitsUntil));
      return [...approvalLines(say, gate), now];
    }
    case 'denied':
      return [say.card.denied(mention(gate.denial.by.slack), when(say, gate.denial.at), null)];
    case 'changed':
    case 'untaken':
    case 'expired':
      return [say.gate.expired(whenExactly(say, gate.waitsUntil))];
    case 'withdrawn':
      return [say.gate.withdrawn(who, when(say, gate.closedAt))];
    case 'superseded':
      return [say.gate.superseded(who, when(say, gate.closedAt))];
    case 'unreachable':
      return [say.gate.unreachable(when(say, gate.closedAt))];
  }
}

/** The code tells apart, also by ear, the cards of several sign-ins. */
function buttons(say: Catalogue, gate: WaitingGate): ActionsBlock {
  const { id, person } = gate;
  const [who, code] = [person.username, codeOf(gate)];
  return actions([
    button('gate_approve', say.buttons.approve, id, { style: 'primary', label: say.gate.approveLabel(who, code) }),
    button('gate_deny', say.gate.deny, id, { style: 'danger', label: say.gate.denyLabel(who, code) }),
  ]);
}
