import { spawnSync } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { spawnGuarded } from '../../../scripts/guard.js';
import type { BotProcess } from '../../doubles/e2e-bot.ts';
import type { Field } from '../field.ts';
import { LeftOut } from '../left-out.ts';
import { unique } from '../names.ts';
import { SQLITE, must, onField, stopwatch } from '../row.ts';
import type { Bench, Row } from '../row.ts';
import { counted, lease } from './keycloak.ts';

const DISK_MIB = 8;

/** A way to break the database under a running bot, and to mend it; `mend` answers the bot that goes on. */
type Trouble = {
  readonly begin: (field: Field, bot: BotProcess) => Promise<void>;
  readonly mend: (field: Field, bot: BotProcess) => Promise<BotProcess>;
};

/** A program of the machine. Throws what it said. */
function command(name: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(name, args, { encoding: 'utf8' });
  if (error !== undefined) throw new LeftOut(`this machine has no ${name}`);
  if (status !== 0) throw new Error(`${name} ${args.join(' ')}: ${stderr.trim()}`);
}

function needsRoot(what: string): void {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new LeftOut(`${what} takes root on Linux`);
}

/**
 * I24: while nothing can be kept, a due lease ends in Keycloak, nothing is granted, nothing is acknowledged as done; and
 * afterwards all of it is recorded, once.
 */
async function endsUnrecorded(field: Field, { begin, mend }: Trouble): Promise<string> {
  const [ends, lasts, waits] = [
    await field.offer(unique('/ends')),
    await field.offer(unique('/lasts')),
    await field.offer(unique('/waits')),
  ];
  const bot = await field.start();
  await lease(field, lasts, '8h');
  await lease(field, ends);
  const card = await field.ask('bob', `${waits.path} 1h why`);
  await field.quiet();
  const before = JSON.stringify(await field.record.tables());
  await begin(field, bot);
  const over = stopwatch();
  await field.pass(3601);
  await field.until('the access is gone', async () => !(await field.holds('ann', ends)));
  const gone = over();
  const refusals = [
    await refusedAtOnce(field, 'chen', () => field.workspace.as('chen').click(card, 'Approve')),
    await refusedAtOnce(field, 'bob', () => field.workspace.as('bob').command(`/request-access ${lasts.path} 1h why`)),
  ];
  must(JSON.stringify(await field.record.tables()) === before, 'nothing was recorded');
  must(await field.holds('ann', lasts), 'a lease that is not due keeps its access');
  must(!(await field.holds('bob', waits)), 'nothing was given');
  const mended = stopwatch();
  await mend(field, bot);
  await field.isGone('ann', ends);
  const recorded = mended();
  await field.quiet();
  const { requests } = await field.record.tables();
  must(requests.find(({ resource }) => resource.id === waits.id)?.state === 'pending', 'the request still waits');
  return `gone from Keycloak ${gone} after the end, unrecorded; click and command refused in one sentence (${refusals.length}); recorded ${recorded} after the trouble; ${await counted(field, ends)}`;
}

/** The one private sentence that answers what cannot be kept. */
async function refusedAtOnce(field: Field, who: 'bob' | 'chen', act: () => Promise<unknown>): Promise<string> {
  const actor = field.workspace.as(who);
  const known = actor.ephemerals().length;
  await act();
  const { text } = await field.workspace.until(() => actor.ephemerals().slice(known)[0], 20_000);
  must(/^I could not record this, so nothing was done/.test(text), `${who} is told that nothing was done: ${text}`);
  return text;
}

const goesOn =
  (undo: () => Promise<void> | void) =>
  async (_: Field, bot: BotProcess): Promise<BotProcess> => {
    await undo();
    return bot;
  };

async function locked(bench: Bench): Promise<string> {
  return onField(bench, 'sqlite', {}, async (field) => {
    const holder = path.join(import.meta.dirname, '..', 'lock-holder.ts');
    let stranger: Awaited<ReturnType<typeof spawnGuarded>> | null = null;
    return endsUnrecorded(field, {
      begin: async () => {
        const file = path.join(field.scratch, 'leasehold.db');
        stranger = await spawnGuarded(process.execPath, [holder, file], { output: 'pipe' });
        if (stranger.stdout !== null) await once(stranger.stdout, 'data');
      },
      mend: goesOn(async () => {
        await stranger?.stop();
      }),
    });
  });
}

