import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setUpGate } from '../keycloak/gate-setup.js';
import type { SlackSandbox } from '../sandbox/slack/server.ts';
import { startApp } from '../src/app.ts';
import type { App } from '../src/app.ts';
import { freePort } from '../test/doubles/free-port.ts';
import { APP, newVisitor } from '../test/doubles/gate-visitor.ts';
import type { Tab } from '../test/doubles/gate-visitor.ts';
import { sharedKeycloak } from '../test/doubles/keycloak-server.ts';
import { benchConfig, benchEnvironment, benchRealm, benchSlack, createUsers, silent } from './world.ts';
import type { BenchRealm } from './world.ts';

export const gateSecret = 'a-secret-of-the-bench-and-of-nothing-else';

/** Clients: one that the gate does not mean, one that it lets go on after asking, one that waits for an approver. */
export const CLIENTS = { open: 'open-app', asked: 'asked-app', halted: 'halted-app' } as const;

const POLICY = `
version: 1
rules:
  - name: halted
    doors: [login]
    when: context.client == "${CLIENTS.halted}"
    stages: [{ approvers: /approvers }]
`;

export type GateWorld = {
  readonly realm: BenchRealm;
  readonly slack: SlackSandbox;
  readonly app: App;
  /** A new browser at the client, past the password. */
  readonly comes: (username: string, clientId: string) => Promise<Tab>;
  readonly stop: () => Promise<void>;
};

type Options = {
  readonly pollMs?: number;
  readonly waitSeconds?: number;
  readonly application?: string;
  /** More of the policy file, indented as its rules are. */
  readonly rules?: string;
  /** Before Leasehold starts; `database`: its file. */
  readonly prepare?: (realm: BenchRealm, database: string) => Promise<void>;
};

/** A realm with the gate in front of two clients of three, Leasehold behind it, and people u0, u1, … with passwords. */
export async function gateWorld(people: number, options: Options = {}): Promise<GateWorld> {
  const { pollMs = 500, waitSeconds = 300, application = APP, rules = '', prepare } = options;
  const realm = await benchRealm();
  await createUsers(realm, people, []);
  const users = (await realm.list(`/users?max=${people + 10}`)).filter(({ username }) =>
    /^u\d+$/.test(String(username)),
  );
  const password = { type: 'password', value: 'password', temporary: false };
  for (const { id } of users) await realm.send('PUT', `/users/${id}/reset-password`, password);
  for (const clientId of Object.values(CLIENTS))
    await realm.send('POST', '/clients', { clientId, secret: 'secret', redirectUris: [APP, application] });
  const slack = await benchSlack(people);
  const { env, folder, remove } = await benchEnvironment(slack, realm);
  const policyFile = path.join(folder, 'policy.yaml');
  await writeFile(policyFile, POLICY + rules);
  await prepare?.(realm, `${folder}/leasehold.db`);
  const port = await freePort();
  await putGate(realm, { leasehold: `http://127.0.0.1:${port}`, pollMs, waitSeconds });
  const gate = { HTTP_PORT: `${port}`, POLICY_FILE: policyFile, GATE_SECRET: gateSecret };
  const app = await startApp(benchConfig({ ...env, ...gate }), { log: silent });
  await slack.workspace.until(() => slack.workspace.socket.connections > 1);
  return {
    ...{ realm, slack, app },
    comes: async (username, clientId) => {
      const tab = await newVisitor(realm.realmUrl).open(clientId);
      await tab.signIn(username);
      return tab;
    },
    stop: async () => {
      await app.stop();
      await slack.stop();
      await remove();
    },
  };
}

async function putGate(
  realm: BenchRealm,
  options: { readonly leasehold: string; readonly pollMs: number; readonly waitSeconds: number },
): Promise<void> {
  await setUpGate({
    ...{ url: realm.keycloakUrl, realm: realm.name, token: sharedKeycloak().adminToken, secret: gateSecret },
    ...options,
    clients: [CLIENTS.asked, CLIENTS.halted],
  });
}
