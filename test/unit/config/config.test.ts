import { describe, expect, it } from '@jest/globals';
import {
  CONFIG_VARIABLES,
  readConfig,
  readDatabaseConfig,
  readTokenConfig,
  readKeycloakConfig,
  secretsOf,
} from '../../../src/config.ts';
import type { Config, Env } from '../../../src/config.ts';

const complete = {
  SLACK_BOT_TOKEN: 'xoxb-very-private-1',
  SLACK_APP_TOKEN: 'xapp-very-private-2',
  KEYCLOAK_URL: 'https://sso.example.com/auth/',
  KEYCLOAK_REALM: 'acme',
  KEYCLOAK_CLIENT_ID: 'leasehold',
  KEYCLOAK_CLIENT_SECRET: 'very-private-3',
} as const;

const signIn = {
  PUBLIC_URL: 'https://leasehold.example.com',
  OIDC_CLIENT_ID: 'leasehold-sign-in',
  OIDC_CLIENT_SECRET: 'very-private-6',
} as const;

function configOf(env: Env): Config {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.config;
}

function problemsOf(env: Env): readonly string[] {
  const read = readConfig(env);
  return read.ok ? [] : read.problems;
}

describe('readConfig', () => {
  it('fills every default of the contract', () => {
    expect(configOf(complete)).toEqual({
      slack: {
        mode: 'socket',
        botToken: 'xoxb-very-private-1',
        appToken: 'xapp-very-private-2',
        apiUrl: 'https://slack.com/api/',
        approvalsChannel: null,
        auditChannel: null,
        channelLanguage: 'en',
      },
      keycloak: {
        url: 'https://sso.example.com/auth',
        realm: 'acme',
        clientId: 'leasehold',
        clientSecret: 'very-private-3',
      },
      database: { engine: 'sqlite', file: './data/leasehold.db' },
      http: { host: '127.0.0.1', port: 3000 },
      adminGroup: '/access-admins',
      policy: null,
      signIn: null,
      gate: null,
      minSeconds: 60,
      requestTtlSeconds: 86_400,
      sweepSeconds: 900,
      quarantineSeconds: 120,
      logLevel: 'info',
    });
  });

  it('takes an empty or blank value for unset, and leaves strangers alone', () => {
    expect(configOf({ ...complete, HTTP_PORT: '', ADMIN_GROUP: '  ', OPA_URL: '', KEYCLOAK_THEME: 'x' })).toEqual(
      configOf(complete),
    );
  });

  it('says one line per missing variable, all of them at once', () => {
    const problems = problemsOf({});
    const named = problems.map((line) => line.split(' ')[0]);
    expect(named).toEqual([
      'SLACK_BOT_TOKEN',
      'KEYCLOAK_URL',
      'KEYCLOAK_REALM',
      'KEYCLOAK_CLIENT_ID',
      'KEYCLOAK_CLIENT_SECRET',
      'SLACK_APP_TOKEN',
    ]);
    expect(problems.every((line) => /set it to .+\.$|set SLACK_SIGNING_SECRET \(HTTP\)\.$/.test(line))).toBe(true);
  });

  it('chooses HTTP mode with a signing secret and no app token, Socket Mode when both are there', () => {
    const signed = { ...complete, SLACK_SIGNING_SECRET: 'very-private-4' };
    expect(configOf({ ...signed, SLACK_APP_TOKEN: '' }).slack).toMatchObject({
      mode: 'http',
      signingSecret: 'very-private-4',
    });
    expect(configOf(signed).slack).toMatchObject({ mode: 'socket', appToken: 'xapp-very-private-2' });
  });

  it.each([
    ['SLACK_BOT_TOKEN', 'xapp-very-private-1'],
    ['SLACK_APP_TOKEN', 'xoxb-very-private-2'],
    ['SLACK_API_URL', 'slack'],
    ['KEYCLOAK_URL', 'sso.example.com'],
    ['KEYCLOAK_URL', 'ftp://sso.example.com'],
    ['KEYCLOAK_URL', 'https://bot:very-private@sso.example.com'],
    ['KEYCLOAK_URL', 'https://sso.example.com?realm=acme'],
    ['KEYCLOAK_REALM', 'realms/acme'],
    ['DATABASE_URL', './data/leasehold.db'],
    ['DATABASE_URL', 'file:'],
    ['DATABASE_URL', 'file::memory:'],
    ['DATABASE_URL', 'file://data/leasehold.db'],
    ['DATABASE_URL', 'file:x.db?mode=memory'],
    ['DATABASE_URL', 'postgres:'],
    ['DATABASE_URL', 'postgres://db/x'],
    ['DATABASE_URL', 'postgres://u:very-private@db'],
    ['DATABASE_URL', 'postgres://u:very-private%@db/x'],
    ['DATABASE_URL', 'postgres://u:very#private@db/x'],
    ['DATABASE_URL', 'postgres://u:very-private@db/x?sslmode=prefer'],
    ['DATABASE_URL', 'postgres://u:very-private@db/x?host=elsewhere'],
    ['HTTP_PORT', '65536'],
    ['HTTP_PORT', '3000.0'],
    ['HTTP_PORT', '0x10'],
    ['HTTP_PORT', '-1'],
    ['MIN_DURATION_SECONDS', '0'],
    ['MIN_DURATION_SECONDS', '1e3'],
    ['REQUEST_TTL_SECONDS', '99999999999999999999'],
    ['SWEEP_SECONDS', '15m'],
    ['QUARANTINE_SECONDS', '0'],
    ['ADMIN_GROUP', 'access-admins'],
    ['ADMIN_GROUP', '/'],
    ['LOG_LEVEL', 'loud'],
  ])('refuses %s=%s with exactly one line that names it', (name, value) => {
    const problems = problemsOf({ ...complete, [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} .+\\.$`));
  });

  it('I28: no problem line shows any part of a value', () => {
    const garbled = Object.fromEntries(CONFIG_VARIABLES.map((name) => [name, '☠hush☠']));
    const problems = problemsOf(garbled);
    expect(problems.length).toBeGreaterThan(15);
    expect(problems.join('\n')).not.toMatch(/hush|☠/);
  });

  it.each([
    ['file:/var/lib/leasehold.db', '/var/lib/leasehold.db'],
    ['file:///var/lib/leasehold.db', '/var/lib/leasehold.db'],
    ['file:leasehold.db', 'leasehold.db'],
  ])('reads %s as the path %s', (url, file) => {
    const database = { engine: 'sqlite', file };
    expect(configOf({ ...complete, DATABASE_URL: url }).database).toEqual(database);
    expect(readDatabaseConfig({ DATABASE_URL: url })).toEqual({ ok: true, database });
  });

  it.each([
    ['postgres://u:p@db/x', { host: 'db', port: 5432, user: 'u', password: 'p', database: 'x', tls: 'off' }],
    ['postgresql://u@db:6543/x?sslmode=require', { port: 6543, password: '', tls: 'encrypted' }],
    [
      'postgres://u:a%2Fb%40c@[::1]/x%20y?sslmode=verify-full',
      { host: '::1', password: 'a/b@c', database: 'x y', tls: 'verified' },
    ],
    ['postgres://u@%2Frun%2Fpostgresql/x', { host: '/run/postgresql' }],
  ])('reads %s as a PostgreSQL', (url, address) => {
    expect(configOf({ ...complete, DATABASE_URL: url }).database).toMatchObject({ engine: 'postgres', address });
  });

  it('I28: the password of the database is a secret', () => {
    const config = configOf({ ...complete, DATABASE_URL: 'postgres://u:very-private%205@db/x' });
    expect(secretsOf(config)).toContain('very-private 5');
  });

  it('warns of a database across an unencrypted network', () => {
    const warnings = (url: string) => {
      const read = readConfig({ ...complete, DATABASE_URL: url });
      return read.ok ? read.warnings : ['refused'];
    };
    expect(warnings('postgres://u:very-private@db/x')).toEqual([
      expect.stringMatching(/^DATABASE_URL is not encrypted[^]*(?<!very-private)$/),
    ]);
    for (const url of [
      'postgres://u@127.0.0.1/x',
      'postgres://u@[::1]/x',
      'postgres://u@%2Frun/x',
      'postgres://u@db/x?sslmode=verify-full',
    ])
      expect(warnings(url)).toEqual([]);
  });

  it.each(['REALMS_FILE', 'ROTA_FILE', 'SIEM_URL', 'AUDIT_SIGNING_KEY'])(
    'I30: %s, not built yet, stops the start and is never ignored',
    (name) => {
      expect(problemsOf({ ...complete, [name]: 'x' })).toEqual([`${name} is not built yet; remove it.`]);
    },
  );

  it('takes one secret of the gate, or two of which the new one comes first', () => {
    const [fresh, old] = ['very-private-'.padEnd(32, '7'), 'very-private-'.padEnd(40, '8')];
    const gate = (secret: string) => configOf({ ...complete, GATE_SECRET: secret }).gate;
    expect(gate(fresh)).toEqual({ secrets: [fresh] });
    expect(gate(`${fresh},${old}`)).toEqual({ secrets: [fresh, old] });
    expect(secretsOf(configOf({ ...complete, GATE_SECRET: `${fresh},${old}` }))).toEqual(
      expect.arrayContaining([fresh, old]),
    );
  });

  it.each([
    ['too short', 'very-private'.padEnd(31, '7')],
    ['one of two too short', `${'very-private'.padEnd(32, '7')},very-private`],
    ['nothing behind the comma', `${'very-private'.padEnd(32, '7')},`],
    ['nothing before it', `,${'very-private'.padEnd(32, '7')}`],
    ['three', ['a', 'b', 'c'].map((end) => 'very-private'.padEnd(32, end)).join()],
    ['a blank behind the comma', ['a', 'b'].map((end) => 'very-private'.padEnd(32, end)).join(', ')],
    ['a blank within', 'very-private '.padEnd(33, '7')],
  ])('refuses a secret of the gate in one sentence that shows nothing of it: %s', (_why, secret) => {
    expect(problemsOf({ ...complete, GATE_SECRET: secret })).toEqual([
      'GATE_SECRET must be one secret, or two as new,old, each of at least 32 characters without blanks and commas.',
    ]);
  });

  it('warns where the calls of Keycloak cross a network readable', () => {
    const warnings = (host: string, secret?: string) => {
      const read = readConfig({ ...complete, HTTP_HOST: host, GATE_SECRET: secret });
      return read.ok ? read.warnings : ['refused'];
    };
    const secret = 'very-private-'.padEnd(32, '7');
    expect(warnings('0.0.0.0', secret)).toEqual([
      expect.stringMatching(/^GATE_SECRET is set and HTTP_HOST is open to the network(?!.*very-private)/),
    ]);
    expect(warnings('0.0.0.0')).toEqual([]);
    for (const host of ['127.0.0.1', 'localhost', '::1']) expect(warnings(host, secret)).toEqual([]);
  });

  it('takes policy from a file or from Open Policy Agent, never from both', () => {
    expect(configOf({ ...complete, POLICY_FILE: './policy.yaml' }).policy).toEqual({
      engine: 'file',
      file: './policy.yaml',
    });
    expect(configOf({ ...complete, OPA_URL: 'http://127.0.0.1:8181/' }).policy).toEqual({
      engine: 'opa',
      url: 'http://127.0.0.1:8181',
    });
    expect(problemsOf({ ...complete, POLICY_FILE: 'a', OPA_URL: 'http://127.0.0.1:8181' })).toEqual([
      'POLICY_FILE and OPA_URL are both set; one of them decides, so remove the other.',
    ]);
  });

  it('lets people sign in by browser once all three variables are there', () => {
    expect(configOf({ ...complete, ...signIn }).signIn).toEqual({
      keycloakUrl: 'https://sso.example.com/auth',
      clientId: 'leasehold-sign-in',
      clientSecret: 'very-private-6',
      publicUrl: 'https://leasehold.example.com',
      stepUpAcr: 'gold',
    });
    const other = { KEYCLOAK_PUBLIC_URL: 'https://login.example.com/', STEP_UP_ACR: 'https://example.com/acr:2_a-b.c' };
    expect(configOf({ ...complete, ...signIn, ...other }).signIn).toMatchObject({
      keycloakUrl: 'https://login.example.com',
      stepUpAcr: 'https://example.com/acr:2_a-b.c',
    });
  });

  it.each(Object.keys(signIn))('half a sign-in stops the start with a line per missing variable: only %s', (name) => {
    const named = (env: Env) =>
      problemsOf({ ...complete, ...env }).map((line) => line.split(' ').slice(0, 3).join(' '));
    const others = Object.keys(signIn).filter((other) => other !== name);
    expect(named({ [name]: signIn[name as keyof typeof signIn] })).toEqual(
      others.map((other) => `${other} is missing;`),
    );
    expect(named({ ...signIn, [name]: '' })).toEqual([`${name} is missing;`]);
    expect(problemsOf({ ...complete, ...signIn, [name]: '' }).join()).not.toMatch(/very-private/);
  });

  it('the public address of Keycloak alone is a mistake, the wish for a stronger sign-in alone is none', () => {
    expect(problemsOf({ ...complete, KEYCLOAK_PUBLIC_URL: 'https://sso.example.com' })).toEqual([
      'KEYCLOAK_PUBLIC_URL serves the sign-in by browser alone; set PUBLIC_URL, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET too, or remove it.',
    ]);
    expect(configOf({ ...complete, STEP_UP_ACR: 'silver' }).signIn).toBeNull();
  });

  it.each([
    ['PUBLIC_URL', 'http://leasehold.example.com'],
    ['PUBLIC_URL', 'http://localhost.example.com'],
    ['PUBLIC_URL', 'https://leasehold.example.com/slack'],
    ['PUBLIC_URL', 'https://leasehold.example.com/?a'],
    ['PUBLIC_URL', 'https://ann:very-private@leasehold.example.com'],
    ['PUBLIC_URL', 'bot.example.com'],
    ['KEYCLOAK_PUBLIC_URL', 'https://sso.example.com#top'],
    ['STEP_UP_ACR', 'silver gold'],
    ['STEP_UP_ACR', 'gölden'],
    ['STEP_UP_ACR', 'g'.repeat(101)],
  ])('refuses %s=%s beside a whole sign-in with exactly one line that names it', (name, value) => {
    const problems = problemsOf({ ...complete, ...signIn, [name]: value });
    expect(problems).toEqual([expect.stringMatching(new RegExp(`^${name} must be .+\\.$`))]);
    expect(problems.join()).not.toContain(value);
  });

  it('lets browsers come unencrypted on this machine alone', () => {
    for (const [publicUrl, origin] of [
      ['http://localhost:3000/', 'http://localhost:3000'],
      ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
      ['http://[::1]:3000', 'http://[::1]:3000'],
      ['HTTPS://Leasehold.Example.com:443', 'https://leasehold.example.com'],
    ])
      expect(configOf({ ...complete, ...signIn, PUBLIC_URL: publicUrl }).signIn?.publicUrl).toBe(origin);
  });

  it('warns of plain http to another machine, not to this one', () => {
    const warnings = (url: string) => {
      const read = readConfig({ ...complete, KEYCLOAK_URL: url });
      return read.ok ? read.warnings : ['refused'];
    };
    expect(warnings('http://keycloak.internal:8080')).toEqual([expect.stringMatching(/^KEYCLOAK_URL is plain http/)]);
    for (const url of [
      'http://localhost:8080',
      'http://127.0.0.1:8080',
      'http://[::1]:8080',
      'https://sso.example.com',
    ]) {
      expect(warnings(url)).toEqual([]);
    }
  });
});

it('people’s passwords do not cross a network readable without a warning', () => {
  const warnings = (url: string) => {
    const read = readConfig({ ...complete, ...signIn, KEYCLOAK_PUBLIC_URL: url });
    return read.ok ? read.warnings : read.problems;
  };
  expect(warnings('http://sso.example.com')).toEqual([expect.stringMatching(/^KEYCLOAK_PUBLIC_URL is plain http/)]);
  for (const url of ['http://127.0.0.1:8080', 'https://sso.example.com']) expect(warnings(url)).toEqual([]);
});

it('a command that speaks to Keycloak alone needs only its four variables', () => {
  expect(readKeycloakConfig({ ...complete, SLACK_BOT_TOKEN: undefined })).toMatchObject({ ok: true });
  expect(readKeycloakConfig({ ...complete, KEYCLOAK_REALM: undefined })).toMatchObject({
    ok: false,
    problems: [expect.stringMatching(/^KEYCLOAK_REALM is missing/)],
  });
});

it('a pipeline that asks for a token needs three variables, and no other', () => {
  const three = {
    TOKEN_ISSUER: 'https://sso.example.com/realms/acme/',
    TOKEN_CLIENT_ID: 'ci',
    TOKEN_CLIENT_SECRET: 's',
  };
  const token = { issuer: 'https://sso.example.com/realms/acme', clientId: 'ci', clientSecret: 's' };
  expect(readTokenConfig({ ...three, SLACK_BOT_TOKEN: 'nonsense' })).toEqual({ ok: true, token, warnings: [] });
  expect(readTokenConfig({ ...three, TOKEN_ISSUER: 'http://sso/realms/acme' })).toMatchObject({
    warnings: [expect.stringMatching(/^TOKEN_ISSUER is not encrypted/)],
  });
  expect(readTokenConfig({ TOKEN_ISSUER: 'sso' })).toEqual({
    ok: false,
    problems: [
      expect.stringMatching(/^TOKEN_ISSUER must be an address/),
      expect.stringMatching(/^TOKEN_CLIENT_ID is missing/),
      expect.stringMatching(/^TOKEN_CLIENT_SECRET is missing/),
    ],
  });
});

it('secretsOf names every secret of the configuration', () => {
  expect(secretsOf(configOf(complete))).toEqual(['very-private-3', 'xoxb-very-private-1', 'xapp-very-private-2']);
  expect(secretsOf(configOf({ ...complete, ...signIn }))).toContain('very-private-6');
});
