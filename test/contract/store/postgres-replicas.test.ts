import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { getTableName, is } from 'drizzle-orm';
import { PgTable, getTableConfig } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Holding } from '../../../src/domain/holding.ts';
import { createPool } from '../../../src/store/postgres/connection.ts';
import * as schema from '../../../src/store/postgres/schema.ts';
import { createStore } from '../../../src/store/postgres/store.ts';
import { followTime } from '../../../src/store/postgres/time.ts';
import type { Store } from '../../../src/usecases/store-port.ts';
import { verifyChain } from '../../../src/usecases/verify-audit.ts';
import { REALM, START, aGrant, aHolding, aPerson, aRequest } from '../../builders/domain.ts';
import { aLink } from '../../builders/identity.ts';
import { anInboxItem } from '../../builders/messages.ts';
import { recordedLog } from '../../doubles/log.ts';
import { aDraft, allEntries } from './harness.ts';
import { addressOf, openDatabase, stopped } from './postgres-harness.ts';
import type { PostgresDatabase, PostgresSchema } from './postgres-harness.ts';

// Two replicas on one database, each with connections of its own.

let database: PostgresDatabase;
let shared: PostgresSchema;
let one: Store;
let other: Store;
beforeAll(async () => {
  database = await openDatabase();
}, 120_000);
afterAll(() => database.drop());
beforeEach(async () => {
  shared = await database.schema();
  [one, other] = await Promise.all([
    createStore(shared.pool(), REALM, stopped),
    createStore(shared.pool(), REALM, stopped),
  ]);
});
afterEach(async () => {
  await Promise.all([one.close(), other.close()]);
});

const bare = { audit: [] };
const replicas = () => [one, other] as const;
const pickOf = (index: number): Store => (index % 2 === 0 ? one : other);
const chain = () => verifyChain(one.auditEntries(), () => one.auditHead());

