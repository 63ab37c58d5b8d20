import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { keycloakUserId } from '../domain/ids.ts';
import type { BackchannelChannel, BackchannelToken } from '../usecases/backchannel-port.ts';
import { cached } from './cached.ts';
import { CALL_TIMEOUT_MS } from './connection.ts';
import type { ConnectionOptions } from './connection.ts';
import { discover } from './discovery.ts';
import { codedError } from './failure.ts';
import { CLOCK_TOLERANCE_SECONDS } from './id-token.ts';

// jose checks the token: it is what openid-client itself uses, has no dependency, and keeps a realm's keys up to date.

/** Signatures that the public keys of a realm can check; HMAC and `none` are none. */
const ALGORITHMS = [256, 384, 512].flatMap((bits) => [`RS${bits}`, `PS${bits}`, `ES${bits}`]).concat('EdDSA');
const ISSUER_MS = 600_000;
/** A token with an unknown key is no reason to ask for keys more often than that. */
const COOLDOWN_MS = 30_000;

const claimsSchema = z.object({
  typ: z.literal('Bearer'),
  jti: z.string().min(1).max(255),
  sub: z.string().min(1).max(255),
  azp: z.string().min(1).max(255),
  /** Epoch seconds. */
  exp: z.number().int(),
});

/** Reads what Keycloak sends with a backchannel request: a token of the realm, issued by it and to it. */
export function createTokenReader({
  url,
  realm,
  now,
}: Pick<ConnectionOptions, 'url' | 'realm' | 'now'>): BackchannelChannel['read'] {
  const keys = createRemoteJWKSet(new URL(`${url}/realms/${encodeURIComponent(realm)}/protocol/openid-connect/certs`), {
    timeoutDuration: CALL_TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
  });
  const issuer = cached(async () => (await discover({ url, realm })).issuer, { ttlMs: ISSUER_MS, now });
  return async (bearer) => {
    const ours = await issuer.fresh();
    try {
      const { payload } = await jwtVerify(bearer, keys, {
        ...{ algorithms: ALGORITHMS, issuer: ours, audience: ours },
        ...{ requiredClaims: ['exp', 'iat'], clockTolerance: CLOCK_TOLERANCE_SECONDS, currentDate: new Date(now()) },
      });
      return tokenOf(payload, now());
    } catch (error) {
      if (isForged(error)) return null;
      throw codedError('backchannel.keys', error);
    }
  };
}

function tokenOf(payload: JWTPayload, now: number): BackchannelToken | null {
  const read = claimsSchema.safeParse(payload);
  if (!read.success || read.data.exp * 1000 <= now) return null;
  const { jti: id, sub, azp: client, exp } = read.data;
  return { id, userId: keycloakUserId(sub), client, endsAt: exp * 1000 };
}

/** Anything that is wrong with the token, rather than with the way to the keys. */
const isForged = (error: unknown): boolean =>
  error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && error.code !== 'ERR_JOSE_GENERIC';
