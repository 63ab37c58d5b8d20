import { App, LogLevel } from '@slack/bolt';
import { startApp } from '../src/app.ts';
import type { SlackSandbox } from '../sandbox/slack/server.ts';
import { median, percentile } from './report.ts';
import type { Section } from './report.ts';
import { benchConfig, benchEnvironment, benchRealm, benchSlack, createUsers, entitlement, silent } from './world.ts';

/** A run lasts under a second, and one collection of garbage moves its p99: only many tell. */
const RUNS = 15;
const COMMANDS = 1000;
/** Before either is measured: a process that has just started compiles its code. */
const WARM_COMMANDS = 200;
const AT_ONCE = 50;
const nothing = (): void => undefined;
/** What Bolt says about lines that the sandbox cuts at the end of a run is no news. */
const quiet = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};

/** Acknowledgement of 1,000 commands, 50 at once, beside a Bolt listener that does nothing but acknowledge. */
export async function measureAcknowledgement(): Promise<Section> {
  const realm = await benchRealm();
  await realm.createGroup('/reader', { attributes: entitlement });
  await createUsers(realm, AT_ONCE, []);
  const empty = { p50: [] as number[], p99: [] as number[] };
  const ours = { p50: [] as number[], p99: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    collect(empty, await withEmptyBolt(fire));
    collect(ours, await withLeasehold(realm, fire));
  }
  return {
    title: `Acknowledgement of ${COMMANDS} commands, ${AT_ONCE} at once (${RUNS} runs)`,
    figures: [
      { name: 'empty Bolt listener, p50', unit: 'ms', runs: empty.p50 },
      { name: 'empty Bolt listener, p99', unit: 'ms', runs: empty.p99 },
      { name: 'Leasehold, p50', unit: 'ms', runs: ours.p50 },
      { name: 'Leasehold, p99', unit: 'ms', runs: ours.p99, bound: { kind: 'at most', value: 100 } },
      {
        name: 'median p99, Leasehold / empty',
        unit: '×',
        runs: [median(ours.p99) / median(empty.p99)],
        bound: { kind: 'at most', value: 3 },
      },
    ],
    notes: [
      'Each command is committed to the database, fsync included, before it is acknowledged.',
      'Its work begins when no command has come for 20 ms, or after 250 ms, and goes on meanwhile.',
    ],
  };
}

async function fire(slack: SlackSandbox): Promise<readonly number[]> {
  await fireCommands(slack, { people: AT_ONCE, commands: WARM_COMMANDS });
  return fireCommands(slack, { people: AT_ONCE, commands: COMMANDS });
}

function collect(into: { readonly p50: number[]; readonly p99: number[] }, latencies: readonly number[]): void {
  into.p50.push(percentile(latencies, 0.5));
  into.p99.push(percentile(latencies, 0.99));
}

/** So many people type commands, each the next one when the last was acknowledged. @returns ms until each acknowledgement */
async function fireCommands(
  slack: SlackSandbox,
  { people, commands }: { readonly people: number; readonly commands: number },
): Promise<readonly number[]> {
  const latencies: number[] = [];
  let sent = 0;
  const person = async (index: number): Promise<void> => {
    const actor = slack.workspace.as(`U${index}`);
    while (sent++ < commands) {
      const outcome = await actor.command('/request-access reader 1h INC-42 replication lag');
      if (!outcome.ok) throw new Error(`a command failed: ${outcome.error ?? 'no reason'}`);
      latencies.push(outcome.latencyMs);
    }
  };
  await Promise.all(Array.from({ length: people }, (_, index) => person(index)));
  return latencies;
}

async function withEmptyBolt(measure: (slack: SlackSandbox) => Promise<readonly number[]>): Promise<readonly number[]> {
  const slack = await benchSlack(AT_ONCE);
  const { botToken, appToken } = slack.workspace.app;
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const app = new App({ token: botToken, appToken, socketMode: true, clientOptions, logger: quiet });
  app.command('/request-access', ({ ack }) => ack());
  await app.start();
  await slack.workspace.until(() => slack.workspace.socket.connections > 0);
  try {
    return await measure(slack);
  } finally {
    await app.stop();
    await slack.stop();
  }
}

async function withLeasehold(
  realm: Awaited<ReturnType<typeof benchRealm>>,
  measure: (slack: SlackSandbox) => Promise<readonly number[]>,
): Promise<readonly number[]> {
  const slack = await benchSlack(AT_ONCE);
  const { env, remove } = await benchEnvironment(slack, realm);
  const app = await startApp(benchConfig(env), { log: silent });
  await slack.workspace.until(() => slack.workspace.socket.connections > 1);
  try {
    return await measure(slack);
  } finally {
    await app.stop();
    await slack.stop();
    await remove();
  }
}
