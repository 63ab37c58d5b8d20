import { isObject, type JsonObject } from '../json.ts';

/** Adds what is wrong with a value found at a JSON pointer to `problems`, in Slack's own words where they are known. */
export type Rule = (value: unknown, at: string, problems: string[]) => void;

export function blame(problems: string[], at: string, message: string): void {
  problems.push(`[ERROR] ${message} [json-pointer:${at}]`);
}

export function text(most: number, least = 1): Rule {
  return (value, at, problems) => {
    if (typeof value !== 'string') blame(problems, at, 'must be a string');
    else if (value.length > most) blame(problems, at, `must be less than ${most + 1} characters`);
    else if (value.length < least) blame(problems, at, `must be more than ${least - 1} characters`);
  };
}

export function matching(pattern: RegExp, what: string): Rule {
  return (value, at, problems) => {
    if (typeof value !== 'string' || !pattern.test(value)) blame(problems, at, `must be ${what}`);
  };
}

export function url(most = 3000): Rule {
  return (value, at, problems) => {
    text(most)(value, at, problems);
    if (typeof value === 'string' && !/^(https?|slack|mailto):/.test(value)) blame(problems, at, 'must be a valid URL');
  };
}

export const bool: Rule = (value, at, problems) => {
  if (typeof value !== 'boolean') blame(problems, at, 'must be a boolean');
};

export const anything: Rule = () => undefined;

export function integer(least: number, most: number): Rule {
  return (value, at, problems) => {
    const isInside = typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
    if (!isInside) blame(problems, at, `must be an integer between ${least} and ${most}`);
  };
}

export function oneOf(...allowed: readonly string[]): Rule {
  return (value, at, problems) => {
    if (typeof value !== 'string' || !allowed.includes(value)) blame(problems, at, 'must be a valid enum value');
  };
}

export function list(item: Rule, most: number, least = 1): Rule {
  return (value, at, problems) => {
    if (!Array.isArray(value)) {
      blame(problems, at, 'must be an array');
      return;
    }
    if (value.length > most) blame(problems, at, `no more than ${most} items allowed`);
    if (value.length < least) blame(problems, at, `must have at least ${least} items`);
    value.forEach((entry, index) => item(entry, `${at}/${index}`, problems));
  };
}

type Fields = Readonly<Record<string, Rule>>;

/** Nothing but the given fields; `type` is always allowed, for whoever chose this rule has looked at it. */
export function object(required: Fields, optional: Fields = {}, more?: Rule): Rule {
  return (value, at, problems) => {
    if (!isObject(value)) {
      blame(problems, at, 'must be an object');
      return;
    }
    for (const name of Object.keys(required)) {
      if (value[name] === undefined || value[name] === null) blame(problems, at, `missing required field: ${name}`);
    }
    for (const [name, field] of Object.entries(value)) {
      if (name === 'type' || field === undefined || field === null) continue;
      const rule = required[name] ?? optional[name];
      if (rule === undefined) blame(problems, at, `invalid additional property: ${name}`);
      else rule(field, `${at}/${name}`, problems);
    }
    more?.(value, at, problems);
  };
}

/** Chooses the rule by the value's `type`, out of those allowed in this place. */
export function typed(rules: Fields): Rule {
  return (value, at, problems) => {
    if (!isObject(value)) {
      blame(problems, at, 'must be an object');
      return;
    }
    const type = value['type'];
    if (typeof type !== 'string') {
      blame(problems, at, 'missing required field: type');
      return;
    }
    const rule = rules[type];
    if (rule === undefined) {
      blame(problems, `${at}/type`, `unsupported type: ${type}`);
      return;
    }
    rule(value, at, problems);
  };
}

export function all(...rules: readonly Rule[]): Rule {
  return (value, at, problems) => rules.forEach((rule) => rule(value, at, problems));
}

/** A check over several fields of one object, such as a start value that must be among the options. */
export function together(check: (value: JsonObject) => string | undefined): Rule {
  return (value, at, problems) => {
    const message = isObject(value) ? check(value) : undefined;
    if (message !== undefined) blame(problems, at, message);
  };
}
