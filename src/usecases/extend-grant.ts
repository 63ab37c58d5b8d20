import { formatDuration } from '../domain/duration.ts';
import type { Grant } from '../domain/grant.ts';
import type { EpochMs } from '../domain/ids.ts';
import { slackAttribute } from '../domain/people.ts';
import type { Refusal } from '../domain/refusal.ts';
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
  const late = tooLate(grant, item.receivedAt);
  if (late !== null) return answerNo(ports, item, late);
  const request = await ports.store.request(grant.requestId);
  return requestAccess(ports, item, {
    intent: 'request',
    access: { by: 'id', kind: resource.kind, id: resource.id },
    duration: formatDuration(leaseSeconds),
    justification: request?.justification ?? '',
  });
}

/** What counts is when it was pressed: who was in time asks for more, also when that is carried out after the end. */
function tooLate(grant: Grant, pressedAt: EpochMs): Refusal | null {
  const { path } = grant.resource;
  const { state, expiresAt, leaseSeconds } = grant;
  const ranOut = state === 'ended' && grant.endedBy === 'expiry';
  if (state === 'planned' || grant.endAsked !== null || expiresAt === null || (state === 'ended' && !ranOut))
    return { refusal: 'nothing_live', path };
  return pressedAt < expiresAt ? null : { refusal: 'extended_too_late', path, at: expiresAt, leaseSeconds };
}
