import type { AuditDraft } from './audit.ts';
import type { Json } from './canonical.ts';
import type { EpochMs, RequestId, TeamAskId } from './ids.ts';
import { slackAttribute } from './people.ts';
import type { Person, SlackUser } from './people.ts';
import type { Refusal } from './refusal.ts';
import type { Resource } from './resource.ts';

/** So many people can be asked for at once. */
export const MAX_TEAM = 50;

/** What has become of one person's part: nothing yet, a request for each access, or none. */
export type Part =
  | { readonly part: 'waiting' }
  | { readonly part: 'asked'; readonly requests: readonly RequestId[] }
  | { readonly part: 'refused'; readonly refusal: Refusal };
export type Settled = Exclude<Part, { part: 'waiting' }>;

/**
 * The same access asked for many people at once. It is drawn up first and then asked person by person, so it tells at any
 * time what is done and what is left. `revision` is the row's compare-and-swap counter, from 1.
 */
export type TeamAsk = {
  readonly id: TeamAskId;
  readonly realm: string;
  readonly asker: Person;
  readonly resources: readonly Resource[];
  readonly askedSeconds: number;
  readonly people: readonly ({ readonly slack: SlackUser } & Part)[];
  readonly submittedAt: EpochMs;
  readonly correlationId: string;
  readonly revision: number;
  /** `asked`: nobody's part waits any more, whatever became of it. */
  readonly state: 'asking' | 'asked';
};

/** Each of them once, in the order they were named. */
export const onceEach = (people: readonly SlackUser[]): readonly SlackUser[] => [
  ...new Map(people.map((slack) => [slackAttribute(slack), slack])).values(),
];

/** The ask with one person's part settled; null when that is no part of it, or was settled before. */
export function settle(ask: TeamAsk, slack: SlackUser, settled: Settled): TeamAsk | null {
  const isTheirs = (one: { readonly slack: SlackUser }): boolean => slackAttribute(one.slack) === slackAttribute(slack);
  if (ask.people.find(isTheirs)?.part !== 'waiting') return null;
  const people = ask.people.map((one) => (isTheirs(one) ? { slack: one.slack, ...settled } : one));
  const state = people.some(({ part }) => part === 'waiting') ? 'asking' : 'asked';
  return { ...ask, people, state, revision: ask.revision + 1 };
}

/** How many parts are where. */
export type Tally = { readonly people: number; readonly asked: number; readonly refused: number };

export function tallyOf({ people }: Pick<TeamAsk, 'people'>): Tally {
  const count = (wanted: Part['part']): number => people.filter(({ part }) => part === wanted).length;
  return { people: people.length, asked: count('asked'), refused: count('refused') };
}

/** What the audit alone tells of each ask, by id (I22). */
export function replayTeams(entries: Iterable<AuditDraft>): ReadonlyMap<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { kind, data } of entries) {
    const id = data['team'];
    if (typeof id !== 'string') continue;
    const known = tallies.get(id) ?? { people: 0, asked: 0, refused: 0 };
    if (kind === 'team.submitted') tallies.set(id, { ...known, people: number(data['people']) });
    if (kind === 'request.submitted') tallies.set(id, { ...known, asked: known.asked + 1 });
    if (kind === 'request.refused') tallies.set(id, { ...known, refused: known.refused + 1 });
  }
  return tallies;
}

const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
