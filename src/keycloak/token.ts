import { z } from 'zod';
import type { KeycloakUserId } from '../domain/ids.ts';
import { keycloakUserId } from '../domain/ids.ts';
import { CodedError } from '../lib/errors.ts';

export type ServiceToken = {
  readonly accessToken: string;
  /** The service account's own user. */
  readonly userId: KeycloakUserId;
  /** Roles of realm-management that the token carries, composites resolved by Keycloak. */
  readonly roles: ReadonlySet<string>;
};

export type TokenSource = {
  /** A token with enough life left for one call. @throws keycloak_unavailable, keycloak_forbidden */
  current(): Promise<ServiceToken>;
  /** Keycloak refused this one: the next call asks for another. A newer one stays. */
  discard(token: ServiceToken): void;
};

const MAX_MARGIN_MS = 30_000;

/**
 * Tokens by client credentials, asked for once however many calls wait, and renewed ahead of their end. The admin
 * client's own renewal wants a refresh token, which this grant does not give, and dies five seconds before the first
 * token does.
 * @param request answers the body of the token endpoint
 */
export function createTokenSource(request: () => Promise<unknown>, now: () => number): TokenSource {
  let held: { readonly token: ServiceToken; readonly renewAt: number } | null = null;
  let asking: Promise<ServiceToken> | null = null;

  const ask = async (): Promise<ServiceToken> => {
    const askedAt = now();
    const { token, lifeMs } = parseToken(await request());
    held = { token, renewAt: askedAt + lifeMs - Math.min(MAX_MARGIN_MS, lifeMs / 3) };
    return token;
  };

  return {
    current: async () => {
      if (held !== null && now() < held.renewAt) return held.token;
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
    discard: (token) => {
      if (held?.token === token) held = null;
    },
  };
}

const answerSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const claimsSchema = z.object({
  sub: z.string().min(1),
  resource_access: z.record(z.string(), z.object({ roles: z.array(z.string()) })).default({}),
});

function parseToken(answer: unknown): { readonly token: ServiceToken; readonly lifeMs: number } {
  try {
    const { access_token: accessToken, expires_in: lifeSeconds } = answerSchema.parse(answer);
    const claims = claimsSchema.parse(JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()));
    const roles = new Set(claims.resource_access['realm-management']?.roles);
    return { token: { accessToken, userId: keycloakUserId(claims.sub), roles }, lifeMs: lifeSeconds * 1000 };
  } catch {
    // Without the cause: a parser's message could quote the token.
    throw new CodedError('keycloak_unavailable', 'Keycloak gave a token that cannot be read.');
  }
}
