import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandOutcome } from '../sandbox/slack/acting/command.ts';
import { startApp } from '../src/app.ts';
import type { SlackSandbox } from '../sandbox/slack/server.ts';
import { percentile } from './report.ts';
import type { Section } from './report.ts';
import { seedLeases } from './seeded.ts';
import { benchConfig, benchEnvironment, benchRealm, benchSlack, createUsers, entitlement, silent } from './world.ts';

const DUE = 10_000;
const PEOPLE = 50;
/** Slow enough that the drain, which lets people go first, goes on meanwhile. */
const COMMANDS_PER_SECOND = 25;

/** Acknowledgement while ten thousand leases that are all due are taken away, Keycloak and Slack on the same machine. */
export async function measureDrain(): Promise<Section> {
  const realm = await benchRealm();
  const id = await realm.createGroup('/reader', { attributes: entitlement });
  const users = await createUsers(realm, DUE, ['/reader']);
  const slack = await benchSlack(PEOPLE);
  const { env, folder, remove } = await benchEnvironment(slack, realm);
  const expiresAt = Date.now() - 1000;
  await seedLeases(
    `${folder}/leasehold.db`,
    realm.name,
    { id, path: '/reader' },
    users.map((userId, index) => ({ userId, slackId: `U${index % PEOPLE}`, expiresAt })),
  );
  const startedAt = performance.now();
  const app = await startApp(benchConfig(env), { log: silent });
  const open = () => app.ports.store.countOpenGrants();
  try {
    await slack.workspace.until(() => slack.workspace.socket.connections > 1);
    // The commands come while the drain is well under way, and until it is nearly over.
    while ((await open()) > 0.95 * DUE) await sleep(50);
    const before = await open();
    const commandsFrom = performance.now();
    const latencies = await commandsWhile(slack, async () => (await open()) > 0.05 * DUE);
    const commandSeconds = (performance.now() - commandsFrom) / 1000;
    const after = await open();
    if (after === 0) throw new Error('the drain was over before the commands were');
    while ((await open()) > 0) await sleep(100);
    const seconds = (performance.now() - startedAt) / 1000;
    const ended = before - after;
    const messages = slack.workspace.calls.filter(({ method }) => method === 'chat.postMessage').length;
    return {
      title: `Acknowledgement of ${COMMANDS_PER_SECOND} commands a second while ${DUE.toLocaleString('en')} leases are taken away (one run)`,
      figures: [
        { name: 'p50', unit: 'ms', runs: [percentile(latencies, 0.5)] },
        { name: 'p99', unit: 'ms', runs: [percentile(latencies, 0.99)], bound: { kind: 'at most', value: 250 } },
        { name: 'leases ended meanwhile', unit: '/s', runs: [ended / commandSeconds] },
        { name: 'the whole drain', unit: 's', runs: [seconds] },
        { name: 'messages posted by its end', unit: '', runs: [messages] },
      ],
      notes: [
        `${latencies.length} commands by ${PEOPLE} people in ${commandSeconds.toFixed(0)} s; ${ended.toLocaleString('en')} leases ended while they were answered, ${after.toLocaleString('en')} were left.`,
      ],
    };
  } finally {
    await app.stop();
    await slack.stop();
    await remove();
  }
}

/**
 * Commands at an even pace, each by the next person, as long as `goesOn`; the pace does not wait for answers.
 * @returns ms until each acknowledgement
 */
async function commandsWhile(slack: SlackSandbox, goesOn: () => Promise<boolean>): Promise<readonly number[]> {
  const sent: Promise<CommandOutcome>[] = [];
  const startedAt = performance.now();
  while (await goesOn()) {
    const actor = slack.workspace.as(`U${sent.length % PEOPLE}`);
    sent.push(actor.command('/request-access reader 1h INC-42 replication lag'));
    const nextAt = startedAt + (sent.length * 1000) / COMMANDS_PER_SECOND;
    await sleep(Math.max(0, nextAt - performance.now()));
  }
  const outcomes = await Promise.all(sent);
  const failed = outcomes.find(({ ok }) => !ok);
  if (failed !== undefined) throw new Error(`a command failed: ${failed.error ?? 'no reason'}`);
  return outcomes.map(({ latencyMs }) => latencyMs);
}
