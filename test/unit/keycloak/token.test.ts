import { describe, expect, it } from '@jest/globals';
import { createTokenSource } from '../../../src/keycloak/token.ts';

const jwt = (claims: object) => `x.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.y`;
const answer = (name: string, lifeSeconds = 300) => ({
  access_token: jwt({ sub: 'bot', name, resource_access: { 'realm-management': { roles: ['manage-users'] } } }),
  expires_in: lifeSeconds,
});

describe('the token source', () => {
  it('renews half a minute ahead of the end, or a third of a short life', async () => {
    for (const [lifeSeconds, keptMs] of [
      [300, 270_000],
      [6, 4_000],
    ] as const) {
      let now = 1_000;
      let asked = 0;
      const source = createTokenSource(
        () => Promise.resolve(answer(`${(asked += 1)}`, lifeSeconds)),
        () => now,
      );
      await source.current();
      now += keptMs - 1;
      await source.current();
      expect(asked).toBe(1);
      now += 1;
      await source.current();
      expect(asked).toBe(2);
    }
  });

  it('counts a token’s life from before it was asked for', async () => {
    let now = 0;
    let asked = 0;
    const slow = () => {
      asked += 1;
      now += 10_000;
      return Promise.resolve(answer('slow', 60));
    };
    const source = createTokenSource(slow, () => now);
    await source.current();
    now = 40_000; // a third of a minute is kept in hand
    await source.current();
    expect(asked).toBe(2);
  });

  it('a failure is told to all who wait and is not kept', async () => {
    let fails = true;
    let asked = 0;
    const source = createTokenSource(
      () => {
        asked += 1;
        return fails ? Promise.reject(new Error('away')) : Promise.resolve(answer('a'));
      },
      () => 0,
    );
    const both = await Promise.allSettled([source.current(), source.current()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(asked).toBe(1);
    fails = false;
    await expect(source.current()).resolves.toMatchObject({ userId: 'bot', roles: new Set(['manage-users']) });
  });

  it('discards only the token that was refused, not a newer one', async () => {
    let asked = 0;
    const source = createTokenSource(
      () => Promise.resolve(answer(`${(asked += 1)}`)),
      () => 0,
    );
    const first = await source.current();
    source.discard(first);
    const second = await source.current();
    source.discard(first);
    await expect(source.current()).resolves.toBe(second);
    expect(asked).toBe(2);
  });

  it('I28: a token that cannot be read is an error that does not quote it', async () => {
    const source = createTokenSource(
      () => Promise.resolve({ access_token: 'x.secret-part.y', expires_in: 60 }),
      () => 0,
    );
    const error = await source.current().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'keycloak_unavailable' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret-part');
  });
});
