// Whether the server has the providers of our jar.
import { GateSetUpFailure } from './gate-admin.js';

/** By their kind, as the server lists them. */
const providers = { 'leasehold-lease': 'protocol-mapper', 'leasehold-token-gate': 'client-policy-executor' };

/**
 * Before anything is written; a server that does not tell this administrator refuses later by itself.
 *
 * @param {{ url: string, token: import('./gate-admin.js').Token }} options
 * @param {readonly (keyof typeof providers)[]} needed
 */
export async function checkJar({ url, token }, needed) {
  if (needed.length === 0) return;
  const headers = { authorization: `Bearer ${typeof token === 'string' ? token : await token()}` };
  const answer = await fetch(`${url}/admin/serverinfo`, { headers, signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) return;
  /** @type {{ providers?: Record<string, { providers?: object }> }} */
  const info = /** @type {any} */ (await answer.json());
  const missing = needed.find((name) => !Object.hasOwn(info.providers?.[providers[name]]?.providers ?? {}, name));
  if (missing === undefined) return;
  throw new GateSetUpFailure(
    `This Keycloak has no ${missing}: put the provider jar into it${missing === 'leasehold-lease' ? ', or do without it where backchannel tokens may outlive what was approved (--no-jar)' : ''}.`,
  );
}
