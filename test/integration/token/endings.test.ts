import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openChannel, type CibaChannel } from '../../doubles/ciba-channel.ts';
import { startResourceServer, type ResourceServer } from '../../doubles/resource-server.ts';
import {
  askFor,
  CIBA,
  decoded,
  PIPELINE,
  ROLE,
  SCOPE,
  tokenRealm,
  type TokenRealm,
} from '../../doubles/token-realm.ts';

let tokens: TokenRealm;
let channel: CibaChannel;
let server: ResourceServer;

beforeAll(async () => {
  tokens = await tokenRealm();
  await tokens.setUp({
    backchannel: { clients: [PIPELINE], scopes: [{ scope: SCOPE, role: ROLE }], withoutJar: true, intervalSeconds: 1 },
    lifespan: { clients: [PIPELINE], seconds: 10 },
  });
  channel = await openChannel(tokens.realm);
  server = await startResourceServer(tokens.realm.realmUrl);
});
afterAll(async () => {
  server.close();
  await channel.close();
});

/** A token after a click. */
async function approved() {
  const { auth_req_id: id = '' } = await askFor(tokens);
  await (await channel.next()).answer('SUCCEED');
  const { body } = await tokens.grant(PIPELINE, { grant_type: CIBA, auth_req_id: id });
  const { access_token: access = '', id_token: proof = '' } = body as Record<string, string>;
  return { access, proof, session: String(decoded(access)['sid']) };
}
const statusAt = async (face: 'introspecting' | 'local', token: string) => (await server.visit(face, token)).status;
const ways: [string, (token: Awaited<ReturnType<typeof approved>>) => Promise<unknown>, number][] = [
  ['revoked by the client', ({ access }) => tokens.grant(PIPELINE, { token: access }, 'revoke'), 1],
  ['its session ended by the ID token', ({ proof }) => tokens.grant(PIPELINE, { id_token_hint: proof }, 'logout'), 0],
  ['its session ended by an administrator', ({ session }) => tokens.realm.send('DELETE', `/sessions/${session}`), 0],
];

describe('a token without a refresh token', () => {
  it('says who, and with which role, to a server that introspects and to one that checks by itself', async () => {
    const { access } = await approved();
    const visit = { status: 200, who: 'ann', roles: [ROLE] };
    expect(await server.visit('introspecting', access)).toMatchObject(visit);
    expect(await server.visit('local', access)).toMatchObject(visit);
    expect(await statusAt('introspecting', `${access.slice(0, -8)}AAAAAAAA`)).toBe(401);
    expect(await statusAt('local', `${access.slice(0, -8)}AAAAAAAA`)).toBe(401);
    await tokens.realm.send('POST', `/users/${tokens.ann}/logout`);
  });

  it.each(ways)(
    '%s, is refused at once where it is introspected, and lives on to its end elsewhere',
    async (_, end, left) => {
      const token = await approved();
      await end(token);
      expect(await statusAt('introspecting', token.access)).toBe(401);
      expect(await statusAt('local', token.access)).toBe(200);
      expect(await tokens.realm.list(`/users/${tokens.ann}/sessions`)).toHaveLength(left);
      await tokens.realm.send('POST', `/users/${tokens.ann}/logout`);
    },
  );
});
