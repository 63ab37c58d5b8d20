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
  auth_time: sentSeconds,
};
const ask = { acr: [], sentAt };
const why = (odd: object, demanded: readonly string[] = []) => {
  const read = readProof({ ...claims, ...odd }, { acr: demanded, sentAt });
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
        signedInAt: sentSeconds * 1000,
      },
    });
  });

  it.each([{ email_verified: false }, { email_verified: undefined }, { email: undefined }])(
    'keeps no e-mail that is not verified: %j',
    (odd) => {
      expect(readProof({ ...claims, ...odd }, ask)).toMatchObject({ ok: true, proof: { email: null } });
    },
  );

  it('takes a sign-in from before the question for stale, and forgives clocks a minute apart', () => {
    expect(why({ auth_time: sentSeconds - 60 })).toBe('proven');
    expect(why({ auth_time: sentSeconds - 61 })).toBe('stale');
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
