import type { ActionsBlock } from '@slack/types';
import type { GrantId, RequestId } from '../../domain/ids.ts';
import { progress } from '../../domain/request.ts';
import type { CardView } from '../../usecases/views.ts';
import { requestHintOf } from '../hints.ts';
import { actions, button } from './pieces.ts';

/** True while this message belongs to the stage that is to decide now. */
const isOpen = (card: CardView): boolean =>
  card.request.state === 'pending' && progress(card.request)?.index === card.stage;

/** Approve, Approve shorter…, Deny…, Ask for more…; nothing once the stage is over. */
export function decisionButtons(card: CardView): ActionsBlock[] {
  if (!isOpen(card)) return [];
  const value = requestHintOf(card);
  const what = card.request.resource.path.slice(-50);
  return [
    actions([
      button('request_approve', 'Approve', value, { style: 'primary', label: `Approve ${what}` }),
      button('request_shorter', 'Approve shorter…', value, { label: `Approve for less time: ${what}` }),
      button('request_deny', 'Deny…', value, { style: 'danger', label: `Deny ${what}` }),
      button('request_question', 'Ask for more…', value, { label: `Ask for more about ${what}` }),
    ]),
  ];
}

export const requestButton = () => button('request_form', 'Request access', 'form', { style: 'primary' });

export const releaseButton = (id: GrantId, path: string) =>
  button('grant_release', 'Release', JSON.stringify({ g: id }), { label: `Release ${path.slice(-60)}` });

export const extendButton = (id: GrantId, path: string) =>
  button('grant_extend', 'Extend', JSON.stringify({ g: id }), { label: `Extend ${path.slice(-60)}` });

export const withdrawButton = (id: RequestId, path: string) =>
  button('request_withdraw', 'Withdraw', JSON.stringify({ r: id }), { label: `Withdraw ${path.slice(-60)}` });
