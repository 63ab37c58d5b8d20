// The approval gate for a realm: node keycloak/gate-setup-main.js --help. Secrets come by the environment alone.
import { parseArgs } from 'node:util';
import { setUpGate } from './gate-setup.js';
import { adminToken, list, report } from './setup-command.js';

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
  await report(() =>
    setUpGate({
      ...{ url, realm, token: adminToken(url), leasehold, secret, bind },
      ...{ clients: list(values.clients), scopes: list(values.scopes), actions: list(values.actions) },
      ...(acr !== undefined && {
        stepUp: { acr, level: Number(level), maxAgeSeconds: Number(values['max-age'] ?? 300) },
      }),
      ...(values.wait !== undefined && { waitSeconds: Number(values.wait) }),
      ...((values.form === true || values['form-default'] === true) && {
        form: { isDefault: values['form-default'] === true },
      }),
    }),
  );
}
