import { formatDuration } from '../domain/duration.ts';
import { slackAttribute } from '../domain/people.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo } from './answer.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';
import { requestAccess } from './request-access.ts';

/**
 * The holder asks to keep a lease for as long again: a request of its own, decided by the same rules as the first one. What
 * he holds meanwhile is not touched; the two leases overlap on one holding, which ends with the later one (I9).
 */
export async function extendGrant(
  ports: Ports,
  item: InboxItem,
  intent: Extract<Intent, { intent: 'extend' }>,
): Promise<CarriedOut> {
  const grant = await ports.store.grant(intent.grantId);
  if (grant === null || slackAttribute(grant.person.slack) !== slackAttribute(item.slack)) {
    return answerNo(ports, item, { refusal: 'not_yours' });
  }
  const { resource, leaseSeconds } = grant;
  if (grant.state !== 'live' || grant.endAsked !== null) {
    return answerNo(ports, item, { refusal: 'nothing_live', path: resource.path });
  }
  const request = await ports.store.request(grant.requestId);
  return requestAccess(ports, item, {
    intent: 'request',
    access: { by: 'id', kind: resource.kind, id: resource.id },
    duration: formatDuration(leaseSeconds),
    justification: request?.justification ?? '',
  });
}
