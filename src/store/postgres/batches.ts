import { sql } from 'drizzle-orm';
import type pg from 'pg';
import { CodedError } from '../../lib/errors.ts';
import { stirredBy } from '../../usecases/homes.ts';
import type { Batch } from '../../usecases/store-port.ts';
import { appendEntries, checkEntries } from './audit.ts';
import { writeCarried } from './carried.ts';
import { inTransaction } from './connection.ts';
import type { Db } from './connection.ts';
import { isCollision, storeError } from './errors.ts';
import { writeGates } from './gates.ts';
import type { Verdict } from './groups.ts';
import { writeHoldings } from './holdings.ts';
import { stirredHomes, writeHomes } from './homes.ts';
import { writeIdentity } from './identity.ts';
import { finishItems, markSent, queueMessages, receiveItems, writePosted } from './messages.ts';
import { writeRequests } from './requests.ts';
import { grants, teamAsks } from './schema.ts';
import { swapRows } from './swap.ts';
import { tellTeams } from './teams.ts';
import type { DatabaseTime } from './time.ts';

export type Committed = Verdict<'committed' | 'conflict'>;

const COMMITTED: Committed = { result: 'committed' };
const CONFLICT: Committed = { result: 'conflict' };

/**
 * Writes a group of batches in one transaction, each of them wholly or not at all, as if one came after the other. Their
 * audit entries come last, for where the chain ends is the one place that all replicas wait for.
 * @throws when the database fails; then none of them is written
 */
export async function writeGroup(
  pool: pg.Pool,
  realm: string,
  time: DatabaseTime,
  batches: readonly Batch[],
): Promise<readonly Committed[]> {
  const checked = batches.map((batch) => unwritable(batch, realm));
  const able = batches.filter((_, place) => checked[place] === null);
  if (able.length === 0) return checked.map((verdict) => verdict ?? COMMITTED);
  const found = await inTransaction(pool, async (db) => {
    const verdicts = await place(db, realm, time, able);
    const kept = able.filter((_, place) => verdicts[place] === COMMITTED);
    await appendEntries(
      db,
      realm,
      kept.flatMap((batch) => batch.audit),
    );
    return verdicts;
  });
  const rest = [...found];
  return checked.map((verdict) => verdict ?? rest.shift() ?? CONFLICT);
}

/** Why a batch can never be written, before anything of it is. */
function unwritable(batch: Batch, realm: string): Committed | null {
  try {
    checkEntries(batch.audit, realm);
    return null;
  } catch (error) {
    return { error };
  }
}

/** All of them at once; if that does not fit, in halves, until whoever does not fit stands alone and is undone. */
async function place(db: Db, realm: string, time: DatabaseTime, batches: readonly Batch[]): Promise<Committed[]> {
  await db.execute(sql`SAVEPOINT member`);
  const verdict = await written(db, realm, time, batches);
  if (verdict === COMMITTED) {
    await db.execute(sql`RELEASE member`);
    return batches.map(() => COMMITTED);
  }
  await db.execute(sql`ROLLBACK TO member`);
  await db.execute(sql`RELEASE member`);
  if (batches.length === 1) return [verdict];
  const middle = Math.ceil(batches.length / 2);
  return [
    ...(await place(db, realm, time, batches.slice(0, middle))),
    ...(await place(db, realm, time, batches.slice(middle))),
  ];
}

/** @throws what undoes the whole group */
async function written(db: Db, realm: string, time: DatabaseTime, batches: readonly Batch[]): Promise<Committed> {
  try {
    return (await writeRows(db, realm, time, batches)) ? COMMITTED : CONFLICT;
  } catch (error) {
    const told = storeError(error);
    if (told instanceof CodedError || isCollision(error)) throw error;
    return { error: told };
  }
}

/** False as soon as something moved on. Within a group no row may depend on another's: then a smaller group is tried. */
async function writeRows(db: Db, realm: string, time: DatabaseTime, batches: readonly Batch[]): Promise<boolean> {
  const requests = batches.flatMap((batch) => batch.requests ?? []);
  const granted = batches.flatMap((batch) => batch.grants ?? []);
  const holdings = batches.flatMap((batch) => batch.holdings ?? []);
  const finished = batches.flatMap((batch) => batch.inboxDone ?? []);
  const sent = batches.flatMap((batch) => batch.sent ?? []);
  const messages = batches.flatMap((batch) => batch.messages ?? []);
  const now = time.now();
  const teams = batches.flatMap((batch) => batch.teams ?? []);
  const rows = granted.map((body) => ({ id: body.id, revision: body.revision, body }));
  const fits =
    (await writeRequests(db, realm, requests)) &&
    (await swapRows(db, grants, rows)) &&
    (await writeHoldings(db, realm, holdings, time.apartMs())) &&
    (await swapRows(
      db,
      teamAsks,
      teams.map((body) => ({ id: body.id, revision: body.revision, body })),
    )) &&
    (await writeIdentity(db, batches)) &&
    (await writeGates(db, batches)) &&
    (await writeCarried(db, realm, batches)) &&
    (await finishItems(db, realm, finished, now)) &&
    (await markSent(db, realm, sent, now));
  if (!fits) return false;
  await receiveItems(
    db,
    realm,
    batches.flatMap((batch) => batch.inbox ?? []),
  );
  await tellTeams(
    db,
    batches.flatMap((batch) => batch.teamsTold ?? []),
  );
  for (const { posted = [] } of batches) await writePosted(db, realm, posted);
  await writeHomes(
    db,
    realm,
    batches.flatMap((batch) => batch.homes ?? []),
  );
  const drawings = await stirredHomes(db, realm, batches.map(stirredBy), now);
  await queueMessages(db, realm, [...messages, ...drawings]);
  return true;
}
