import type { KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import { formatDuration, sayDuration } from '../../domain/duration.ts';
import type { AccessPreview, Suggestion } from '../../usecases/views.ts';
import { accessValue } from '../hints.ts';
import { escapeKeepingEnd, escapeMrkdwn } from './escape.ts';
import { groupName, KIND } from './facts.ts';
import { patternExample } from './pattern-example.ts';
import { context, plain, strong, when } from './pieces.ts';

export const REQUEST_VIEW = 'request_access';
export const ACCESS_BLOCK = 'access';
export const FOR_BLOCK = 'for';
export const JUSTIFICATION_BLOCK = 'justification';
/** The duration's block is another one for each access, because Slack keeps a chosen value while the block's id stays. */
export const DURATION_BLOCK = 'duration';

const BEFORE_CHOICE = [1800, 3600, 7200, 14_400, 28_800];
const OPTION_MAX = 75;

/** The form before an access is chosen, after it (`preview`), or with the reason why that one cannot be asked for (`problem`). */
export function requestModal(
  chosen: { readonly preview: AccessPreview } | { readonly problem: string } | null,
): ModalView {
  const preview = chosen !== null && 'preview' in chosen ? chosen.preview : null;
  return {
    type: 'modal',
    callback_id: REQUEST_VIEW,
    title: plain('Request access', 24),
    submit: plain('Ask', 24),
    close: plain('Cancel', 24),
    blocks: [
      {
        type: 'input',
        block_id: ACCESS_BLOCK,
        label: plain('Access', 2000),
        dispatch_action: true,
        element: {
          type: 'external_select',
          action_id: 'access',
          min_query_length: 0,
          placeholder: plain('A group or role: type a part of its name', 150),
        },
      },
      durationInput(preview),
      {
        type: 'input',
        block_id: JUSTIFICATION_BLOCK,
        label: plain('Justification', 2000),
        hint: plain(justificationHint(preview), 2000),
        element: { type: 'plain_text_input', action_id: 'justification', multiline: true, max_length: 3000 },
      },
      ...facts(chosen),
      {
        type: 'input',
        block_id: FOR_BLOCK,
        optional: true,
        label: plain('For', 2000),
        hint: plain('Leave it empty to ask for yourself', 2000),
        element: { type: 'users_select', action_id: 'for', placeholder: plain('Somebody else', 150) },
      },
    ],
  };
}

function durationInput(preview: AccessPreview | null): KnownBlock {
  const seconds = preview?.durations ?? BEFORE_CHOICE;
  const options = seconds.slice(0, 100).map(durationOption);
  const initial = preview === null ? undefined : options[seconds.indexOf(preview.entitlement.defaultSeconds)];
  return {
    type: 'input',
    block_id: preview === null ? DURATION_BLOCK : `${DURATION_BLOCK}:${accessValue(preview.entitlement.resource)}`,
    label: plain('Duration', 2000),
    element: {
      type: 'static_select',
      action_id: 'duration',
      placeholder: plain('How long you need it', 150),
      options,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
}

export const durationOption = (seconds: number): PlainTextOption => ({
  text: plain(sayDuration(seconds), OPTION_MAX),
  value: formatDuration(seconds),
});

function justificationHint(preview: AccessPreview | null): string {
  const pattern = preview?.entitlement.justificationPattern ?? null;
  return pattern === null
    ? 'For example: INC-42 replication lag, need to look at pg_stat_activity'
    : `It must contain something like: ${patternExample(pattern) ?? pattern}`;
}

function facts(chosen: Parameters<typeof requestModal>[0]): KnownBlock[] {
  if (chosen === null) return [];
  if ('problem' in chosen) return [context(chosen.problem)];
  const { entitlement, stages, heldUntil, isPending } = chosen.preview;
  const asked = stages.map((stage) => `${stage.required} of ${groupName(stage.groupPath)}`).slice(0, 10);
  const description = escapeMrkdwn(entitlement.description, 500);
  return [
    ...(heldUntil === null
      ? []
      : [context(`You hold it until ${when(heldUntil)}; this asks for more time, without a gap.`)]),
    ...(isPending ? [context('You have asked for it already, and nobody has decided yet. `/access` shows it.')] : []),
    context(`${strong(entitlement.resource.path)} · ${KIND[entitlement.resource.kind]} · risk ${entitlement.risk}`),
    ...(description === '' ? [] : [context(description)]),
    context(
      `Who must agree: ${asked.join(', then ')}. Longest lease: ${sayDuration(entitlement.maxSeconds)}.${entitlement.endSessions ? ' Your sessions end with the lease.' : ''}`,
    ),
  ];
}

/** A line of the typeahead: the path, under it kind and description. */
export function suggestionOption({ entitlement }: Suggestion): PlainTextOption {
  const { resource, description } = entitlement;
  const about = description === '' ? KIND[resource.kind] : `${KIND[resource.kind]} · ${description}`;
  return {
    text: { type: 'plain_text', text: escapeKeepingEnd(resource.path, OPTION_MAX) || '–', emoji: false },
    value: accessValue(resource),
    description: plain(about, OPTION_MAX),
  };
}
