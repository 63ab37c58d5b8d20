import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Field } from '../field.ts';
import { unique } from '../names.ts';
import { BOTH, must, onField, stopwatch } from '../row.ts';
import type { Bench, Row } from '../row.ts';
import type { StoreKind } from '../record.ts';
import { counted, lease } from './keycloak.ts';

const ROUNDS = 8;
/** Beyond the row lease of a minute, and every quarantine. */
const STOPPED_MS = 75_000;
const SWEPT = { SWEEP_SECONDS: '2' };

/** One bot on SQLite, which has no second one; two on PostgreSQL. */
async function startAll(field: Field, store: StoreKind): Promise<void> {
  await field.start();
  if (store === 'postgres') await field.start();
  const lines = store === 'postgres' ? 4 : 2;
  await field.until('every connection to Slack stands', () => field.workspace.socket.connections === lines);
}

/** Chen and Dana press Approve at once: one lease, and both know who was first. */
const sameMoment = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, {}, async (field) => {
    const { workspace } = field;
    // Before the bots list the catalogue, which they remember for a minute.
    for (let round = 0; round < ROUNDS; round++) await field.offer(unique('/both'));
    await startAll(field, store);
    let firsts = 0;
    for (const access of field.offers) {
      const card = await field.ask('ann', `${access.path} 1h why`);
      await field.quiet();
      const approvers = [workspace.as('chen'), workspace.as('dana')];
      const known = approvers.map((who) => field.told(who).length);
      await Promise.all(approvers.map((who) => who.click(card, 'Approve')));
      await field.isLive('ann', access);
      await field.quiet();
      approvers.forEach((who, index) => {
        const news = field.told(who).slice(known[index]);
        must(news.length === 1, `${who.id} hears one sentence: ${news.join(' / ')}`);
        if (news[0]?.startsWith('You approved') === true) firsts += 1;
      });
      const { grants } = await field.record.tables();
      must(grants.filter(({ resource }) => resource.id === access.id).length === 1, 'there is one lease');
    }
    must(firsts === ROUNDS, `one of the two was first each time: ${firsts} of ${ROUNDS}`);
    return `${ROUNDS} times: one lease each, the first was thanked, the other told in one sentence`;
  });

/** A bot stops right after its last check and right before the PUT leaves, for longer than its row lease. */
const stopped = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, { env: SWEPT }, async (field) => {
    const access = await field.offer(unique('/stopped'));
    const ambush = { point: 'activation: access.give 1', moment: 'before', signal: 'SIGSTOP' } as const;
    const asleep = await field.start({ points: path.join(field.scratch, 'points'), ambush });
    await field.approve('chen', await field.ask('ann', `${access.path} 30s why`));
    const { grants } = await field.record.tables();
    must(grants.length <= 1, 'there is at most one lease');
    if (store === 'sqlite') {
      const second = await field.launch();
      must((await second.exited) === 1, 'no second bot starts on the same file while the first is stopped');
    } else await field.start();
    await sleep(STOPPED_MS);
    must(!(await field.holds('ann', access)), 'the PUT has not left');
    asleep.resume();
    const awake = stopwatch();
    await field.until('the PUT has left', async () => (await counted(field, access)).startsWith('1 PUT'));
    await field.until('it is taken back', async () => !(await field.holds('ann', access)));
    const taken = awake();
    await field.isGone('ann', access);
    await field.quiet();
    const seen = `stopped for ${STOPPED_MS / 1000} s over the end of its lease of 30 s; the PUT that then left was taken back ${taken} after it woke; ${await counted(field, access)}`;
    return { seen, expected: { violations: ['late_ack'], repeats: 1 } };
  });

/** Whoever holds the work is killed while several leases are due; the other one takes over. */
const takenOver = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, {}, async (field) => {
    const access = await field.offer(unique('/taken-over'));
    const ambush = { point: 'revocation: access.take 1', moment: 'before', signal: 'SIGKILL' } as const;
    const first = await field.start({ points: path.join(field.scratch, 'points'), ambush });
    await lease(field, access);
    await field.quiet();
    if (store === 'postgres') await field.start();
    const over = stopwatch();
    await field.pass(3601);
    if (store === 'sqlite') {
      await first.exited;
      await field.start();
    }
    await field.until('the access is gone', async () => !(await field.holds('ann', access)));
    const gone = over();
    // Where the second bot took the work first, the first one lives.
    await first.stop();
    await field.isGone('ann', access);
    await field.quiet();
    const seen = `gone ${gone} after the end; ${await counted(field, access)}`;
    return { seen, expected: { repeats: 1 } };
  });

export const REPLICA_ROWS: readonly Row[] = [
  {
    name: 'two-approvers',
    fault: 'two approvers decide in the same millisecond',
    injected: 'both press Approve at once (on two replicas with PostgreSQL)',
    holds: ['I12', 'I13', 'I15', 'I16', 'I29'],
    stores: BOTH,
    run: sameMoment,
  },
  {
    name: 'bot-stopped',
    fault: 'a bot stops for longer than its row lease, right before a PUT leaves',
    injected: `SIGSTOP after the last check and before the call, SIGCONT ${STOPPED_MS / 1000} s later`,
    holds: ['I1', 'I7', 'I26', 'I27'],
    stores: BOTH,
    run: stopped,
  },
  {
    name: 'bot-killed-with-work',
    fault: 'the bot that holds the work is killed',
    injected: '`kill -9` right before the DELETE of a due lease (another replica takes over with PostgreSQL)',
    holds: ['I1', 'I3', 'I22'],
    stores: BOTH,
    run: takenOver,
  },
];
