import { z } from 'zod';

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** How Slack reaches us: its own WebSocket (Socket Mode), or signed HTTP calls to `/slack/events`. */
type SlackConnection =
  | { readonly mode: 'socket'; readonly botToken: string; readonly appToken: string }
  | { readonly mode: 'http'; readonly botToken: string; readonly signingSecret: string };

/** `apiUrl` ends with a slash; channels are ids or names. */
export type SlackConfig = SlackConnection & {
  readonly apiUrl: string;
  readonly approvalsChannel: string | null;
  readonly auditChannel: string | null;
  readonly channelLanguage: (typeof LANGUAGES)[number];
};

/** `url` carries no slash at its end. */
export type KeycloakConfig = {
  readonly url: string;
  readonly realm: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

/** A SQLite file, its path absolute or relative to the working directory, or a PostgreSQL that replicas share. */
export type DatabaseConfig =
  | { readonly engine: 'sqlite'; readonly file: string }
  | {
      readonly engine: 'postgres';
      readonly address: {
        /** Name, address, or the folder of its socket. */
        readonly host: string;
        readonly port: number;
        readonly user: string;
        readonly password: string;
        readonly database: string;
        /** `encrypted` believes any certificate, `verified` only one for this host from a known authority. */
        readonly tls: 'off' | 'encrypted' | 'verified';
      };
    };

/**
 * How people sign in to Keycloak by their browsers. `keycloakUrl` is where browsers see Keycloak, `publicUrl` where they
 * see Leasehold; neither carries a slash at its end, and `publicUrl` has no path.
 */
export type SignInConfig = {
  readonly keycloakUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly publicUrl: string;
  /** The authentication context class that a step-up asks for. */
  readonly stepUpAcr: string;
};

/** The client that `leasehold token` asks as. `issuer` is the realm's address, without a slash at its end. */
export type TokenConfig = { readonly issuer: string; readonly clientId: string; readonly clientSecret: string };

/** What Keycloak signs its calls with: any of them counts, the newest first. */
export type GateConfig = { readonly secrets: readonly [string, ...string[]] };

/** Where policy stands; an address carries no slash at its end. */
export type PolicyConfig =
  { readonly engine: 'file'; readonly file: string } | { readonly engine: 'opa'; readonly url: string };

export type Config = {
  readonly slack: SlackConfig;
  readonly keycloak: KeycloakConfig;
  readonly database: DatabaseConfig;
  /** Port 0 lets the system choose a free one. */
  readonly http: { readonly host: string; readonly port: number };
  readonly adminGroup: string;
  readonly policy: PolicyConfig | null;
  /** null: nobody can sign in by browser. */
  readonly signIn: SignInConfig | null;
  /** null: no gate in Keycloak may call. */
  readonly gate: GateConfig | null;
  readonly minSeconds: number;
  readonly requestTtlSeconds: number;
  readonly sweepSeconds: number;
  readonly quarantineSeconds: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
};

/** Problems are sentences for the operator; they name the variable and never show its value. */
type Read<Value> = ({ readonly ok: true } & Value) | { readonly ok: false; readonly problems: readonly string[] };

const LANGUAGES = ['en', 'de'] as const;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

// Every sentence below continues the variable's name.
const required = (hint: string) => z.string({ error: `is missing; set it to ${hint}.` });
const optional = z.string().optional();
const notBuilt = z.undefined({ error: 'is not built yet; remove it.' }).optional();

const prefixed = (prefix: string, hint: string) => ({
  error: `is not ${hint}; it must start with ${prefix}.`,
});

function integer(fallback: number, min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}.`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }))
    .default(fallback);
}

/** An http(s) address and nothing more; a user name or password in it would end up in logs. */
function isPlainAddress(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}
const address = { error: 'must be an address such as https://sso.example.com, without user name, query or fragment.' };

/** Where browsers come; unencrypted only on this machine, where the sign-in's code crosses no network. */
function isPublicOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (url === null || !isPlainAddress(text) || url.pathname !== '/') return false;
  return url.protocol === 'https:' || LOOPBACK.test(url.hostname);
}

/** A database, or the sentence that says why it is none. */
function databaseOf(text: string): DatabaseConfig | string {
  if (/^postgres(ql)?:/.test(text)) return postgresOf(text);
  if (!/^file:(\/\/\/|(?!\/\/|:memory:))[^?#]+$/.test(text)) {
    return 'must name a file, such as file:./data/leasehold.db, or a PostgreSQL, such as postgres://user:password@host/name.';
  }
  return { engine: 'sqlite', file: text.replace(/^file:(\/\/)?/, '') };
}

const TLS = { disable: 'off', require: 'encrypted', 'verify-full': 'verified' } as const;

function postgresOf(text: string): DatabaseConfig | string {
  const parts = postgresParts(text);
  if (parts === null || [parts.host, parts.user, parts.database].includes('')) {
    return 'must name host, user and database, such as postgres://user:password@host:5432/name (special characters as %XX).';
  }
  const { options, ...address } = parts;
  const tls = Object.entries(TLS).find(([mode]) => mode === (options.get('sslmode') ?? 'disable'))?.[1];
  if (tls === undefined || [...options.keys()].some((name) => name !== 'sslmode')) {
    return 'may carry sslmode=disable, sslmode=require or sslmode=verify-full after its question mark, and nothing else.';
  }
  return { engine: 'postgres', address: { ...address, tls } };
}

function postgresParts(text: string) {
  const url = URL.parse(text);
  if (url === null || url.hash !== '') return null;
  try {
    const [host, user, password, database] = [url.hostname, url.username, url.password, url.pathname.slice(1)].map(
      decodeURIComponent,
    ) as [string, string, string, string];
    return {
      host: host.replace(/^\[(.*)\]$/, '$1'),
      port: Number(url.port || 5432),
      user,
      password,
      database,
      options: url.searchParams,
    };
  } catch {
    return null; // a % that stands for nothing
  }
}

const database = z
  .string()
  .default('file:./data/leasehold.db')
  .transform((text, context) => {
    const read = databaseOf(text);
    if (typeof read !== 'string') return read;
    context.addIssue({ code: 'custom', message: read });
    return z.NEVER;
  });

/** Without the slash at its end. */
const baseAddress = z
  .string()
  .refine(isPlainAddress, address)
  .transform((text) => text.replace(/\/+$/, ''));

const schema = z.object({
  SLACK_BOT_TOKEN: required('the bot token of the Slack app, xoxb-…').startsWith(
    'xoxb-',
    prefixed('xoxb-', 'a bot token'),
  ),
  SLACK_APP_TOKEN: z.string().startsWith('xapp-', prefixed('xapp-', 'an app-level token')).optional(),
  SLACK_SIGNING_SECRET: optional,
  SLACK_API_URL: z
    .string()
    .refine(isPlainAddress, address)
    .transform((text) => text.replace(/\/*$/, '/'))
    .default('https://slack.com/api/'),
  SLACK_APPROVALS_CHANNEL: optional,
  SLACK_AUDIT_CHANNEL: optional,
  CHANNEL_LANGUAGE: z.enum(LANGUAGES, { error: `must be one of ${LANGUAGES.join(', ')}.` }).default('en'),
  KEYCLOAK_URL: required('the address of Keycloak, such as https://sso.example.com').pipe(baseAddress),
  KEYCLOAK_REALM: required('the name of the realm').regex(/^[^/]+$/, { error: 'must be the bare name of a realm.' }),
  KEYCLOAK_CLIENT_ID: required("the client id of Leasehold's own client in that realm"),
  KEYCLOAK_CLIENT_SECRET: required("the secret of Leasehold's own client"),
  DATABASE_URL: database,
  HTTP_HOST: z.string().default('127.0.0.1'),
  HTTP_PORT: integer(3000, 0, 65_535),
  ADMIN_GROUP: z
    .string()
    .regex(/^(\/[^/]+)+$/, { error: 'must be the path of a Keycloak group, such as /access-admins.' })
    .default('/access-admins'),
  POLICY_FILE: optional,
  OPA_URL: baseAddress.optional(),
  MIN_DURATION_SECONDS: integer(60, 1, 86_400),
  REQUEST_TTL_SECONDS: integer(86_400, 1, 2_592_000),
  SWEEP_SECONDS: integer(900, 1, 86_400),
  QUARANTINE_SECONDS: integer(120, 1, 3600),
  KEYCLOAK_PUBLIC_URL: baseAddress.optional(),
  OIDC_CLIENT_ID: optional,
  OIDC_CLIENT_SECRET: optional,
  PUBLIC_URL: z
    .string()
    .refine(isPublicOrigin, {
      error: 'must be an address such as https://leasehold.example.com, https and without path, query or user name.',
    })
    .transform((text) => new URL(text).origin)
    .optional(),
  STEP_UP_ACR: z
    .string()
    .regex(/^[\w.:/-]{1,100}$/, { error: 'must be at most 100 letters, digits and . _ - : / in a row.' })
    .default('gold'),
  REALMS_FILE: notBuilt,
  ROTA_FILE: notBuilt,
  SIEM_URL: notBuilt,
  AUDIT_SIGNING_KEY: notBuilt,
  GATE_SECRET: z
    .string()
    .regex(/^[^\s,]{32,}(,[^\s,]{32,})?$/, {
      error: 'must be one secret, or two as new,old, each of at least 32 characters without blanks and commas.',
    })
    .optional(),
  TOKEN_ISSUER: baseAddress.optional(),
  TOKEN_CLIENT_ID: optional,
  TOKEN_CLIENT_SECRET: optional,
  LOG_LEVEL: z.enum(LOG_LEVELS, { error: `must be one of ${LOG_LEVELS.join(', ')}.` }).default('info'),
});

/** Every variable that Leasehold knows, in the order of `.env.example`. */
export const CONFIG_VARIABLES: readonly string[] = Object.keys(schema.shape);

/**
 * Reads the whole configuration. Blanks around a value are dropped and an empty value counts as unset; variables
 * that are not ours are left alone. `warnings` are sentences that do not stop the start.
 */
export function readConfig(env: Env): Read<{ readonly config: Config; readonly warnings: readonly string[] }> {
  const vars = schema.safeParse(tidy(env));
  const together = [slackReaches, onePolicy, wholeSignIn].flatMap((check) => check(tidy(env)));
  if (!vars.success) return { ok: false, problems: [...sentences(vars.error), ...together] };
  if (together.length > 0) return { ok: false, problems: together };
  const { data } = vars;
  const config: Config = {
    slack: {
      ...slackConnection(data),
      apiUrl: data.SLACK_API_URL,
      approvalsChannel: data.SLACK_APPROVALS_CHANNEL ?? null,
      auditChannel: data.SLACK_AUDIT_CHANNEL ?? null,
      channelLanguage: data.CHANNEL_LANGUAGE,
    },
    keycloak: keycloakOf(data),
    database: data.DATABASE_URL,
    http: { host: data.HTTP_HOST, port: data.HTTP_PORT },
    adminGroup: data.ADMIN_GROUP,
    policy: policyOf(data),
    signIn: signInOf(data),
    gate: gateOf(data.GATE_SECRET),
    minSeconds: data.MIN_DURATION_SECONDS,
    requestTtlSeconds: data.REQUEST_TTL_SECONDS,
    sweepSeconds: data.SWEEP_SECONDS,
    quarantineSeconds: data.QUARANTINE_SECONDS,
    logLevel: data.LOG_LEVEL,
  };
  return {
    ok: true,
    config,
    warnings: [
      ...plainHttpWarnings(config.keycloak),
      ...plainSignInWarnings(config.signIn),
      ...plainDatabaseWarnings(config.database),
      ...plainGateWarnings(config),
    ],
  };
}

const keycloakSchema = schema.pick({
  KEYCLOAK_URL: true,
  KEYCLOAK_REALM: true,
  KEYCLOAK_CLIENT_ID: true,
  KEYCLOAK_CLIENT_SECRET: true,
  ADMIN_GROUP: true,
  MIN_DURATION_SECONDS: true,
});
const signInSchema = schema.pick({
  KEYCLOAK_URL: true,
  KEYCLOAK_PUBLIC_URL: true,
  OIDC_CLIENT_ID: true,
  OIDC_CLIENT_SECRET: true,
  PUBLIC_URL: true,
  STEP_UP_ACR: true,
});

/** How people sign in, for a command that looks whether they can. */
export function readSignInConfig(env: Env): Read<{ readonly signIn: SignInConfig | null }> {
  const vars = signInSchema.safeParse(tidy(env));
  const problems = [...(vars.success ? [] : sentences(vars.error)), ...wholeSignIn(tidy(env))];
  if (!vars.success || problems.length > 0) return { ok: false, problems };
  return { ok: true, signIn: signInOf(vars.data) };
}

/** The part that a command needs which speaks to Keycloak alone. */
export function readKeycloakConfig(env: Env): Read<Pick<Config, 'keycloak' | 'adminGroup' | 'minSeconds'>> {
  const vars = keycloakSchema.safeParse(tidy(env));
  if (!vars.success) return { ok: false, problems: sentences(vars.error) };
  const { ADMIN_GROUP: adminGroup, MIN_DURATION_SECONDS: minSeconds } = vars.data;
  return { ok: true, keycloak: keycloakOf(vars.data), adminGroup, minSeconds };
}

const policySchema = schema.pick({ POLICY_FILE: true, OPA_URL: true, PUBLIC_URL: true, STEP_UP_ACR: true });

/** What decides, for a command that asks it. `stepUpAcr` null: people cannot sign in to approve. */
export function readPolicyConfig(
  env: Env,
): Read<{ readonly policy: PolicyConfig | null; readonly stepUpAcr: string | null }> {
  const vars = policySchema.safeParse(tidy(env));
  const problems = [...(vars.success ? [] : sentences(vars.error)), ...onePolicy(tidy(env))];
  if (!vars.success || problems.length > 0) return { ok: false, problems };
  const { PUBLIC_URL, STEP_UP_ACR } = vars.data;
  return { ok: true, policy: policyOf(vars.data), stepUpAcr: PUBLIC_URL === undefined ? null : STEP_UP_ACR };
}

const tokenSchema = z.object({
  TOKEN_ISSUER: required('the address of the realm, such as https://sso.example.com/realms/acme').pipe(baseAddress),
  TOKEN_CLIENT_ID: required('the client id of the pipeline'),
  TOKEN_CLIENT_SECRET: required("the secret of the pipeline's client"),
});

/** Whom `leasehold token` asks, and as whom: it runs where nothing else of Leasehold is set. */
export function readTokenConfig(env: Env): Read<{ readonly token: TokenConfig; readonly warnings: readonly string[] }> {
  const vars = tokenSchema.safeParse(tidy(env));
  if (!vars.success) return { ok: false, problems: sentences(vars.error) };
  const { TOKEN_ISSUER: issuer, TOKEN_CLIENT_ID: clientId, TOKEN_CLIENT_SECRET: clientSecret } = vars.data;
  const warning = 'TOKEN_ISSUER is not encrypted, so the secret and the token cross the network readable.';
  return { ok: true, token: { issuer, clientId, clientSecret }, warnings: isReadableByOthers(issuer) ? [warning] : [] };
}

/** The part that a command needs which reads the database alone. */
export function readDatabaseConfig(env: Env): Read<{ readonly database: DatabaseConfig }> {
  const vars = schema.pick({ DATABASE_URL: true }).safeParse(tidy(env));
  return vars.success ? { ok: true, database: vars.data.DATABASE_URL } : { ok: false, problems: sentences(vars.error) };
}

/** The values that must never be seen in a log line. */
export function secretsOf({ slack, keycloak, database, signIn, gate }: Config): readonly string[] {
  const door = slack.mode === 'socket' ? slack.appToken : slack.signingSecret;
  const password = database.engine === 'postgres' ? database.address.password : '';
  const mayBe = [password, signIn?.clientSecret ?? ''].filter((secret) => secret !== '');
  return [keycloak.clientSecret, slack.botToken, door, ...mayBe, ...(gate?.secrets ?? [])];
}

const tidy = (env: Env): Env =>
  Object.fromEntries(CONFIG_VARIABLES.map((name) => [name, env[name]?.trim() || undefined]));

const sentences = (error: z.ZodError): readonly string[] =>
  error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);

/** Checked apart from the schema, so that it is told together with what the schema finds. */
const slackReaches = (env: Env): readonly string[] =>
  env['SLACK_APP_TOKEN'] === undefined && env['SLACK_SIGNING_SECRET'] === undefined
    ? [
        'SLACK_APP_TOKEN is missing; set it to an app-level token, xapp-… (Socket Mode), or set SLACK_SIGNING_SECRET (HTTP).',
      ]
    : [];

const onePolicy = (env: Env): readonly string[] =>
  env['POLICY_FILE'] !== undefined && env['OPA_URL'] !== undefined
    ? ['POLICY_FILE and OPA_URL are both set; one of them decides, so remove the other.']
    : [];

const SIGN_IN = ['PUBLIC_URL', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;

/** Half of a sign-in is a mistake, not a sign-in switched off. */
function wholeSignIn(env: Env): readonly string[] {
  const missing = SIGN_IN.filter((name) => env[name] === undefined);
  if (missing.length < SIGN_IN.length) {
    return missing.map((name) => `${name} is missing; ${SIGN_IN.join(', ')} go together: set all of them or none.`);
  }
  return env['KEYCLOAK_PUBLIC_URL'] === undefined
    ? []
    : [`KEYCLOAK_PUBLIC_URL serves the sign-in by browser alone; set ${SIGN_IN.join(', ')} too, or remove it.`];
}

function signInOf(data: z.infer<typeof signInSchema>): SignInConfig | null {
  const { PUBLIC_URL: publicUrl, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = data;
  if (publicUrl === undefined || clientId === undefined || clientSecret === undefined) return null;
  const keycloakUrl = data.KEYCLOAK_PUBLIC_URL ?? data.KEYCLOAK_URL;
  return { keycloakUrl, clientId, clientSecret, publicUrl, stepUpAcr: data.STEP_UP_ACR };
}

function gateOf(secrets: string | undefined): GateConfig | null {
  if (secrets === undefined) return null;
  const [newest = '', ...older] = secrets.split(',');
  return { secrets: [newest, ...older] };
}

function policyOf({
  POLICY_FILE: file,
  OPA_URL: url,
}: Pick<z.infer<typeof schema>, 'POLICY_FILE' | 'OPA_URL'>): PolicyConfig | null {
  if (file !== undefined) return { engine: 'file', file };
  return url === undefined ? null : { engine: 'opa', url };
}

function slackConnection(data: z.infer<typeof schema>): SlackConnection {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret = '' } = data;
  return appToken === undefined ? { mode: 'http', botToken, signingSecret } : { mode: 'socket', botToken, appToken };
}

const keycloakOf = (data: z.infer<typeof keycloakSchema>): KeycloakConfig => ({
  url: data.KEYCLOAK_URL,
  realm: data.KEYCLOAK_REALM,
  clientId: data.KEYCLOAK_CLIENT_ID,
  clientSecret: data.KEYCLOAK_CLIENT_SECRET,
});

/** Not refused: inside a cluster the way to Keycloak is often private. */
const plainHttpWarnings = ({ url }: KeycloakConfig): readonly string[] =>
  isReadableByOthers(url)
    ? [
        'KEYCLOAK_URL is plain http, so the client secret crosses the network readable; use https outside a private network.',
      ]
    : [];

const plainSignInWarnings = (signIn: SignInConfig | null): readonly string[] =>
  signIn !== null && isReadableByOthers(signIn.keycloakUrl)
    ? [
        'KEYCLOAK_PUBLIC_URL is plain http, or unset while KEYCLOAK_URL is, so people’s passwords cross the network readable; set it to an https address.',
      ]
    : [];

function isReadableByOthers(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol !== 'https:' && !LOOPBACK.test(hostname);
}

function plainDatabaseWarnings(database: DatabaseConfig): readonly string[] {
  if (database.engine === 'sqlite' || database.address.tls !== 'off') return [];
  const { host } = database.address;
  if (LOOPBACK.test(host) || host === '::1' || host.startsWith('/')) return [];
  return [
    'DATABASE_URL is not encrypted, so people’s data and the password cross the network readable; add ?sslmode=verify-full outside a private network.',
  ];
}

function plainGateWarnings({ gate, http: { host } }: Config): readonly string[] {
  if (gate === null || LOOPBACK.test(host) || host === '::1') return [];
  return [
    'GATE_SECRET is set and HTTP_HOST is open to the network: what Keycloak says of people who sign in is signed, but readable on its way; outside a private network let it come through https.',
  ];
}
