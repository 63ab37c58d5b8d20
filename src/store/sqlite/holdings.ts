import { and, asc, eq, inArray, isNull, lt, lte, notExists, or, sql } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/sqlite-core';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import { holdingKey } from '../../domain/grant.ts';
import type { OpenGrant } from '../../domain/grant.ts';
import type { Holding } from '../../domain/holding.ts';
import type { EpochMs, KeycloakUserId } from '../../domain/ids.ts';
import type { Resource } from '../../domain/resource.ts';
import type { Claim, Claimed } from '../../usecases/store-port.ts';
import { readHolding } from '../rows.ts';
import { grants, holdings, isOpen, resources, slot } from './schema.ts';

type Row = typeof holdings.$inferSelect;

/**
 * Holdings with their open grants. Every call runs in the caller's transaction, if there is one.
 * @param openGrantsOn the open grants on a holding, by its key
 */
export function holdingTable(
  db: BetterSQLite3Database,
  realm: string,
  openGrantsOn: (key: string) => readonly OpenGrant[],
) {
  const here = eq(holdings.realm, realm);
  const now = sql.placeholder('now');
  const byKey = db
    .select()
    .from(holdings)
    .where(eq(holdings.key, sql.placeholder('key')))
    .prepare();
  const due = db
    .select({ key: holdings.key })
    .from(holdings)
    .where(and(here, lte(holdings.nextLookAt, now), or(isNull(holdings.leaseUntil), lte(holdings.leaseUntil, now))))
    .orderBy(asc(holdings.nextLookAt))
    .limit(sql.placeholder('limit'));
  const claim = db
    .update(holdings)
    .set({
      epoch: sql`${holdings.epoch} + 1`,
      leaseReplica: slot(holdings.leaseReplica),
      leaseUntil: slot(holdings.leaseUntil),
    })
    .where(inArray(holdings.key, due))
    .returning()
    .prepare();
  const wakeFailed = db
    .update(holdings)
    .set({ nextLookAt: sql`${now}` })
    .where(and(here, sql`${holdings.failures} > 0`, sql`${holdings.nextLookAt} > ${now}`))
    .prepare();
  const nextLook = db
    .select({ at: sql<number | null>`min(${holdings.nextLookAt})` })
    .from(holdings)
    .where(and(here, sql`${holdings.nextLookAt} IS NOT NULL`))
    .prepare();
  const overdue = db
    .select({ count: sql<number>`count(*)`, oldest: sql<number | null>`min(${holdings.nextLookAt})` })
    .from(holdings)
    .where(and(here, lt(holdings.nextLookAt, now)))
    .prepare();
  // Each half walks its own partial index, so that closed holdings cost nothing however many they are.
  const open = unionAll(
    db
      .select({ key: sql<string>`${grants.holdingKey}`.as('key') })
      .from(grants)
      .where(and(eq(grants.realm, realm), isOpen, sql`${grants.holdingKey} > ${sql.placeholder('after')}`)),
    db
      .select({ key: sql<string>`${holdings.key}`.as('key') })
      .from(holdings)
      .where(and(here, sql`${holdings.unresolved} > 0`, sql`${holdings.key} > ${sql.placeholder('after')}`)),
  ).as('open');
  const openKeys = db
    .selectDistinct({ key: open.key })
    .from(open)
    .orderBy(asc(open.key))
    .limit(sql.placeholder('limit'))
    .prepare();

  const resting = db
    .select()
    .from(holdings)
    .where(
      and(
        here,
        sql`${holdings.key} IN (SELECT value FROM json_each(${sql.placeholder('keys')}))`,
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
    .prepare();
  const managed = db.select({ body: resources.body }).from(resources).where(eq(resources.realm, realm)).prepare();
  const manage = db
    .insert(resources)
    .values({
      realm,
      kind: sql.placeholder('kind'),
      id: sql.placeholder('id'),
      body: sql.placeholder('body'),
    })
    .onConflictDoUpdate({ target: [resources.realm, resources.kind, resources.id], set: { body: sql`excluded.body` } })
    .prepare();

  const insert = db
    .insert(holdings)
    .values({
      key: sql.placeholder('key'),
      revision: 1,
      epoch: sql.placeholder('epoch'),
      leaseReplica: sql.placeholder('lease_replica'),
      leaseUntil: sql.placeholder('lease_until'),
      nextLookAt: sql.placeholder('next_look_at'),
      body: sql.placeholder('body'),
    })
    .onConflictDoNothing()
    .prepare();
  const update = db
    .update(holdings)
    .set({
      revision: slot(holdings.revision),
      leaseReplica: slot(holdings.leaseReplica),
      leaseUntil: slot(holdings.leaseUntil),
      nextLookAt: slot(holdings.nextLookAt),
      body: slot(holdings.body),
    })
    .where(
      and(
        eq(holdings.key, sql.placeholder('key')),
        eq(holdings.revision, sql.placeholder('before')),
        eq(holdings.epoch, sql.placeholder('epoch')),
      ),
    )
    .prepare();

  const claimed = (row: Row): Claimed => ({ holding: readHolding(row), grants: openGrantsOn(row.key) });
  const holding = (key: string): Claimed | null => {
    const row = byKey.get({ key });
    return row === undefined ? null : claimed(row);
  };
  return {
    /** False when the stored revision or epoch is another. */
    write(value: Holding): boolean {
      const { epoch, rowLease, nextLookAt, ...body } = value;
      const row = {
        key: value.key,
        epoch,
        lease_replica: rowLease?.replica ?? null,
        lease_until: rowLease?.until ?? null,
        next_look_at: nextLookAt,
        body,
      };
      if (value.revision === 1) {
        const { kind, id, inToken } = value.resource;
        // What only tokens carry is nowhere in Keycloak to be looked after.
        if (inToken !== true) manage.run({ kind, id, body: value.resource });
        return insert.run(row).changes === 1;
      }
      return update.run({ ...row, revision: value.revision, before: value.revision - 1 }).changes === 1;
    },
    claim({ replica, now, until, limit }: Claim): readonly Claimed[] {
      const rows = claim.all({ lease_replica: replica, lease_until: until, now, limit });
      return rows.sort((a, b) => (a.nextLookAt ?? 0) - (b.nextLookAt ?? 0)).map(claimed);
    },
    wakeFailed: (now: EpochMs): void => void wakeFailed.run({ now }),

    holding,
    openHoldings: (after: string, limit: number): readonly Claimed[] =>
      openKeys.all({ after, limit }).flatMap(({ key }) => holding(key) ?? []),
    managedResources: (): readonly Resource[] => managed.all().map((row) => row.body),
    restingHoldings: (resource: Resource, users: readonly KeycloakUserId[]): readonly Holding[] =>
      resting.all({ keys: JSON.stringify(users.map((user) => holdingKey(realm, user, resource))) }).map(readHolding),
    nextLook: (): EpochMs | null => nextLook.get()?.at ?? null,
    overdue: (now: EpochMs) => overdue.get({ now }) ?? { count: 0, oldest: null },
  };
}
