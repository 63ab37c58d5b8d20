import { describe, expect, it } from '@jest/globals';
import { readProof } from '../../../src/keycloak/id-token.ts';

const sentAt = Date.UTC(2026, 10, 27, 8, 0, 0, 999);
const sentSeconds = Math.floor(sentAt / 1000);
const claims = {
  sub: '6f1c',
  preferred_username: 'ann.baker',
  email: 'ann@example.com',
  email_verified: true,
  acr: 'gold',
  auth_time: sentSeconds + 10,
  iat: sentSeconds + 20,
};
const now = sentAt + 20_000;
const ask = { acr: [], sentAt, now };
const why = (odd: object, demanded: readonly string[] = []) => {
  const read = readProof({ ...claims, ...odd }, { acr: demanded, sentAt, now });
  return read.ok ? 'proven' : read.why;
};

describe('readProof', () => {
  it('says who signed in, when, and how', () => {
    expect(readProof(claims, ask)).toEqual({
      ok: true,
      proof: {
        userId: '6f1c',
        username: 'ann.baker',
        email: 'ann@example.com',
        acr: 'gold',
        signedInAt: (sentSeconds + 10) * 1000,
      },
    });
  });

  it.each([{ email_verified: false }, { email_verified: undefined }, { email: undefined }])(
    'keeps no e-mail that is not verified: %j',
    (odd) => {
      expect(readProof({ ...claims, ...odd }, ask)).toMatchObject({ ok: true, proof: { email: null } });
    },
  );

  it('takes a sign-in from before the question for stale, however far apart the clocks are', () => {
    for (const apart of [0, -60, 60, 86_400]) {
      const byKeycloak = sentSeconds + apart;
      expect(why({ auth_time: byKeycloak, iat: byKeycloak + 20 })).toBe('proven');
      expect(why({ auth_time: byKeycloak - 3, iat: byKeycloak + 20 })).toBe('proven');
      expect(why({ auth_time: byKeycloak - 4, iat: byKeycloak + 20 })).toBe('stale');
    }
  });

  it('is weak unless what was reached equals each class that was demanded', () => {
    expect(why({}, ['gold'])).toBe('proven');
    expect(why({}, ['gold', 'gold'])).toBe('proven');
    expect(why({}, ['silver'])).toBe('weak');
    expect(why({}, ['gold', 'silver'])).toBe('weak');
    expect(why({ acr: undefined }, ['gold'])).toBe('weak');
    expect(readProof({ ...claims, acr: undefined }, ask)).toMatchObject({ ok: true, proof: { acr: null } });
  });

  it('names what a token lacks, and shows nothing of it', () => {
    const odd = { ...claims, preferred_username: undefined, auth_time: 'just now' };
    expect(() => readProof(odd, ask)).toThrow(
      expect.objectContaining({
        code: 'keycloak_unavailable',
        message: expect.stringMatching(/lacks preferred_username, auth_time;(?!.*(ann|just now))/),
      }),
    );
  });
});
