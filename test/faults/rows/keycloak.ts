import { setTimeout as sleep } from 'node:timers/promises';
import { startTroublesomeProxy } from '../../doubles/e2e-proxy.ts';
import type { Trouble, TroublesomeProxy } from '../../doubles/e2e-proxy.ts';
import type { Offer } from '../../doubles/e2e-cast.ts';
import type { Field } from '../field.ts';
import { LeftOut } from '../left-out.ts';
import { BOTH, must, onField, stopwatch } from '../row.ts';
import type { Bench, Row } from '../row.ts';
import type { StoreKind } from '../record.ts';
import { unique } from '../names.ts';

const GIVE = /^PUT .*\/groups\//;
const TAKE = /^DELETE .*\/groups\//;
/** Longer than a call's time-out (5 s), so that what was under way is given up. */
const STOPPED_MS = 12_000;

/** Ann asks, Chen approves, and the access is there. */
export async function lease(field: Field, access: Offer, duration = '1h'): Promise<void> {
  await field.approve('chen', await field.ask('ann', `${access.path} ${duration} why`));
  await field.isLive('ann', access);
}

/** How often Keycloak has recorded that the bot gave and took this access. */
export async function counted(field: Field, { id }: Offer): Promise<string> {
  const changes = (await field.botChanges()).filter((change) => change.endsWith(id));
  const given = changes.filter((change) => change.startsWith('CREATE')).length;
  return `${given} PUT and ${changes.length - given} DELETE`;
}

async function throughProxy(
  bench: Bench,
  store: StoreKind,
  work: (field: Field, proxy: TroublesomeProxy) => Promise<string>,
): Promise<string> {
  const proxy = await startTroublesomeProxy(bench.shared.realm.keycloakUrl);
  try {
    return await onField(bench, store, { keycloakUrl: proxy.url }, (field) => work(field, proxy));
  } finally {
    await proxy.stop();
  }
}

/** The first PUT and the first DELETE of a lease meet the trouble. */
const troubled = (how: Trouble) => (bench: Bench, store: StoreKind) =>
  throughProxy(bench, store, async (field, proxy) => {
    const [gives, takes] = [await field.offer(unique('/gives')), await field.offer(unique('/takes'))];
    await field.start();
    proxy.trouble(GIVE, how, 1);
    const card = await field.ask('ann', `${gives.path} 1h why`);
    const giving = stopwatch();
    await field.approve('chen', card);
    await field.isLive('ann', gives);
    const gave = giving();
    await lease(field, takes);
    proxy.trouble(TAKE, how, 1);
    const taking = stopwatch();
    await field.pass(3601);
    await field.until(
      'both are gone',
      async () => !(await field.holds('ann', gives)) && !(await field.holds('ann', takes)),
    );
    const took = taking();
    await field.isGone('ann', gives);
    await field.isGone('ann', takes);
    const ended = taking();
    must(proxy.troubled === 2, 'one PUT and one DELETE met the trouble');
    await field.quiet();
    return `given after ${gave}; both gone ${took} after their end and called ended after ${ended}; Keycloak counted ${await counted(field, gives)}, ${await counted(field, takes)}`;
  });

/** A PUT that the bot gave up lands when the lease has already been taken back. */
const latePut = (bench: Bench, store: StoreKind): Promise<string> =>
  throughProxy(bench, store, async (field, proxy) => {
    const access = await field.offer(unique('/late-put'));
    await field.start();
    proxy.trouble(GIVE, 'hold', 1);
    await lease(field, access);
    await field.press('ann', await field.workspace.until(() => liveMessage(field, access), 20_000), 'Release');
    await field.until('taken back', async () => !(await field.holds('ann', access)));
    const landed = stopwatch();
    await proxy.release();
    must(await field.holds('ann', access), 'the late PUT landed');
    await field.isGone('ann', access);
    const gone = landed();
    await field.quiet();
    return `the PUT landed after the DELETE and was found and taken back ${gone} later, before the lease was called ended; ${await counted(field, access)}`;
  });

