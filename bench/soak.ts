import { setTimeout as sleep } from 'node:timers/promises';
import { startBot } from '../sandbox/demo/bot.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import { sqliteEngine } from './engines.ts';
import { fillAudit, fillGrants } from './fill.ts';
import { memoryOf } from './memory.ts';
import type { Section } from './report.ts';
import { benchEnvironment, benchRealm, benchSlack, createUsers, entitlement, silent } from './world.ts';

const ROWS = 1_000_000;
const LIVE_EVERY = 100;
const SOAK_MS = Number(process.env['BENCH_SOAK_SECONDS'] ?? 600) * 1000;
const WARM_MS = 20_000;
const PEOPLE = 20;
const MIB = 2 ** 20;

/** Memory of the process that `npm start` runs: on a new database, and with a million grants and entries after a soak. */
export async function measureSoak(): Promise<Section> {
  const start = await soaked(WARM_MS, false);
  const end = await soaked(SOAK_MS, true);
  return {
    title: `Memory after a soak of ${SOAK_MS / 1000} s with ${ROWS.toLocaleString('en')} grants and audit entries (one run)`,
    figures: [
      { name: `new database, after ${WARM_MS / 1000} s of the same work`, unit: 'MiB', runs: [start] },
      { name: 'a million of each, after the soak', unit: 'MiB', runs: [end] },
      { name: 'ratio', unit: '×', runs: [end / start], bound: { kind: 'at most', value: 1.3 } },
    ],
    notes: [
      `One grant in ${LIVE_EVERY} is live. The work: requests, approvals, releases, audit pages, a sweep every 30 s.`,
    ],
  };
}

/** @returns resident memory, MiB, at the end */
async function soaked(forMs: number, filled: boolean): Promise<number> {
  const realm = await benchRealm();
  await realm.createGroup('/reader', { attributes: entitlement });
  await createUsers(realm, PEOPLE, []);
  const slack = await benchSlack(PEOPLE);
  const { env, folder, remove } = await benchEnvironment(slack, realm);
  if (filled) {
    const file = `${folder}/leasehold.db`;
    const store = await openSqliteStore({ file, realm: realm.name, now: Date.now, log: silent });
    const engine = sqliteEngine(file);
    await fillGrants(engine, { from: 1, to: ROWS, liveEvery: LIVE_EVERY, due: 0, realm: realm.name });
    await fillAudit(engine, store, ROWS, realm.name);
    await store.close();
  }
  const bot = await startBot({ ...env, SWEEP_SECONDS: '30' });
  try {
    const startedAt = performance.now();
    let toldAt = startedAt;
    while (performance.now() < startedAt + forMs) {
      await oneRound(slack.workspace);
      await sleep(200);
      if (performance.now() - toldAt < 30_000) continue;
      toldAt = performance.now();
      await tell(bot.url, toldAt - startedAt);
    }
    return (await memoryOf(bot.url)).residentBytes / MIB;
  } finally {
    await bot.stop();
    await slack.stop();
    await remove();
  }
}

/** One line on the way, so that one can see whether memory still grows, and of what kind it is. */
async function tell(url: string, sinceMs: number): Promise<void> {
  const { residentBytes, heapBytes } = await memoryOf(url);
  console.error(
    `  after ${Math.round(sinceMs / 1000)} s: ${Math.round(residentBytes / MIB)} MiB resident, ${Math.round(heapBytes / MIB)} MiB heap used`,
  );
}

/** Everybody asks, the approver approves what he sees, everybody looks at what he holds. */
async function oneRound(workspace: Awaited<ReturnType<typeof benchSlack>>['workspace']): Promise<void> {
  const approvers = workspace.channel('approvers');
  const chen = workspace.as('U0CHEN');
  await Promise.all(
    Array.from({ length: PEOPLE }, async (_, index) => {
      const person = workspace.as(`U${index}`);
      await person.command('/request-access reader 2s INC-42 replication lag');
      await person.command('/access');
    }),
  );
  await sleep(500);
  const open = approvers.messages.slice(-2 * PEOPLE).filter((card) => chen.read(card).includes('[ Approve ]'));
  await Promise.all(open.map((card) => chen.click(card, 'Approve')));
}
