import type { App } from '@slack/bolt';
import { acknowledge } from '../door.ts';
import type { Door } from '../door.ts';

/** Every action that a listener of ours knows. */
export const KNOWN_ACTIONS = [
  'access',
  'request_form',
  'request_approve',
  'request_shorter',
  'request_deny',
  'request_question',
  'question_answer',
  'request_withdraw',
  'request_again',
  'grant_release',
  'grant_extend',
  'audit_older',
  'review_sign',
  'taken_end',
  'gate_approve',
  'gate_deny',
];

/** Links and controls that only change a form: without an acknowledgement Slack shows a warning triangle. */
export function register(app: App, door: Door): void {
  const others = new RegExp(`^(?!(?:${KNOWN_ACTIONS.join('|')})$)`);
  app.action({ action_id: others, type: 'block_actions' }, ({ ack }) => acknowledge(door, () => ack()));
}
