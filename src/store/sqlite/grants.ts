import { and, asc, desc, eq, lte, ne, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { holdingKey } from '../../domain/grant.ts';
import type { EndedGrant, Grant } from '../../domain/grant.ts';
import type { EpochMs, GrantId, KeycloakUserId, RequestId } from '../../domain/ids.ts';
import { slackAttribute } from '../../domain/people.ts';
import type { SlackUser } from '../../domain/people.ts';
import type { Resource } from '../../domain/resource.ts';
import { oldestFirst, readGrant, readLeaseholders, readLive, readResourceKey, resourceKey } from '../rows.ts';
import { grants, isLive, isOpen, isToWarn, slot } from './schema.ts';

/** Grants. Every call runs in the caller's transaction, if there is one. */
export function grantTable(db: BetterSQLite3Database, realm: string) {
  const here = eq(grants.realm, realm);
  const rows = () => db.select({ body: grants.body }).from(grants);
  const byId = rows()
    .where(and(eq(grants.id, sql.placeholder('id')), here))
    .prepare();
  const byRequest = rows()
    .where(and(eq(grants.requestId, sql.placeholder('request')), here))
    .prepare();
  const openOfPerson = rows()
    .where(and(here, isOpen, eq(grants.personSlack, sql.placeholder('slack'))))
    .prepare();
  const liveOfUser = rows()
    .where(and(here, isLive, eq(grants.personId, sql.placeholder('user'))))
    .orderBy(asc(grants.resourceKey))
    .prepare();
  const openOfHolding = rows()
    .where(and(here, isOpen, eq(grants.holdingKey, sql.placeholder('key'))))
    .prepare();
  const toWarn = rows()
    .where(and(here, isToWarn, lte(grants.warnAt, sql.placeholder('now'))))
    .orderBy(asc(grants.warnAt))
    .limit(sql.placeholder('limit'))
    .prepare();
  const holders = db
    .select({ slack: sql<string>`min(${grants.personSlack})`, count: sql`count(*) OVER ()`.mapWith(Number) })
    .from(grants)
    .where(
      and(
        here,
        isLive,
        eq(grants.resourceKey, sql.placeholder('resource')),
        ne(grants.holdingKey, sql.placeholder('but')),
      ),
    )
    .groupBy(grants.holdingKey)
    .orderBy(asc(grants.holdingKey))
    .limit(sql.placeholder('limit'))
    .prepare();
  const lastHad = rows()
    .where(and(here, sql`${grants.hadUntil} IS NOT NULL`, eq(grants.holdingKey, sql.placeholder('key'))))
    .orderBy(desc(grants.hadUntil))
    .limit(1)
    .prepare();
  const lately = db
    .select({ key: sql<string>`${grants.resourceKey}` })
    .from(grants)
    .where(and(here, sql`${grants.liveAt} IS NOT NULL`, eq(grants.personSlack, sql.placeholder('slack'))))
    .groupBy(grants.resourceKey)
    .orderBy(sql`max(${grants.liveAt}) DESC`)
    .limit(sql.placeholder('limit'))
    .prepare();
  const common = db
    .select({ key: sql<string>`${grants.resourceKey}` })
    .from(grants)
    .where(and(here, isLive, sql`${grants.personId} IN (SELECT value FROM json_each(${sql.placeholder('users')}))`))
    .groupBy(grants.resourceKey)
    .orderBy(sql`count(DISTINCT ${grants.personId}) DESC`, asc(grants.resourceKey))
    .limit(sql.placeholder('limit'))
    .prepare();
  const countOpen = db
    .select({ count: sql<number>`count(*)` })
    .from(grants)
    .where(and(here, isOpen))
    .prepare();

  const insert = db
    .insert(grants)
    .values({ id: sql.placeholder('id'), revision: 1, body: sql.placeholder('body') })
    .onConflictDoNothing()
    .prepare();
  const update = db
    .update(grants)
    .set({ revision: slot(grants.revision), body: slot(grants.body) })
    .where(and(eq(grants.id, sql.placeholder('id')), eq(grants.revision, sql.placeholder('before'))))
    .prepare();

  return {
    /** False when the stored revision is another, or the request already became another grant. */
    write(grant: Grant): boolean {
      const { id, revision } = grant;
      if (revision > 1) return update.run({ id, revision, body: grant, before: revision - 1 }).changes === 1;
      return insert.run({ id, body: grant }).changes === 1;
    },

    grant: (id: GrantId): Grant | null => readGrant(byId.get({ id })),
    grantOfRequest: (request: RequestId): Grant | null => readGrant(byRequest.get({ request })),
    openGrantsOf: (slack: SlackUser) => oldestFirst(openOfPerson.all({ slack: slackAttribute(slack) })),
    liveGrantsOf: (user: KeycloakUserId) => readLive(liveOfUser.all({ user })),
    openGrantsOn: (key: string) => oldestFirst(openOfHolding.all({ key })),
    grantsToWarn: (now: EpochMs, limit: number) => readLive(toWarn.all({ now, limit })),
    leaseholders: (resource: Resource, but: KeycloakUserId, limit: number) =>
      readLeaseholders(holders.all({ resource: resourceKey(resource), but: holdingKey(realm, but, resource), limit })),
    lastLease: (user: KeycloakUserId, resource: Resource) =>
      readGrant(lastHad.get({ key: holdingKey(realm, user, resource) })) as EndedGrant | null,
    latelyHeld: (slack: SlackUser, limit: number) =>
      lately.all({ slack: slackAttribute(slack), limit }).map(({ key }) => readResourceKey(key)),
    commonlyHeld: (users: readonly KeycloakUserId[], limit: number) =>
      common.all({ users: JSON.stringify(users), limit }).map(({ key }) => readResourceKey(key)),
    countOpenGrants: () => countOpen.get()?.count ?? 0,
  };
}
