import type { RequestId } from '../domain/ids.ts';
import { slackAttribute } from '../domain/people.ts';
import type { SlackUser } from '../domain/people.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import { isForAnother } from '../domain/request.ts';
import type { AccessRequest } from '../domain/request.ts';
import { previewRuled } from './preview-ruled.ts';
import type { AccessPreview, AskedAgain } from './views.ts';

type Asking = Parameters<typeof previewRuled>[0];

/**
 * The form as it was filled in for an earlier request, or for parts of a bundle, for whoever asked or had it; nothing is
 * asked before he sends it, and then all of it is checked anew.
 */
export async function askAgain(
  ports: Asking,
  [id, ...also]: readonly [RequestId, ...RequestId[]],
  slack: SlackUser,
): Promise<Outcome<AskedAgain>> {
  const isOf = (person: { readonly slack: SlackUser }): boolean =>
    slackAttribute(person.slack) === slackAttribute(slack);
  const isHis = (request: AccessRequest | null): request is AccessRequest =>
    request !== null && (isOf(request.requester) || isOf(request.beneficiary));
  const request = await ports.store.request(id);
  if (!isHis(request)) return refuse({ refusal: 'not_yours' });
  const first = await previewOf(ports, request, slack);
  if (!first.ok) return first;
  const others: AccessPreview[] = [];
  for (const other of new Set(also)) {
    const part = await ports.store.request(other);
    if (!isHis(part)) return refuse({ refusal: 'not_yours' });
    const found = await previewOf(ports, part, slack);
    if (!found.ok) return found;
    others.push(found.preview);
  }
  const { beneficiary, askedSeconds, justification } = request;
  const { minSeconds } = ports.settings;
  const { entitlement: strictest } = others.reduce(stricter, first.preview);
  const mayLast = askedSeconds >= minSeconds && askedSeconds <= strictest.maxSeconds;
  const offering = ({ durations, ...facts }: AccessPreview): AccessPreview => ({
    ...facts,
    durations: mayLast ? [...new Set([...durations, askedSeconds])].sort((a, b) => a - b) : durations,
  });
  return {
    ok: true,
    preview: offering(first.preview),
    others: others.map(offering),
    filled: {
      seconds: mayLast ? askedSeconds : strictest.defaultSeconds,
      justification,
      people: isForAnother(request) && !isOf(beneficiary) ? [beneficiary.slack] : [],
    },
  };
}

const stricter = (one: AccessPreview, other: AccessPreview): AccessPreview =>
  other.entitlement.maxSeconds < one.entitlement.maxSeconds ? other : one;

async function previewOf(
  ports: Asking,
  { resource: { kind, id, path } }: AccessRequest,
  slack: SlackUser,
): Promise<Outcome<{ readonly preview: AccessPreview }>> {
  const found = await previewRuled(ports, { by: 'id', kind, id }, slack);
  if (found.ok || found.refusal.refusal !== 'unknown_access') return found;
  return refuse({ refusal: 'not_requestable', path, because: { flaw: 'not_offered' } });
}