describe('replicas', () => {
  it('that start together make the tables and begin the chain once', async () => {
    expect((await allEntries(one)).map((entry) => entry.kind)).toEqual(['instance.created']);
    expect(await other.auditHead()).toEqual(await one.auditHead());
  });

  it('I26: claim at once, and no holding goes to both', async () => {
    const due = Array.from({ length: 60 }, () => aHolding({}, aGrant()));
    await one.commit({ holdings: due, ...bare });
    const claim = (store: Store, replica: string) =>
      store.claim({ replica, now: START, until: START + 30_000, limit: 7 });
    const claims = await Promise.all(Array.from({ length: 12 }, (_, turn) => claim(pickOf(turn), `r${String(turn)}`)));
    const keys = claims.flat().map(({ holding }) => holding.key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(keys)).toEqual(new Set(due.map((holding) => holding.key)));
    expect(claims.flat().every(({ holding }) => holding.epoch === 1)).toBe(true);
  });

  it('I26: a writer with an old epoch is refused, whichever replica he is', async () => {
    const holding = aHolding({}, aGrant());
    await one.commit({ holdings: [holding], ...bare });
    const [lost] = await one.claim({ replica: 'a', now: START, until: START + 10, limit: 1 });
    const [mine] = await other.claim({ replica: 'b', now: START + 10, until: START + 20, limit: 1 });
    const next = (of: Holding | undefined): Holding => ({ ...holding, ...of, revision: 2 });
    expect(await one.commit({ holdings: [next(lost?.holding)], audit: [aDraft(1)] })).toBe('conflict');
    expect(await other.commit({ holdings: [next(mine?.holding)], audit: [aDraft(2)] })).toBe('committed');
    expect((await allEntries(one)).map((entry) => entry.correlationId)).not.toContain('draft-1');
  });

  it('I22: write at once, and the chain is whole with every entry in it', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 240 }, (_, number) =>
        pickOf(number).commit({ requests: [aRequest()], audit: [aDraft(number)] }),
      ),
    );
    expect(new Set(outcomes)).toEqual(new Set(['committed']));
    expect(await chain()).toMatchObject({ ok: true, entries: 241 });
    const numbers = (await allEntries(one)).slice(1).map((entry) => Number(entry.data['number']));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 240 }, (_, number) => number));
  });

  it('I15: of two decisions at the same moment on two replicas one is committed', async () => {
    const requests = Array.from({ length: 30 }, () => aRequest());
    await one.commit({ requests, ...bare });
    const decide = (store: Store, decided: (typeof requests)[number], number: number) =>
      store.commit({ requests: [{ ...decided, revision: 2 }], audit: [aDraft(number)] });
    const outcomes = await Promise.all(
      requests.map((each, n) => Promise.all(replicas().map((store) => decide(store, each, n)))),
    );
    for (const pair of outcomes) expect([...pair].sort()).toEqual(['committed', 'conflict']);
    expect(await chain()).toMatchObject({ ok: true, entries: 31 });
  });

  it('I17: of two links for one Keycloak user at the same moment on two replicas one is made', async () => {
    const people = Array.from({ length: 30 }, () => aPerson());
    const link = (store: Store, { userId }: (typeof people)[number], number: number) =>
      store.commit({ links: [aLink({ person: { ...aPerson(), userId } })], audit: [aDraft(number)] });
    const outcomes = await Promise.all(
      people.map((each, n) => Promise.all(replicas().map((store) => link(store, each, n)))),
    );
    for (const pair of outcomes) expect([...pair].sort()).toEqual(['committed', 'conflict']);
    expect(await one.linksTo(people.map(({ userId }) => userId))).toHaveLength(30);
    expect(await chain()).toMatchObject({ ok: true, entries: 31 });
  });

  it('that stand in each other’s way get through: rows written in opposite orders', async () => {
    const rows = Array.from({ length: 2 }, () => aHolding({}, aGrant()));
    await one.commit({ holdings: rows, ...bare });
    for (let revision = 2; revision < 12; revision++) {
      const next = rows.map((holding) => ({ ...holding, revision }));
      const outcomes = await Promise.all([
        one.commit({ holdings: next, audit: [aDraft(revision)] }),
        other.commit({ holdings: next.toReversed(), audit: [aDraft(revision)] }),
      ]);
      expect(outcomes.sort()).toEqual(['committed', 'conflict']);
    }
    expect(await chain()).toMatchObject({ ok: true, entries: 11 });
  });

  it('I16: receive one envelope at once, and it is new once', async () => {
    const item = anInboxItem();
    const answers = await Promise.all(Array.from({ length: 10 }, (_, turn) => pickOf(turn).receive(item)));
    expect(answers.filter((answer) => answer === 'new')).toHaveLength(1);
  });
});

