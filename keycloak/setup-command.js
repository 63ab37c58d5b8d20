// What the set-up commands share: an administrator by the environment, lists, and what they say.
import { performance } from 'node:perf_hooks';
import { URLSearchParams } from 'node:url';
import { GateSetUpFailure } from './gate-admin.js';

/** @param {string | undefined} words */
export const list = (words) => (words ?? '').split(',').filter((word) => word !== '');

/** @param {string} url @returns {() => Promise<string>} a token that is not older than half a minute */
export function adminToken(url) {
  const {
    KEYCLOAK_ADMIN_TOKEN: given,
    KEYCLOAK_ADMIN: username = '',
    KEYCLOAK_ADMIN_PASSWORD: password = '',
  } = process.env;
  let token = given ?? '';
  let staleAt = given === undefined ? 0 : Infinity;
  return async () => {
    if (performance.now() < staleAt) return token;
    const body = new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username, password });
    const answer = await fetch(`${url}/realms/master/protocol/openid-connect/token`, { method: 'POST', body });
    if (!answer.ok)
      throw new GateSetUpFailure(`Keycloak does not let ${username || 'nobody'} in: ${await answer.text()}`);
    token = /** @type {{ access_token: string }} */ (await answer.json()).access_token;
    staleAt = performance.now() + 30_000;
    return token;
  };
}

/**
 * Runs a set-up and says a line for each thing; a failure is a sentence and exit code 1.
 *
 * @param {() => Promise<{ changed: readonly string[], warnings: readonly string[] }>} setUp
 */
export async function report(setUp) {
  try {
    const { changed, warnings } = await setUp();
    for (const sentence of changed) console.log(`changed: ${sentence}`);
    for (const sentence of warnings) console.log(`look at: ${sentence}`);
    if (changed.length === 0) console.log('Everything is as it should be.');
  } catch (error) {
    if (!(error instanceof GateSetUpFailure)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
