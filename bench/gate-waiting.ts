import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startKeycloak } from '../keycloak/server.js';
import type { Tab } from '../test/doubles/gate-visitor.ts';
import { CLIENTS, gateWorld } from './gate-world.ts';
import { percentile } from './report.ts';
import type { Section } from './report.ts';

const WAITING = 200;
/** So many sign in at once: Keycloak checks a password with a hundred milliseconds of processor. */
const AT_ONCE = 4;
const QUIET_MS = 5000;
const POLLING_MS = 20_000;
const EVERY_MS = 2000;
const CARDS_MS = 2000 * WAITING;
const URL_VARIABLE = 'LEASEHOLD_TEST_KEYCLOAK_URL';

/** What 200 logins that wait cost Keycloak: connections to its database and processor time, at rest and while they look. */
export async function measureGateWaiting(): Promise<Section> {
  const keycloak = await startKeycloak({ metrics: true, onProgress: (line) => console.error(line) });
  const before = process.env[URL_VARIABLE];
  process.env[URL_VARIABLE] = keycloak.url;
  try {
    return await measured({ pid: keycloak.pid, metricsUrl: keycloak.metricsUrl ?? '' });
  } finally {
    process.env[URL_VARIABLE] = before;
    await keycloak.stop();
  }
}

type Watched = { readonly pid: number; readonly metricsUrl: string };

async function measured(keycloak: Watched): Promise<Section> {
  const world = await gateWorld(WAITING, { waitSeconds: 1500 });
  try {
    const tabs: Tab[] = [];
    let next = 0;
    const signIn = async (): Promise<void> => {
      for (let person = next++; person < WAITING; person = next++) {
        const tab = await world.comes(`u${person}`, CLIENTS.halted);
        tab.lookAgainAt(); // or it does not wait
        tabs.push(tab);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, signIn));
    // One channel takes one card a second, and for each Leasehold reads who may decide.
    const cards = world.slack.workspace.channel('approvers');
    await world.slack.workspace.until(() => cards.messages.length >= WAITING, CARDS_MS);
    await Promise.all(tabs.map((tab) => tab.poll())); // Keycloak's caches are warm

    const rest = await during(keycloak, () => sleep(QUIET_MS));
    const polls: number[] = [];
    const looking = await during(keycloak, () => pollAll(tabs, polls));
    const seconds = POLLING_MS / 1000;
    return {
      title: `${WAITING} logins that wait`,
      figures: [
        atMost('database connections taken, nobody looking', '', rest.acquisitions, 0),
        { name: `processor of Keycloak in ${QUIET_MS / 1000} s of that`, unit: 'ms', runs: [rest.cpuMs] },
        atMost(`database connections taken, each looks every ${EVERY_MS / 1000} s`, '', looking.acquisitions, 0),
        { name: 'looks a second', unit: '/s', runs: [polls.length / seconds] },
        { name: 'processor of Keycloak for each look', unit: 'ms', runs: [looking.cpuMs / polls.length] },
        { name: 'a look, p50', unit: 'ms', runs: [percentile(polls, 0.5)] },
        { name: 'a look, p95', unit: 'ms', runs: [percentile(polls, 0.95)] },
      ],
      notes: [
        'Leasehold, the browsers and Keycloak share the machine; each look is a signed call to Leasehold as well.',
      ],
    };
  } finally {
    await world.stop();
  }
}

const atMost = (name: string, unit: string, value: number, bound: number) => ({
  ...{ name, unit, runs: [value] },
  bound: { kind: 'at most', value: bound } as const,
});

async function pollAll(tabs: readonly Tab[], polls: number[]): Promise<void> {
  const until = performance.now() + POLLING_MS;
  await Promise.all(
    tabs.map(async (tab, index) => {
      await sleep((EVERY_MS * index) / tabs.length);
      while (performance.now() < until) {
        const startedAt = performance.now();
        const { body } = await tab.poll();
        if ((body as { readonly status?: string }).status !== 'waiting') throw new Error(JSON.stringify(body));
        polls.push(performance.now() - startedAt);
        await sleep(Math.max(0, EVERY_MS - (performance.now() - startedAt)));
      }
    }),
  );
}

async function during({ pid, metricsUrl }: Watched, act: () => Promise<void>) {
  const look = async () => ({ acquired: await acquired(metricsUrl), cpuMs: await cpuMs(pid) });
  const before = await look();
  await act();
  const after = await look();
  return { acquisitions: after.acquired - before.acquired, cpuMs: after.cpuMs - before.cpuMs };
}

/** Of Keycloak's connection pool (Agroal), since its start. */
async function acquired(metricsUrl: string): Promise<number> {
  const text = await (await fetch(metricsUrl)).text();
  const [, count] = /^agroal_acquire_count_total\S* (\S+)$/m.exec(text) ?? [];
  if (count === undefined) throw new Error('Keycloak counts no connections');
  return Number(count);
}

/** User and system time of a process, from Linux, in ticks of 10 ms. */
async function cpuMs(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
