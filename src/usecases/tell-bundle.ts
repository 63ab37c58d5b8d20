import type { RequestId } from '../domain/ids.ts';
import type { MessageBody, ThreadLine } from '../domain/message.ts';
import type { Person } from '../domain/people.ts';
import { refusedTogether } from '../domain/refusal.ts';
import type { Refusal, RefusedPart } from '../domain/refusal.ts';
import type { Approval, PendingRequest } from '../domain/request.ts';
import { tellThread, toAsker, toBoth } from './answer.ts';
import type { InboxItem } from './intent.ts';

/** What people are told after one person's approvals: the thread, whoever approved, and once it is whole both people. */
export function tellApprovals(
  item: InboxItem,
  {
    rows,
    isChosen,
    anew,
    isWhole,
    person,
    refused,
  }: {
    readonly rows: readonly PendingRequest[];
    readonly isChosen: ReadonlySet<RequestId>;
    readonly anew: readonly PendingRequest[];
    readonly isWhole: boolean;
    readonly person: Person;
    readonly refused: readonly RefusedPart[];
  },
): readonly MessageBody[] {
  const [first] = rows;
  if (first === undefined) return [];
  const chosen = rows.filter(({ id }) => isChosen.has(id));
  const line = approvedLine(chosen, person);
  const changed = anew.map(pathOf);
  const stale = changed.map((path): RefusedPart => ({ path, refusal: { refusal: 'changed_meanwhile' } }));
  const lines: readonly ThreadLine[] = [
    ...(line === null ? [] : [line]),
    ...(changed.length === 0 ? [] : [{ line: 'reopened', of: changed } as const]),
  ];
  const [one, ...more] = lines.flatMap((each) => tellThread(first, each));
  const yours =
    chosen.length === 0
      ? toAsker(item, { notice: 'refused', refusal: inOne([...stale, ...refused]) })
      : yourDecision(item, first, 'approve', chosen.map(pathOf), [...stale, ...refused]);
  return [
    ...(one === undefined ? [] : [one]),
    ...more.filter(({ to }) => to !== 'card'),
    yours,
    ...(isWhole ? toBoth(first, { notice: 'decided', requestId: first.bundle?.id ?? first.id }) : []),
  ];
}

/** What one person approved at once, in one line. */
function approvedLine(chosen: readonly PendingRequest[], by: Person): ThreadLine | null {
  const last = (part: PendingRequest): Approval | undefined => part.approvals.at(-1);
  const [first] = chosen;
  if (first === undefined) return null;
  const leaseSeconds = Math.max(...chosen.map((part) => last(part)?.leaseSeconds ?? part.askedSeconds));
  return {
    line: 'approved',
    by,
    stage: last(first)?.stage ?? 0,
    stages: chosen.every(({ plan }) => plan.length === first.plan.length) ? first.plan.length : 1,
    leaseSeconds,
    shortened: chosen.some((part) => (last(part)?.leaseSeconds ?? 0) < part.askedSeconds),
    of: chosen.map(pathOf),
  };
}

const pathOf = ({ resource }: PendingRequest): string => resource.path;

/** What whoever decided is told of it: the parts that it counted for, and those for which it could not. */
export const yourDecision = (
  item: InboxItem,
  { id, bundle }: Pick<PendingRequest, 'id' | 'bundle'>,
  kind: 'approve' | 'deny',
  decided: readonly string[],
  refused: readonly RefusedPart[],
): MessageBody =>
  toAsker(item, { notice: 'your_decision', requestId: bundle?.id ?? id, kind, parts: { decided, refused } });

/** Why a click counted for nothing, over all of its parts. */
export const inOne = (parts: readonly RefusedPart[]): Refusal =>
  parts.length === 0 ? { refusal: 'changed_meanwhile' } : refusedTogether('decide', parts, parts.length);
