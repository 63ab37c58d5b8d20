import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openWritable } from '../../../src/store/sqlite/connection.ts';
import { openSqliteReader } from '../../../src/store/sqlite/open.ts';
import { verifyChain } from '../../../src/usecases/verify-audit.ts';
import { aRequest } from '../../builders/domain.ts';
import { aDraft, allEntries } from './harness.ts';
import { openAt, temporaryFolder } from './sqlite-harness.ts';

const childScript = fileURLToPath(new URL('../../doubles/store-child.ts', import.meta.url));

let file: string;
let remove: () => void;
beforeEach(() => {
  const temporary = temporaryFolder();
  remove = temporary.remove;
  file = path.join(temporary.folder, 'new', 'leasehold.db');
});
afterEach(() => remove());

function startChild() {
  const child = spawn(process.execPath, [childScript, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async (): Promise<string> => String((await lines.next()).value),
    goOn: () => child.stdin.write('\n'),
    /** Kills it as the system would, and gives what it had still said. */
    kill: async (): Promise<readonly string[]> => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      const rest: string[] = [];
      for (let next = await lines.next(); next.done !== true; next = await lines.next()) rest.push(next.value);
      return rest;
    },
  };
}

describe('one bot per file', () => {
  it('a second bot is refused while the first lives, and welcome when it was killed', async () => {
    const first = startChild();
    try {
      expect(await first.line()).toBe('open');
      await expect(openAt(file)).rejects.toMatchObject({ code: 'store_locked' });
    } finally {
      await first.kill();
    }
    const second = await openAt(file);
    expect(await verifyChain(second.auditEntries(), () => second.auditHead())).toMatchObject({ ok: true });
    await second.close();
  });

  it('I23: what was told to be committed outlives the kill of its process', async () => {
    const child = startChild();
    const told: string[] = [];
    try {
      await child.line();
      child.goOn();
      for (let count = 0; count < 100; count++) told.push(await child.line());
    } finally {
      told.push(...(await child.kill()));
    }
    const store = await openAt(file);
    const kept = new Set((await allEntries(store)).map((entry) => entry.correlationId));
    expect(told.filter((id) => id.startsWith('draft-') && !kept.has(id))).toEqual([]);
    expect(await verifyChain(store.auditEntries(), () => store.auditHead())).toMatchObject({ ok: true });
    await store.close();
  });

  it('a closed store lets the next one in, with everything asked for before', async () => {
    const first = await openAt(file);
    const commits = Array.from({ length: 120 }, (_, number) => first.commit({ audit: [aDraft(number)] }));
    await first.close();
    expect(new Set(await Promise.all(commits))).toEqual(new Set(['committed']));
    const second = await openAt(file);
    expect(await second.auditHead()).toMatchObject({ seq: 121 });
    await second.close();
  });
});

describe('the file', () => {
  it('is written durably: write-ahead log, and a wait for the disk at every commit', async () => {
    await (await openAt(file)).close();
    // Opened again, for the driver's own choice differs only for a file that is in this mode already.
    const database = openWritable(file);
    database.exec('SELECT count(*) FROM audit');
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(database.pragma('synchronous', { simple: true })).toBe(2);
    expect(database.pragma('foreign_keys', { simple: true })).toBe(1);
    database.close();
  });

  it('lies in a folder that nobody else may enter', async () => {
    await (await openAt(file)).close();
    expect(statSync(path.dirname(file)).mode & 0o077).toBe(0);
  });

  it('keeps its tables and its instance when it is opened again', async () => {
    const request = aRequest();
    const first = await openAt(file);
    await first.commit({ requests: [request], audit: [aDraft()] });
    const head = await first.auditHead();
    await first.close();
    const second = await openAt(file);
    expect(await second.request(request.id)).toEqual(request);
    expect(await second.auditHead()).toEqual(head);
    await second.close();
  });

  it('of a newer Leasehold is refused, and left alone', async () => {
    await (await openAt(file)).close();
    const database = openWritable(file);
    database.exec("INSERT INTO migrations (name, applied_at) VALUES ('9999_from_the_future.sql', 0)");
    database.close();
    await expect(openAt(file)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(openAt(file)).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('that is no database is refused', async () => {
    await expect(openAt(childScript.replace('store-child.ts', 'log.ts/leasehold.db'))).rejects.toMatchObject({
      code: 'store_unavailable',
    });
  });
});

describe('a reader beside the bot', () => {
  it('sees one moment of the record, however the bot writes on', async () => {
    const store = await openAt(file);
    await store.commit({ audit: [aDraft(1)] });
    const reader = await openSqliteReader(file);
    const head = await reader.auditHead();
    await store.commit({ audit: [aDraft(2)] });
    expect(await verifyChain(reader.auditEntries(), () => reader.auditHead())).toEqual({ ok: true, entries: 2, head });
    await reader.close();
    const later = await openSqliteReader(file);
    expect(await later.auditHead()).toMatchObject({ seq: 3 });
    await later.close();
    await store.close();
  });

  it('says so when there is nothing to read', async () => {
    await expect(openSqliteReader(file)).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});
