import type { App, ViewOutput } from '@slack/bolt';
import { z } from 'zod';
import type { SlackUser } from '../../../domain/people.ts';
import type { Field } from '../../../usecases/desk.ts';
import type { AccessWord, StartWord } from '../../../usecases/intent.ts';
import { readAccessValue } from '../../hints.ts';
import { refusalText } from '../../render/refusal-text.ts';
import {
  ACCESS_BLOCK,
  DURATION_BLOCK,
  FOR_BLOCK,
  JUSTIFICATION_BLOCK,
  REQUEST_VIEW,
  START_BLOCK,
} from '../../render/request-modal.ts';
import { slackUserOf } from '../click.ts';
import { acknowledge, reasonOf, take, wordsOf } from '../door.ts';
import type { Door } from '../door.ts';
import { askFor } from '../whom.ts';

type Ask = {
  readonly access: AccessWord;
  readonly also?: readonly AccessWord[];
  readonly duration: string;
  readonly start?: StartWord;
  readonly justification: string;
};

/** The form is submitted: errors under their fields, or the request is recorded and the form closes. */
export function register(app: App, door: Door): void {
  app.view({ callback_id: REQUEST_VIEW, type: 'view_submission' }, async ({ body, view, ack }) => {
    const { ask, blockOf } = readForm(view);
    const fail = (errors: Record<string, string>) => ack({ response_action: 'errors', errors });
    const errors = await problems(door, slackUserOf(body), ask, blockOf);
    if (Object.keys(errors).length > 0) return acknowledge(door, () => fail(errors));
    const people = peopleIn(view, slackUserOf(body));
    if (people === null) {
      const { form } = await wordsOf(door, slackUserOf(body));
      return acknowledge(door, () => fail({ [FOR_BLOCK]: form.forUnreadable }));
    }
    const envelope = {
      key: `view:${view.id}:${view.hash}`,
      slack: slackUserOf(body),
      responseUrl: null,
      intent: askFor(people, ask),
    };
    await take(
      door,
      envelope,
      () => ack({ response_action: 'clear' }),
      (text) => fail({ [blockOf.justification]: text }),
    );
  });
}

const userIds = z.array(z.string().regex(/^[UW][A-Z0-9]+$/));

/** Whom it is for, where that is somebody else; null where that cannot be read: taken for nobody, it would be for the asker. */
function peopleIn({ state }: ViewOutput, { teamId }: SlackUser): readonly SlackUser[] | null {
  const chosen = userIds.safeParse(state.values[FOR_BLOCK]?.['for']?.selected_users ?? []);
  return chosen.success ? chosen.data.map((userId) => ({ teamId, userId })) : null;
}

function readForm(view: ViewOutput): { ask: Ask; blockOf: Readonly<Record<Field, string>> } {
  const { values } = view.state;
  const durationBlock = Object.keys(values).find((block) => block.startsWith(DURATION_BLOCK)) ?? DURATION_BLOCK;
  const chosen = (values[ACCESS_BLOCK]?.['access']?.selected_options ?? []).map(
    ({ value }): AccessWord => readAccessValue(value) ?? { by: 'text', text: value },
  );
  const [access = { by: 'text', text: '' } as const, ...also] = chosen;
  return {
    ask: {
      access,
      ...(also.length === 0 ? {} : { also }),
      duration: values[durationBlock]?.['duration']?.selected_option?.value ?? '',
      ...chosenStart(view),
      justification: values[JUSTIFICATION_BLOCK]?.['justification']?.value ?? '',
    },
    blockOf: {
      access: ACCESS_BLOCK,
      duration: durationBlock,
      start: START_BLOCK,
      justification: JUSTIFICATION_BLOCK,
    },
  };
}

/** When it is to begin, where that is not at approval. Slack tells it in seconds; anything else is no time, and not none. */
function chosenStart({ state }: ViewOutput): { readonly start?: StartWord } {
  const chosen: unknown = state.values[START_BLOCK]?.['start']?.selected_date_time ?? null;
  return chosen === null ? {} : { start: { by: 'time', at: typeof chosen === 'number' ? chosen * 1000 : NaN } };
}

/** By block id, as Slack wants them. What cannot be told now is told after the request is recorded. */
async function problems(
  door: Door,
  slack: SlackUser,
  ask: Ask,
  blockOf: Readonly<Record<Field, string>>,
): Promise<Record<string, string>> {
  try {
    const found = await door.desk.check(ask);
    if (found.length === 0) return {};
    const say = await wordsOf(door, slack);
    return Object.fromEntries(found.map(({ field, refusal }) => [blockOf[field], refusalText(say, refusal, null)]));
  } catch (error) {
    door.log.warn('slack.form_not_checked', { reason: reasonOf(error) });
    return {};
  }
}
