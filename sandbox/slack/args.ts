import { isObject, parseJson, type JsonObject } from './json.ts';
import { refuse, refuseWith } from './refusal.ts';

/** The arguments of one call, whether they came as a form (all text) or as JSON. */
export type Args = JsonObject;

export function optionalText(args: Args, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw refuseWith('invalid_arguments', [`[ERROR] must be a string [json-pointer:/${name}]`]);
}

export function requiredText(args: Args, name: string): string {
  const value = optionalText(args, name);
  if (value === undefined) throw refuseWith('invalid_arguments', [`[ERROR] missing required field: ${name}`]);
  return value;
}

export function flag(args: Args, name: string): boolean {
  const value = args[name];
  return value === true || value === 'true' || value === '1' || value === 1;
}

/** Between 1 and 1000, as Slack has it for every list. */
function limitOf(args: Args, fallback: number): number {
  const limit = Number(optionalText(args, 'limit') ?? fallback);
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw refuse('invalid_limit');
  return limit;
}

function jsonValue(args: Args, name: string, error: string): unknown {
  const value = args[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return value;
  const parsed = parseJson(value);
  if (parsed === undefined) throw refuse(error);
  return parsed;
}

export function optionalObject(args: Args, name: string, error = 'invalid_arguments'): JsonObject | undefined {
  const value = jsonValue(args, name, error);
  if (value === undefined) return undefined;
  if (!isObject(value)) throw refuse(error);
  return value;
}

export function requiredObject(args: Args, name: string): JsonObject {
  const value = optionalObject(args, name);
  if (value === undefined) throw refuseWith('invalid_arguments', [`[ERROR] missing required field: ${name}`]);
  return value;
}

export function optionalList(args: Args, name: string, error = 'invalid_arguments'): readonly unknown[] | undefined {
  const value = jsonValue(args, name, error);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw refuse(error);
  return value as readonly unknown[];
}

/** One page of a list, with the cursor that Slack hides in response_metadata. */
export function page<T>(
  args: Args,
  all: readonly T[],
  fallback: number,
): { items: readonly T[]; metadata: JsonObject } {
  const limit = limitOf(args, fallback);
  const cursor = optionalText(args, 'cursor');
  const start = cursor === undefined ? 0 : Number(Buffer.from(cursor, 'base64').toString().replace('at:', ''));
  if (!Number.isInteger(start) || start < 0 || start > all.length) throw refuse('invalid_cursor');
  const end = start + limit;
  const next = end < all.length ? Buffer.from(`at:${end}`).toString('base64') : '';
  return { items: all.slice(start, end), metadata: { next_cursor: next } };
}
