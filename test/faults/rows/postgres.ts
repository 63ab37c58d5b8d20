import { setTimeout as sleep } from 'node:timers/promises';
import type { Field } from '../field.ts';
import { LeftOut } from '../left-out.ts';
import { unique } from '../names.ts';
import { POSTGRES, must, onField, stopwatch } from '../row.ts';
import type { Bench, Row } from '../row.ts';
import { counted, lease } from './keycloak.ts';

/** Long enough for a lease to fall due and people to click meanwhile. */
const AWAY_MS = 8000;

async function twoReplicas(field: Field): Promise<void> {
  await field.start();
  await field.start();
  await field.until('every connection to Slack stands', () => field.workspace.socket.connections === 4);
}

/**
 * I24 with replicas: while nothing can be written nothing is sent to Keycloak, for another replica may have the row; what
 * people click is refused; and all of it is made up for when the database is back.
 */
const away = (how: 'fast' | 'quit') => (bench: Bench) =>
  onField(bench, 'postgres', {}, async (field) => {
    const { postgres } = bench;
    if (postgres === null) throw new LeftOut('there is no PostgreSQL here');
    const [ends, waits] = [await field.offer(unique('/ends')), await field.offer(unique('/waits'))];
    await twoReplicas(field);
    await lease(field, ends, '6s');
    const card = await field.ask('bob', `${waits.path} 1h why`);
    await field.quiet();
    await postgres.halt(how);
    let refused: string;
    try {
      const chen = field.workspace.as('chen');
      const known = chen.ephemerals().length;
      await chen.click(card, 'Approve');
      refused = (await field.workspace.until(() => chen.ephemerals().slice(known)[0], 20_000)).text;
      must(
        /^I could not record this, so nothing was done/.test(refused),
        `Chen is told that nothing was done: ${refused}`,
      );
      await sleep(AWAY_MS);
      must(await field.holds('ann', ends), 'a replica that cannot write sends nothing');
      must(!(await field.holds('bob', waits)), 'nothing was given');
    } finally {
      await postgres.resume();
    }
    const back = stopwatch();
    await field.until('the due lease is gone', async () => !(await field.holds('ann', ends)));
    const gone = back();
    await field.isGone('ann', ends);
    await field.approve('chen', card);
    await field.isLive('bob', waits);
    await field.quiet();
    must((await counted(field, ends)) === '1 PUT and 1 DELETE', 'one PUT and one DELETE');
    return `away for ${AWAY_MS / 1000} s: nothing was sent, the click was answered “${refused.slice(0, 47)}”; the due lease was gone ${gone} after the database was back; both bots went on`;
  });

/** The database restarts again and again in the middle of a journey. */
const flickering = (bench: Bench): Promise<string> =>
  onField(bench, 'postgres', {}, async (field) => {
    const { postgres } = bench;
    if (postgres === null) throw new LeftOut('there is no PostgreSQL here');
    const access = await field.offer(unique('/flicker'));
    await twoReplicas(field);
    const restart = async (): Promise<void> => {
      await postgres.halt('quit');
      await postgres.resume();
    };
    const card = await field.ask('ann', `${access.path} 1h why`);
    await field.quiet();
    await field.approve('chen', card);
    await restart();
    await field.isLive('ann', access);
    await restart();
    await field.pass(3601);
    await restart();
    await field.isGone('ann', access);
    await restart();
    await field.quiet();
    const seen = `restarted after the click, while live, when due and after the end: ${await counted(field, access)}`;
    return { seen, expected: { repeats: 2 } };
  });

const row = (name: string, fault: string, injected: string, run: Row['run']): Row => ({
  ...{ name: `postgres-${name}`, fault, injected, run },
  holds: ['I2', 'I15', 'I22', 'I23', 'I24'],
  stores: POSTGRES,
});

export const POSTGRES_ROWS: readonly Row[] = [
  row(
    'restarted',
    'PostgreSQL is stopped in order and started again',
    'SIGINT to the server while a lease is due',
    away('fast'),
  ),
  row('crashed', 'PostgreSQL crashes and is started again', 'SIGQUIT to the server while a lease is due', away('quit')),
  row('flickers', 'PostgreSQL crashes again and again', 'SIGQUIT and a start, four times in one lease', flickering),
];
