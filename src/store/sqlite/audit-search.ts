import { desc, inArray, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AuditEntry } from '../../domain/audit.ts';
import { slackAttribute } from '../../domain/people.ts';
import type { SlackUser } from '../../domain/people.ts';
import type { AuditFilter, AuditState } from '../../usecases/audit-filter.ts';
import { readEntry } from '../chain.ts';
import { audit } from './schema.ts';

/** Up to so many paths each get a walk of their own; a word that fits more fills a page soon from the newest entries. */
const MAX_PATH_WALKS = 50;

/**
 * Finds entries, newest first, without reading the whole audit: every walk goes down one index in order of `seq`, stops
 * after offset + limit, and the walks are merged. The number of the newest entry that can fit bounds all of them.
 */
export function auditSearch(db: BetterSQLite3Database, realm: string) {
  return (filter: AuditFilter, offset: number, limit: number): readonly AuditEntry[] => {
    const paths = filter.access === null ? null : pathsWith(db, realm, filter.access);
    if (paths?.length === 0) return [];
    const conditions = [
      sql`realm = ${realm}`,
      ...(filter.since === null
        ? []
        : [
            sql`at >= ${filter.since}`,
            sql`seq >= (SELECT min(seq) FROM audit WHERE realm = ${realm} AND at >= ${filter.since})`,
          ]),
      ...(filter.until === null
        ? []
        : [
            sql`at <= ${filter.until}`,
            sql`seq <= (SELECT max(seq) FROM audit WHERE realm = ${realm} AND at <= ${filter.until})`,
          ]),
      ...(filter.state === null ? [] : [inState(filter.state, realm)]),
      ...(paths === null ? [] : [sql`resource_path IN (SELECT value FROM json_each(${JSON.stringify(paths)}))`]),
    ];
    const walks = startingPoints(db, realm, filter, paths).map(
      (start) =>
        sql`SELECT seq FROM (SELECT seq FROM audit ${start} AND ${sql.join(conditions, sql` AND `)} ORDER BY seq DESC LIMIT ${offset + limit})`,
    );
    const found = db.all<{ seq: number }>(
      sql`${sql.join(walks, sql` UNION `)} ORDER BY seq DESC LIMIT ${limit} OFFSET ${offset}`,
    );
    if (found.length === 0) return [];
    const wanted = inArray(
      audit.seq,
      found.map((row) => row.seq),
    );
    return db.select().from(audit).where(wanted).orderBy(desc(audit.seq)).all().map(readEntry);
  };
}

/** The indices to go down, the narrowest that the filter offers. */
function startingPoints(
  db: BetterSQLite3Database,
  realm: string,
  filter: AuditFilter,
  paths: readonly string[] | null,
): readonly SQL[] {
  if (filter.person !== null) {
    const asSubject = usersOf(db, realm, filter.person).map(
      (user) => sql`INDEXED BY audit_by_subject WHERE subject_id = ${user}`,
    );
    return [sql`INDEXED BY audit_by_actor WHERE actor_slack = ${slackAttribute(filter.person)}`, ...asSubject];
  }
  if (paths !== null && paths.length <= MAX_PATH_WALKS) {
    return paths.map((path) => sql`INDEXED BY audit_by_path WHERE resource_path = ${path}`);
  }
  // Few are live, pending or denied; of the ended ones the newest entries are full.
  if (filter.state !== null && filter.state !== 'ended')
    return [sql`INDEXED BY audit_by_request WHERE request_id IS NOT NULL`];
  return [sql`NOT INDEXED WHERE true`];
}

/** A request's whole story belongs to the state that it, or the grant it became, is in now. */
function inState(state: AuditState, realm: string): SQL {
  return state === 'pending' || state === 'denied'
    ? sql`request_id IN (SELECT id FROM requests WHERE realm = ${realm} AND state = ${state})`
    : sql`request_id IN (SELECT request_id FROM grants WHERE realm = ${realm} AND state = ${state})`;
}

/** The Keycloak users that this Slack account has asked as. */
const usersOf = (db: BetterSQLite3Database, realm: string, person: SlackUser): readonly string[] =>
  db
    .all<{ id: string }>(
      sql`SELECT DISTINCT beneficiary_id AS id FROM requests WHERE realm = ${realm} AND beneficiary_slack = ${slackAttribute(person)}`,
    )
    .map((row) => row.id);

/** Every path in the audit that contains the word, found by leaping from one to the next in the index. */
function pathsWith(db: BetterSQLite3Database, realm: string, word: string): readonly string[] {
  const next = (after: SQL): SQL =>
    sql`(SELECT min(resource_path) FROM audit INDEXED BY audit_by_path WHERE realm = ${realm} AND resource_path > ${after})`;
  const all = db.all<{ path: string | null }>(
    sql`WITH RECURSIVE paths (path) AS (SELECT ${next(sql`''`)} UNION ALL SELECT ${next(sql`path`)} FROM paths WHERE path IS NOT NULL) SELECT path FROM paths`,
  );
  const wanted = word.toLowerCase();
  return all.flatMap(({ path }) => (path?.toLowerCase().includes(wanted) === true ? [path] : []));
}
