import { pino } from 'pino';
import type { DestinationStream } from 'pino';
import { correlationId } from './correlation.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields whose name says that they hold a secret or people's own words. */
const PRIVATE_NAME = /token|secret|password|authorization|cookie|justification|comment|response_?url|(?<!con)text$/i;
/** What opens a door though no configuration knows it: Slack's tokens, one-time addresses and tickets, and JWTs. */
const TOKEN = /xox[a-z]-|xapp-|eyJ[\w-]{6,}\.|hooks\.slack\.com\/|ticket=/;
const REDACTED = '[redacted]';
const MAX_DEPTH = 6;

/**
 * JSON lines on standard output: `level`, `time` (ISO, UTC), `msg` (the event), the `correlationId` of the work that it is
 * part of, and its fields. Whatever holds one of
 * `secrets`, looks like a token or has a private name is written as `[redacted]` (I28). An error becomes its code,
 * message and the codes of its causes; its stack is added at level debug and below only.
 */
export function createLog(options: {
  readonly level: string;
  readonly secrets: readonly string[];
  readonly destination?: DestinationStream;
}) {
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => ({ correlationId: correlationId() }),
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
  const forms = options.secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [secret, encodeURIComponent(secret)]);
  const clean = cleaner(forms, logger.isLevelEnabled('debug'));
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (event: string, fields: Fields = {}) => {
      if (logger.isLevelEnabled(level)) logger[level](clean(fields), event);
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function cleaner(secrets: readonly string[], withStack: boolean) {
  const cleanText = (text: string) =>
    TOKEN.test(text) || secrets.some((secret) => text.includes(secret)) ? REDACTED : text;

  const cleanError = (error: Error) => ({
    ...('code' in error ? { code: cleanText(word(error.code)) } : {}),
    message: cleanText(error.message),
    causes: causeCodes(error).map(cleanText),
    ...(withStack ? { stack: cleanText(word(error.stack)) } : {}),
  });

  const cleanValue = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return cleanText(value);
    if (typeof value !== 'object' || value === null || value instanceof Date) return value;
    if (isError(value)) return cleanError(value);
    if (depth === MAX_DEPTH) return '[deep]';
    if (Array.isArray(value)) return value.map((item) => cleanValue(item, depth + 1));
    return cleanFields(value, depth + 1);
  };

  const cleanFields = (fields: object, depth: number): object =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        cleanText(name),
        PRIVATE_NAME.test(name) ? REDACTED : cleanValue(value, depth),
      ]),
    );

  return (fields: Fields) => cleanFields(fields, 0);
}

/** Errors of every origin, also those that are no `Error` of this realm, such as an aborted call's. */
const isError = (value: unknown): value is Error =>
  typeof value === 'object' &&
  value !== null &&
  'message' in value &&
  typeof value.message === 'string' &&
  'stack' in value;

/** Code, or class name, of each cause from the nearest to the first one. */
function causeCodes(error: Error): readonly string[] {
  const codes: string[] = [];
  for (let cause = error.cause; isError(cause) && codes.length < MAX_DEPTH; cause = cause.cause) {
    codes.push('code' in cause ? word(cause.code) : word(cause.name));
  }
  return codes;
}

/** What an error calls itself; one from elsewhere may hold anything there, also what cannot be made a text. */
const word = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : typeof value;
