import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { runCommand } from '../../../src/cli/run-command.ts';
import { openStore } from '../../../src/store/open.ts';
import { verifyChain } from '../../../src/usecases/verify-audit.ts';
import { REALM, START, aRequest } from '../../builders/domain.ts';
import { anInboxItem } from '../../builders/messages.ts';
import { recordedLog } from '../../doubles/log.ts';
import { startPostgres } from '../../doubles/postgres-server.ts';
import type { PostgresServer } from '../../doubles/postgres-server.ts';
import { aDraft, allEntries } from './harness.ts';
import { addressOf } from './postgres-harness.ts';

// On a server of its own, which the tests stop and start.

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres({ fsync: 'off' });
}, 120_000);
afterAll(() => server.stop(), 60_000);

const open = async (url = server.url) =>
  openStore({
    database: { engine: 'postgres', address: addressOf(url) },
    realm: REALM,
    wall: Date.now,
    monotonic: () => performance.now(),
    log: recordedLog(),
  });

async function verify(url: string) {
  const said: string[] = [];
  const complained: string[] = [];
  const code = await runCommand(['audit', 'verify'], {
    env: { DATABASE_URL: url },
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });
  return { code, said, complained };
}

it('leasehold audit verify follows the chain beside a bot, and says what is wrong in a sentence', async () => {
  expect(await verify(server.url)).toEqual({
    code: 1,
    said: [],
    complained: ['The database has no up-to-date record; start the bot on it once.'],
  });
  const { store } = await open();
  await store.commit({ audit: [aDraft(1), aDraft(2)] });
  const { seq, hash } = await store.auditHead();
  expect(await verify(server.url)).toEqual({
    code: 0,
    said: [`ok: 3 entries, the last is #${String(seq)} ${hash}`],
    complained: [],
  });
  await store.close();
  const wrong = new URL(server.url);
  wrong.password = 'not-very-private';
  expect(await verify(wrong.href)).toEqual({
    code: 1,
    said: [],
    complained: ['PostgreSQL refuses the user name or password in DATABASE_URL.'],
  });
}, 60_000);

it.each(['fast', 'quit'] as const)(
  'I24: a server that goes (%s) and comes back: told while it is away, nothing told is lost, and on it goes',
  async (how) => {
    const { store, wall } = await open();
    const before = await store.auditHead();
    const commit = (number: number) => store.commit({ requests: [aRequest()], audit: [aDraft(number)] });
    expect(await commit(1)).toBe('committed');

    const during = Array.from({ length: 200 }, (_, number) => commit(number + 2));
    await server.halt(how);
    const outcomes = await Promise.allSettled(during);
    const unavailable = expect.objectContaining({ code: 'store_unavailable' });
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toEqual(unavailable);
      else expect(outcome.value).toBe('committed');
    }
    const claim = { replica: 'a', now: START, until: START + 1, limit: 1 };
    const away = [store.claim(claim), store.receive(anInboxItem()), store.request(aRequest().id), commit(500)];
    expect(await Promise.allSettled(away)).toEqual(away.map(() => ({ status: 'rejected', reason: unavailable })));
    const toldAway = wall();

    await server.resume();
    expect(await commit(501)).toBe('committed');
    expect(wall()).toBeGreaterThanOrEqual(toldAway);
    const told = outcomes.flatMap((outcome, number) => (outcome.status === 'fulfilled' ? [number + 2] : []));
    const kept = new Set(
      (await allEntries(store)).filter(({ seq }) => seq > before.seq).map((each) => each.data['number']),
    );
    expect([1, 501, ...told].filter((number) => !kept.has(number))).toEqual([]);
    expect(await verifyChain(store.auditEntries(), () => store.auditHead())).toMatchObject({ ok: true });
    await store.close();
  },
  120_000,
);

it('a server that is not there at the start is named in one sentence', async () => {
  const nowhere = new URL(server.url);
  nowhere.port = '1';
  await expect(open(nowhere.href)).rejects.toMatchObject({
    code: 'store_unavailable',
    message: 'PostgreSQL does not answer (ECONNREFUSED).',
  });
});