describe('a group of commits', () => {
  it('does not suffer from a member that PostgreSQL cannot keep', async () => {
    const good = Array.from({ length: 6 }, () => aRequest());
    const spoilt = aRequest({ requester: { ...aPerson(), username: 'nul\u0000' } });
    const outcomes = await Promise.allSettled(
      [...good.slice(0, 3), spoilt, ...good.slice(3)].map((request, number) =>
        one.commit({ requests: [request], audit: [aDraft(number)] }),
      ),
    );
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([true, true, true, false, true, true, true]);
    expect(await chain()).toMatchObject({ ok: true, entries: 7 });
  });

  it('does not suffer from an entry that PostgreSQL cannot keep, and nothing of its commit stays', async () => {
    const [good, spoilt] = [aRequest(), aRequest()];
    const outcomes = await Promise.allSettled([
      one.commit({ requests: [good], audit: [aDraft(1)] }),
      one.commit({ requests: [spoilt], audit: [{ ...aDraft(2), data: { text: 'nul\u0000' } }] }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(await one.request(spoilt.id)).toBeNull();
    expect(await chain()).toMatchObject({ ok: true, entries: 2 });
  });

  it('I28: what PostgreSQL says about it carries none of its values', async () => {
    const spoilt = aRequest({ justification: 'very private', requester: { ...aPerson(), username: 'nul\u0000' } });
    const error: unknown = await one.commit({ requests: [spoilt], ...bare }).catch((refused: unknown) => refused);
    expect(error).toHaveProperty('code', '22P05');
    expect(String(error)).not.toContain('very private');
  });
});

describe('the database', () => {
  it('keeps the audit from everybody: no UPDATE, DELETE or TRUNCATE', async () => {
    for (const statement of ["UPDATE audit SET hash = ''", 'DELETE FROM audit', 'TRUNCATE audit'])
      await expect(shared.run(statement)).rejects.toThrow('cannot be changed');
  });

  const tables = Object.values(schema).flatMap((each) => (is(each, PgTable) ? [each] : []));
  it.each(tables.map((table) => [getTableName(table), table] as const))(
    'has %s with the columns that queries see',
    async (name, table) => {
      const pool = shared.pool();
      const { rows } = await pool.query<{ name: string; type: string; derived: boolean; required: boolean }>(
        `SELECT column_name AS name, data_type AS type, is_generated = 'ALWAYS' AS derived, is_nullable = 'NO' AS required
         FROM information_schema.columns WHERE table_schema = current_schema AND table_name = $1`,
        [name],
      );
      await pool.end();
      const declared = getTableConfig(table).columns.map((column) => ({
        name: column.name,
        type: column.getSQLType(),
        derived: column.generated !== undefined,
        required: column.notNull,
      }));
      const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);
      expect(declared.sort(byName)).toEqual(rows.sort(byName));
    },
  );

  it('gives the time to all replicas, and is followed when its clock jumps', async () => {
    const pool = shared.pool();
    let shiftMs = 0;
    const time = await followTime(pool, () => performance.now() - shiftMs);
    const far = async (): Promise<number> => {
      const before = time.now();
      const { rows } = await pool.query<{ ms: number }>(
        'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::DOUBLE PRECISION AS ms',
      );
      const ms = rows[0]?.ms ?? Number.NaN;
      // Not before what was told before the question, nor after what is told after the answer.
      return Math.max(0, before - ms, ms - time.now());
    };
    expect(await far()).toBeLessThanOrEqual(time.apartMs() + 1);
    shiftMs = 3_600_000; // seen from here the database is an hour ahead now
    await time.refresh();
    expect(await far()).toBeLessThanOrEqual(time.apartMs() + 1);
    await pool.end();
  });

  it('is asked with limits: no statement, lock or open transaction lasts for ever', async () => {
    const pool = createPool(addressOf(shared.url), recordedLog());
    const { rows } = await pool.query<Record<string, string>>(
      `SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
         current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('application_name') AS name`,
    );
    expect(rows).toEqual([{ statement: '15s', lock: '10s', idle: '8s', name: 'leasehold' }]);
    await pool.end();
  });

  it('I24: read-only: every write is told so, nothing is handed out, reading goes on', async () => {
    const request = aRequest();
    await one.commit({ requests: [request], holdings: [aHolding({}, aGrant())], ...bare });
    // A cut connection is found out when it is used.
    const findOut = () => Promise.allSettled(Array.from({ length: 20 }, () => one.auditHead()));
    await shared.readOnly(true);
    await findOut();
    const claim = { replica: 'a', now: START, until: START + 1, limit: 1 };
    const writes = [
      one.commit({ requests: [{ ...request, revision: 2 }], audit: [] }),
      one.receive(anInboxItem()),
      one.claim(claim),
      one.claimJob({ ...claim, name: 'job sweep' }),
      one.saveHighestTime(START),
    ];
    const unavailable = expect.objectContaining({ code: 'store_unavailable', message: 'PostgreSQL is read-only now.' });
    expect(await Promise.allSettled(writes)).toEqual(writes.map(() => ({ status: 'rejected', reason: unavailable })));
    expect(await one.request(request.id)).toEqual(request);
    await shared.readOnly(false);
    await findOut();
    expect(await one.receive(anInboxItem())).toBe('new');
  });

  it('that was emptied by hand is no database of ours: the driver is told, not believed', async () => {
    await shared.run('DROP TABLE outbox');
    await expect(one.countUnsent()).rejects.toBeInstanceOf(pg.DatabaseError);
  });
});
