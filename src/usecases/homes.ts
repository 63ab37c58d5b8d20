import type { AuditKind } from '../domain/audit.ts';
import type { EpochMs } from '../domain/ids.ts';
import type { Message } from '../domain/message.ts';
import { readSlackAttribute, slackAttribute } from '../domain/people.ts';
import { escalationOf, seatKey } from '../domain/plan.ts';
import type { SeatKey } from '../domain/plan.ts';
import { progress } from '../domain/request.ts';
import type { AccessRequest } from '../domain/request.ts';
import type { Batch } from './store-port.ts';

/** Whose Homes show something of a change: people (`slackAttribute`), and whoever had these seats at the last drawing. */
export type Stirred = { readonly people: ReadonlySet<string>; readonly groups: ReadonlySet<SeatKey> };

/** Steps of a request or lease that a Home shows. Each is audited; what is not, such as a reminder, shows nowhere there. */
const SHOWN: ReadonlySet<AuditKind> = new Set<AuditKind>([
  'request.submitted',
  'request.approval',
  'request.reopened',
  'request.approved',
  'request.denied',
  'request.expired',
  'request.withdrawn',
  'request.taken',
  'request.allowed',
  'review.signed',
  'review.closed',
  'grant.planned',
  'grant.live',
  'grant.end_asked',
  'grant.ended',
]);

/** What somebody did who decided: also what his Home shows of his decisions. */
export const DECISIONS: ReadonlySet<AuditKind> = new Set<AuditKind>([
  'request.approval',
  'request.approved',
  'request.denied',
]);

/**
 * Which Homes are to be drawn anew after this write; the store queues them in the same write. Nobody asks Keycloak here who
 * is in an approver group: a Home is queued by the groups that its owner was in when it was last drawn, which an index finds.
 * So a change costs one look-up however many requests wait and however large the groups are, and only for people who have a
 * Home. Who joined a group since then sees what waits for him when he opens it.
 */
export function stirredBy(batch: Batch): Stirred {
  const steps = batch.audit.filter(({ kind }) => SHOWN.has(kind));
  const requests = steps.length === 0 ? [] : (batch.requests ?? []);
  const grants = steps.length === 0 ? [] : (batch.grants ?? []);
  return {
    people: new Set([
      ...requests.map(({ requester }) => slackAttribute(requester.slack)),
      ...grants.map(({ person }) => slackAttribute(person.slack)),
      ...steps.flatMap(({ kind, actor }) => (DECISIONS.has(kind) && actor.kind === 'person' ? [actor.slack] : [])),
    ]),
    groups: new Set([...requests.flatMap(groupsToldOf), ...(batch.stirs ?? [])]),
  };
}

/** Those whose list of what waits for them changed. A stage that begins is on no list before its card is on record. */
function groupsToldOf(request: AccessRequest): readonly SeatKey[] {
  if (request.revision === 1) return [];
  const decided = request.state === 'denied' ? request.denial : request.approvals.at(-1);
  const isDecision = decided !== undefined && request.state !== 'expired' && request.state !== 'withdrawn';
  const stage = isDecision ? request.plan[decided.stage] : progress(request)?.stage;
  // Those to whom the stage was escalated, or may have been: a stage that is over no longer tells.
  const other = escalationOf(stage);
  return stage === undefined ? [] : [seatKey(stage), ...(other === null ? [] : [other.groupId])];
}

/**
 * The message that has a Home drawn anew. Between two drawings (`drawn` counts them) there is one of them, however much
 * changes; what changes while a drawing is on its way is another one.
 */
export function homeMessage(owner: { readonly slack: string; readonly drawn: number }, at: EpochMs): Message {
  const key = `home ${owner.slack} ${owner.drawn}`;
  return { key, at, correlationId: key, body: { to: 'home', slack: readSlackAttribute(owner.slack), opened: false } };
}
