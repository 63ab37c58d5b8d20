import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import path from 'node:path';
import Database from 'better-sqlite3';
import { getTableName, is } from 'drizzle-orm';
import { SQLiteTable, getTableConfig } from 'drizzle-orm/sqlite-core';
import { openWritable } from '../../../src/store/sqlite/connection.ts';
import * as schema from '../../../src/store/sqlite/schema.ts';
import { createStore } from '../../../src/store/sqlite/store.ts';
import type { Store } from '../../../src/usecases/store-port.ts';
import { verifyChain } from '../../../src/usecases/verify-audit.ts';
import { REALM, START, aGrant, aHolding, aPerson, aRequest, aResource } from '../../builders/domain.ts';
import { aGate } from '../../builders/gate.ts';
import { aSignIn } from '../../builders/identity.ts';
import { anInboxItem } from '../../builders/messages.ts';
import { aDraft } from './harness.ts';
import { temporaryFolder } from './sqlite-harness.ts';

// Under the store's own connection, where its engine can be made to fail.

let database: Database.Database;
let store: Store;
let remove: () => void;
let file: string;
beforeEach(() => {
  const temporary = temporaryFolder();
  remove = temporary.remove;
  file = path.join(temporary.folder, 'leasehold.db');
  database = openWritable(file);
  store = createStore(database, REALM, () => START);
});
afterEach(async () => {
  await store.close();
  remove();
});

const unavailable = expect.objectContaining({ code: 'store_unavailable' });

