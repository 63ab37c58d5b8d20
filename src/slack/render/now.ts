import type { EndedGrant } from '../../domain/grant.ts';
import type { CardView, Leaseholders } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import { mention, when } from './pieces.ts';

/** What is so now of the access that is asked for: who holds it by a lease, and when the beneficiary had it last. */
export function nowLine(say: Catalogue, { request, heldUntil, others, lastLease }: CardView): string {
  const { now } = say.card;
  const who = mention(request.beneficiary.slack);
  const had =
    lastLease === null
      ? now.never(who)
      : now.hadLast(who, when(say, lastLease.liveAt ?? lastLease.approvedAt), lengthOf(lastLease));
  const sentences = [
    ...(heldUntil === null ? [] : [now.holds(who, when(say, heldUntil))]),
    ...(others === null ? [] : [holders(say, others, heldUntil !== null)]),
    ...(heldUntil === null ? [had] : []),
  ];
  return `${now.head}  ${sentences.join(' ')}`;
}

function holders({ card: { now } }: Catalogue, { count, some }: Leaseholders, hasHolder: boolean): string {
  if (count === 0) return hasHolder ? now.nobodyElse : now.nobody;
  const people = { names: some.map(mention), rest: count - some.length };
  return hasHolder ? now.others(count, people) : now.some(count, people);
}

/** Seconds, to the minute but for what was shorter than that. */
function lengthOf({ liveAt, endedAt, approvedAt }: EndedGrant): number {
  const seconds = Math.max(1, Math.round((endedAt - (liveAt ?? approvedAt)) / 1000));
  return seconds < 60 ? seconds : Math.round(seconds / 60) * 60;
}
