import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  CONFIG_VARIABLES,
  readConfig,
  readDatabaseConfig,
  readKeycloakConfig,
  readSignInConfig,
  secretsOf,
} from '../../src/config.ts';
import { nastyText, tryDoor } from './generator.ts';

const SECRETS = {
  SLACK_BOT_TOKEN: 'xoxb-hush-bot',
  SLACK_APP_TOKEN: 'xapp-hush-app',
  SLACK_SIGNING_SECRET: 'hush-signing',
  KEYCLOAK_CLIENT_SECRET: 'hush-client',
  OIDC_CLIENT_SECRET: 'hush-oidc',
};
const GOOD = {
  ...SECRETS,
  KEYCLOAK_URL: 'https://sso.example.com',
  KEYCLOAK_REALM: 'acme',
  KEYCLOAK_CLIENT_ID: 'leasehold',
  OIDC_CLIENT_ID: 'leasehold-sign-in',
  PUBLIC_URL: 'https://leasehold.example.com',
};
const address = fc
  .tuple(
    fc.constantFrom('http://', 'https://', 'https:', 'file:', 'javascript:', '//', ''),
    fc.oneof(
      nastyText,
      fc.constantFrom(
        'a@b',
        'user:hush-url@host',
        '[::1',
        '[::1]/',
        'host:99999',
        '//',
        'host/?q=hush-url',
        '%',
        'a b',
      ),
    ),
  )
  .map((parts) => parts.join(''));
const value = fc.oneof(
  nastyText,
  address,
  fc.tuple(fc.constantFrom(...Object.values(SECRETS)), nastyText).map((parts) => parts.join('')),
);
const name = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...CONFIG_VARIABLES) },
  { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', 'PATH', 'toString') },
);

describe('configuration', () => {
  it('configuration: any environment gives a whole configuration or one line per problem, which names the variable and no value', async () => {
    await tryDoor(
      'configuration',
      fc.dictionary(name, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
      (odd) => {
        const env = { ...GOOD, ...odd };
        for (const read of [readConfig(env), readKeycloakConfig(env), readSignInConfig(env), readDatabaseConfig(env)]) {
          if (read.ok) continue;
          expect(read.problems.length).toBeGreaterThan(0);
          for (const problem of read.problems) {
            expect(CONFIG_VARIABLES).toContain(problem.split(' ')[0]);
            expect(problem).not.toMatch(/hush|[\r\n]/);
            expect(problem.length).toBeLessThan(300);
          }
        }
        const read = readConfig(env);
        if (!read.ok) return;
        const { config, warnings } = read;
        expect(secretsOf(config).every((secret) => secret !== '')).toBe(true);
        expect(['http:', 'https:']).toContain(new URL(config.keycloak.url).protocol);
        expect(new URL(config.slack.apiUrl).href).toMatch(/^https?:/);
        for (const count of [
          config.http.port,
          config.minSeconds,
          config.requestTtlSeconds,
          config.sweepSeconds,
          config.quarantineSeconds,
        ]) {
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        }
        expect(config.adminGroup.startsWith('/')).toBe(true);
        expect(JSON.stringify(warnings)).not.toMatch(/hush/);
      },
    );
  });
});