describe('I24: a database that cannot write', () => {
  const expectHealthyWith = async (entries: number): Promise<void> => {
    expect(await verifyChain(store.auditEntries(), () => store.auditHead())).toMatchObject({ ok: true, entries });
  };

  it('a full disk: whoever was in the write is told, nothing half-written stays, and it goes on when there is room', async () => {
    await store.commit({ audit: [aDraft(0)] });
    const pages = Number(database.pragma('page_count', { simple: true }));
    database.pragma(`max_page_count = ${String(pages)}`);
    const small = aRequest();
    const big = aRequest({ justification: 'x'.repeat(200_000) });
    const outcomes = await Promise.allSettled([
      store.commit({ requests: [small], audit: [aDraft(1)] }),
      store.commit({ requests: [big], audit: [aDraft(2)] }),
      store.receive(anInboxItem()),
    ]);
    expect(outcomes).toEqual(outcomes.map(() => ({ status: 'rejected', reason: unavailable })));
    expect(await store.request(small.id)).toBeNull();
    expect(await store.request(big.id)).toBeNull();
    expect(await store.countUnfinished()).toBe(0);
    await expectHealthyWith(2);
    database.pragma(`max_page_count = ${String(pages + 1000)}`);
    expect(await store.commit({ requests: [big], audit: [aDraft(3)] })).toBe('committed');
    await expectHealthyWith(3);
  });

  it('read-only: every write is told so, reading goes on', async () => {
    const request = aRequest();
    await store.commit({ requests: [request], audit: [aDraft(0)] });
    database.pragma('query_only = ON');
    const claim = { replica: 'a', now: START, until: START + 1, limit: 1 };
    const writes = [
      store.commit({ requests: [{ ...request, revision: 2 }], audit: [] }),
      store.receive(anInboxItem()),
      store.claim(claim),
      store.saveHighestTime(START),
    ];
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes).toEqual(outcomes.map(() => ({ status: 'rejected', reason: unavailable })));
    expect(await store.request(request.id)).toEqual(request);
    database.pragma('query_only = OFF');
    expect(await store.receive(anInboxItem())).toBe('new');
  });

  it('busy: a stranger who writes and does not let go makes commits fail, not hang', async () => {
    database.pragma('busy_timeout = 1');
    const stranger = new Database(file);
    stranger.exec('BEGIN IMMEDIATE');
    await expect(store.commit({ audit: [aDraft(0)] })).rejects.toMatchObject({ code: 'store_unavailable' });
    stranger.exec('ROLLBACK');
    stranger.close();
    expect(await store.commit({ audit: [aDraft(1)] })).toBe('committed');
    await expectHealthyWith(2);
  });

  it('a write that is refused only at its very end is nobody’s success', async () => {
    // A deferred foreign key fails at COMMIT.
    database.exec(`CREATE TABLE late (x TEXT REFERENCES requests (id) DEFERRABLE INITIALLY DEFERRED);
      CREATE TRIGGER late AFTER INSERT ON inbox BEGIN INSERT INTO late VALUES ('nobody'); END`);
    const request = aRequest();
    const outcomes = await Promise.allSettled([
      store.commit({ requests: [request], audit: [aDraft(0)] }),
      store.receive(anInboxItem()),
    ]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['rejected', 'rejected']);
    expect(await store.request(request.id)).toBeNull();
    expect(await store.commit({ requests: [request], audit: [aDraft(1)] })).toBe('committed');
    await expectHealthyWith(2);
  });

  it('a broken table: reading tells so too', async () => {
    database
      .unsafeMode()
      .exec(
        "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'grants'; PRAGMA writable_schema = RESET",
      );
    await expect(store.grant(aGrant().id)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('the tables', () => {
  const tables = Object.values(schema).flatMap((each) => (is(each, SQLiteTable) ? [each] : []));

  it.each(tables.map((table) => [getTableName(table), table] as const))(
    '%s has the columns that queries see',
    (name, table) => {
      const rows = database
        .prepare<[string], { name: string; type: string; notnull: number; hidden: number }>(
          'SELECT * FROM pragma_table_xinfo(?)',
        )
        .all(name);
      const declared = getTableConfig(table).columns.map((column) => ({
        name: column.name,
        type: column.getSQLType().toUpperCase(),
        derived: column.generated !== undefined,
      }));
      const there = rows.map((row) => ({ name: row.name, type: row.type, derived: row.hidden > 0 }));
      expect(there).toEqual(expect.arrayContaining(declared));
      expect(there).toHaveLength(declared.length);
    },
  );

  it('are never read from end to end by what runs all the time', async () => {
    const statements: string[] = [];
    const watched = new Database(file, { verbose: (text) => void statements.push(String(text)) });
    const watchedStore = createStore(watched, REALM, () => START);
    statements.length = 0;
    const { person, resource, id, requestId } = aGrant();
    const claim = { replica: 'a', now: START, until: START + 1, limit: 10 };
    await watchedStore.claim(claim);
    await watchedStore.nextLook();
    await watchedStore.overdue(START);
    await watchedStore.wakeFailed(START);
    await watchedStore.openHoldings('', 10);
    await watchedStore.managedResources();
    await watchedStore.restingHoldings(aResource(), [aPerson().userId]);
    await watchedStore.holding(aHolding().key);
    await watchedStore.grant(id);
    await watchedStore.grantOfRequest(requestId);
    await watchedStore.openGrantsOf(person.slack);
    await watchedStore.grantsToWarn(START, 10);
    await watchedStore.leaseholders(resource, person.userId, 3);
    await watchedStore.lastLease(person.userId, resource);
    await watchedStore.countOpenGrants();
    await watchedStore.request(requestId);
    await watchedStore.pendingRequest(person.userId, resource);
    await watchedStore.pendingRequestsOf(person.slack);
    await watchedStore.countRequestsSince(person.userId, START);
    await watchedStore.requestsPastWaiting(START, 10);
    await watchedStore.requestsToRemind(START, 10);
    await watchedStore.signIn(aSignIn().id);
    await watchedStore.signInSent('state');
    await watchedStore.signInCoded(person.slack);
    await watchedStore.countSignIns(person.slack, START);
    await watchedStore.forgetSignIns(START);
    await watchedStore.linkOf(person.slack);
    await watchedStore.linksTo([person.userId]);
    await watchedStore.liveLinks('', 10);
    await watchedStore.gate(aGate().id);
    await watchedStore.waitingGate(person.userId, 'grafana');
    await watchedStore.gatesOf(person.userId, START, 10);
    await watchedStore.gatesPastWaiting(START, 10);
    await watchedStore.countWaitingGates();
    await watchedStore.forgetGates(START);
    await watchedStore.carriedBy('session');
    await watchedStore.carry([]);
    await watchedStore.claimCarried({ now: START, until: START + 1, limit: 1 });
    await watchedStore.claimInbox(claim);
    await watchedStore.claimMessages({ ...claim, of: 'words' });
    await watchedStore.claimMessages({ ...claim, of: 'cards' });
    await watchedStore.claimJob({ ...claim, name: 'job' });
    await watchedStore.release(['job'], 'a', { until: START, attempts: 0 });
    await watchedStore.countUnfinished();
    await watchedStore.countUnsent();
    await watchedStore.posted(requestId);
    await watchedStore.postedAt('C1', '1.1');
    await watchedStore.audit(
      { person: aPerson().slack, access: aResource().path, since: START, until: START, state: 'live' },
      0,
      10,
    );
    const plans = statements
      .filter((text) => /^(with|select|update|delete)/i.test(text))
      .flatMap((text) => watched.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${text}`).all())
      .map((row) => row.detail);
    await watchedStore.close();
    expect(plans.length).toBeGreaterThan(30);
    // By the realm alone only indices over the few rows that are still of concern may be walked.
    const walked = new Set(plans.flatMap((plan) => /INDEX (\w+) \(realm=\?\)$/.exec(plan)?.[1] ?? []));
    const concerned = [
      'gates_waiting',
      'grants_open_by_holding',
      'grants_open_by_slack',
      'inbox_unfinished',
      'outbox_unsent',
      'outbox_lanes',
    ];
    expect([...walked].filter((index) => !concerned.includes(index))).toEqual([]);
    expect(
      plans.filter((plan) =>
        /^SCAN (requests|grants|holdings|sign_ins|links|gates|posted|inbox|outbox|audit)\b/.test(plan),
      ),
    ).toEqual([]);
  });
});
