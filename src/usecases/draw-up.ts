import { ableApprovers, unsatisfiable } from '../domain/authority.ts';
import type { JsonObject } from '../domain/canonical.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import type { Flaw } from '../domain/flaw.ts';
import type { DirectoryUser } from '../domain/people.ts';
import { digestText } from '../domain/plan.ts';
import type { Plan } from '../domain/plan.ts';
import type { LeaseDoor, Limits } from '../domain/policy.ts';
import { privilegeProblem } from '../domain/privilege.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome, Refusal } from '../domain/refusal.ts';
import { progress } from '../domain/request.ts';
import type { AccessRequest, BundlePlace, RuledBy } from '../domain/request.ts';
import type { EffectiveRole, EffectiveRoles, Resource } from '../domain/resource.ts';
import { sha256 } from '../lib/hash.ts';
import { askPolicy } from './ask-policy.ts';
import type { Asked, PolicyPorts, Ruling } from './ask-policy.ts';
import { readSeat, stageOf } from './drawn-seats.ts';
import type { DrawnSeat } from './drawn-seats.ts';
import { identityNeed } from './identify.ts';
import type { Ports } from './ports.ts';

/** So many people at least decide about what administers Keycloak itself. */
const ADMIN_QUORUM = 2;

/** `short`: what could not be approved as things stand, because people are missing. */
export type DrewUp<More = unknown> =
  | ({ readonly ok: true; readonly drawn: Drawn } & More)
  | { readonly ok: false; readonly refusal: Refusal; readonly short?: Drawn };

/** A request's facts as they are in Keycloak right now, fit to be approved. */
export type Drawn = {
  readonly entitlement: Entitlement;
  readonly plan: Plan;
  readonly roles: readonly EffectiveRole[];
  /** Absent where no policy was asked. */
  readonly ruledBy?: RuledBy;
  /** What each approver must sign in with; absent: nothing. */
  readonly stepUp?: readonly string[];
  /** What policy hands on with the access; absent: nothing. */
  readonly limits?: Limits;
  /** What the audit keeps of what policy was asked and answered; null where none was asked. */
  readonly record: JsonObject | null;
  /** SHA-256 (hex) over everything an approval stands for. */
  readonly digest: string;
  /** Who may decide each stage, in order. */
  readonly seats: readonly DrawnSeat[];
};

/** `bundle`: its place in one, or before it has one the paths of what else is asked for. */
type Ask = Omit<Asked, 'bundle'> & { readonly bundle: BundlePlace | readonly string[] | null };
type Standing = Pick<AccessRequest, 'approvals' | 'escalatedTo'>;

const notRequestable = ({ path }: Resource, because: Flaw) => refuse({ refusal: 'not_requestable', path, because });

/** Reads the entitlement behind a resource live: gone, no longer marked and unreadable all mean no. */
async function readEntitlementLive(
  ports: Pick<Ports, 'catalogue'>,
  resource: Resource,
): Promise<Outcome<{ readonly entitlement: Entitlement }>> {
  const item = await ports.catalogue.read(resource);
  if (item === null) return notRequestable(resource, { flaw: 'not_offered' });
  if (!item.requestable) return notRequestable(resource, item.because);
  return { ok: true, entitlement: item.entitlement };
}

/**
 * Computes anew, from Keycloak and policy alone, what a request for this resource means: its plan, what it gives, and the
 * digest over both. Used at submission, at every decision and right before activation, so that all three see the same.
 * @param door where policy is asked
 * @param standing what has become of the request so far, which counts while its digest is the same; null before there is one
 */
export async function drawUp(
  ports: PolicyPorts & Pick<Ports, 'catalogue'>,
  door: LeaseDoor,
  ask: Ask,
  standing: (Standing & Pick<AccessRequest, 'digest' | 'plan'>) | null,
): Promise<DrewUp> {
  const read = await readEntitlementLive(ports, ask.resource);
  if (!read.ok) return read;
  const reading = ports.catalogue.effectiveRoles(read.entitlement.resource);
  const ruling = await ruled(ports, door, ask, { ...read, reading, standing });
  if (!ruling.ok) return ruling;
  const { entitlement, ruledBy, limits, record } = ruling;
  const stepUp = stepUpOf(ports, ruling);
  const [effective, ...found] = await Promise.all([
    reading,
    ...entitlement.stages.map((stage) => readSeat(ports, stage, ask)),
  ]);
  const flaw = flawOfPrivilege(ports, entitlement, effective);
  if (flaw !== null) return notRequestable(entitlement.resource, flaw);
  const roles = effective.known ? effective.roles : [];

  const seats: DrawnSeat[] = [];
  for (const seat of found) {
    if (!seat.ok) return seat;
    seats.push(seat.seat);
  }
  const plan = seats.map((seat, index) => stageOf(seat, entitlement.stages[index]?.required ?? 1));
  const digest = sha256(
    digestText({
      beneficiary: ask.beneficiary.userId,
      resource: entitlement.resource,
      askedSeconds: ask.askedSeconds,
      startsAt: ask.startsAt,
      plan,
      roles,
    }),
  );
  const ruledAs = { ...(ruledBy && { ruledBy }), ...(stepUp.length > 0 && { stepUp }), ...handedOn(limits) };
  const drawn = { entitlement, plan, roles, record, digest, seats, ...ruledAs };
  const isSame = standing?.digest === digest;
  const short = understaffed(drawn, ask, isSame ? standing : { approvals: [], escalatedTo: null });
  return short === null ? { ok: true, drawn } : { ...refuse(short), short: drawn };
}

