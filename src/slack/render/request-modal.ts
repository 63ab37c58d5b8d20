import type { KnownBlock, ModalView, PlainTextElement, PlainTextOption } from '@slack/types';
import { formatDuration } from '../../domain/duration.ts';
import { MAX_PARTS } from '../../domain/bundle.ts';
import { MAX_TEAM } from '../../domain/team-ask.ts';
import type { AccessPreview, FilledForm, Suggestion } from '../../usecases/views.ts';
import { accessValue } from '../hints.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { escapeKeepingEnd, escapeMrkdwn } from './escape.ts';
import { groupOrNull, kindOf } from './facts.ts';
import { patternExample } from './pattern-example.ts';
import { context, plain, section, strong, when } from './pieces.ts';

export const REQUEST_VIEW = 'request_access';
export const ACCESS_BLOCK = 'access';
export const FOR_BLOCK = 'for';
export const START_BLOCK = 'start';
export const JUSTIFICATION_BLOCK = 'justification';
/** The duration's block is another one for each access, because Slack keeps a chosen value while the block's id stays. */
export const DURATION_BLOCK = 'duration';

const BEFORE_CHOICE = [1800, 3600, 7200, 14_400, 28_800];
const OPTION_MAX = 75;

/** What the form shows of the chosen access: its facts, or the reason why it cannot be asked for; null before the choice. */
/** `filled`: what an earlier request for the same asks for. */
type Chosen =
  | {
      readonly preview: AccessPreview;
      readonly others?: readonly AccessPreview[];
      readonly filled?: FilledForm;
    }
  | { readonly problem: string }
  | null;

/** The form before an access is chosen and after it. */
export function requestModal(say: Catalogue, chosen: Chosen): ModalView {
  const { form } = say;
  const previews = chosen !== null && 'preview' in chosen ? [chosen.preview, ...(chosen.others ?? [])] : [];
  const filled = chosen !== null && 'preview' in chosen ? (chosen.filled ?? null) : null;
  return {
    type: 'modal',
    callback_id: REQUEST_VIEW,
    title: plain(form.title, 24),
    submit: plain(form.submit, 24),
    close: plain(say.dialogs.cancel, 24),
    blocks: [
      {
        type: 'input',
        block_id: ACCESS_BLOCK,
        label: plain(form.access, 2000),
        dispatch_action: true,
        element: {
          type: 'multi_external_select',
          action_id: 'access',
          min_query_length: 0,
          max_selected_items: MAX_PARTS,
          placeholder: plain(form.accessPlaceholder, 150),
          ...(filled === null ? {} : { initial_options: previews.map((one) => suggestionOption(say, one)) }),
        },
      },
      durationInput(say, previews, filled),
      {
        type: 'input',
        block_id: JUSTIFICATION_BLOCK,
        label: plain(form.justification, 2000),
        hint: plain(justificationHint(say, previews), 2000),
        element: {
          type: 'plain_text_input',
          action_id: 'justification',
          multiline: true,
          max_length: 3000,
          ...(filled === null ? {} : { initial_value: filled.justification.slice(0, 3000) }),
        },
      },
      ...facts(say, chosen),
      {
        type: 'input',
        block_id: START_BLOCK,
        optional: true,
        label: plain(form.start, 2000),
        hint: plain(form.startHint, 2000),
        element: { type: 'datetimepicker', action_id: 'start' },
      },
      {
        type: 'input',
        block_id: FOR_BLOCK,
        optional: true,
        label: plain(form.for, 2000),
        hint: plain(form.forHint(MAX_TEAM), 2000),
        element: {
          type: 'multi_users_select',
          action_id: 'for',
          placeholder: plain(form.forPlaceholder, 150),
          max_selected_items: MAX_TEAM,
          ...(filled === null || filled.people.length === 0
            ? {}
            : { initial_users: filled.people.map(({ userId }) => userId) }),
        },
      },
    ],
  };
}

/** What is offered for several is what may be had for all of them. */
function durationInput(say: Catalogue, previews: readonly AccessPreview[], filled: FilledForm | null): KnownBlock {
  const [strictest] = previews.toSorted((a, b) => a.entitlement.maxSeconds - b.entitlement.maxSeconds);
  const seconds = strictest?.durations ?? BEFORE_CHOICE;
  const options = seconds.slice(0, 100).map((each) => durationOption(say, each));
  const usual = filled?.seconds ?? strictest?.entitlement.defaultSeconds;
  const initial = strictest === undefined || usual === undefined ? undefined : options[seconds.indexOf(usual)];
  const [only, ...more] = previews.map(({ entitlement }) => entitlement.resource);
  const chosen =
    only === undefined || more.length === 0
      ? only && accessValue(only)
      : [only, ...more].map(({ id }) => id.slice(0, 8)).join(':');
  return {
    type: 'input',
    block_id: chosen === undefined ? DURATION_BLOCK : `${DURATION_BLOCK}:${chosen}`,
    label: plain(say.form.duration, 2000),
    element: {
      type: 'static_select',
      action_id: 'duration',
      placeholder: plain(say.form.durationPlaceholder, 150),
      options,
      ...(initial === undefined ? {} : { initial_option: initial }),
    },
  };
}

