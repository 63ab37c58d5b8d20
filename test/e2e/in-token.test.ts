import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { GATE_SECRET, signedHeaders } from '../doubles/gate-door.ts';
import { offer } from '../doubles/e2e-cast.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';
import type { Tokens } from '../doubles/keycloak-http.ts';

const MARKED = { attributes: { session: 'true' } };

async function seed(realm: TestRealm) {
  return { refund: await offer(realm, 'refund', MARKED), marked: await offer(realm, '/marked', MARKED) };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed, env: { GATE_SECRET } });
});
afterAll(() => stage.stop());

const sessionOf = ({ access }: Tokens): string =>
  (JSON.parse(Buffer.from(access.split('.')[1] ?? '', 'base64url').toString()) as { sid: string }).sid;

/** What the provider would be told for a token of this session. */
async function leasesOf(tokens: Tokens): Promise<readonly Record<string, unknown>[]> {
  const path = '/gate/leases';
  const person = { id: stage.users.ann, username: 'ann' };
  const ask = { realm: stage.realm.name, person, client: 'shop', scopes: ['openid'], approval: null };
  const body = JSON.stringify({ ...ask, session: sessionOf(tokens) });
  const headers = { 'content-type': 'application/json', ...signedHeaders(path, body) };
  const answer = await fetch(stage.app().url + path, { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { readonly leases: readonly Record<string, unknown>[] }).leases;
}

it('what only tokens carry is told to Keycloak while it lives, and released its session is gone from Keycloak', async () => {
  const { refund } = stage.seeded;
  const card = await stage.ask('ann', 'refund 1h INC-42 one customer');
  expect(stage.workspace.as('chen').read(card)).toContain('in tokens only');
  await stage.approve('chen', card);
  expect(await stage.tell('ann', /Tokens issued to you from now on carry \*?refund/)).toContain('Nothing is written');
  const tokens = await stage.realm.login('ann', { scope: 'openid offline_access' });
  expect(await leasesOf(tokens)).toMatchObject([
    { kind: 'realm-role', resource: refund.id, access: 'refund', approvers: ['chen'], limits: {}, inToken: true },
  ]);
  expect((await stage.realm.refresh(tokens)).status).toBe(200);

  const ann = stage.workspace.as('ann');
  const live = ann.dm.messages.findLast(({ text }) => text.includes('refund'));
  if (live === undefined) throw new Error('nothing was said of it');
  await stage.press('ann', live, 'Release');
  expect(await stage.tell('ann', /No token is issued with it any more/)).toContain('end now');
  await stage.until('the session is gone', async () => (await stage.realm.refresh(tokens)).status === 400);
  expect(await leasesOf(tokens)).toEqual([]);
  expect(await stage.holds('ann', refund)).toBe(false);
  expect(await stage.botChanges()).not.toContainEqual(expect.stringMatching(/role-mappings/));
});

it('a group that is marked session cannot be asked for, and whoever asks reads why', async () => {
  await expect(stage.ask('ann', '/marked 1h INC-42')).rejects.toThrow(/a group cannot be leased in tokens alone/);
});
