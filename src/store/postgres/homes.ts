import { sql } from 'drizzle-orm';
import type { Home } from '../../domain/home.ts';
import type { EpochMs } from '../../domain/ids.ts';
import type { Message } from '../../domain/message.ts';
import { slackAttribute } from '../../domain/people.ts';
import { homeMessage } from '../../usecases/homes.ts';
import type { Stirred } from '../../usecases/homes.ts';
import type { Db } from './connection.ts';
import { homeGroups, homes } from './schema.ts';

/** Records who has an App Home. */
export async function writeHomes(db: Db, realm: string, opened: readonly Home[]): Promise<void> {
  for (const home of opened) {
    const slack = slackAttribute(home.slack);
    await db
      .insert(homes)
      .values({ realm, slack, drawn: 0 })
      .onConflictDoUpdate({ target: [homes.realm, homes.slack], set: { drawn: sql`${homes.drawn} + 1` } });
    if (home.groups === null) continue;
    const groups = sql`${sql.param(home.groups)}::text[]`;
    await db.execute(
      sql`DELETE FROM ${homeGroups} WHERE realm = ${realm} AND slack = ${slack} AND group_id <> ALL (${groups})`,
    );
    await db.execute(
      sql`INSERT INTO ${homeGroups} (realm, group_id, slack) SELECT ${realm}, unnest(${groups}), ${slack} ON CONFLICT DO NOTHING`,
    );
  }
}

/**
 * The messages that have these Homes drawn anew. A drawing that begins meanwhile waits for the end of the caller's
 * transaction, and so sees what it changed.
 */
export async function stirredHomes(
  db: Db,
  realm: string,
  stirred: readonly Stirred[],
  now: EpochMs,
): Promise<readonly Message[]> {
  const people = [...new Set(stirred.flatMap((one) => [...one.people]))];
  const groups = [...new Set(stirred.flatMap((one) => [...one.groups]))];
  if (people.length + groups.length === 0) return [];
  const inGroups = sql`SELECT slack FROM ${homeGroups} WHERE realm = ${realm} AND group_id = ANY (${sql.param(groups)}::text[])`;
  const { rows } = await db.execute<{ slack: string; drawn: number }>(
    sql`SELECT slack, drawn FROM ${homes} WHERE realm = ${realm} AND (slack = ANY (${sql.param(people)}::text[]) OR slack IN (${inGroups})) ORDER BY slack FOR SHARE`,
  );
  return rows.map((owner) => homeMessage(owner, now));
}