/** The form's place when it cannot be filled in, or not yet: why, a sentence in mrkdwn. */
export const closedRequestModal = ({ form, dialogs }: Catalogue, because: string): ModalView => ({
  type: 'modal',
  title: plain(form.title, 24),
  close: plain(dialogs.close, 24),
  blocks: [section(because)],
});

export const durationOption = (say: Catalogue, seconds: number): PlainTextOption => ({
  text: plain(say.common.duration(seconds), OPTION_MAX),
  value: formatDuration(seconds),
});

function justificationHint({ form }: Catalogue, previews: readonly AccessPreview[]): string {
  const patterns = previews.flatMap(({ entitlement }) => entitlement.justificationPattern ?? []);
  const pattern = patterns[0] ?? null;
  return pattern === null ? form.justificationHint : form.patternHint(patternExample(pattern) ?? pattern);
}

function facts(say: Catalogue, chosen: Chosen): KnownBlock[] {
  if (chosen === null) return [];
  if ('problem' in chosen) return [context(chosen.problem)];
  const { preview, others = [] } = chosen;
  if (others.length > 0) return bundleFacts(say, [preview, ...others]);
  const { entitlement, stages, heldUntil, isPending } = preview;
  const { resource, risk, maxSeconds, endSessions } = entitlement;
  const asked = stages.slice(0, 10).map(({ required, groupPath }) => ({ required, group: groupOrNull(groupPath) }));
  const description = escapeMrkdwn(entitlement.description, 500);
  return [
    ...(heldUntil === null ? [] : [context(say.form.youHold(when(say, heldUntil)))]),
    ...(isPending ? [context(say.form.youAsked)] : []),
    context([strong(resource.path), kindOf(say, resource), say.facts.risk(risk)].join(' · ')),
    ...(description === '' ? [] : [context(description)]),
    context(say.form.terms(asked, maxSeconds, endSessions)),
  ];
}

/** Several accesses: of each who must agree; what they have in common below. */
function bundleFacts(say: Catalogue, previews: readonly AccessPreview[]): KnownBlock[] {
  const longest = Math.min(...previews.map(({ entitlement }) => entitlement.maxSeconds));
  return [
    ...previews.map(({ entitlement: { resource, risk }, stages, heldUntil, isPending }) => {
      const asked = stages.slice(0, 3).map(({ required, groupPath }) => ({ required, group: groupOrNull(groupPath) }));
      const held = heldUntil === null ? null : when(say, heldUntil);
      return context(say.bundle.terms(strong(resource.path), say.facts.risk(risk), asked, held, isPending));
    }),
    context(say.bundle.longest(longest, previews.length)),
  ];
}

/** A line of the typeahead: the path, under it kind and description. */
export function suggestionOption(say: Catalogue, { entitlement }: Pick<Suggestion, 'entitlement'>): PlainTextOption {
  const { resource, description } = entitlement;
  const kind = say.facts.kind[resource.kind];
  const about = description === '' ? kind : `${kind} · ${description}`;
  return {
    text: { type: 'plain_text', text: escapeKeepingEnd(resource.path, OPTION_MAX) || '–', emoji: false },
    value: accessValue(resource),
    description: plain(about, OPTION_MAX),
  };
}

/** The typeahead's lines, under titles where something is offered before the rest. */
export function suggestionLines(
  say: Catalogue,
  suggestions: readonly Suggestion[],
): { readonly options: PlainTextOption[] } | { readonly option_groups: OptionGroup[] } {
  const option = (one: Suggestion): PlainTextOption => suggestionOption(say, one);
  if (suggestions.every(({ because }) => because === undefined)) return { options: suggestions.map(option) };
  const groups = Map.groupBy(suggestions, ({ because }) => because ?? 'everything');
  return {
    option_groups: [...groups].map(([because, lines]) => ({
      label: plain(say.form.offered[because], OPTION_MAX),
      options: lines.map(option),
    })),
  };
}

type OptionGroup = { label: PlainTextElement; options: PlainTextOption[] };
