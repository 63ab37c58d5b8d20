import type { EpochMs } from '../domain/ids.ts';
import type { SlackUser } from '../domain/people.ts';

export const AUDIT_STATES = ['live', 'pending', 'denied', 'ended', 'review'] as const;
export type AuditState = (typeof AUDIT_STATES)[number];

/**
 * What `/access-audit` narrows by. `person` matches actor or subject by Slack account; `access` is a part of a
 * resource's path (case-insensitive); `state` keeps the entries of requests and grants that are in that state now, or
 * (`review`) of what was taken by break-glass while its review is open.
 */
export type AuditFilter = {
  readonly person: SlackUser | null;
  readonly access: string | null;
  readonly since: EpochMs | null;
  readonly until: EpochMs | null;
  readonly state: AuditState | null;
};
