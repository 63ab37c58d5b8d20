import { startApp } from '../src/app.ts';
import { median, percentile } from './report.ts';
import type { Section } from './report.ts';
import { seedLeases } from './seeded.ts';
import { benchConfig, benchEnvironment, benchRealm, benchSlack, createUsers, entitlement, silent } from './world.ts';

const LEASES = 500;
const FIRST_MS = 15_000;
const SPREAD_MS = 60_000;
const PEOPLE = 50;

/** How late 500 leases end, each at a time of its own, through the whole bot. */
export async function measureLateness(): Promise<Section> {
  const realm = await benchRealm();
  const id = await realm.createGroup('/reader', { attributes: entitlement });
  const users = await createUsers(realm, LEASES, ['/reader']);
  const slack = await benchSlack(PEOPLE);
  const { env, folder, remove } = await benchEnvironment(slack, realm);
  const begin = Date.now() + FIRST_MS;
  await seedLeases(
    `${folder}/leasehold.db`,
    realm.name,
    { id, path: '/reader' },
    users.map((userId, index) => ({
      userId,
      slackId: `U${index % PEOPLE}`,
      // Spread without a pattern that a heartbeat could be in step with.
      expiresAt: begin + ((index * 7919) % SPREAD_MS),
    })),
  );
  const lateness: number[] = [];
  const app = await startApp(benchConfig(env), {
    log: silent,
    // What counts is when the end is on record, after it was seen in Keycloak.
    wrap: (ports) => ({
      ...ports,
      store: {
        ...ports.store,
        commit: async (batch) => {
          const result = await ports.store.commit(batch);
          for (const grant of batch.grants ?? []) {
            if (grant.state === 'ended') lateness.push(Math.max(0, Date.now() - (grant.expiresAt ?? Number.NaN)));
          }
          return result;
        },
      },
    }),
  });
  try {
    await slack.workspace.until(() => lateness.length >= LEASES, FIRST_MS + 2 * SPREAD_MS);
    return {
      title: `Lateness of ${LEASES} leases that end at different times within ${SPREAD_MS / 1000} s (one run)`,
      figures: [
        { name: 'p50', unit: 'ms', runs: [median(lateness)] },
        { name: 'p99', unit: 'ms', runs: [percentile(lateness, 0.99)], bound: { kind: 'at most', value: 1000 } },
      ],
    };
  } finally {
    await app.stop();
    await slack.stop();
    await remove();
  }
}