/** A small file system of its own for the database, for as long as `work` lasts. */
async function onDisk(mount: (folder: string) => void, work: (folder: string) => Promise<string>): Promise<string> {
  needsRoot('a file system of its own');
  const folder = await mkdtemp(path.join(tmpdir(), 'leasehold-faults-disk-'));
  try {
    mount(folder);
    try {
      return await work(folder);
    } finally {
      command('umount', '--lazy', folder);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const full = (bench: Bench): Promise<string> =>
  onDisk(
    (folder) => command('mount', '-t', 'tmpfs', '-o', `size=${DISK_MIB}m`, 'tmpfs', folder),
    (folder) =>
      onField(bench, 'sqlite', { folder }, (field) => {
        const filler = path.join(folder, 'filler');
        return endsUnrecorded(field, {
          begin: () => fill(filler),
          mend: goesOn(() => rm(filler)),
        });
      }),
  );

/** Writes until the disk has no room for another byte. */
async function fill(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (const size of [65_536, 4096, 1]) {
      try {
        for (;;) await handle.write(Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  } finally {
    await handle.close();
  }
}

/** What the kernel does to a file system with an error: every open file becomes read-only at once. */
async function readOnly(bench: Bench): Promise<string> {
  const image = path.join(tmpdir(), unique('leasehold-faults-image'));
  needsRoot('a file system that turns read-only');
  try {
    await writeFile(image, Buffer.alloc(DISK_MIB * 2 ** 20));
    command('mkfs.ext4', '-q', image);
    const mount = (folder: string): void => command('mount', '-o', 'loop', image, folder);
    return await onDisk(mount, (folder) =>
      onField(bench, 'sqlite', { folder }, (field) =>
        endsUnrecorded(field, {
          begin: () => {
            command('mount', '-o', 'remount,abort', folder);
            return Promise.resolve();
          },
          mend: async (_, bot) => {
            await bot.kill();
            const refused = await field.launch();
            must((await refused.exited) === 1, 'a start on a read-only disk ends with code 1');
            must(/^[^\n]+\n$/.test(refused.said()), `it says why in one sentence: ${refused.said()}`);
            command('umount', folder);
            mount(folder);
            return field.start();
          },
        }),
      ),
    );
  } finally {
    await rm(image, { force: true });
  }
}

const unwritable = (bench: Bench): Promise<string> =>
  onField(bench, 'sqlite', {}, (field) => {
    if (process.platform !== 'linux') throw new LeftOut('limits of a running process are set on Linux only');
    const limit = (bytes: string, { pid }: BotProcess): void =>
      command('prlimit', '--pid', String(pid), `--fsize=${bytes}:`);
    return endsUnrecorded(field, {
      begin: (_, bot) => {
        limit('1', bot);
        return Promise.resolve();
      },
      mend: (_, bot) => {
        limit('unlimited', bot);
        return Promise.resolve(bot);
      },
    });
  });

/** fsync says EIO: what was written may be lost, so it does not count as written. */
const fsyncFails = (bench: Bench): Promise<string> =>
  onField(bench, 'sqlite', {}, (field) => {
    command('strace', '-V');
    let tracer: Awaited<ReturnType<typeof spawnGuarded>> | null = null;
    return endsUnrecorded(field, {
      begin: async (_, { pid }) => {
        const inject = ['-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:error=EIO'];
        tracer = await spawnGuarded('strace', ['-f', '-p', String(pid), ...inject], { output: 'pipe' });
        let said = '';
        tracer.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
        void tracer.exited.then((code) => (said += ` ended with ${code}`));
        await field.until('strace holds the bot', () => {
          if (/not permitted|ended with/.test(said)) throw new LeftOut(`strace may not trace here: ${said.trim()}`);
          return said.includes('attached');
        });
      },
      mend: goesOn(async () => {
        await tracer?.stop();
      }),
    });
  });

const row = (name: string, fault: string, injected: string, run: Row['run']): Row => ({
  name: `sqlite-${name}`,
  fault,
  injected,
  holds: ['I1', 'I15', 'I22', 'I23', 'I24'],
  stores: SQLITE,
  run,
});

export const DISK_ROWS: readonly Row[] = [
  row(
    'locked',
    'another process keeps the database locked',
    'a process of its own in an exclusive transaction',
    locked,
  ),
  row('disk-full', 'the disk is full', `a tmpfs of ${DISK_MIB} MiB, filled to the last byte`, full),
  row(
    'unwritable',
    'writing the database fails',
    'prlimit on the running bot: every write to a file fails',
    unwritable,
  ),
  row('fsync-fails', 'fsync fails', 'strace on the running bot: fsync and fdatasync answer EIO', fsyncFails),
  row(
    'read-only',
    'the file system turns read-only',
    'an ext4 of its own, aborted as after an error of the disk',
    readOnly,
  ),
];
