import { formatDuration } from '../domain/duration.ts';
import type { Change, Course } from '../domain/policy-replay.ts';
import { CHANGES } from '../domain/policy-replay.ts';
import type { Difference, ReplaySummary } from '../domain/policy-tally.ts';
import { forTerminal } from '../slack/render/escape.ts';
import { reasonText } from '../slack/render/reason-text.ts';
import { en } from '../slack/words/en.ts';

const CHANGE_TEXT: Readonly<Record<Change, string>> = {
  denied: 'denied now',
  at_once: 'given at once now',
  by_approvers: 'decided by approvers now, and before denied or given at once',
  stages: 'decided by other approvers',
  shorter: 'given for less time than was asked',
  ticket: 'refused for want of a ticket in the justification',
};

/** A summary as lines for the operator. @param since epoch ms; null: from the first request on */
export function summaryLines(summary: ReplaySummary, since: number | null): readonly string[] {
  const { requests, same, different, untold, changes, factsFrom, byRule, examples } = summary;
  const when = since === null ? '' : ` since ${timeText(since)}`;
  const changed = CHANGES.filter((change) => changes[change] > 0);
  return [
    `${number(requests)} requests replayed${when}`,
    `${number(same)} the same`,
    `${number(different)} different`,
    ...changed.map((change) => `  ${number(changes[change])} ${CHANGE_TEXT[change]}`),
    `${number(untold)} cannot be told`,
    ...(byRule.size > 0 ? ['By rule:'] : []),
    ...[...byRule]
      .sort(([, one], [, other]) => other.changed + other.untold - one.changed - one.untold)
      .map(([rule, counts]) => `  ${ruleText(rule)}: ${countsText(counts)}`),
    ...(factsFrom.rebuilt > 0
      ? [`${number(factsFrom.rebuilt)} judged by what the audit tells, without groups and attributes`]
      : []),
    ...(factsFrom.today > 0 ? [`${number(factsFrom.today)} judged by the memberships of today`] : []),
    ...(examples.length > 0 ? ['The first that differ:'] : []),
    ...examples.map((one) => `  ${exampleText(one)}`),
  ];
}

export const CSV_HEAD = [
  ...['time', 'door', 'person', 'requester', 'resource', 'seconds', 'request'],
  ...['before', 'now', 'changes', 'rules', 'because', 'facts'],
];

export const csvCells = (one: Difference): readonly (string | number | null)[] => [
  timeText(one.at),
  one.door,
  one.person,
  one.requester,
  one.path,
  one.seconds,
  one.requestId,
  courseText(one.before),
  courseText(one.now.after),
  one.now.changes.join(' '),
  one.now.rules.map(ruleText).join('; '),
  becauseText(one.now.because),
  one.factsFrom,
];

function exampleText({ at, person, path, seconds, before, now }: Difference): string {
  const because = now.because.length === 0 ? '' : ` (${becauseText(now.because)})`;
  const asked = `${timeText(at)} ${person} ${path} ${formatDuration(seconds)}`;
  return `${asked}: ${courseText(before)} → ${courseText(now.after)}, by ${now.rules.map(ruleText).join('; ')}${because}`;
}

function courseText({ verdict, stages, maxSeconds, tickets }: Course): string {
  if (verdict === 'deny') return 'denied';
  const by = stages.map(({ approverGroup, required }) => `${required} × ${approverGroup}`).join(', ');
  const parts = [
    verdict === 'allow' ? 'at once' : by,
    ...(maxSeconds === null ? [] : [`up to ${formatDuration(maxSeconds)}`]),
    ...tickets.map((ticket) => `ticket ${ticket}`),
  ];
  return parts.join(', ');
}

const countsText = ({ changed, untold }: { readonly changed: number; readonly untold: number }): string =>
  [
    ...(changed > 0 ? [`${number(changed)} changed`] : []),
    ...(untold > 0 ? [`${number(untold)} cannot be told`] : []),
  ].join(', ');

const becauseText = (all: Difference['now']['because']): string =>
  all.map((because) => reasonText(en, because, forTerminal)).join(' ');
const ruleText = (rule: string | null): string => rule ?? 'Leasehold itself, or an old rule that is gone';
const timeText = (at: number): string => new Date(at).toISOString();
const number = (count: number): string => count.toLocaleString('en');
