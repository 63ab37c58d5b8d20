import type { AuditEntry } from '../../src/domain/audit.ts';
import { openReviewOf } from '../../src/domain/break-glass.ts';
import { slackAttribute } from '../../src/domain/people.ts';
import type { AuditFilter } from '../../src/usecases/audit-filter.ts';
import type { Tables } from './memory-tables.ts';

/** Entries that fit, newest first, by looking at every one of them. */
export function searchAudit(
  entries: readonly AuditEntry[],
  { requests, grants }: Tables,
  { person, access, since, until, state }: AuditFilter,
  offset: number,
  limit: number,
): readonly AuditEntry[] {
  const slack = person === null ? null : slackAttribute(person);
  const users = new Set(
    [...requests.values()]
      .filter((row) => slackAttribute(row.beneficiary.slack) === slack)
      .map((row): string => row.beneficiary.userId),
  );
  const actorSlack = ({ actor }: AuditEntry): string | null => (actor.kind === 'leasehold' ? null : actor.slack);
  const isIn = ({ requestId }: AuditEntry): boolean => {
    const request = requestId === null ? undefined : requests.get(requestId);
    if (request === undefined) return false;
    if (state === 'review') return openReviewOf(request) !== null;
    if (state === 'pending' || state === 'denied') return request.state === state;
    return [...grants.values()].some((grant) => grant.requestId === requestId && grant.state === state);
  };
  return entries
    .filter(
      (entry) =>
        (slack === null || actorSlack(entry) === slack || users.has(entry.subject?.userId ?? '')) &&
        (access === null || entry.resource?.path.toLowerCase().includes(access.toLowerCase()) === true) &&
        (since === null || entry.at >= since) &&
        (until === null || entry.at <= until) &&
        (state === null || isIn(entry)),
    )
    .reverse()
    .slice(offset, offset + limit);
}
