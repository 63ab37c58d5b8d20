import type { Posted } from '../../domain/message.ts';
import type { BlockAction, ButtonAction } from '@slack/bolt';
import type { SlackUser } from '../../domain/people.ts';

/** A click on a button of a message or dialog, as far as we use it. */
export type Click = {
  readonly key: string;
  readonly slack: SlackUser;
  readonly responseUrl: string | null;
  readonly triggerId: string;
  readonly value: string | undefined;
  /** The message that carried the button; null in a dialog. */
  readonly message: Posted | null;
};

export function readClick(body: BlockAction<ButtonAction>): Click {
  const { channel, message } = body;
  return {
    key: `click:${body.trigger_id}`,
    slack: slackUserOf(body),
    responseUrl: body.response_url || null,
    triggerId: body.trigger_id,
    value: body.actions[0]?.value,
    message: channel === undefined || message === undefined ? null : { channel: channel.id, ts: message.ts },
  };
}

/** The person's own team: in a shared channel it differs from the team of the payload. */
export function slackUserOf(body: {
  readonly user: { readonly id: string; readonly team_id?: string };
  readonly team: { readonly id: string } | null;
}): SlackUser {
  return { teamId: body.user.team_id ?? body.team?.id ?? '', userId: body.user.id };
}
