import { setTimeout as sleep } from 'node:timers/promises';
import { setUpTokens } from '../keycloak/token-setup.js';
import { registerCiba, unregisterCiba } from '../test/doubles/ciba-switchboard.ts';
import { postForm } from '../test/doubles/keycloak-http.ts';
import { sharedKeycloak } from '../test/doubles/keycloak-server.ts';
import { CIBA } from '../test/doubles/token-realm.ts';
import { gateWorld } from './gate-world.ts';
import type { GateWorld } from './gate-world.ts';
import { median, percentile } from './report.ts';
import type { Section } from './report.ts';

const CLICKS = 15;
const INTERVAL_SECONDS = 1;
const PATIENCE_MS = 30_000;
const CLIENT = { client_id: 'ci', client_secret: 'secret' };
const [SCOPE, ROLE] = ['deploy', 'deployer'];
const RULES = `
  - name: tokens by click
    doors: [token]
    when: context.grant == "ciba"
    stages: [{ approvers: /approvers }]
    max-duration: 15m
`;

/** From the approver's click in Slack until the pipeline that polls has its token. */
export async function measureTokenClick(): Promise<Section> {
  const world = await gateWorld(CLICKS, { rules: RULES });
  await registerCiba(world.realm.name, world.app.url);
  try {
    await arrange(world);
    const waits: number[] = [];
    for (let person = 0; person < CLICKS; person++) waits.push(await clickToToken(world, person));
    return {
      title: `From Approve to the token in the client's hands (${CLICKS} requests, polling every ${INTERVAL_SECONDS} s)`,
      figures: [
        { name: 'p50', unit: 'ms', runs: [median(waits)] },
        { name: 'p95', unit: 'ms', runs: [percentile(waits, 0.95)] },
        { name: 'each', unit: 'ms', runs: waits },
      ],
      notes: [
        'The click is acknowledged, its approver looked up, his group and what the token would carry read live in Keycloak, all within it.',
        'The clicks are spread evenly over the interval, so the client itself waits half of it in the middle; Keycloak allows no shorter one.',
      ],
    };
  } finally {
    await unregisterCiba(world.realm.name);
    await world.stop();
  }
}

async function clickToToken({ realm, slack }: GateWorld, person: number): Promise<number> {
  const { workspace } = slack;
  const approvers = workspace.channel('approvers');
  const before = approvers.messages.length;
  const words = { scope: `openid ${SCOPE}`, login_hint: `u${person}`, binding_message: '4829-1377' };
  const asked = await postForm(realm.realmUrl, 'ext/ciba/auth', { ...CLIENT, ...words });
  if (asked.status !== 200) throw new Error(`${asked.status} ${JSON.stringify(asked.body)}`);
  const { auth_req_id: id = '' } = asked.body as Record<string, string>;
  const card = await workspace.until(() => approvers.messages[before], PATIENCE_MS);
  const arrives = poll(realm.realmUrl, id);
  await sleep((INTERVAL_SECONDS * 1000 * person) / CLICKS);
  const clickedAt = performance.now();
  const [arrivedAt] = await Promise.all([arrives, workspace.as('U0CHEN').click(card, 'Approve')]);
  return arrivedAt - clickedAt;
}

/** As a client does: once in each interval, a little late, or Keycloak says `slow_down`. @returns when the token was there */
async function poll(realmUrl: string, id: string): Promise<number> {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { status, body } = await postForm(realmUrl, 'token', { ...CLIENT, grant_type: CIBA, auth_req_id: id });
    if (status === 200) return performance.now();
    const { error = '' } = body as { readonly error?: string };
    if (error !== 'authorization_pending' || performance.now() > until)
      throw new Error(`no token: ${status} ${JSON.stringify(body)}`);
    await sleep(INTERVAL_SECONDS * 1000 + 20);
  }
}

/** A pipeline that asks by the backchannel, and people who hold the role that its scope brings. */
async function arrange({ realm }: GateWorld): Promise<void> {
  await realm.send('POST', '/clients', { clientId: CLIENT.client_id, secret: CLIENT.client_secret });
  const role = await realm.createRealmRole(ROLE);
  for (const { id, username } of await realm.list(`/users?max=${CLICKS + 10}`))
    if (/^u\d+$/.test(String(username))) await realm.send('POST', `/users/${id}/role-mappings/realm`, [role]);
  await setUpTokens({
    ...{ url: realm.keycloakUrl, realm: realm.name, token: sharedKeycloak().adminToken },
    backchannel: {
      ...{ clients: [CLIENT.client_id], scopes: [{ scope: SCOPE, role: ROLE }] },
      intervalSeconds: INTERVAL_SECONDS,
    },
  });
}
