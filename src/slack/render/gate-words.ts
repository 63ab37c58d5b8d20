import type { Gate } from '../../domain/gate.ts';
import type { Refusal } from '../../domain/refusal.ts';
import type { Words } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { escapeMrkdwn } from './escape.ts';
import { groupName } from './facts.ts';
import { cameFrom, signsInTo, whoSignsIn } from './gate-facts.ts';
import { bold, mention, shown, some, when } from './pieces.ts';

const NAME_MAX = 150;
const TEXT_MAX = 500;
const SCOPES_MAX = 10;

/** To an approver: what his click became. */
export function yourGateDecision(
  say: Catalogue,
  { gate, kind }: Extract<Words, { say: 'your_gate_decision' }>,
): string {
  const [who, where] = [whoSignsIn(gate, null), signsInTo(gate)];
  const words = gate.backchannel === undefined ? say.gate : say.backchannel;
  if (kind === 'deny') return words.youDenied(who, where);
  return gate.state === 'waiting' ? words.yourApprovalCounts(who, where, missing(gate)) : words.youApproved(who, where);
}

const missing = ({ stage, approvals }: Gate): number => (stage?.required ?? 1) - approvals.length;

/** To the person behind the account, who may not be the one who tried. */
export function gateDenied(say: Catalogue, { gate }: Extract<Words, { say: 'gate_denied' }>): string {
  const { by, at } = gate.denial;
  const [who, where] = [whoSignsIn(gate, null), signsInTo(gate)];
  if (gate.backchannel !== undefined) return say.backchannel.denied(where, who, mention(by.slack), when(say, at));
  return say.gate.denied(where, who, mention(by.slack), when(say, at), cameFrom(say, gate));
}

/** To the person in whose name a client asked: why nobody was asked. */
export function backchannelRefused(
  { backchannel: say }: Catalogue,
  { refused, username }: Extract<Words, { say: 'backchannel_refused' }>,
): string {
  const { because, message, texts, scopes } = refused;
  const why =
    because === 'policy'
      ? say.policy(texts.slice(0, 3).map((text) => escapeMrkdwn(text, TEXT_MAX)))
      : because !== 'not_eligible'
        ? say.because[because]
        : scopes.length === 0
          ? say.notEligibleAtAll
          : say.notEligible(some(scopes, SCOPES_MAX));
  const told = message === null ? null : shown(message, NAME_MAX);
  return say.refused(signsInTo(refused), bold(username, NAME_MAX), told, why);
}

/** Why a click on the card of a gate counts for nothing. */
export function gateRefusal(
  say: Catalogue,
  refusal: Extract<
    Refusal,
    { refusal: 'gate_settled' | 'own_gate' | 'gate_counted' | 'not_asked_at_gate' | 'not_in_whose_name' }
  >,
): string {
  switch (refusal.refusal) {
    case 'gate_settled': {
      const by = refusal.by === null ? null : mention(refusal.by.slack);
      const at = when(say, refusal.at);
      return refusal.state === 'changed' || refusal.state === 'untaken' || refusal.of === 'token'
        ? say.backchannel.settled(refusal.state, by, at)
        : say.gate.settled(refusal.state, by, at);
    }
    case 'own_gate':
      return wordsOf(say, refusal).own;
    case 'gate_counted':
      return wordsOf(say, refusal).counted;
    case 'not_asked_at_gate':
      return refusal.groupPath === null
        ? wordsOf(say, refusal).notManager(bold(refusal.username, NAME_MAX))
        : wordsOf(say, refusal).notAsked(groupName(refusal.groupPath));
    case 'not_in_whose_name':
      return say.backchannel.notInWhoseName(bold(refusal.username, NAME_MAX));
  }
}

const wordsOf = ({ gate, backchannel }: Catalogue, { of }: { readonly of?: 'token' }) =>
  of === 'token' ? backchannel : gate;
