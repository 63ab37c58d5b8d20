import type { KnownBlock } from '@slack/types';
import { usableUntil } from '../../domain/gate.ts';
import type { Backchannel, Gate, WaitingGate } from '../../domain/gate.ts';
import type { GateView } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Ready } from '../words/ready.ts';
import { escapeMrkdwn } from './escape.ts';
import { anchorText, ruledLine } from './facts.ts';
import { approvalLines, standing } from './gate-standing.ts';
import { inShort, signsInTo, unusual, whoSignsIn } from './gate-facts.ts';
import { actions, button, context, header, mention, section, shown, some, when, whenExactly } from './pieces.ts';
import type { Rendered } from './pieces.ts';

const MESSAGE_MAX = 60;
const WHY_MAX = 300;
const NAMES_MAX = 10;

/** The card of a token that a client asks for without a browser: always the present state, drawn anew from it. */
export function renderBackchannel(say: Catalogue, { gate, slack, anchor }: GateView, asked: Backchannel): Rendered {
  const words = say.backchannel;
  const [client, who] = [signsInTo(gate), whoSignsIn(gate, slack)];
  const status = words.status[statusOf(gate)];
  const ruled = ruledLine(say, gate.ruledBy);
  const footer = context(...(ruled === null ? [] : [ruled]), anchorText(anchor));
  const title = header(words.title(status));
  const facts = section(...factsOf(say, gate, inShort(gate, slack), asked));
  if (gate.state !== 'waiting') {
    const wanted = words.wanted(client, who);
    const outcome = section(...outcomeLines(say, gate));
    return { text: `${wanted}: ${status}.`, blocks: [title, section(wanted), outcome, facts, footer] };
  }
  const compare = gate.stage === null ? words.compareOwn(client) : words.compare(client);
  const blocks: KnownBlock[] = [
    title,
    section(words.wants(client, who), compare),
    header(escapeMrkdwn(asked.message, MESSAGE_MAX)),
    facts,
    context(standingOf(say, gate, inShort(gate, slack))),
    actions([
      button('gate_approve', say.buttons.approve, gate.id, {
        style: 'primary',
        label: words.approveLabel(gate.person.username, asked.message),
      }),
      button('gate_deny', say.gate.deny, gate.id, {
        style: 'danger',
        label: words.denyLabel(gate.person.username, asked.message),
      }),
    ]),
    footer,
  ];
  return { text: words.inOne(client, who, escapeMrkdwn(asked.message, MESSAGE_MAX)), blocks };
}

/** Nobody turns back, and no other browser comes. */
function statusOf(gate: Gate): keyof Catalogue['backchannel']['status'] {
  if (gate.state === 'withdrawn' || gate.state === 'superseded') return 'expired';
  return gate.state === 'approved' && usableUntil(gate) !== null ? 'issued' : gate.state;
}

function factsOf(
  say: Catalogue,
  { scopes }: Gate,
  who: Ready,
  { roles, seconds, justification }: Backchannel,
): string[] {
  const { backchannel: words } = say;
  const told = unusual(scopes);
  return [
    ...(justification === null ? [] : [words.why(shown(justification, WHY_MAX))]),
    ...(told.length === 0 ? [] : [say.gate.scopes(some(told, NAMES_MAX))]),
    roles.length === 0 ? words.givesNothing(who) : words.gives(some(roles, NAMES_MAX)),
    words.lasts(seconds),
  ];
}

const standingOf = (say: Catalogue, gate: WaitingGate, who: Ready): string =>
  gate.stage === null
    ? [say.backchannel.waitsForYou(whenExactly(say, gate.waitsUntil)), say.backchannel.whyYou].join('\n')
    : standing(say, { ...gate, stage: gate.stage }, who);

function outcomeLines(say: Catalogue, gate: Exclude<Gate, WaitingGate>): string[] {
  const { backchannel: words } = say;
  switch (gate.state) {
    case 'approved': {
      const until = usableUntil(gate);
      const now =
        until === null ? words.notYet(whenExactly(say, gate.waitsUntil)) : words.issued(whenExactly(say, until));
      return [...approvalLines(say, gate), now];
    }
    case 'denied':
      return [say.card.denied(mention(gate.denial.by.slack), when(say, gate.denial.at), null)];
    case 'expired':
    case 'withdrawn':
    case 'superseded':
      return [words.expired(whenExactly(say, gate.waitsUntil))];
    case 'unreachable':
    case 'changed':
    case 'untaken':
      return [...approvalLines(say, gate), words[gate.state](when(say, gate.closedAt))];
  }
}
