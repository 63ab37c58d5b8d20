import type { Gate } from '../../domain/gate.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Words } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { groupName } from './facts.ts';
import { cameFrom, signsInTo, whoSignsIn } from './gate-facts.ts';
import { bold, mention, when } from './pieces.ts';

const NAME_MAX = 150;

/** To an approver: what his click became. */
export function yourGateDecision(
  { gate: say }: Catalogue,
  { gate, kind }: Extract<Words, { say: 'your_gate_decision' }>,
): string {
  const [who, where] = [whoSignsIn(gate, null), signsInTo(gate)];
  if (kind === 'deny') return say.youDenied(who, where);
  return gate.state === 'waiting' ? say.yourApprovalCounts(who, where, missing(gate)) : say.youApproved(who, where);
}

const missing = ({ stage, approvals }: Gate): number => stage.required - approvals.length;

/** To the person behind the account, who may not be the one who tried. */
export function gateDenied(say: Catalogue, { gate }: Extract<Words, { say: 'gate_denied' }>): string {
  const { by, at } = gate.denial;
  const who = whoSignsIn(gate, null);
  return say.gate.denied(signsInTo(gate), who, mention(by.slack), when(say, at), cameFrom(say, gate));
}

/** Why a click on the card of a gate counts for nothing. */
export function gateRefusal(
  say: Catalogue,
  refusal: Extract<Refusal, { refusal: 'gate_settled' | 'own_gate' | 'gate_counted' | 'not_asked_at_gate' }>,
): string {
  switch (refusal.refusal) {
    case 'gate_settled':
      return say.gate.settled(
        refusal.state,
        refusal.by === null ? null : mention(refusal.by.slack),
        when(say, refusal.at),
      );
    case 'own_gate':
      return say.gate.own;
    case 'gate_counted':
      return say.gate.counted;
    case 'not_asked_at_gate':
      return refusal.groupPath === null
        ? say.gate.notManager(bold(refusal.username, NAME_MAX))
        : say.gate.notAsked(groupName(refusal.groupPath));
  }
}
