import { z } from 'zod';
import { CALL_TIMEOUT_MS } from './connection.ts';
import type { ConnectionOptions } from './connection.ts';
import { codedError } from './failure.ts';
import { parsed } from './representations.ts';

/** OpenID Connect Discovery 1.0, section 3. */
const metadataSchema = z.object({
  issuer: z.string(),
  acr_values_supported: z.array(z.string()).default([]),
});

export type Discovery = {
  /** What Keycloak calls itself when it is reached at this address: who issues a token that is redeemed there. */
  readonly issuer: string;
  /** Authentication context classes that the realm knows (`acr.loa.map`). */
  readonly acrs: readonly string[];
};

/** What the realm says of itself to everybody. @throws keycloak_unavailable */
export async function discover({ url, realm }: Pick<ConnectionOptions, 'url' | 'realm'>): Promise<Discovery> {
  const address = `${url}/realms/${encodeURIComponent(realm)}/.well-known/openid-configuration`;
  const { issuer, acr_values_supported: acrs } = parsed(metadataSchema, 'discovery', await readJson(address));
  return { issuer, acrs };
}

async function readJson(address: string): Promise<unknown> {
  try {
    const answer = await fetch(address, { signal: AbortSignal.timeout(CALL_TIMEOUT_MS) });
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
    return await answer.json();
  } catch (error) {
    throw codedError('discovery', error);
  }
}