/** A DELETE that the bot gave up lands when the person has been given the access anew. */
const lateDelete = (bench: Bench, store: StoreKind): Promise<string> =>
  throughProxy(bench, store, async (field, proxy) => {
    const access = await field.offer(unique('/late-delete'));
    await field.start();
    await lease(field, access);
    proxy.trouble(TAKE, 'hold', 1);
    await field.press('ann', await field.workspace.until(() => liveMessage(field, access), 20_000), 'Release');
    await field.until('taken back', async () => !(await field.holds('ann', access)));
    const card = await field.ask('ann', `${access.path} 1h again`);
    await field.approve('chen', card);
    await field.until('given anew', () => field.holds('ann', access));
    const landed = stopwatch();
    await proxy.release();
    await field.isLive('ann', access);
    const live = landed();
    await field.quiet(); // what is on its way to Slack would be given up and said again
    await field.pass(60);
    await field.quiet();
    must(await field.holds('ann', access), 'the new lease has its access');
    return `the new lease went live only when the late DELETE could do no harm, ${live} after it had landed; ${await counted(field, access)}`;
  });

const liveMessage = ({ workspace }: Field, { path }: Offer) =>
  workspace.as('ann').dm.messages.findLast(({ text }) => text.includes(`*${path}*`) && text.startsWith('You have'));

async function stopped(bench: Bench, store: StoreKind): Promise<string> {
  const { keycloak } = bench;
  if (keycloak === null) throw new LeftOut('this Keycloak is not ours to stop');
  return onField(bench, store, {}, async (field) => {
    const [ends, begins] = [await field.offer(unique('/ends')), await field.offer(unique('/begins'))];
    await field.start();
    const card = await field.ask('ann', `${begins.path} 1h why`);
    await lease(field, ends, '8s');
    keycloak.pause();
    try {
      await field.approve('chen', card);
      await sleep(STOPPED_MS);
    } finally {
      keycloak.resume();
    }
    const back = stopwatch();
    await field.isGone('ann', ends);
    const gone = back();
    await field.isLive('ann', begins);
    const live = back();
    await field.quiet();
    return `stopped for ${STOPPED_MS / 1000} s; after it went on, the due lease was gone in ${gone} and the waiting click live in ${live}; ${await counted(field, ends)}`;
  });
}

const TROUBLES: readonly (readonly [name: string, fault: string, how: Trouble])[] = [
  ['late', 'Keycloak is slow: a call takes 2 s', 'late'],
  ['cut', 'the line to Keycloak breaks before a call arrives', 'cut'],
  ['hang', 'a call to Keycloak never arrives and is never answered', 'hang'],
  ['answer-lost', 'Keycloak carries a call out and its answer is lost', 'lose_answer'],
  ['500', 'Keycloak answers 500', 'broken'],
  ['503', 'Keycloak answers 503', 'fail'],
  ['429', 'something in front of Keycloak answers 429', 'limited'],
];
const EITHER_WAY = ['I1', 'I7', 'I9', 'I22', 'I27', 'I30'];

export const KEYCLOAK_ROWS: readonly Row[] = [
  {
    name: 'keycloak-stopped',
    fault: 'Keycloak stops and goes on again',
    injected: `SIGSTOP of the server for ${STOPPED_MS / 1000} s while a lease is due and a click waits`,
    holds: ['I1', 'I2', 'I14', 'I22'],
    stores: BOTH,
    run: stopped,
  },
  ...TROUBLES.map(([name, fault, how]): Row => ({
    name: `keycloak-${name}`,
    fault,
    injected: 'a proxy does it to the first PUT and the first DELETE of a lease',
    holds: EITHER_WAY,
    stores: BOTH,
    run: troubled(how),
  })),
  {
    name: 'keycloak-late-put',
    fault: 'a PUT lands after the bot gave it up and took the access back',
    injected: 'a proxy holds the PUT and delivers it after the DELETE',
    holds: ['I1', 'I7', 'I27'],
    stores: BOTH,
    run: latePut,
  },
  {
    name: 'keycloak-late-delete',
    fault: 'a DELETE lands after the bot gave it up and gave the access anew',
    injected: 'a proxy holds the DELETE and delivers it during the next lease',
    holds: ['I7', 'I9', 'I10'],
    stores: BOTH,
    run: lateDelete,
  },
];
