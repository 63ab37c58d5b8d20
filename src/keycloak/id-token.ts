import { z } from 'zod';
import { keycloakUserId } from '../domain/ids.ts';
import type { Proof } from '../domain/sign-in.ts';
import { CodedError } from '../lib/errors.ts';
import type { Demand, NoProof } from '../usecases/sign-in-port.ts';

/** So far may the clocks of Keycloak and ours be apart. */
export const CLOCK_TOLERANCE_SECONDS = 60;

/** Keycloak counts whole seconds, and the way there and back takes its time. */
const SLACK_SECONDS = 3;

/** `sub` is the user's id in Keycloak unless the client has a pairwise mapper. */
const claimsSchema = z.object({
  sub: z.string().min(1),
  preferred_username: z.string().min(1),
  email: z.string().optional(),
  email_verified: z.boolean().default(false),
  /** Keycloak names the one class that was reached (OpenID Connect Core section 2). */
  acr: z.string().optional(),
  /** Epoch seconds, like the next. */
  iat: z.number(),
  /** `max_age` makes it part of a token, says OpenID Connect; Keycloak gives it by the client scope basic. */
  auth_time: z.number(),
});

/**
 * What an ID token proves whose signature, issuer, audience, nonce and end are already checked.
 * @param sentAt when the browser was sent to Keycloak, and `now` when its answer was redeemed, epoch ms
 * @throws keycloak_unavailable: the token does not say who it is, or since when
 */
export function readProof(
  claims: unknown,
  { acr: demanded, sentAt, now }: Demand & { readonly sentAt: number; readonly now: number },
): { readonly ok: true; readonly proof: Proof } | { readonly ok: false; readonly why: NoProof } {
  const read = claimsSchema.safeParse(claims);
  if (!read.success) {
    const names = read.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new CodedError(
      'keycloak_unavailable',
      `Keycloak's ID token lacks ${names}; give the sign-in client the client scopes basic, acr, profile and email.`,
    );
  }
  const { sub, preferred_username: username, email, email_verified: verified, acr, auth_time: at, iat } = read.data;
  // Each side measures by its own clock how long it took, so that it does not matter how far apart they are.
  if (iat - at > (now - sentAt) / 1000 + SLACK_SECONDS) return { ok: false, why: 'stale' };
  if (demanded.some((each) => each !== acr)) return { ok: false, why: 'weak' };
  return {
    ok: true,
    proof: {
      userId: keycloakUserId(sub),
      username,
      email: verified && email !== undefined ? email : null,
      acr: acr ?? null,
      signedInAt: at * 1000,
    },
  };
}
