import { randomUUID } from 'node:crypto';
import { linkId, signInId } from '../../src/domain/ids.ts';
import type { LiveLink } from '../../src/domain/link.ts';
import { SIGN_IN_MS } from '../../src/domain/sign-in.ts';
import type { OfferedSignIn, Proof, Visit } from '../../src/domain/sign-in.ts';
import { REALM, START, aPerson } from './domain.ts';

/** A sign-in that was just offered, for a link unless it says otherwise. */
export function aSignIn(facts: Partial<OfferedSignIn> = {}): OfferedSignIn {
  const createdAt = facts.createdAt ?? START;
  const purpose = facts.purpose ?? ({ purpose: 'link' } as const);
  return {
    id: signInId(randomUUID()),
    realm: REALM,
    slack: aPerson().slack,
    purpose,
    correlationId: randomUUID(),
    createdAt,
    expiresAt: createdAt + SIGN_IN_MS[purpose.purpose],
    revision: 1,
    state: 'offered',
    ...facts,
  };
}

/** A way to Keycloak and back whose texts no other has. */
export const aVisit = (): Visit => ({
  cookieHash: randomUUID(),
  state: randomUUID(),
  nonce: randomUUID(),
  verifier: randomUUID(),
});

export function aProof(facts: Partial<Proof> = {}): Proof {
  const { userId, username } = aPerson();
  return { userId, username, email: `${username}@acme.example`, acr: null, signedInAt: START, ...facts };
}

export function aLink(facts: Partial<LiveLink> = {}): LiveLink {
  return {
    id: linkId(randomUUID()),
    realm: REALM,
    person: aPerson(),
    linkedAt: START,
    acr: null,
    signedInAt: START,
    revision: 1,
    state: 'live',
    ...facts,
  };
}
