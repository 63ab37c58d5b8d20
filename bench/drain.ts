import { startApp } from '../src/app.ts';
import { fireCommands } from './acknowledge.ts';
import { percentile } from './report.ts';
import type { Section } from './report.ts';
import { seedLeases } from './seeded.ts';
import { benchConfig, benchEnvironment, benchRealm, benchSlack, createUsers, entitlement, silent } from './world.ts';

const DUE = 10_000;
const PEOPLE = 50;
const COMMANDS = 1000;

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
    // The commands come when the drain is well under way.
    while ((await open()) > 0.95 * DUE) await new Promise((resolve) => setTimeout(resolve, 50));
    const before = await open();
    const latencies = await fireCommands(slack, { people: PEOPLE, commands: COMMANDS });
    const after = await open();
    if (after === 0) throw new Error('the drain was over before the commands were');
    const commandSeconds = (performance.now() - startedAt) / 1000;
    while ((await open()) > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    const seconds = (performance.now() - startedAt) / 1000;
    const messages = slack.workspace.calls.filter(({ method }) => method === 'chat.postMessage').length;
    return {
      title: `Acknowledgement of ${COMMANDS} commands, ${PEOPLE} at once, while ${DUE.toLocaleString('en')} leases are taken away (one run)`,
      figures: [
        { name: 'p50', unit: 'ms', runs: [percentile(latencies, 0.5)] },
        { name: 'p99', unit: 'ms', runs: [percentile(latencies, 0.99)], bound: { kind: 'at most', value: 250 } },
        { name: 'the whole drain', unit: 's', runs: [seconds] },
        { name: 'messages posted by its end', unit: '', runs: [messages] },
      ],
      notes: [
        `${before.toLocaleString('en')} were left when the commands began, ${after.toLocaleString('en')} when the last one was acknowledged (${commandSeconds.toFixed(0)} s after the start).`,
      ],
    };
  } finally {
    await app.stop();
    await slack.stop();
    await remove();
  }
}
