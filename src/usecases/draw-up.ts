import { ableApprovers, unsatisfiable } from '../domain/authority.ts';
import { asksManager } from '../domain/entitlement.ts';
import type { Entitlement, StageRule } from '../domain/entitlement.ts';
import type { Flaw } from '../domain/flaw.ts';
import type { DirectoryUser } from '../domain/people.ts';
import { digestText } from '../domain/plan.ts';
import type { Plan, Stage } from '../domain/plan.ts';
import { privilegeProblem } from '../domain/privilege.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome, Refusal } from '../domain/refusal.ts';
import { progress } from '../domain/request.ts';
import type { AccessRequest, RequestFacts } from '../domain/request.ts';
import type { EffectiveRole, Resource } from '../domain/resource.ts';
import { sha256 } from '../lib/hash.ts';
import { identityNeed } from './identify.ts';
import type { ApproverGroup, Ports } from './ports.ts';

/** Who may decide a stage now. */
export type DrawnSeat =
  { readonly group: ApproverGroup; readonly escalation: ApproverGroup | null } | { readonly manager: DirectoryUser };

/** A request's facts as they are in Keycloak right now, fit to be approved. */
export type Drawn = {
  readonly entitlement: Entitlement;
  readonly plan: Plan;
  readonly roles: readonly EffectiveRole[];
  /** SHA-256 (hex) over everything an approval stands for. */
  readonly digest: string;
  /** Who may decide each stage, in order. */
  readonly seats: readonly DrawnSeat[];
};

type Ask = Pick<RequestFacts, 'resource' | 'beneficiary' | 'requester' | 'askedSeconds' | 'startsAt'>;
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
 * Computes anew, from Keycloak alone, what a request for this resource means: its plan, what it gives, and the digest
 * over both. Used at submission, at every decision and right before activation, so that all three see the same.
 * @param standing what has become of the request so far, which counts while its digest is the same; null before there is one
 */
export async function drawUp(
  ports: Pick<Ports, 'catalogue' | 'directory'>,
  ask: Ask,
  standing: (Standing & Pick<AccessRequest, 'digest'>) | null,
): Promise<Outcome<{ readonly drawn: Drawn }>> {
  const read = await readEntitlementLive(ports, ask.resource);
  if (!read.ok) return read;
  const { entitlement } = read;
  const [effective, ...found] = await Promise.all([
    ports.catalogue.effectiveRoles(entitlement.resource),
    ...entitlement.stages.map((rule) => readSeat(ports, rule, ask)),
  ]);
  if (!effective.known) return notRequestable(entitlement.resource, effective.because);
  const privilege = privilegeProblem(effective);
  if (privilege !== null) return notRequestable(entitlement.resource, privilege);

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
      roles: effective.roles,
    }),
  );
  const drawn = { entitlement, plan, roles: effective.roles, digest, seats };
  const isSame = standing?.digest === digest;
  const short = understaffed(drawn, ask, isSame ? standing : { approvals: [], escalatedTo: null });
  return short === null ? { ok: true, drawn } : refuse(short);
}

async function readSeat(
  ports: Pick<Ports, 'directory'>,
  rule: StageRule,
  { requester, beneficiary }: Ask,
): Promise<Outcome<{ readonly seat: DrawnSeat }>> {
  if (asksManager(rule)) {
    const manager = await ports.directory.managerOf(beneficiary.userId);
    const no = { refusal: 'no_manager', of: beneficiary.slack } as const;
    if (typeof manager === 'string') return refuse({ ...no, because: manager });
    const asks = [requester, beneficiary].some(({ userId }) => userId === manager.userId);
    return asks ? refuse({ ...no, because: 'asks' }) : { ok: true, seat: { manager } };
  }
  const group = await ports.directory.group(rule.approverGroup);
  if (typeof group === 'string') {
    return refuse({ refusal: 'no_approvers', group: rule.approverGroup, because: group, required: rule.required });
  }
  const other = group.escalation === null ? 'missing' : await ports.directory.group(group.escalation.to);
  return { ok: true, seat: { group, escalation: typeof other === 'string' || other.id === group.id ? null : other } };
}

function stageOf(seat: DrawnSeat, required: number): Stage {
  if ('manager' in seat) {
    const { userId, username } = seat.manager;
    return { manager: { userId, username }, required: 1 };
  }
  const { group, escalation } = seat;
  const stage = { groupId: group.id, groupPath: group.path, required };
  if (escalation === null || group.escalation === null) return stage;
  const { afterSeconds } = group.escalation;
  return { ...stage, escalation: { groupId: escalation.id, groupPath: escalation.path, afterSeconds } };
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

function staffOf(seat: DrawnSeat, isEscalated: boolean): readonly DirectoryUser[] {
  if ('manager' in seat) return [seat.manager];
  return [...seat.group.members, ...(isEscalated ? (seat.escalation?.members ?? []) : [])];
}
