import BetterSqlite from 'better-sqlite3';
import pg from 'pg';
import { holdingKey } from '../src/domain/grant.ts';
import { linkEntry } from '../src/store/chain.ts';
import type { Head } from '../src/store/chain.ts';
import type { DecisionRows } from './decision-rows.ts';
import { REALM } from './engines.ts';
import type { Engine } from './engines.ts';

type ByHand = {
  /** The envelope durable, then the decision durable. */
  readonly decide: (rows: DecisionRows) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Somebody who knows the tables writes a decision straight into them, many in a transaction, equally durable and chained. */
export const handWritten = (engine: Engine): Promise<ByHand> =>
  engine.name === 'SQLite' ? intoSqlite(engine.url.replace('file:', '')) : intoPostgres(engine.url);

/** Whoever asks while the last group is written goes into the next one. */
function grouped(write: (rows: readonly DecisionRows[]) => Promise<void> | void) {
  let waiting: { readonly rows: DecisionRows; readonly done: () => void; readonly fail: (error: unknown) => void }[] =
    [];
  let running = false;
  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        await write(group.map(({ rows }) => rows));
        for (const { done } of group) done();
      } catch (error) {
        for (const { fail } of group) fail(error);
      }
    }
    running = false;
  };
  return (rows: DecisionRows): Promise<void> =>
    new Promise((done, fail) => {
      waiting.push({ rows, done, fail });
      if (running) return;
      running = true;
      setImmediate(() => void work());
    });
}

/** All rows of a group by table, as JSON where the table has JSON, the audit entries linked to the head. */
function rowsOf(group: readonly DecisionRows[], head: Head) {
  let end = head;
  const entries = group
    .flatMap(({ batch }) => batch.audit)
    .map((draft) => {
      const row = linkEntry(draft, REALM, end);
      end = row;
      return { seq: row.seq, entry: row.entry, hash: row.hash };
    });
  return {
    // What is undefined is not in the JSON.
    requests: group.flatMap(({ batch }) =>
      (batch.requests ?? []).map((body) => ({
        id: body.id,
        body: JSON.stringify({ ...body, justification: undefined }),
      })),
    ),
    grants: group.flatMap(({ batch }) =>
      (batch.grants ?? []).map((body) => ({ id: body.id, body: JSON.stringify(body) })),
    ),
    holdings: group.flatMap(({ batch }) =>
      (batch.holdings ?? []).map((value) => ({
        key: holdingKey(REALM, value.userId, value.resource),
        nextLookAt: value.nextLookAt,
        body: JSON.stringify({ ...value, epoch: undefined, rowLease: undefined, nextLookAt: undefined }),
      })),
    ),
    messages: group.flatMap(({ batch }) =>
      (batch.messages ?? []).map((message) => ({ key: message.key, at: message.at, message: JSON.stringify(message) })),
    ),
    envelopes: group.map(({ envelope }) => ({ key: envelope.key, item: JSON.stringify(envelope) })),
    entries,
    end,
  };
}

function intoSqlite(file: string): Promise<ByHand> {
  const db = new BetterSqlite(file);
  db.pragma('synchronous = FULL');
  const envelope = db.prepare(`INSERT INTO inbox (realm, key, lane, item) VALUES ('${REALM}', ?, 'hand', ?)`);
  const finish = db.prepare(`UPDATE inbox SET done_at = 1, item = NULL WHERE realm = '${REALM}' AND key = ?`);
  const request = db.prepare('UPDATE requests SET revision = 2, body = ? WHERE id = ?');
  const grant = db.prepare('INSERT INTO grants (id, revision, body) VALUES (?, 1, ?)');
  const holding = db.prepare('INSERT INTO holdings (key, revision, epoch, next_look_at, body) VALUES (?, 1, 0, ?, ?)');
  const message = db.prepare(
    `INSERT INTO outbox (realm, key, lane, rank, message) VALUES ('${REALM}', ?, 'hand', 1, ?)`,
  );
  const entry = db.prepare('INSERT INTO audit (seq, entry, hash) VALUES (?, ?, ?)');
  const head = db.prepare<[], Head>('SELECT audit_seq AS seq, audit_hash AS hash FROM meta');
  const move = db.prepare('UPDATE meta SET audit_seq = ?, audit_hash = ?');
  const receive = db.transaction((group: readonly DecisionRows[]) => {
    for (const one of group) envelope.run(one.envelope.key, JSON.stringify(one.envelope));
  });
  const commit = db.transaction((group: readonly DecisionRows[]) => {
    const rows = rowsOf(group, head.get() ?? { seq: 0, hash: '' });
    for (const one of rows.envelopes) finish.run(one.key);
    for (const one of rows.requests) request.run(one.body, one.id);
    for (const one of rows.grants) grant.run(one.id, one.body);
    for (const one of rows.holdings) holding.run(one.key, one.nextLookAt, one.body);
    for (const one of rows.messages) message.run(one.key, one.message);
    for (const one of rows.entries) entry.run(one.seq, one.entry, one.hash);
    move.run(rows.end.seq, rows.end.hash);
  });
  return Promise.resolve(
    handOf(
      grouped((group) => receive.immediate(group)),
      grouped((group) => commit.immediate(group)),
      () => void db.close(),
    ),
  );
}

