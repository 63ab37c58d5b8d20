import { desc, inArray, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { AuditEntry } from '../../domain/audit.ts';
import { slackAttribute } from '../../domain/people.ts';
import type { SlackUser } from '../../domain/people.ts';
import type { AuditFilter, AuditState } from '../../usecases/audit-filter.ts';
import { readEntry } from '../chain.ts';
import { OUT_OF_STEP_MS } from '../rows.ts';
import type { Db } from './connection.ts';
import { audit, isInReview } from './schema.ts';

/** Up to so many paths each get a walk of their own; a word that fits more fills a page soon from the newest entries. */
const MAX_PATH_WALKS = 50;

/**
 * Finds entries, newest first, without reading the whole audit: every walk goes down one index in order of `seq`, stops
 * after offset + limit, and the walks are merged.
 */
export function auditSearch(db: Db, realm: string) {
  return async (filter: AuditFilter, offset: number, limit: number): Promise<readonly AuditEntry[]> => {
    const paths = filter.access === null ? null : await pathsWith(db, realm, filter.access);
    if (paths?.length === 0) return [];
    const conditions = sql.join([sql`realm = ${realm}`, ...within(filter, realm), ...on(paths)], sql` AND `);
    const starts = await startingPoints(db, realm, filter, paths);
    const walks = starts.map(
      (start) =>
        sql`(SELECT seq FROM audit WHERE ${start} AND ${conditions} ORDER BY seq DESC LIMIT ${offset + limit})`,
    );
    const merged = sql`SELECT seq FROM (${sql.join(walks, sql` UNION `)}) AS walks ORDER BY seq DESC LIMIT ${limit} OFFSET ${offset}`;
    const found = await db.execute<{ seq: string }>(merged);
    const seqs = found.rows.map((row) => Number(row.seq));
    if (seqs.length === 0) return [];
    const rows = await db.select().from(audit).where(inArray(audit.seq, seqs)).orderBy(desc(audit.seq));
    return rows.map(readEntry);
  };
}

/** The indices to go down, the narrowest that the filter offers. */
async function startingPoints(
  db: Db,
  realm: string,
  { person, state }: AuditFilter,
  paths: readonly string[] | null,
): Promise<readonly SQL[]> {
  const inState = state === null ? sql`true` : hasState(state);
  if (person !== null) {
    const did = sql`actor_slack = ${slackAttribute(person)} AND ${inState}`;
    const users = await usersOf(db, realm, person);
    return [did, ...users.map((user) => sql`subject_id = ${user} AND ${inState}`)];
  }
  if (paths !== null && paths.length <= MAX_PATH_WALKS) {
    return paths.map((path) => sql`resource_path = ${path} AND ${inState}`);
  }
  // Few are live, pending, denied or in review; of the ended ones the newest entries are full.
  if (state === null || state === 'ended') return [inState];
  return [sql`request_id IN (${requestsIn(state, realm)})`];
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
  const seqs = sql`SELECT seq FROM audit WHERE realm = ${realm}`;
  const before = (at: number): SQL =>
    sql`coalesce((${seqs} AND at < ${at - OUT_OF_STEP_MS} ORDER BY at DESC LIMIT 1), 0)`;
  const after = (at: number): SQL => sql`coalesce((${seqs} AND at > ${at + OUT_OF_STEP_MS} ORDER BY at LIMIT 1), 9e15)`;
  return [
    ...(since === null ? [] : [sql`at >= ${since} AND seq > ${before(since)}`]),
    ...(until === null ? [] : [sql`at <= ${until} AND seq < ${after(until)}`]),
  ];
}

const on = (paths: readonly string[] | null): readonly SQL[] =>
  paths === null ? [] : [sql`resource_path = ANY (${sql.param(paths)}::text[])`];

/** The Keycloak users for whom this Slack account has asked, or others in its name. */
async function usersOf(db: Db, realm: string, person: SlackUser): Promise<readonly string[]> {
  const found = await db.execute<{ id: string }>(
    sql`SELECT DISTINCT beneficiary_id AS id FROM requests WHERE realm = ${realm} AND beneficiary_slack = ${slackAttribute(person)}`,
  );
  return found.rows.map((row) => row.id);
}

/** Every path in the audit that contains the word, whatever its case, found by leaping from one to the next in the index. */
async function pathsWith(db: Db, realm: string, word: string): Promise<readonly string[]> {
  const next = (after: SQL): SQL =>
    sql`(SELECT min(resource_path) FROM audit WHERE realm = ${realm} AND resource_path > ${after})`;
  const found = await db.execute<{ path: string | null }>(
    sql`WITH RECURSIVE paths (path) AS (SELECT ${next(sql`''`)} UNION ALL SELECT ${next(sql`path`)} FROM paths WHERE path IS NOT NULL) SELECT path FROM paths`,
  );
  const wanted = word.toLowerCase();
  return found.rows.flatMap(({ path }) => (path?.toLowerCase().includes(wanted) === true ? [path] : []));
}
