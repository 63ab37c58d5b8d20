import type { LiveGrant } from '../../../src/domain/grant.ts';
import type { Offer } from '../../doubles/e2e-cast.ts';
import type { Field } from '../field.ts';
import { unique } from '../names.ts';
import { BOTH, must, onField, stopwatch } from '../row.ts';
import type { Bench, Row } from '../row.ts';
import type { StoreKind } from '../record.ts';
import { lease } from './keycloak.ts';

const HOUR = 3600;
/** Real time that a lease lasts across a change to or from summer time, and how long before the change it begins. */
const ACROSS_SECONDS = 20;
/** I1: five seconds and two calls. */
const LATE_MS = 7000;

const isLive = async ({ record }: Field, { id }: Offer): Promise<LiveGrant> => {
  const live = (await record.tables()).grants.find(({ resource, state }) => resource.id === id && state === 'live');
  if (live?.state !== 'live') throw new Error('not so: the lease is live');
  return live;
};

/** The wall clock is set forward an hour, then back. */
const forward = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, {}, async (field) => {
    const [short, long] = [await field.offer(unique('/short')), await field.offer(unique('/long'))];
    await field.start();
    await lease(field, short, '30m');
    await lease(field, long, '4h');
    const expires = (await isLive(field, long)).expiresAt;
    const jumped = stopwatch();
    await field.pass(HOUR, { wallOnly: true });
    await field.isGone('ann', short);
    const gone = jumped();
    must((await isLive(field, long)).expiresAt === expires, 'the other expiry did not move');
    await field.until('the jump is on record', async () =>
      (await field.record.audit()).some(({ kind }) => kind === 'clock.jumped'),
    );
    await field.pass(-HOUR, { wallOnly: true });
    await field.pass(4 * HOUR);
    await field.isGone('ann', long);
    await field.quiet();
    return `the lease of 30 min ended ${gone} after the jump, early rather than late; the jump is on record with an alarm; set back again, the lease of 4 h ended after 4 h`;
  });

/** The wall clock is set back an hour, with a restart in between. */
const back = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, {}, async (field) => {
    const [alive, restarted] = [await field.offer(unique('/alive')), await field.offer(unique('/restarted'))];
    const bot = await field.start();
    await lease(field, alive);
    await field.pass(-HOUR, { wallOnly: true });
    const over = stopwatch();
    await field.pass(HOUR + 1);
    await field.isGone('ann', alive);
    const gone = over();
    await lease(field, restarted);
    await field.pass(-HOUR, { wallOnly: true });
    await field.quiet();
    await bot.stop();
    await field.start();
    await field.pass(HOUR + 1);
    await field.isGone('ann', restarted);
    await field.quiet();
    return `a lease of 1 h ended ${gone} after 1 h of monotonic time; so did one over a restart`;
  });

/** A lease that lasts over the change to, or from, summer time, on a machine that keeps Berlin's time. */
const summerTime = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, { env: { TZ: 'Europe/Berlin' } }, async (field) => {
    const late: string[] = [];
    for (const [name, change] of [
      ['spring', Date.UTC(2027, 2, 28, 1)],
      ['autumn', Date.UTC(2027, 9, 31, 1)],
    ] as const) {
      const access = await field.offer(unique(`/${name}`));
      const bot = await field.start();
      const until = (ms: number): Promise<void> => field.pass((change - ms - field.now()) / 1000);
      await until(60_000);
      const card = await field.ask('ann', `${access.path} ${ACROSS_SECONDS}s why`);
      await field.quiet();
      await until(ACROSS_SECONDS * 500);
      await field.approve('chen', card);
      await field.isLive('ann', access);
      const { expiresAt } = await isLive(field, access);
      await field.isGone('ann', access);
      const ended = (await field.record.tables()).grants.find(({ resource }) => resource.id === access.id);
      must(ended?.state === 'ended', 'the lease has ended');
      const lateMs = ended.endedAt - expiresAt;
      must(lateMs >= 0 && lateMs < LATE_MS, `the lease ended ${lateMs} ms after its end`);
      must(expiresAt > change && ended.liveAt !== null && ended.liveAt < change, 'the lease lay across the change');
      late.push(`${name} ${lateMs} ms`);
      await field.quiet();
      await bot.stop();
    }
    return `two leases of ${ACROSS_SECONDS} s across 03:00 and 02:00 Berlin time ended so late: ${late.join(', ')}`;
  });

const row = (name: string, fault: string, injected: string, holds: readonly string[], run: Row['run']): Row => ({
  ...{ name: `clock-${name}`, fault, injected, holds, run },
  stores: BOTH,
});

export const TIME_ROWS: readonly Row[] = [
  row(
    'forward',
    'the clock jumps forward an hour, and back',
    'the wall clock that the bot reads',
    ['I4', 'I5'],
    forward,
  ),
  row(
    'back',
    'the clock jumps back an hour, also over a restart',
    'the wall clock that the bot reads',
    ['I4', 'I5'],
    back,
  ),
  row(
    'summer-time',
    'summer time begins, and ends',
    'TZ and the wall clock that the bot reads, 10 s before',
    ['I1', 'I4'],
    summerTime,
  ),
];