const handedOn = (limits: Limits): { readonly limits?: Limits } => (Object.keys(limits).length === 0 ? {} : { limits });

/** What policy demands of each approver's sign-in, or else what its risk does, where people can sign in at all. */
function stepUpOf({ settings }: PolicyPorts, { stepUp, entitlement }: Ruling): readonly string[] {
  if (stepUp.length > 0) return stepUp;
  return entitlement.risk === 'critical' && settings.stepUpAcr !== null ? [settings.stepUpAcr] : [];
}

/** What policy makes of the entitlement. What gives things that nobody can see is refused before policy is asked. */
async function ruled(
  ports: PolicyPorts,
  door: LeaseDoor,
  { bundle, ...ask }: Ask,
  { entitlement, reading, standing }: Reading,
): Promise<Outcome<Ruling>> {
  if (ports.policy === null) return { ok: true, entitlement, ruledBy: null, record: null, limits: {}, stepUp: [] };
  const effective = await reading;
  if (!effective.known) return notRequestable(entitlement.resource, effective.because);
  const isPlaced = bundle !== null && 'id' in bundle;
  const others = isPlaced
    ? (await ports.store.bundle(bundle.id)).flatMap(({ resource }) =>
        resource.id === ask.resource.id ? [] : [resource.path],
      )
    : (bundle ?? []);
  // What people were asked about stays with them: only what nobody was asked about is given at once.
  const mayBeAtOnce = standing === null ? door === 'request' : standing.plan.length === 0;
  return askPolicy(ports, ports.policy, {
    door,
    mayBeAtOnce,
    entitlement,
    roles: effective.roles,
    ...ask,
    bundle: others,
  });
}
type Reading = {
  readonly entitlement: Entitlement;
  readonly reading: Promise<EffectiveRoles>;
  readonly standing: Pick<AccessRequest, 'plan'> | null;
};

/** What administers Keycloak is given only where policy names its UUID, and only by at least two people. */
function flawOfPrivilege(
  { policy }: Pick<Ports, 'policy'>,
  { resource, stages }: Entitlement,
  effective: EffectiveRoles,
): Flaw | null {
  const flaw = privilegeProblem(effective);
  if (flaw?.flaw !== 'administrative') return flaw;
  const isNamed = policy?.adminResources().some(({ id }) => id.toLowerCase() === resource.id.toLowerCase()) ?? false;
  const quorum = stages.reduce((sum, { required }) => sum + required, 0);
  return isNamed && quorum >= ADMIN_QUORUM ? null : flaw;
}

/** Why the stages that are still open can never be satisfied, or null. Who has approved counts for no other stage. */
export function understaffed(
  { entitlement, plan, seats }: Pick<Drawn, 'entitlement' | 'plan' | 'seats'>,
  { requester, beneficiary }: Pick<Ask, 'requester' | 'beneficiary'>,
  { approvals, escalatedTo }: Standing,
): Refusal | null {
  const need = identityNeed(entitlement.risk);
  const current = progress({ plan, approvals })?.index;
  const stages = seats.map((seat, index) => ({
    seat,
    required: (plan[index]?.required ?? 1) - approvals.filter(({ stage }) => stage === index).length,
    members: staffOf(seat, index === current && escalatedTo !== null),
  }));
  const asking = [requester.userId, beneficiary.userId];
  const short = unsatisfiable(stages, [...asking, ...approvals.map(({ by }) => by.userId)], need);
  if (short === null) return null;
  const withAsker = ableApprovers(short, [], need);
  if ('manager' in short.seat) {
    const because = withAsker.length === 0 ? 'link_needed' : 'counts_once';
    return { refusal: 'no_manager', of: beneficiary.slack, because };
  }
  const onlyThem = withAsker.length > 0 && withAsker.every(({ userId }) => asking.includes(userId));
  const because = onlyThem ? 'only_you' : 'too_few';
  return { refusal: 'no_approvers', group: short.seat.group.path, because, required: short.required };
}

/** Who may decide there now, whoever asks. */
export function staffOf(seat: DrawnSeat, isEscalated: boolean): readonly DirectoryUser[] {
  if ('manager' in seat) return [seat.manager];
  return [...seat.group.members, ...(isEscalated ? (seat.escalation?.members ?? []) : [])];
}
