import type { JsonObject } from './canonical.ts';
import type { Attributes, Entitlement } from './entitlement.ts';
import type { LeaseDoor, LeaseQuestion, PastQuestion, PolicyAnswer } from './policy.ts';

/** Of one list so much is kept, that an entry stays small; what has more is left out whole, and named in `cut`. */
const MOST_TEXTS = 200;
const MOST_CHARACTERS = 8000;

/** What is kept of an answer: what came of it, after everything that Leasehold adds. */
type Ruled = Pick<PolicyAnswer, 'stages' | 'maxSeconds' | 'tickets'> & {
  readonly verdict: 'deny' | 'approval' | 'allow';
};

/** The same as it is read again; what was left out is null, or named in `cut`. */
export type PolicyRecord = {
  readonly asked: Omit<PastQuestion, 'request'> & { readonly request: Omit<PastQuestion['request'], 'justification'> };
  readonly outcome: Ruled & { readonly own: Pick<Entitlement, 'stages' | 'maxSeconds'> };
  readonly cut: readonly string[];
};

/**
 * What the audit keeps of a question and its answer, so that the same can be put to another policy later. The justification
 * stays out: it is in a table of its own, from which it can be erased.
 * @param own what the entitlement says by itself
 */
export function policyRecord(
  { kind, subject, resource, request, context }: LeaseQuestion,
  { verdict, stages, maxSeconds, tickets }: Ruled,
  own: Pick<Entitlement, 'stages' | 'maxSeconds'>,
): JsonObject {
  const cut: string[] = [];
  const kept = (name: string, list: readonly string[]): readonly string[] => {
    if (isSmall(list)) return list;
    cut.push(name);
    return [];
  };
  const { seconds, startsAt, onBehalf, requester } = request;
  const { now, recent, liveCount } = context;
  const asked = {
    kind,
    subject: {
      ...subject,
      groups: subject.groups === null ? null : kept('groups', subject.groups),
      attributes: keptAttributes(subject.attributes, cut),
    },
    resource: { ...resource, roles: kept('roles', resource.roles) },
    request: { seconds, startsAt, onBehalf, requester, bundle: kept('bundle', request.bundle) },
    context: { now, recent, live: kept('live', context.live), liveCount },
  } satisfies { readonly kind: LeaseDoor } & JsonObject;
  const outcome = { verdict, stages, maxSeconds, tickets, own: { stages: own.stages, maxSeconds: own.maxSeconds } };
  return { asked, outcome, ...(cut.length === 0 ? {} : { cut }) };
}

function keptAttributes(attributes: Attributes, cut: string[]): Attributes {
  if (isSmall(Object.entries(attributes).flatMap(([name, values]) => [name, ...values]))) return attributes;
  cut.push('attributes');
  return {};
}

/** Text from outside may be no text at all, which cannot be hashed. */
const isSmall = (list: readonly string[]): boolean =>
  list.length <= MOST_TEXTS &&
  list.reduce((sum, { length }) => sum + length, 0) <= MOST_CHARACTERS &&
  list.every((text) => text.isWellFormed());
