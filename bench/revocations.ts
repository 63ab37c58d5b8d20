import KeycloakAdminClient from '@keycloak/keycloak-admin-client';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Agent } from 'undici';
import type { LiveGrant } from '../src/domain/grant.ts';
import { openHolding } from '../src/domain/holding.ts';
import { keycloakUserId, resourceId } from '../src/domain/ids.ts';
import { createMetrics } from '../src/http/metrics.ts';
import { connectKeycloak } from '../src/keycloak/connect.ts';
import { openSockets } from '../src/keycloak/sockets.ts';
import type { Sockets } from '../src/keycloak/sockets.ts';
import { createLimiter } from '../src/lib/limiter.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import { createConverger } from '../src/usecases/converge-due.ts';
import type { Ports } from '../src/usecases/ports.ts';
import { aLiveGrant } from '../test/builders/domain.ts';
import type { Section } from './report.ts';
import { revokingPorts } from './revoking-ports.ts';
import { benchRealm, createUsers, entitlement, silent } from './world.ts';
import type { BenchRealm } from './world.ts';

const WARM_UP = 4;
const RUNS = 7;
const DUE = 1000;
const AT_ONCE = 8;

/**
 * A thousand leases that are all due, through the engine with its database and audit, beside a bare loop of DELETE + GET
 * with the same admin client, token provider and limit, and no database; and raw fetch beside both.
 */
export async function measureRevocations(): Promise<Section> {
  const realm = await benchRealm();
  const group = await realm.createGroup('/reader', { attributes: entitlement });
  const users = await createUsers(realm, DUE, ['/reader']);
  const keycloak = connectKeycloak({
    url: realm.keycloakUrl,
    realm: realm.name,
    ...realm.bot,
    adminGroup: '/access-admins',
    minSeconds: 60,
    metrics: createMetrics().metrics,
    log: silent,
    now: Date.now,
  });
  await keycloak.probe();
  const rates = { engine: [] as number[], bare: [] as number[], kept: [] as number[], raw: [] as number[] };
  // The first rounds warm Keycloak's JVM and are not counted. The order turns, so that no way of doing it is always the warm one.
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    const token = await botToken(realm); // a slow machine may take longer than one lives
    const round = [
      ['engine', () => throughEngine(keycloak.background, realm, group, users)],
      ['bare', () => bareLoop(realm, token, group, users, plainSockets())],
      ['kept', () => bareLoop(realm, token, group, users, openSockets(AT_ONCE))],
      ['raw', () => rawFetch(realm, token, group, users)],
    ] as const;
    for (let turn = 0; turn < round.length; turn++) {
      const [name, measure] = round[(turn + run) % round.length] ?? round[0];
      await everybodyJoins(realm, token, group, users);
      const seconds = await measure();
      if (run >= WARM_UP) rates[name].push(DUE / seconds);
    }
  }
  await keycloak.close();
  const ratio = (other: readonly number[]): number[] =>
    rates.engine.map((rate, index) => rate / (other[index] ?? Number.NaN));
  return {
    title: `${DUE} due revocations, ${AT_ONCE} calls at once (${RUNS} runs after ${WARM_UP} to warm up)`,
    figures: [
      { name: 'Leasehold, with database and audit', unit: '/s', runs: rates.engine },
      { name: 'bare loop of DELETE + GET, same client', unit: '/s', runs: rates.bare },
      { name: 'the same over our sockets, which DELETE does not close', unit: '/s', runs: rates.kept },
      { name: 'bare loop of DELETE + GET, raw fetch', unit: '/s', runs: rates.raw },
      { name: 'Leasehold / bare loop', unit: '×', runs: ratio(rates.bare), bound: { kind: 'at least', value: 0.9 } },
      { name: 'Leasehold / the same over our sockets', unit: '×', runs: ratio(rates.kept) },
      { name: 'Leasehold / raw fetch', unit: '×', runs: ratio(rates.raw) },
    ],
  };
}

