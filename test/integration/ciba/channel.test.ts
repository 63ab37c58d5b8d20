import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { roleName } from '../../../src/domain/privilege.ts';
import type { BackchannelChannel, TokenPreview } from '../../../src/usecases/backchannel-port.ts';
import { openChannel, type CibaChannel } from '../../doubles/ciba-channel.ts';
import type { Answer } from '../../doubles/keycloak-http.ts';
import { freePort } from '../../doubles/free-port.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
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
import { connections, NO_SUCH_ID, userId } from '../keycloak/support.ts';

const { connect, closeAll } = connections();
const ASKED = ['openid', 'profile', SCOPE];

let tokens: TokenRealm;
let elsewhere: TokenRealm;
let keycloak: CibaChannel;
let theirs: CibaChannel;
let channel: BackchannelChannel;

const BACKCHANNEL = {
  ...{ clients: [PIPELINE], scopes: [{ scope: SCOPE, role: ROLE }] },
  ...{ withoutJar: true, expiresInSeconds: 30, intervalSeconds: 1 },
};

beforeAll(async () => {
  [tokens, elsewhere] = await Promise.all([tokenRealm(), tokenRealm()]);
  for (const one of [tokens, elsewhere]) await one.setUp({ backchannel: BACKCHANNEL });
  [keycloak, theirs] = [await openChannel(tokens.realm), await openChannel(elsewhere.realm)];
  channel = connect(tokens.realm).interactive.backchannel;
});
afterAll(async () => {
  await Promise.all([keycloak.close(), theirs.close(), closeAll()]);
});

/** A request that Keycloak has sent and keeps. */
async function asked() {
  const { auth_req_id: id = '' } = await askFor(tokens);
  const { bearer } = await keycloak.next();
  return { id, bearer };
}
/** What the client hears; a moment after it was told to wait. */
async function poll(id: string): Promise<Answer> {
  for (;;) {
    const answer = await tokens.grant(PIPELINE, { grant_type: CIBA, auth_req_id: id });
    if (errorOf(answer) !== 'slow_down') return answer;
    await new Promise((resolve) => setTimeout(resolve, 1050));
  }
}
const errorOf = ({ body }: Answer) => (body as { error?: string }).error;
const userOf = async (username: string) =>
  userId((await tokens.realm.list(`/users?username=${username}&exact=true`))[0]?.id ?? '');
const carried = (preview: TokenPreview | null) => preview?.roles.map(roleName);

describe('the token that comes with a backchannel request', () => {
  it('is Keycloak’s: it names the person, the client and the end', async () => {
    const { bearer } = await asked();
    const { jti, exp } = decoded(bearer) as { jti: string; exp: number };
    expect(await channel.read(bearer)).toEqual({
      ...{ id: jti, userId: tokens.ann, client: PIPELINE, endsAt: exp * 1000 },
    });
  });

  it('is none when it is of another realm of the same server', async () => {
    await askFor(elsewhere);
    expect(await channel.read((await theirs.next()).bearer)).toBeNull();
  });

  it('is none when it is a token for an application, or for a client itself', async () => {
    const person = { grant_type: 'password', username: 'ann', password: 'password', scope: 'openid' };
    for (const form of [person, { grant_type: 'client_credentials' }]) {
      const { access_token: access, id_token: proof = '' } = (await tokens.grant(PIPELINE, form)).body as Record<
        string,
        string
      >;
      expect(access).toEqual(expect.any(String));
      for (const token of [access ?? '', proof]) expect(await channel.read(token)).toBeNull();
    }
  });

  it('is none once Keycloak takes no answer to it', async () => {
    const { bearer } = await asked();
    const later = connect(tokens.realm, { now: () => Date.now() + 31_000 }).interactive.backchannel;
    expect(await later.read(bearer)).toBeNull();
  });
});

