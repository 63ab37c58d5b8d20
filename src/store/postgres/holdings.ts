import { and, asc, eq, isNull, lt, notExists, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import { holdingKey } from '../../domain/grant.ts';
import type { Holding } from '../../domain/holding.ts';
import type { EpochMs, KeycloakUserId } from '../../domain/ids.ts';
import type { Resource } from '../../domain/resource.ts';
import type { Claim, Claimed } from '../../usecases/store-port.ts';
import { readHolding } from '../rows.ts';
import type { Db } from './connection.ts';
import { openGrantsOn } from './grants.ts';
import { grants, holdings, isOpen, resources } from './schema.ts';
import { all, recordset } from './swap.ts';

type Row = typeof holdings.$inferSelect;

/** Looks for holdings with their open grants. */
export function holdingTable(db: Db, realm: string) {
  const here = eq(holdings.realm, realm);
  const now = sql.placeholder('now');
  const byKey = db
    .select()
    .from(holdings)
    .where(eq(holdings.key, sql.placeholder('key')))
    .prepare('holding');
  const nextLook = db
    .select({ at: sql`min(${holdings.nextLookAt})`.mapWith(holdings.nextLookAt) })
    .from(holdings)
    .where(and(here, sql`${holdings.nextLookAt} IS NOT NULL`))
    .prepare('next_look');
  const overdue = db
    .select({
      count: sql`count(*)`.mapWith(Number),
      oldest: sql`min(${holdings.nextLookAt})`.mapWith(holdings.nextLookAt),
    })
    .from(holdings)
    .where(and(here, lt(holdings.nextLookAt, now)))
    .prepare('overdue');
  // Each half walks its own partial index, so that closed holdings cost nothing however many they are.
  const after = sql.placeholder('after');
  const open = unionAll(
    db
      .select({ key: sql<string>`${grants.holdingKey}`.as('open_key') })
      .from(grants)
      .where(and(eq(grants.realm, realm), isOpen, sql`${grants.holdingKey} > ${after}`)),
    db
      .select({ key: sql<string>`${holdings.key}`.as('open_key') })
      .from(holdings)
      .where(and(here, sql`${holdings.unresolved} > 0`, sql`${holdings.key} > ${after}`)),
  ).as('open');
  const openKeys = db
    .selectDistinct({ key: open.key })
    .from(open)
    .orderBy(asc(open.key))
    .limit(sql.placeholder('limit'))
    .as('open_keys');
  const openRows = db
    .select({ row: holdings })
    .from(openKeys)
    .innerJoin(holdings, eq(holdings.key, openKeys.key))
    .orderBy(asc(openKeys.key))
    .prepare('open_holdings');
  const resting = db
    .select()
    .from(holdings)
    .where(
      and(
        here,
        sql`${holdings.key} = ANY (${sql.placeholder('keys')}::text[])`,
        isNull(holdings.nextLookAt),
        eq(holdings.unresolved, 0),
        notExists(
          db
            .select({ one: sql`1` })
            .from(grants)
            .where(and(eq(grants.realm, realm), isOpen, eq(grants.holdingKey, holdings.key))),
        ),
      ),
    )
    .orderBy(asc(holdings.key))
    .prepare('resting_holdings');
  const managed = db
    .select({ body: resources.body })
    .from(resources)
    .where(eq(resources.realm, realm))
    .prepare('managed_resources');

  return {
    holding: async (key: string): Promise<Claimed | null> =>
      (await withGrants(db, realm, await byKey.execute({ key })))[0] ?? null,
    openHoldings: async (from: string, limit: number): Promise<readonly Claimed[]> =>
      withGrants(
        db,
        realm,
        (await openRows.execute({ after: from, limit })).map(({ row }) => row),
      ),
    managedResources: async (): Promise<readonly Resource[]> => (await managed.execute()).map((row) => row.body),
    restingHoldings: async (resource: Resource, users: readonly KeycloakUserId[]): Promise<readonly Holding[]> =>
      (await resting.execute({ keys: users.map((user) => holdingKey(realm, user, resource)) })).map(readHolding),
    nextLook: async (): Promise<EpochMs | null> => (await nextLook.execute())[0]?.at ?? null,
    overdue: async (at: EpochMs) => (await overdue.execute({ now: at }))[0] ?? { count: 0, oldest: null },
  };
}

/** The grants are read after the holdings, so that none is missing that a holding was written for. */
async function withGrants(db: Db, realm: string, rows: readonly Row[]): Promise<readonly Claimed[]> {
  const open = await openGrantsOn(
    db,
    realm,
    rows.map((row) => row.key),
  );
  return rows.map((row) => ({ holding: readHolding(row), grants: open.get(row.key) ?? [] }));
}

/**
 * Claims what is due, in the caller's transaction; what another replica is claiming at this moment is passed over.
 * @param apartMs how far the clock may be from the database's; a row lease lasts so much longer for whoever looks at it
 */
export async function claimHoldings(
  db: Db,
  realm: string,
  { replica, now, until, limit }: Claim,
  apartMs: number,
): Promise<readonly Claimed[]> {
  const due = db.$with('due').as(
    db
      .select({ key: holdings.key })
      .from(holdings)
      .where(
        and(
          eq(holdings.realm, realm),
          sql`${holdings.nextLookAt} <= ${now}`,
          sql`(${holdings.leaseUntil} IS NULL OR ${holdings.leaseUntil} <= ${now - apartMs})`,
        ),
      )
      .orderBy(asc(holdings.nextLookAt))
      .limit(limit)
      .for('update', { skipLocked: true }),
  );
  const rows = await db
    .with(due)
    .update(holdings)
    .set({ epoch: sql`${holdings.epoch} + 1`, leaseReplica: replica, leaseUntil: until + apartMs })
    .where(sql`${holdings.key} IN (SELECT key FROM ${due})`)
    .returning();
  rows.sort((a, b) => (a.nextLookAt ?? 0) - (b.nextLookAt ?? 0));
  const claimed = await withGrants(db, realm, rows);
  return claimed.map((each) => ({ ...each, holding: { ...each.holding, rowLease: { replica, until } } }));
}

/** Failed holdings are due now. */
export async function wakeFailed(db: Db, realm: string, now: EpochMs): Promise<void> {
  await db
    .update(holdings)
    .set({ nextLookAt: now })
    .where(and(eq(holdings.realm, realm), sql`${holdings.failures} > 0`, sql`${holdings.nextLookAt} > ${now}`));
}

/** Remembers resources, and their latest paths. Nobody waits for another's transaction where nothing is new. */
async function manageResources(db: Db, realm: string, values: readonly Resource[]): Promise<void> {
  const distinct = new Map(values.map((body) => [`${body.kind}/${body.id}`, { kind: body.kind, id: body.id, body }]));
  if (distinct.size === 0) return;
  const given = recordset([...distinct.values()], sql`kind text, id text, body jsonb`);
  await db.execute(
    sql`INSERT INTO ${resources} (realm, kind, id, body) SELECT ${realm}, kind, id, body FROM ${given} ORDER BY kind, id ON CONFLICT DO NOTHING`,
  );
  await db.execute(
    sql`UPDATE ${resources} AS stored SET body = given.body FROM ${given} WHERE stored.realm = ${realm} AND stored.kind = given.kind AND stored.id = given.id AND stored.body <> given.body`,
  );
}

/** False when a stored revision or epoch is another. Runs in the caller's transaction. */
export async function writeHoldings(
  db: Db,
  realm: string,
  values: readonly Holding[],
  apartMs: number,
): Promise<boolean> {
  const rows = values.map(({ epoch, rowLease, nextLookAt, ...body }) => ({
    key: body.key,
    revision: body.revision,
    epoch,
    lease_replica: rowLease?.replica ?? null,
    lease_until: rowLease === null ? null : rowLease.until + apartMs,
    next_look_at: nextLookAt,
    body,
  }));
  const fresh = rows.filter((row) => row.revision === 1);
  const next = rows.filter((row) => row.revision !== 1);
  const columns = sql`key text, revision integer, epoch integer, lease_replica text, lease_until bigint, next_look_at bigint, body jsonb`;
  const names = sql.raw('key, revision, epoch, lease_replica, lease_until, next_look_at, body');
  const inserted = () =>
    db.execute(
      sql`INSERT INTO ${holdings} (${names}) SELECT ${names} FROM ${recordset(fresh, columns)} ON CONFLICT DO NOTHING`,
    );
  const updated = () =>
    db.execute(
      sql`UPDATE ${holdings} AS stored SET revision = given.revision, lease_replica = given.lease_replica, lease_until = given.lease_until, next_look_at = given.next_look_at, body = given.body FROM ${recordset(next, columns)} WHERE stored.key = given.key AND stored.revision = given.revision - 1 AND stored.epoch = given.epoch`,
    );
  await manageResources(
    db,
    realm,
    // What only tokens carry is nowhere in Keycloak to be looked after.
    fresh.flatMap(({ body }) => (body.resource.inToken === true ? [] : [body.resource])),
  );
  return (await all(fresh, inserted)) && (await all(next, updated));
}