async function intoPostgres(url: string): Promise<ByHand> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const many = (name: string, text: string, rows: readonly object[]) =>
    client.query({ name, text, values: [JSON.stringify(rows)] });
  const inTransaction = async (work: () => Promise<unknown>): Promise<void> => {
    await client.query('BEGIN');
    await work();
    await client.query('COMMIT');
  };
  // One connection carries both kinds of group, so a group waits for the one before it.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const receive = (group: readonly DecisionRows[]) =>
    inTurn(() =>
      inTransaction(() =>
        many(
          'receive',
          `INSERT INTO inbox (realm, key, lane, item) SELECT '${REALM}', key, 'hand', item FROM json_to_recordset($1::json) AS x (key text, item text)`,
          group.map(({ envelope }) => ({ key: envelope.key, item: JSON.stringify(envelope) })),
        ),
      ),
    );
  const commit = (group: readonly DecisionRows[]) =>
    inTurn(() =>
      inTransaction(async () => {
        const { requests, grants, holdings, messages, envelopes } = rowsOf(group, { seq: 0, hash: '' });
        await many(
          'finish',
          `UPDATE inbox SET done_at = 1, item = NULL FROM json_to_recordset($1::json) AS x (key text) WHERE realm = '${REALM}' AND inbox.key = x.key`,
          envelopes,
        );
        await many(
          'requests',
          'UPDATE requests SET revision = 2, body = x.body::jsonb FROM json_to_recordset($1::json) AS x (id text, body text) WHERE requests.id = x.id',
          requests,
        );
        await many(
          'grants',
          'INSERT INTO grants (id, revision, body) SELECT id, 1, body::jsonb FROM json_to_recordset($1::json) AS x (id text, body text)',
          grants,
        );
        await many(
          'holdings',
          'INSERT INTO holdings (key, revision, epoch, next_look_at, body) SELECT key, 1, 0, "nextLookAt", body::jsonb FROM json_to_recordset($1::json) AS x (key text, "nextLookAt" bigint, body text)',
          holdings,
        );
        await many(
          'messages',
          `INSERT INTO outbox (realm, key, lane, rank, message) SELECT '${REALM}', key, 'hand', 1, message FROM json_to_recordset($1::json) AS x (key text, at bigint, message text)`,
          messages,
        );
        const { rows } = await client.query<{ seq: string; hash: string }>(
          'SELECT audit_seq AS seq, audit_hash AS hash FROM meta FOR UPDATE',
        );
        const head = rows[0] ?? { seq: '0', hash: '' };
        const { entries, end } = rowsOf(group, { seq: Number(head.seq), hash: head.hash });
        await many(
          'entries',
          'INSERT INTO audit (seq, entry, hash) SELECT seq, entry, hash FROM json_to_recordset($1::json) AS x (seq bigint, entry text, hash text)',
          entries,
        );
        await client.query('UPDATE meta SET audit_seq = $1, audit_hash = $2', [end.seq, end.hash]);
      }),
    );
  return handOf(grouped(receive), grouped(commit), () => client.end());
}

const handOf = (
  receive: (rows: DecisionRows) => Promise<void>,
  commit: (rows: DecisionRows) => Promise<void>,
  close: () => Promise<void> | void,
): ByHand => ({
  decide: async (rows) => {
    await receive(rows);
    await commit(rows);
  },
  close: async () => close(),
});
