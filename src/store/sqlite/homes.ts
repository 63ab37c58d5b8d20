import { and, eq, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { Home } from '../../domain/home.ts';
import type { EpochMs } from '../../domain/ids.ts';
import type { Message } from '../../domain/message.ts';
import { slackAttribute } from '../../domain/people.ts';
import { homeMessage } from '../../usecases/homes.ts';
import type { Stirred } from '../../usecases/homes.ts';
import { homeGroups, homes } from './schema.ts';

/** Who has an App Home. Every call runs in the caller's transaction, if there is one. */
export function homeTable(db: BetterSQLite3Database, realm: string) {
  const slack = sql.placeholder('slack');
  const listed = (name: string) => sql`(SELECT value FROM json_each(${sql.placeholder(name)}))`;
  const open = db
    .insert(homes)
    .values({ realm, slack, drawn: 0 })
    .onConflictDoUpdate({ target: [homes.realm, homes.slack], set: { drawn: sql`${homes.drawn} + 1` } })
    .prepare();
  const leave = db
    .delete(homeGroups)
    .where(
      and(
        eq(homeGroups.realm, realm),
        eq(homeGroups.slack, slack),
        sql`${homeGroups.groupId} NOT IN ${listed('groups')}`,
      ),
    )
    .prepare();
  const join = db
    .insert(homeGroups)
    .values({ realm, groupId: sql.placeholder('group'), slack })
    .onConflictDoNothing()
    .prepare();
  const found = db
    .select({ slack: homes.slack, drawn: homes.drawn })
    .from(homes)
    .where(
      and(
        eq(homes.realm, realm),
        sql`(${homes.slack} IN ${listed('people')} OR ${homes.slack} IN (SELECT slack FROM home_groups WHERE realm = ${realm} AND group_id IN ${listed('groups')}))`,
      ),
    )
    .prepare();
  return {
    write(home: Home): void {
      const owner = slackAttribute(home.slack);
      open.run({ slack: owner });
      if (home.groups === null) return;
      leave.run({ slack: owner, groups: JSON.stringify(home.groups) });
      for (const group of home.groups) join.run({ slack: owner, group });
    },
    /** The messages that have these Homes drawn anew. */
    stirred({ people, groups }: Stirred, now: EpochMs): readonly Message[] {
      if (people.size + groups.size === 0) return [];
      const owners = found.all({ people: JSON.stringify([...people]), groups: JSON.stringify([...groups]) });
      return owners.map((owner) => homeMessage(owner, now));
    },
  };
}
