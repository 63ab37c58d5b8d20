import type { KnownBlock } from '@slack/types';
import { tallyOf } from '../../domain/team-ask.ts';
import type { AccessRequest } from '../../domain/request.ts';
import type { TeamView } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { context, mention, packed, section, strong } from './pieces.ts';
import type { Rendered } from './pieces.ts';
import { refusalText } from './refusal-text.ts';

/** The names of those who could not be asked for, and why, take so many sections; the rest is counted. */
const REFUSED_SECTIONS = 4;
const NAMED_MAX = 20;

/** How an ask for many people goes; drawn anew from the record each time. */
export function renderTeam(say: Catalogue, { ask, requests }: TeamView): Rendered {
  const tally = tallyOf(ask);
  const [first] = ask.resources;
  const title = say.team.title(strong(first?.path ?? ''), tally.people, ask.askedSeconds);
  const state = say.team.state(tally, ask.state === 'asking');
  return {
    text: `${title} ${state}`,
    blocks: [section(title, state), ...decisions(say, requests), ...refusals(say, ask)],
  };
}

/** What approvers have said so far, counted; who was denied, by name. */
function decisions(say: Catalogue, requests: readonly AccessRequest[]): KnownBlock[] {
  const inState = (...states: readonly AccessRequest['state'][]): readonly AccessRequest[] =>
    requests.filter(({ state }) => states.includes(state));
  const denied = inState('denied');
  const waiting = inState('pending').length;
  if (requests.length === 0) return [];
  if (waiting === requests.length) return [context(say.team.nothingDecided)];
  const names = denied.slice(0, NAMED_MAX).map(({ beneficiary }) => mention(beneficiary.slack));
  return [
    section(
      say.team.decided({
        approved: inState('approved').length,
        denied: denied.length,
        over: inState('expired', 'withdrawn').length,
        waiting,
      }),
      ...(denied.length === 0 ? [] : [say.team.denied({ names, rest: denied.length - names.length })]),
    ),
  ];
}

/** Who could not be asked for and why, a line for each. */
function refusals(say: Catalogue, { people }: TeamView['ask']): KnownBlock[] {
  const lines = people.flatMap((one) =>
    one.part === 'refused' ? [`• ${mention(one.slack)}: ${refusalText(say, one.refusal, null)}`] : [],
  );
  return lines.length === 0 ? [] : [section(say.team.couldNot), ...packed(say, lines, REFUSED_SECTIONS)];
}