async function throughEngine(
  keycloak: Pick<Ports, 'access'>,
  realm: BenchRealm,
  group: string,
  users: readonly string[],
): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'leasehold-bench-'));
  const store = await openSqliteStore({
    file: path.join(folder, 'bench.db'),
    realm: realm.name,
    now: Date.now,
    log: silent,
  });
  try {
    const grants = users.map((user, index) => dueGrant(realm.name, user, index, group));
    for (const grant of grants) {
      const holding = {
        ...openHolding(realm.name, grant.person.userId, grant.person.username, grant.resource, 0),
        owned: true,
      };
      await store.commit({ grants: [{ ...grant, revision: 1 }], holdings: [holding], audit: [] });
    }
    const ports = revokingPorts({ store, access: keycloak.access, realm: realm.name, replica: 'bench' });
    const startedAt = performance.now();
    await createConverger(ports).run();
    const seconds = (performance.now() - startedAt) / 1000;
    if ((await store.countOpenGrants()) > 0) throw new Error('not everything was revoked');
    return seconds;
  } finally {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function dueGrant(realm: string, user: string, index: number, group: string): LiveGrant {
  const person = { userId: keycloakUserId(user), username: `u${index}`, slack: { teamId: 'T0', userId: `U${index}` } };
  const resource = { kind: 'group', id: resourceId(group), path: '/reader', clientUuid: null } as const;
  return aLiveGrant({ realm, person, resource, expiresAt: Date.now() - 1000 });
}

async function botToken(realm: BenchRealm): Promise<string> {
  const { clientId, clientSecret } = realm.bot;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const answer = await fetch(`${realm.realmUrl}/protocol/openid-connect/token`, { method: 'POST', body });
  return ((await answer.json()) as { readonly access_token: string }).access_token;
}

/** As the admin client is used by itself. */
function plainSockets(): Sockets {
  const agent = new Agent({ connections: AT_ONCE });
  return { dispatcher: agent as unknown as Sockets['dispatcher'], close: () => agent.close() };
}

async function bareLoop(
  realm: BenchRealm,
  token: string,
  groupId: string,
  users: readonly string[],
  sockets: Sockets,
): Promise<number> {
  const { dispatcher } = sockets;
  const client = new KeycloakAdminClient({
    baseUrl: realm.keycloakUrl,
    realmName: realm.name,
    timeout: 5000,
    requestOptions: { dispatcher },
  });
  client.registerTokenProvider({ getAccessToken: () => Promise.resolve(token) });
  const seconds = await eightAtOnce(users, async (id) => {
    await client.users.delFromGroup({ id, groupId });
    const groups = await client.users.listGroups({ id, briefRepresentation: true });
    if (groups.some((group) => group.id === groupId)) throw new Error('still a member');
  });
  await sockets.close();
  return seconds;
}

async function rawFetch(realm: BenchRealm, token: string, groupId: string, users: readonly string[]): Promise<number> {
  const admin = `${realm.keycloakUrl}/admin/realms/${realm.name}/users`;
  const headers = { authorization: `Bearer ${token}` };
  return eightAtOnce(users, async (id) => {
    const removed = await fetch(`${admin}/${id}/groups/${groupId}`, { method: 'DELETE', headers });
    await removed.arrayBuffer();
    const groups = (await (await fetch(`${admin}/${id}/groups`, { headers })).json()) as readonly {
      readonly id: string;
    }[];
    if (groups.some((group) => group.id === groupId)) throw new Error('still a member');
  });
}

async function everybodyJoins(
  realm: BenchRealm,
  token: string,
  groupId: string,
  users: readonly string[],
): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  await eightAtOnce(users, async (id) => {
    const answer = await fetch(`${realm.keycloakUrl}/admin/realms/${realm.name}/users/${id}/groups/${groupId}`, {
      method: 'PUT',
      headers,
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`joining was answered ${answer.status}`);
  });
}

async function eightAtOnce(users: readonly string[], one: (id: string) => Promise<void>): Promise<number> {
  const limiter = createLimiter(AT_ONCE);
  const startedAt = performance.now();
  await Promise.all(users.map((id) => limiter.run('background', () => one(id))));
  return (performance.now() - startedAt) / 1000;
}
