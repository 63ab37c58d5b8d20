import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prepareKeycloak } from '../../../keycloak/prepare.js';
import { runKeycloak, type KeycloakServer } from '../../../keycloak/run.js';
import { GATED, gatedRealm, type GatedRealm } from '../../doubles/gate-realm.ts';
import { keycloakUrlVariable } from '../../doubles/keycloak-server.ts';
import { goesOn, waits } from './support.ts';

let folder: string;
let keycloak: KeycloakServer;
let gate: GatedRealm;

/** Runs the prepared Keycloak on the data in `from`, which it takes along. */
async function run(name: string, from: string, port = 0): Promise<KeycloakServer> {
  const prepared = await prepareKeycloak();
  const home = path.join(folder, name);
  await mkdir(home, { recursive: true });
  await rename(from, path.join(home, 'data'));
  return runKeycloak(prepared, { home, port, extra: [`-XX:SharedArchiveFile=${prepared.archive}`] });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leasehold-restart-'));
  const data = path.join(folder, 'seed');
  await cp((await prepareKeycloak()).seed, data, { recursive: true });
  keycloak = await run('first', data);
  // The realm of this file is in a Keycloak of its own, which may be stopped.
  process.env[keycloakUrlVariable] = keycloak.url;
  gate = await gatedRealm({ clients: [GATED] });
  await gate.realm.createUser('ann');
});
afterAll(async () => {
  await gate.close();
  await keycloak.stop();
  await rm(folder, { recursive: true, force: true });
});

it('who waits while Keycloak is restarted starts again: an approval from before lets nobody in, a new one does', async () => {
  gate.service.halts();
  const tab = await gate.comes('ann');
  waits(tab);
  const { port } = new URL(keycloak.url);
  await keycloak.stop();
  gate.service.room.decide('approved');
  keycloak = await run('second', path.join(folder, 'first', 'data'), Number(port));

  // Its script is sent on, not answered, and loads the page anew.
  expect((await tab.poll()).status).toBe(302);
  await tab.lookAgain();
  expect(tab.outcome()).toBeNull();
  expect(tab.asksFor('password')).toBe(true);
  expect(gate.service.calls('spend')).toHaveLength(0);

  await tab.signIn('ann');
  waits(tab);
  expect(gate.service.calls('ask')).toHaveLength(2);
  gate.service.room.decide('approved');
  await goesOn(tab);
});
