import type { ActionsBlock, Button } from '@slack/types';
import { isTaken } from '../../domain/break-glass.ts';
import type { GrantId, RequestId } from '../../domain/ids.ts';
import { openParts } from '../../usecases/views.ts';
import type { CardView } from '../../usecases/views.ts';
import { againHintOf, requestHintOf } from '../hints.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { takenButtons } from './break-glass.ts';
import { actions, button } from './pieces.ts';

/** Approve, Approve shorter…, Deny…, Ask for more…; nothing once the stage is over. Of what was taken those of its review. */
export function decisionButtons(words: Catalogue, card: CardView): ActionsBlock[] {
  const { buttons: say, bundle } = words;
  if (isTaken(card.request)) return takenButtons(words, card.request, card.grant);
  const open = openParts(card);
  const [first] = open;
  if (first === undefined) return [];
  const value = requestHintOf(card);
  const what = open.length === 1 ? first.request.resource.path.slice(-50) : bundle.allParts(open.length);
  return [
    actions([
      button('request_approve', say.approve, value, { style: 'primary', label: say.approveLabel(what) }),
      button('request_shorter', say.shorter, value, { label: say.shorterLabel(what) }),
      button('request_deny', say.deny, value, { style: 'danger', label: say.denyLabel(what) }),
      button('request_question', say.question, value, { label: say.questionLabel(what) }),
    ]),
  ];
}

export const requestButton = ({ buttons: say }: Catalogue) =>
  button('request_form', say.request, 'form', { style: 'primary' });

export const releaseButton = ({ buttons: say }: Catalogue, id: GrantId, path: string) =>
  button('grant_release', say.release, JSON.stringify({ g: id }), { label: say.releaseLabel(path.slice(-60)) });

export const extendButton = ({ buttons: say }: Catalogue, id: GrantId, path: string) =>
  button('grant_extend', say.extend, JSON.stringify({ g: id }), { label: say.extendLabel(path.slice(-60)) });

export const withdrawButton = ({ buttons: say }: Catalogue, id: RequestId, path: string) =>
  button('request_withdraw', say.withdraw, JSON.stringify({ r: id }), { label: say.withdrawLabel(path.slice(-60)) });

/** `also`: other requests that are asked for again together with the first one. */
export function againButton(
  { buttons, bundle }: Catalogue,
  id: RequestId,
  path: string,
  also: readonly RequestId[] = [],
): Button {
  const what = also.length === 0 ? path.slice(-60) : bundle.accesses(also.length + 1);
  return button('request_again', buttons.again, againHintOf(id, also), { label: buttons.againLabel(what) });
}
