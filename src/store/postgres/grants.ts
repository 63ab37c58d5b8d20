import { and, asc, desc, eq, inArray, lte, ne, sql } from 'drizzle-orm';
import { holdingKey } from '../../domain/grant.ts';
import type { EndedGrant, Grant, OpenGrant } from '../../domain/grant.ts';
import type { EpochMs, GrantId, KeycloakUserId, RequestId } from '../../domain/ids.ts';
import { slackAttribute } from '../../domain/people.ts';
import type { SlackUser } from '../../domain/people.ts';
import type { Resource } from '../../domain/resource.ts';
import { oldestFirst, readGrant, readLeaseholders, readLive, readResourceKey, resourceKey } from '../rows.ts';
import type { Db } from './connection.ts';
import { grants, isLive, isOpen, isToWarn } from './schema.ts';

/** Looks for grants. */
export function grantTable(db: Db, realm: string) {
  const here = eq(grants.realm, realm);
  const rows = () => db.select({ body: grants.body }).from(grants);
  const byId = rows()
    .where(and(eq(grants.id, sql.placeholder('id')), here))
    .prepare('grant');
  const byRequest = rows()
    .where(and(eq(grants.requestId, sql.placeholder('request')), here))
    .prepare('grant_of_request');
  const openOfPerson = rows()
    .where(and(here, isOpen, eq(grants.personSlack, sql.placeholder('slack'))))
    .prepare('open_grants_of');
  const liveOfUser = rows()
    .where(and(here, isLive, eq(grants.personId, sql.placeholder('user'))))
    .orderBy(asc(grants.resourceKey))
    .prepare('live_of_user');
  const toWarn = rows()
    .where(and(here, isToWarn, lte(grants.warnAt, sql.placeholder('now'))))
    .orderBy(asc(grants.warnAt))
    .limit(sql.placeholder('limit'))
    .prepare('grants_to_warn');
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
    .prepare('leaseholders');
  const lastHad = rows()
    .where(and(here, sql`${grants.hadUntil} IS NOT NULL`, eq(grants.holdingKey, sql.placeholder('key'))))
    .orderBy(desc(grants.hadUntil))
    .limit(1)
    .prepare('last_lease');
  const lately = db
    .select({ key: sql<string>`${grants.resourceKey}` })
    .from(grants)
    .where(and(here, sql`${grants.liveAt} IS NOT NULL`, eq(grants.personSlack, sql.placeholder('slack'))))
    .groupBy(grants.resourceKey)
    .orderBy(sql`max(${grants.liveAt}) DESC`)
    .limit(sql.placeholder('limit'))
    .prepare('lately_held');
  const common = db
    .select({ key: sql<string>`${grants.resourceKey}` })
    .from(grants)
    .where(and(here, isLive, sql`${grants.personId} = ANY (${sql.placeholder('users')}::text[])`))
    .groupBy(grants.resourceKey)
    .orderBy(sql`count(DISTINCT ${grants.personId}) DESC`, asc(grants.resourceKey))
    .limit(sql.placeholder('limit'))
    .prepare('commonly_held');
  const countOpen = db
    .select({ count: sql`count(*)`.mapWith(Number) })
    .from(grants)
    .where(and(here, isOpen))
    .prepare('count_open_grants');

  return {
    grant: async (id: GrantId): Promise<Grant | null> => readGrant((await byId.execute({ id }))[0]),
    grantOfRequest: async (request: RequestId): Promise<Grant | null> =>
      readGrant((await byRequest.execute({ request }))[0]),
    openGrantsOf: async (slack: SlackUser) => oldestFirst(await openOfPerson.execute({ slack: slackAttribute(slack) })),
    liveGrantsOf: async (user: KeycloakUserId) => readLive(await liveOfUser.execute({ user })),
    grantsToWarn: async (now: EpochMs, limit: number) => readLive(await toWarn.execute({ now, limit })),
    leaseholders: async (resource: Resource, but: KeycloakUserId, limit: number) =>
      readLeaseholders(
        await holders.execute({ resource: resourceKey(resource), but: holdingKey(realm, but, resource), limit }),
      ),
    lastLease: async (user: KeycloakUserId, resource: Resource) =>
      readGrant((await lastHad.execute({ key: holdingKey(realm, user, resource) }))[0]) as EndedGrant | null,
    latelyHeld: async (slack: SlackUser, limit: number) =>
      (await lately.execute({ slack: slackAttribute(slack), limit })).map(({ key }) => readResourceKey(key)),
    commonlyHeld: async (users: readonly KeycloakUserId[], limit: number) =>
      (await common.execute({ users, limit })).map(({ key }) => readResourceKey(key)),
    countOpenGrants: async () => (await countOpen.execute())[0]?.count ?? 0,
  };
}

/** The open grants on these holdings, by holding. */
export async function openGrantsOn(
  db: Db,
  realm: string,
  keys: readonly string[],
): Promise<ReadonlyMap<string, readonly OpenGrant[]>> {
  if (keys.length === 0) return new Map();
  const rows = await db
    .select({ key: sql<string>`${grants.holdingKey}`, body: grants.body })
    .from(grants)
    .where(and(eq(grants.realm, realm), isOpen, inArray(grants.holdingKey, [...keys])));
  const byKey = Map.groupBy(rows, (row) => row.key);
  return new Map([...byKey].map(([key, found]) => [key, oldestFirst(found)]));
}
