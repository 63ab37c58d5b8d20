import type { RequestId } from '../domain/ids.ts';
import { slackAttribute } from '../domain/people.ts';
import type { SlackUser } from '../domain/people.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import { isForAnother } from '../domain/request.ts';
import { preview } from './ask.ts';
import type { Ports } from './ports.ts';
import type { AccessPreview, FilledForm } from './views.ts';

/**
 * The form as it was filled in for an earlier request, for whoever asked or had it; nothing is asked before he sends it,
 * and then all of it is checked anew.
 */
export async function askAgain(
  ports: Pick<Ports, 'catalogue' | 'settings' | 'store'>,
  id: RequestId,
  slack: SlackUser,
): Promise<Outcome<{ readonly preview: AccessPreview; readonly filled: FilledForm }>> {
  const request = await ports.store.request(id);
  const isOf = (person: { readonly slack: SlackUser }): boolean =>
    slackAttribute(person.slack) === slackAttribute(slack);
  if (request === null || !(isOf(request.requester) || isOf(request.beneficiary)))
    return refuse({ refusal: 'not_yours' });
  const { resource, beneficiary, askedSeconds, justification } = request;
  const found = await preview(ports, { by: 'id', kind: resource.kind, id: resource.id }, slack);
  if (!found.ok) {
    return found.refusal.refusal === 'unknown_access'
      ? refuse({ refusal: 'not_requestable', path: resource.path, because: { flaw: 'not_offered' } })
      : found;
  }
  const { entitlement, durations } = found.preview;
  const mayLast = askedSeconds >= ports.settings.minSeconds && askedSeconds <= entitlement.maxSeconds;
  const offered = mayLast ? [...new Set([...durations, askedSeconds])].sort((a, b) => a - b) : durations;
  return {
    ok: true,
    preview: { ...found.preview, durations: offered },
    filled: {
      seconds: mayLast ? askedSeconds : entitlement.defaultSeconds,
      justification,
      people: isForAnother(request) && !isOf(beneficiary) ? [beneficiary.slack] : [],
    },
  };
}
