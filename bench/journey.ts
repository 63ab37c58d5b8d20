import { startApp } from '../src/app.ts';
import { median, percentile } from './report.ts';
import type { Section } from './report.ts';
import { benchConfig, benchEnvironment, benchRealm, benchSlack, createUsers, entitlement, silent } from './world.ts';

const CLICKS = 20;
const LEASES = 120;
const LEASE_SECONDS = 40;

/** From the approver's click until the access is live in Keycloak; and how late 100 leases end that end in the same second. */
export async function measureJourney(): Promise<Section> {
  const realm = await benchRealm();
  const group = await realm.createGroup('/reader', { attributes: entitlement });
  const users = await createUsers(realm, LEASES, []);
  const slack = await benchSlack(LEASES);
  const { workspace } = slack;
  const { env, remove } = await benchEnvironment(slack, realm);
  const liveAt = new Map<string, number>();
  const endedAt = new Map<string, number>();
  const expiresAt = new Map<string, number>();
  const app = await startApp(benchConfig(env), {
    log: silent,
    // What is measured is the moment at which the end or the beginning is on record, after it was seen in Keycloak.
    wrap: (ports) => ({
      ...ports,
      store: {
        ...ports.store,
        commit: async (batch) => {
          const result = await ports.store.commit(batch);
          for (const grant of batch.grants ?? []) {
            if (grant.state === 'live') {
              liveAt.set(grant.person.username, performance.now());
              expiresAt.set(grant.person.username, grant.expiresAt);
            }
            if (grant.state === 'ended') endedAt.set(grant.person.username, Date.now());
          }
          return result;
        },
      },
    }),
  });
  try {
    await workspace.until(() => workspace.socket.connections > 1);
    const approvers = workspace.channel('approvers');
    const chen = workspace.as('U0CHEN');
    const clicks: number[] = [];
    const askAll = async (from: number, to: number, duration: string): Promise<void> => {
      for (let index = from; index < to; index++)
        await workspace.as(`U${index}`).command(`/request-access reader ${duration} INC-42 replication lag`);
      // One channel takes one message a second.
      await workspace.until(() => approvers.messages.length >= to, 2000 * (to - from) + 60_000);
    };
    await askAll(0, CLICKS, '8h');
    for (const card of approvers.messages.slice(0, CLICKS)) {
      const before = liveAt.size;
      const clickedAt = performance.now();
      await chen.click(card, 'Approve');
      await workspace.until(() => liveAt.size > before, 20_000);
      clicks.push(Math.max(...liveAt.values()) - clickedAt);
    }
    const puts: number[] = [];
    for (const id of users.slice(CLICKS, 2 * CLICKS)) {
      const startedAt = performance.now();
      await realm.asBot('PUT', `/users/${id}/groups/${group}`);
      puts.push(performance.now() - startedAt);
      await realm.asBot('DELETE', `/users/${id}/groups/${group}`);
    }

    await askAll(CLICKS, LEASES, `${LEASE_SECONDS}s`);
    await Promise.all(approvers.messages.slice(CLICKS, LEASES).map((card) => chen.click(card, 'Approve')));
    await workspace.until(() => endedAt.size >= LEASES - CLICKS, 120_000);
    const lateness = [...endedAt].map(([name, at]) => Math.max(0, at - (expiresAt.get(name) ?? at)));
    return {
      title: 'From click to access, and from expiry to its end',
      figures: [
        { name: `click to access live in Keycloak, p50 of ${CLICKS}`, unit: 'ms', runs: [median(clicks)] },
        { name: `click to access live in Keycloak, p95 of ${CLICKS}`, unit: 'ms', runs: [percentile(clicks, 0.95)] },
        { name: 'bare PUT of a membership, p50', unit: 'ms', runs: [median(puts)] },
        { name: `lateness of ${endedAt.size} leases ending together, p50`, unit: 'ms', runs: [median(lateness)] },
        {
          name: `lateness of ${endedAt.size} leases ending together, p99`,
          unit: 'ms',
          runs: [percentile(lateness, 0.99)],
          bound: { kind: 'at most', value: 2000 },
        },
      ],
      notes: [
        'The click includes who may decide, the plan and what the resource gives, all read live, twice; the end includes its read-back.',
      ],
    };
  } finally {
    await app.stop();
    await slack.stop();
    await remove();
  }
}
