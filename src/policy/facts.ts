import type { Attributes } from '../domain/entitlement.ts';
import { isGate } from '../domain/policy.ts';
import type { AnyQuestion, Door } from '../domain/policy.ts';
import type { TimeFields } from './time-fields.ts';

/** Fields by object, with their CEL types. What is null in the input is absent here, so that using it breaks the rule. */
export const FACT_TYPES = {
  Subject: {
    username: 'string',
    groups: 'list<string>',
    attributes: 'map<string, list<string>>',
    manager: 'string',
  },
  Resource: { kind: 'string', id: 'string', path: 'string', risk: 'string', roles: 'list<string>' },
  Request: {
    seconds: 'int',
    startsAt: 'string',
    justification: 'string',
    onBehalf: 'bool',
    requester: 'string',
    bundle: 'list<string>',
  },
  Account: {
    emailVerified: 'bool',
    termsAccepted: 'bool',
    otp: 'bool',
    ageDays: 'int',
    filled: 'list<string>',
  },
  Recent: { requests24h: 'int', denied24h: 'int' },
  Context: {
    hour: 'int',
    minute: 'int',
    weekday: 'string',
    date: 'string',
    ip: 'string',
    device: 'string',
    client: 'string',
    acr: 'string',
    trigger: 'string',
    action: 'string',
    grant: 'string',
    scopes: 'list<string>',
    recent: 'Recent',
    live: 'list<string>',
    liveCount: 'int',
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;
export type FactType = keyof typeof FACT_TYPES;

/** The variables of a condition. */
export const FACT_VARIABLES = {
  subject: 'Subject',
  context: 'Context',
  resource: 'Resource',
  request: 'Request',
  account: 'Account',
} as const;

/** Which of them a rule may use: those that are there at all of its doors. */
export const variablesAt = (doors: readonly Door[]): readonly (readonly [string, FactType])[] =>
  Object.entries(FACT_VARIABLES).filter(([name]) => {
    if (name === 'account') return doors.every((door) => door === 'login');
    return (name !== 'resource' && name !== 'request') || !doors.some(isGate);
  });

/** Longer lists than any real person's; conditions that go through them stay quick. */
export const MAX_ENTRIES = 2000;
export const MAX_CHARACTERS = 4000;

/** CEL knows objects by their class, and whole numbers as `bigint`. Every field is there, so that all objects have one shape. */
function factClass(type: FactType) {
  const names = Object.keys(FACT_TYPES[type]);
  return class {
    [name: string]: unknown;
    constructor(fields: Readonly<Record<string, unknown>>) {
      for (const name of names) this[name] = fields[name] ?? undefined;
    }
  };
}
export const FACT_CLASSES = {
  Recent: factClass('Recent'),
  Subject: factClass('Subject'),
  Resource: factClass('Resource'),
  Request: factClass('Request'),
  Account: factClass('Account'),
  Context: factClass('Context'),
};

/** `kind`, and the other variables with their fields. */
export type FactValues = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

/** The variables of a condition for one question. */
export function factsOf(
  { kind, subject, resource, request, account, context }: AnyQuestion,
  time: TimeFields,
): FactValues {
  const { recent, liveCount, ...rest } = context;
  const counts = { requests24h: BigInt(recent.requests24h), denied24h: BigInt(recent.denied24h) };
  return {
    kind,
    subject: new FACT_CLASSES.Subject({ ...subject, attributes: shortAttributes(subject.attributes) }),
    context: new FACT_CLASSES.Context({
      ...rest,
      ...time,
      recent: new FACT_CLASSES.Recent(counts),
      liveCount: BigInt(liveCount),
    }),
    ...(resource === null ? {} : { resource: new FACT_CLASSES.Resource(resource) }),
    ...(request === null
      ? {}
      : { request: new FACT_CLASSES.Request({ ...request, seconds: BigInt(request.seconds) }) }),
    ...(account === null ? {} : { account: new FACT_CLASSES.Account({ ...account, ageDays: whole(account.ageDays) }) }),
  };
}

const whole = (count: number | null): bigint | null => (count === null ? null : BigInt(count));

/** Pictures and certificates stand in attributes, too. They are absent here, like what is not set. */
function shortAttributes(attributes: Attributes | null): Attributes | null {
  if (attributes === null) return null;
  const entries = Object.entries(attributes);
  const short = entries.filter(
    ([, values]) => values.length <= MAX_ENTRIES && values.every(({ length }) => length <= MAX_CHARACTERS),
  );
  return short.length === entries.length ? attributes : Object.fromEntries(short);
}