describe('what a token would carry', () => {
  it('is told without what everybody has', async () => {
    const preview = await channel.preview(PIPELINE, await userOf('ann'), ASKED);
    expect(preview).toMatchObject({ username: 'ann', clientName: null, unheld: [] });
    expect(carried(preview)).toEqual([ROLE]);
    expect(carried(await channel.preview(PIPELINE, await userOf('ann'), ['openid']))).toEqual([]);
  });

  it('names the scopes that it would leave out, because the person holds none of their roles', async () => {
    const preview = await channel.preview(PIPELINE, await userOf('bob'), ASKED);
    expect([preview?.unheld, carried(preview)]).toEqual([[SCOPE], []]);
  });

  it('hides no role but the realm’s own usual ones, however it is called', async () => {
    const role = await tokens.realm.createRealmRole('default-roles-of-production');
    const [scope] = (await tokens.realm.list('/client-scopes')).filter(({ name }) => name === SCOPE);
    const mapping = `/client-scopes/${scope?.id ?? ''}/scope-mappings/realm`;
    const ann = await userOf('ann');
    await tokens.realm.send('POST', mapping, [role]);
    await tokens.realm.send('POST', `/users/${ann}/role-mappings/realm`, [role]);
    expect(carried(await channel.preview(PIPELINE, ann, ASKED))?.sort()).toEqual(['default-roles-of-production', ROLE]);
    await tokens.realm.send('DELETE', mapping, [role]);
  });

  it('is nothing for a person or a client that is not there, or not enabled', async () => {
    const bob = await userOf('bob');
    expect(await channel.preview(PIPELINE, userId(NO_SUCH_ID), ASKED)).toBeNull();
    expect(await channel.preview('no-such-client', bob, ASKED)).toBeNull();
    await tokens.realm.send('PUT', `/users/${bob}`, { enabled: false });
    expect(await channel.preview(PIPELINE, bob, ASKED)).toBeNull();
    await tokens.realm.send('PUT', `/users/${bob}`, { enabled: true });
  });
});

describe('an answer', () => {
  it('that says yes is taken, and a second one is not and takes the token away', async () => {
    const { id, bearer } = await asked();
    expect(await channel.answer(bearer, 'SUCCEED', 'g-1')).toBe('taken');
    expect(await channel.answer(bearer, 'SUCCEED', 'g-1')).toBe('refused');
    expect(await poll(id)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it.each(['UNAUTHORIZED', 'CANCELLED'] as const)('%s is a no to the client', async (status) => {
    const { id, bearer } = await asked();
    expect(await channel.answer(bearer, status, null)).toBe('taken');
    expect(await poll(id)).toMatchObject({ status: 400, body: { error: 'access_denied' } });
  });

  it('with what Keycloak did not give is not taken, and the request waits on', async () => {
    const { id, bearer } = await asked();
    const [head = '', body = '', signature = ''] = bearer.split('.');
    const claims = { ...decoded(bearer), sub: await userOf('bob') };
    const forged = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.`;
    const ordinary = await sharedKeycloak().adminToken();
    await askFor(elsewhere);
    const foreign = (await theirs.next()).bearer;
    for (const one of [forged, unsigned, ordinary, foreign, 'x'])
      expect(await channel.answer(one, 'SUCCEED', 'g-1')).toBe('refused');
    expect(errorOf(await poll(id))).toBe('authorization_pending');
    expect(await channel.answer(bearer, 'SUCCEED', 'g-1')).toBe('taken');
    expect(await poll(id)).toMatchObject({ status: 200 });
  });

  it('that never left is known from one that nobody heard', async () => {
    const { bearer } = await asked();
    const nowhere = connect(tokens.realm, { url: `http://127.0.0.1:${await freePort()}` }).interactive.backchannel;
    expect(await nowhere.answer(bearer, 'SUCCEED', 'g-1')).toBe('not_sent');
    expect(await channel.answer(bearer, 'UNAUTHORIZED', null)).toBe('taken');
  });
});
