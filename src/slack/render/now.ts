import { sayDuration } from '../../domain/duration.ts';
import type { EndedGrant } from '../../domain/grant.ts';
import type { CardView, Leaseholders } from '../../usecases/views.ts';
import { mention, when } from './pieces.ts';

/** What is so now of the access that is asked for: who holds it by a lease, and when the beneficiary had it last. */
export function nowLine({ request, heldUntil, others, lastLease }: CardView): string {
  const who = mention(request.beneficiary.slack);
  const had =
    lastLease !== null
      ? `${who} last had it ${when(lastLease.liveAt ?? lastLease.approvedAt)}, for ${lengthOf(lastLease)}.`
      : `For ${who} it would be the first time.`;
  const sentences = [
    ...(heldUntil === null ? [] : [`${who} holds it until ${when(heldUntil)}; this would extend it.`]),
    ...(others === null ? [] : [holders(others, heldUntil !== null)]),
    ...(heldUntil === null ? [had] : []),
  ];
  return `*Now*  ${sentences.join(' ')}`;
}

function holders({ count, some }: Leaseholders, hasHolder: boolean): string {
  if (count === 0) return hasHolder ? 'Nobody else has a lease on it.' : 'Nobody has a lease on it.';
  const people = hasHolder ? (count === 1 ? 'other person' : 'others') : count === 1 ? 'person' : 'people';
  const rest = count - some.length;
  const named = some.map(mention).join(', ');
  return `${count} ${people} ${count === 1 ? 'has' : 'have'} a lease on it: ${named}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

/** To the minute, but for what was shorter than that. */
function lengthOf({ liveAt, endedAt, approvedAt }: EndedGrant): string {
  const seconds = Math.max(1, Math.round((endedAt - (liveAt ?? approvedAt)) / 1000));
  return sayDuration(seconds < 60 ? seconds : Math.round(seconds / 60) * 60);
}
