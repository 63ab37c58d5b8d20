// The approval gate for a realm: node keycloak/gate-setup-main.js --help. Secrets come by the environment alone.
import { performance } from 'node:perf_hooks';
import { URLSearchParams } from 'node:url';
import { parseArgs } from 'node:util';
import { GateSetUpFailure } from './gate-admin.js';
import { setUpGate } from './gate-setup.js';

const usage = `node keycloak/gate-setup-main.js --url <Keycloak> --realm <realm> --leasehold <Leasehold, as Keycloak reaches it>
  what comes to the gate (nothing named: every sign-in)
    --clients a,b    --scopes a,b    --actions UPDATE_PASSWORD,…
    --acr <name> --level <number> [--max-age <seconds>]    the gate is what reaches that level
  how
    --bind realm|clients    whose browser flow it becomes (realm)
    --wait <seconds>        how long a sign-in may wait
    --form, --form-default  the access-request form; for new accounts, too
environment
  GATE_SECRET (the first of new,old; or \${vault.…})
  KEYCLOAK_ADMIN_TOKEN, or KEYCLOAK_ADMIN and KEYCLOAK_ADMIN_PASSWORD of the master realm`;

const { values } = parseArgs({
  options: {
    ...{ url: { type: 'string' }, realm: { type: 'string' }, leasehold: { type: 'string' } },
    ...{ clients: { type: 'string' }, scopes: { type: 'string' }, actions: { type: 'string' } },
    ...{ acr: { type: 'string' }, level: { type: 'string' }, 'max-age': { type: 'string' } },
    ...{
      bind: { type: 'string' },
      wait: { type: 'string' },
      form: { type: 'boolean' },
      'form-default': { type: 'boolean' },
    },
    help: { type: 'boolean' },
  },
});

/** @param {string | undefined} words */
const list = (words) => (words ?? '').split(',').filter((word) => word !== '');

/** @param {string} url @returns {() => Promise<string>} a token that is not older than half a minute */
function adminToken(url) {
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

const { url, realm, leasehold, acr, level, bind = 'realm' } = values;
const secret = process.env['GATE_SECRET']?.split(',')[0] ?? '';
const isWhole = url !== undefined && realm !== undefined && leasehold !== undefined && secret !== '';
if (
  values.help === true ||
  !isWhole ||
  (bind !== 'realm' && bind !== 'clients') ||
  (acr === undefined) !== (level === undefined)
) {
  console.error(usage);
  process.exitCode = values.help === true ? 0 : 2;
} else {
  try {
    const { changed, warnings } = await setUpGate({
      ...{ url, realm, token: adminToken(url), leasehold, secret, bind },
      ...{ clients: list(values.clients), scopes: list(values.scopes), actions: list(values.actions) },
      ...(acr !== undefined && {
        stepUp: { acr, level: Number(level), maxAgeSeconds: Number(values['max-age'] ?? 300) },
      }),
      ...(values.wait !== undefined && { waitSeconds: Number(values.wait) }),
      ...((values.form === true || values['form-default'] === true) && {
        form: { isDefault: values['form-default'] === true },
      }),
    });
    for (const sentence of changed) console.log(`changed: ${sentence}`);
    for (const sentence of warnings) console.log(`look at: ${sentence}`);
    if (changed.length === 0) console.log('Everything is as it should be.');
  } catch (error) {
    if (!(error instanceof GateSetUpFailure)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
