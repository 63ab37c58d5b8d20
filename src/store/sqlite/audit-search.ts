import { desc, inArray, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { AuditEntry } from '../../domain/audit.ts';
import { slackAttribute } from '../../domain/people.ts';
import type { SlackUser } from '../../domain/people.ts';
import type { AuditFilter, AuditState } from '../../usecases/audit-filter.ts';
import { readEntry } from '../chain.ts';
import { OUT_OF_STEP_MS } from '../rows.ts';
import { audit, isInReview } from './schema.ts';

/** Up to so many paths each get a walk of their own; a word that fits more fills a page soon from the newest entries. */
const MAX_PATH_WALKS = 50;

/**
 * Finds entries, newest first, without reading the whole audit: every walk goes down one index in order of `seq`, stops
 * after offset + limit, and the walks are merged.
 */
export function auditSearch(db: BetterSQLite3Database, realm: string) {
  return (filter: AuditFilter, offset: number, limit: number): readonly AuditEntry[] => {
    const paths = filter.access === null ? null : pathsWith(db, realm, filter.access);
    if (paths?.length === 0) return [];
    const conditions = sql.join([sql`realm = ${realm}`, ...within(filter, realm), ...on(paths)], sql` AND `);
    const walks = startingPoints(db, realm, filter, paths).map(
      (start) =>
        sql`SELECT seq FROM (SELECT seq FROM audit ${start} AND ${conditions} ORDER BY seq DESC LIMIT ${offset + limit})`,
    );
    const merged = sql`${sql.join(walks, sql` UNION `)} ORDER BY seq DESC LIMIT ${limit} OFFSET ${offset}`;
    const found = db.all<{ seq: number }>(merged).map((row) => row.seq);
    return db.select().from(audit).where(inArray(audit.seq, found)).orderBy(desc(audit.seq)).all().map(readEntry);
  };
}

/** The indices to go down, the narrowest that the filter offers. */
function startingPoints(
  db: BetterSQLite3Database,
  realm: string,
  { person, state }: AuditFilter,
  paths: readonly string[] | null,
): readonly SQL[] {
  const inState = state === null ? sql`true` : hasState(state);
  if (person !== null) {
    const did = sql`INDEXED BY audit_by_actor WHERE actor_slack = ${slackAttribute(person)} AND ${inState}`;
    const wasDoneFor = (user: string): SQL =>
      sql`INDEXED BY audit_by_subject WHERE subject_id = ${user} AND ${inState}`;
    return [did, ...usersOf(db, realm, person).map(wasDoneFor)];
  }
  if (paths !== null && paths.length <= MAX_PATH_WALKS) {
    return paths.map((path) => sql`INDEXED BY audit_by_path WHERE resource_path = ${path} AND ${inState}`);
  }
  // Few are live, pending, denied or in review; of the ended ones the newest entries are full.
  if (state === null || state === 'ended') return [sql`NOT INDEXED WHERE ${inState}`];
  return [sql`INDEXED BY audit_by_request WHERE request_id IN (${requestsIn(state, realm)})`];
}

// A request's whole story belongs to the state that it, or the grant it became, is in now. States are written out, not
// bound, for the sake of partial indices.

function hasState(state: AuditState): SQL {
  switch (state) {
    case 'pending':
    case 'denied':
      return sql`EXISTS (SELECT 1 FROM requests WHERE requests.id = audit.request_id AND requests.state = ${state})`;
    case 'review':
      return sql`EXISTS (SELECT 1 FROM requests WHERE requests.id = audit.request_id AND ${isInReview})`;
    case 'live':
    case 'ended':
      return sql`EXISTS (SELECT 1 FROM grants WHERE grants.request_id = audit.request_id AND grants.state = ${state})`;
  }
}

function requestsIn(state: Exclude<AuditState, 'ended'>, realm: string): SQL {
  switch (state) {
    case 'pending':
      return sql`SELECT id FROM requests WHERE realm = ${realm} AND state = 'pending'`;
    case 'denied':
      return sql`SELECT id FROM requests WHERE realm = ${realm} AND state = 'denied'`;
    case 'review':
      return sql`SELECT id FROM requests WHERE realm = ${realm} AND ${isInReview}`;
    case 'live':
      return sql`SELECT request_id FROM grants WHERE realm = ${realm} AND state <> 'ended' AND state = 'live'`;
  }
}

/** The time's conditions, and between which `seq` they can be met, so that no walk goes on beyond. */
function within({ since, until }: AuditFilter, realm: string): readonly SQL[] {
  const seqs = sql`SELECT seq FROM audit INDEXED BY audit_by_time WHERE realm = ${realm}`;
  const before = (at: number): SQL =>
    sql`coalesce((${seqs} AND at < ${at - OUT_OF_STEP_MS} ORDER BY at DESC LIMIT 1), 0)`;
  const after = (at: number): SQL => sql`coalesce((${seqs} AND at > ${at + OUT_OF_STEP_MS} ORDER BY at LIMIT 1), 9e15)`;
  return [
    ...(since === null ? [] : [sql`at >= ${since} AND seq > ${before(since)}`]),
    ...(until === null ? [] : [sql`at <= ${until} AND seq < ${after(until)}`]),
  ];
}

const on = (paths: readonly string[] | null): readonly SQL[] =>
  paths === null ? [] : [sql`resource_path IN (SELECT value FROM json_each(${JSON.stringify(paths)}))`];

/** The Keycloak users for whom this Slack account has asked, or others in its name. */
const usersOf = (db: BetterSQLite3Database, realm: string, person: SlackUser): readonly string[] =>
  db
    .all<{
      id: string;
    }>(
      sql`SELECT DISTINCT beneficiary_id AS id FROM requests WHERE realm = ${realm} AND beneficiary_slack = ${slackAttribute(person)}`,
    )
    .map((row) => row.id);

/** Every path in the audit that contains the word, whatever its case, found by leaping from one to the next in the index. */
function pathsWith(db: BetterSQLite3Database, realm: string, word: string): readonly string[] {
  const next = (after: SQL): SQL =>
    sql`(SELECT min(resource_path) FROM audit INDEXED BY audit_by_path WHERE realm = ${realm} AND resource_path > ${after})`;
  const all = db.all<{ path: string | null }>(
    sql`WITH RECURSIVE paths (path) AS (SELECT ${next(sql`''`)} UNION ALL SELECT ${next(sql`path`)} FROM paths WHERE path IS NOT NULL) SELECT path FROM paths`,
  );
  const wanted = word.toLowerCase();
  return all.flatMap(({ path }) => (path?.toLowerCase().includes(wanted) === true ? [path] : []));
}
