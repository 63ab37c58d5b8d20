// Leases in tokens, and tokens that wait for a click: node keycloak/token-setup-main.js --help. Secrets come by the
// environment alone.
import { parseArgs } from 'node:util';
import { adminToken, list, report } from './setup-command.js';
import { setUpTokens } from './token-setup.js';

const usage = `node keycloak/token-setup-main.js --url <Keycloak> --realm <realm>, and at least one part; the others stay as they are
  what tokens say of leases (needs the provider jar)
    --lease-clients a,b         whose tokens; all of them: who is left out says nothing of leases any more
    --lease-access /a/b,c       only these leases count (all)
  which tokens Leasehold is asked about (needs the provider jar); nothing else named: all
    --gate                      puts the client policy there
    --gate-clients a,b    --gate-scopes a,b    --gate-grants password,refresh_token,…
    --no-gate                   takes it away
  tokens that wait for a click
    --backchannel-clients a,b   confidential ones; all of them, as above
    --backchannel-scopes deploy=deployer,db=api/db-admin    each with the role that it brings: a realm role, or client/role
    --expires <seconds>         how long a request waits, in the whole realm
    --interval <seconds>        how often a client may ask, in the whole realm
    --refresh                   with refresh tokens
    --browser                   the browser flow has the gate for these scopes, so browsers may ask for them, too
    --no-jar                    without the provider jar: nothing caps a token at what was approved
  how long access tokens live
    --lifespan <seconds>  --lifespan-clients a,b
environment
  KEYCLOAK_ADMIN_TOKEN, or KEYCLOAK_ADMIN and KEYCLOAK_ADMIN_PASSWORD of the master realm`;

const texts = [
  ...['url', 'realm', 'lease-clients', 'lease-access', 'gate-clients', 'gate-scopes', 'gate-grants'],
  ...['backchannel-clients', 'backchannel-scopes', 'expires', 'interval', 'lifespan', 'lifespan-clients'],
];
const marks = ['gate', 'no-gate', 'refresh', 'browser', 'no-jar', 'help'];

/** @param {Record<string, string | undefined>} given @param {Record<string, boolean | undefined>} said */
function partsOf(given, said) {
  const scopes = list(given['backchannel-scopes']).map((pair) => {
    const [scope = '', ...role] = pair.split('=');
    return { scope, role: role.join('=') };
  });
  const isGated = said['gate'] === true || texts.some((name) => name.startsWith('gate-') && given[name] !== undefined);
  return {
    ...(given['lease-clients'] !== undefined && {
      leases: {
        clients: list(given['lease-clients']),
        ...(given['lease-access'] !== undefined && { access: list(given['lease-access']) }),
      },
    }),
    ...((isGated || said['no-gate'] === true) && {
      gate: {
        ...{ clients: list(given['gate-clients']), scopes: list(given['gate-scopes']) },
        ...{ grants: list(given['gate-grants']), off: said['no-gate'] === true },
      },
    }),
    ...(given['backchannel-clients'] !== undefined && {
      backchannel: {
        ...{ clients: list(given['backchannel-clients']), scopes },
        ...{ refresh: said['refresh'] === true, browser: said['browser'] === true },
        withoutJar: said['no-jar'] === true,
        ...(given['expires'] !== undefined && { expiresInSeconds: Number(given['expires']) }),
        ...(given['interval'] !== undefined && { intervalSeconds: Number(given['interval']) }),
      },
    }),
    ...(given['lifespan'] !== undefined && {
      lifespan: { clients: list(given['lifespan-clients']), seconds: Number(given['lifespan']) },
    }),
  };
}

/** @returns {{ given: Record<string, string | undefined>, said: Record<string, boolean | undefined> } | null} */
function read() {
  try {
    /** @type {Record<string, { type: 'string' | 'boolean' }>} */
    const options = Object.fromEntries([
      ...texts.map((name) => [name, { type: 'string' }]),
      ...marks.map((name) => [name, { type: 'boolean' }]),
    ]);
    const { values } = parseArgs({ options });
    const words = Object.entries(values);
    return {
      given: Object.fromEntries(words.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
      said: Object.fromEntries(words.flatMap(([name, value]) => (typeof value === 'boolean' ? [[name, value]] : []))),
    };
  } catch {
    return null;
  }
}

const { given, said } = read() ?? { given: {}, said: {} };
const { url, realm } = given;
const parts = partsOf(given, said);
const isMixed = parts.gate?.off === true && texts.some((name) => name.startsWith('gate-') && given[name] !== undefined);
if (said['help'] === true || url === undefined || realm === undefined || Object.keys(parts).length === 0 || isMixed) {
  console.error(usage);
  process.exitCode = said['help'] === true ? 0 : 2;
} else {
  await report(() => setUpTokens({ url, realm, token: adminToken(url), ...parts }));
}
