import { ableApprovers } from '../domain/authority.ts';
import { parseDuration } from '../domain/duration.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import type { Explained, ExplainedStage } from '../domain/explained.ts';
import type { IdentityNeed } from '../domain/identity.ts';
import type { Person } from '../domain/people.ts';
import { isDenying } from '../domain/policy.ts';
import type { PolicyDecision } from '../domain/policy.ts';
import { asTold } from '../domain/refusal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { restricted } from './ask-policy.ts';
import { staffOf } from './draw-up.ts';
import type { Drawn } from './draw-up.ts';
import { barriers, drawAsk } from './fit-ask.ts';
import { identityNeed } from './identify.ts';
import type { Policy } from './policy-port.ts';
import type { Ports } from './ports.ts';
import type { Store } from './store-port.ts';

type ExplainPorts = Pick<Ports, 'policy' | 'directory' | 'catalogue' | 'clock'> & {
  readonly settings: Pick<Ports['settings'], 'minSeconds' | 'stepUpAcr'>;
  readonly store: ExplainStore;
};

/** What is read of the record. */
export type ExplainStore = Pick<
  Store,
  'requestsFor' | 'liveGrantsOf' | 'bundle' | 'pendingRequest' | 'pendingRequestsOf' | 'countRequestsSince'
>;

/** Checks of a request that depend on where its people are found. */
export type ExplainChecks = {
  /** Why the person is not known as strongly as is needed, or null. */
  readonly identity: (need: IdentityNeed) => Promise<Refusal | null>;
  /** Why those who would decide could not be told, or null. */
  readonly reach: (drawn: Drawn) => Promise<Refusal | null>;
};

/**
 * What would become of a person's own request now, by the functions that decide about a real one. Nothing is written,
 * counted or told. The justification is not known: rules see an empty one, and what it must contain is part of the answer.
 * @param duration as somebody would type it; empty: the usual one
 */
export async function explain(
  ports: ExplainPorts,
  checks: ExplainChecks,
  person: Person,
  entitlement: Entitlement,
  duration: string,
): Promise<Explained> {
  const people = { requester: person, beneficiary: person };
  const { ports: looking, heard } = onlyLooking(ports);
  const asked = { ...people, startsAt: null, justification: '', bundle: [], duration };
  const [stranger, drew] = [
    await checks.identity(identityNeed(entitlement.risk)),
    await drawAsk(looking, asked, entitlement),
  ];
  const drawn = drew.ok ? drew.drawn : null;
  const known = drawn?.entitlement ?? entitlement;
  const refusals: Refusal[] = [...(stranger === null ? [] : [stranger]), ...(drew.ok ? [] : [drew.refusal])];
  for await (const barrier of barriers(ports, known, people, 1)) refusals.push(barrier);
  const unreached = drawn === null ? null : await checks.reach(drawn);
  if (unreached !== null) refusals.push(unreached);

  const decision = heard();
  const stepUp = (drew.ok ? drew.drawn : drew.short)?.stepUp;
  const { justificationPattern: pattern } = known;
  const facts = {
    person,
    path: known.resource.path,
    askedSeconds: drew.ok ? drew.seconds : (parseDuration(duration) ?? entitlement.defaultSeconds),
    maxSeconds: (decision === null ? known : restricted(known, decision)).maxSeconds,
    tickets: [...new Set([...(decision?.tickets ?? []), ...(pattern === null ? [] : [pattern])])],
    ...(stepUp && { stepUp }),
    policy: toldPolicy(ports.policy, decision),
    stages: stagesOf(drew.ok ? drew.drawn : (drew.short ?? null), person),
  };
  if (refusals.length > 0) return { ...facts, verdict: 'refused', refusals: refusals.map(asTold) };
  return { ...facts, verdict: facts.stages.length === 0 ? 'at_once' : 'approval' };
}

/** The ports of a request with nothing to write, count or tell through, and what policy answered last. */
function onlyLooking({ policy, ...ports }: ExplainPorts) {
  let last: PolicyDecision | null = null;
  const nothing = (): void => undefined;
  const listened: Policy | null = policy && {
    adminResources: () => policy.adminResources(),
    status: () => policy.status(),
    close: () => policy.close(),
    decide: async (input) => {
      last = await policy.decide(input);
      // Tickets are demanded of a justification, and there is none yet. Broken rules deny by their reasons.
      return { ...last, tickets: [], broken: [] };
    },
  };
  const { store } = ports;
  return {
    ports: {
      ...ports,
      policy: listened,
      metrics: { policyDecided: nothing },
      log: { error: nothing },
      store: {
        requestsFor: store.requestsFor.bind(store),
        liveGrantsOf: store.liveGrantsOf.bind(store),
        bundle: store.bundle.bind(store),
        commit: () => Promise.resolve('conflict' as const),
      },
    },
    heard: (): PolicyDecision | null => last,
  };
}

function toldPolicy(policy: Policy | null, decision: PolicyDecision | null): Explained['policy'] {
  if (decision === null) return policy === null ? 'none' : 'not_asked';
  const { id, reasons } = decision;
  const [denying, others] = [true, false].map((denies) => reasons.filter(({ effect }) => isDenying(effect) === denies));
  return { id, reasons: [...(denying ?? []), ...(others ?? [])] };
}

function stagesOf(drawn: Drawn | null, person: Person): readonly ExplainedStage[] {
  if (drawn === null) return [];
  const { seats, plan, entitlement } = drawn;
  return seats.map((seat, index) => {
    const required = plan[index]?.required ?? 1;
    const able = ableApprovers(
      { members: staffOf(seat, false), required },
      [person.userId],
      identityNeed(entitlement.risk),
    );
    const by = 'manager' in seat ? { manager: seat.manager.username } : { group: seat.group.path };
    return { by, required, able: able.length };
  });
}
