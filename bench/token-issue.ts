import { setUpTokens } from '../keycloak/token-setup.js';
import { postForm } from '../test/doubles/keycloak-http.ts';
import type { Answer } from '../test/doubles/keycloak-http.ts';
import { sharedKeycloak } from '../test/doubles/keycloak-server.ts';
import { decoded } from '../test/doubles/token-realm.ts';
import { gateWorld } from './gate-world.ts';
import type { GateWorld } from './gate-world.ts';
import { median, percentile } from './report.ts';
import type { Section } from './report.ts';
import { seedLeases } from './seeded.ts';
import { answersPerSecond } from './signed-calls.ts';
import { benchRealm, entitlement } from './world.ts';
import type { BenchRealm } from './world.ts';

const TOKENS = 40;
const WARM = 5;
const AT_ONCE = 16;
const LEASE_MS = 8 * 3_600_000;

/** Clients of the realm that was set up, and one that stands in a realm without anything of ours. */
const BARE = 'bare-app';
const CLIENTS = { other: 'other-app', mapper: 'mapper-app', gate: 'gate-app', both: 'both-app' } as const;
const REFUSED = 'refused-app';
const RULES = `
  - name: refused
    doors: [token]
    when: context.client == "${REFUSED}"
    deny: Not here.
`;

const WAYS = [
  { client: BARE, name: 'a realm without Leasehold' },
  { client: CLIENTS.other, name: 'set up, client not meant' },
  { client: CLIENTS.mapper, name: 'with the mapper' },
  { client: CLIENTS.gate, name: 'with the executor' },
  { client: CLIENTS.both, name: 'with both' },
] as const;

/** What the mapper and the executor cost a token, by password and by refresh; and how many each could answer for. */
export async function measureTokenIssue(): Promise<Section> {
  const bare = await bareRealm();
  const world = await gateWorld(1, { rules: RULES, prepare: leaseToFirst });
  try {
    await arrange(world);
    const password = new Map<string, number[]>(WAYS.map(({ client }) => [client, []]));
    const refresh = new Map<string, number[]>(WAYS.map(({ client }) => [client, []]));
    for (let round = 0; round < TOKENS + WARM; round++) {
      for (const { client } of WAYS) {
        const { realmUrl } = client === BARE ? bare : world.realm;
        const first = await issued(realmUrl, client, { grant_type: 'password', username: 'u0', password: 'password' });
        const next = await issued(realmUrl, client, { grant_type: 'refresh_token', refresh_token: first.refresh });
        if (round < WARM) continue;
        password.get(client)?.push(first.ms);
        refresh.get(client)?.push(next.ms);
      }
    }
    return {
      title: `Tokens with the mapper and the executor (${TOKENS} each, in turn, one at a time)`,
      figures: [...figures('password', password), ...figures('refresh', refresh), ...(await answering(world))],
      notes: [
        'The person holds one lease. Most of a token by password is the check of the password.',
        'Each verdict reads groups, attributes and manager live in Keycloak, at most 8 calls at once; leases are read in the database.',
      ],
    };
  } finally {
    await world.stop();
  }
}

function figures(grant: string, runs: ReadonlyMap<string, readonly number[]>): Section['figures'] {
  const of = (client: string): readonly number[] => runs.get(client) ?? [];
  return [
    ...WAYS.map(({ client, name }) => ({ name: `${grant}: ${name}`, unit: 'ms', runs: of(client) })),
    { name: `${grant}: with both, p95`, unit: 'ms', runs: [percentile(of(CLIENTS.both), 0.95)] },
    { name: `${grant}: what both add, medians`, unit: 'ms', runs: [median(of(CLIENTS.both)) - median(of(BARE))] },
  ];
}

async function answering({ app, realm }: GateWorld): Promise<Section['figures']> {
  const [user] = await realm.list('/users?username=u0&exact=true');
  const person = { id: user?.id, username: 'u0' };
  const what = { realm: realm.name, person, scopes: ['openid'], session: null, approval: null };
  const token = { ...what, client: { id: CLIENTS.gate, name: null }, grant: 'refresh_token', ip: '127.0.0.1' };
  const verdicts = await answersPerSecond(
    app,
    { path: '/gate/token', call: token, atOnce: AT_ONCE },
    ({ answer }) => answer === 'allow',
  );
  const leases = await answersPerSecond(
    app,
    { path: '/gate/leases', call: { ...what, client: CLIENTS.mapper }, atOnce: AT_ONCE },
    ({ leases: told }) => Array.isArray(told) && told.length === 1,
  );
  return [
    { name: `verdicts a second, ${AT_ONCE} at once`, unit: '/s', runs: [verdicts] },
    { name: `leases told a second, ${AT_ONCE} at once`, unit: '/s', runs: [leases] },
  ];
}

/** From sending the request until the tokens are there. */
async function issued(
  realmUrl: string,
  client: string,
  form: Record<string, string>,
): Promise<{ readonly ms: number; readonly refresh: string; readonly access: string }> {
  const startedAt = performance.now();
  const answer = await grant(realmUrl, client, form);
  const ms = performance.now() - startedAt;
  if (answer.status !== 200) throw new Error(`${client}: ${answer.status} ${JSON.stringify(answer.body)}`);
  const { access_token: access = '', refresh_token: refresh = '' } = answer.body as Record<string, string>;
  return { ms, refresh, access };
}

const grant = (realmUrl: string, client: string, form: Record<string, string>): Promise<Answer> =>
  postForm(realmUrl, 'token', { client_id: client, client_secret: 'secret', scope: 'openid', ...form });

async function bareRealm(): Promise<BenchRealm> {
  const realm = await benchRealm();
  await realm.createUser('u0');
  await addClient(realm, BARE);
  return realm;
}

const addClient = (realm: BenchRealm, clientId: string) =>
  realm.send('POST', '/clients', { clientId, secret: 'secret', directAccessGrantsEnabled: true });

/** A lease of u0 that outlasts the bench. */
async function leaseToFirst(realm: BenchRealm, database: string): Promise<void> {
  const id = await realm.createGroup('/reader', { attributes: entitlement });
  const [user] = await realm.list('/users?username=u0&exact=true');
  const userId = user?.id ?? '';
  await realm.send('PUT', `/users/${userId}/groups/${id}`);
  await seedLeases(database, realm.name, { id, path: '/reader' }, [
    { userId, slackId: 'U0', expiresAt: Date.now() + LEASE_MS },
  ]);
}

/** The clients, and that both parts do what they are there for: else nothing would be measured. */
async function arrange({ realm }: GateWorld): Promise<void> {
  for (const client of [...Object.values(CLIENTS), REFUSED]) await addClient(realm, client);
  await setUpTokens({
    ...{ url: realm.keycloakUrl, realm: realm.name, token: sharedKeycloak().adminToken },
    leases: { clients: [CLIENTS.mapper, CLIENTS.both] },
    gate: { clients: [CLIENTS.gate, CLIENTS.both, REFUSED] },
  });
  const person = { grant_type: 'password', username: 'u0', password: 'password' };
  const { access } = await issued(realm.realmUrl, CLIENTS.both, person);
  if (decoded(access)['leasehold'] === undefined) throw new Error('the mapper says nothing of the lease');
  const refused = await grant(realm.realmUrl, REFUSED, person);
  if (refused.status === 200) throw new Error('the executor let pass what the policy denies');
}
