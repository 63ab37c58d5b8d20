import { ableApprovers, unsatisfiable } from '../domain/authority.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import type { DirectoryUser, Person } from '../domain/people.ts';
import { digestText } from '../domain/plan.ts';
import type { Plan } from '../domain/plan.ts';
import { privilegeProblem } from '../domain/privilege.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome, Refusal } from '../domain/refusal.ts';
import type { EffectiveRole, Resource } from '../domain/resource.ts';
import { sha256 } from '../lib/hash.ts';
import { identityNeed } from './identify.ts';
import type { ApproverGroup, Ports } from './ports.ts';

/** A request's facts as they are in Keycloak right now, fit to be approved. */
export type Drawn = {
  readonly entitlement: Entitlement;
  readonly plan: Plan;
  readonly roles: readonly EffectiveRole[];
  /** SHA-256 (hex) over everything an approval stands for. */
  readonly digest: string;
  /** The approver groups of the stages, in order, with their members. */
  readonly groups: readonly ApproverGroup[];
};

/** Reads the entitlement behind a resource live: gone, no longer marked and unreadable all mean no. */
async function readEntitlementLive(
  ports: Pick<Ports, 'catalogue'>,
  resource: Resource,
): Promise<Outcome<{ readonly entitlement: Entitlement }>> {
  const item = await ports.catalogue.read(resource);
  if (item === null) {
    return refuse({ refusal: 'not_requestable', path: resource.path, because: 'it is no longer offered in Keycloak' });
  }
  if (!item.requestable) return refuse({ refusal: 'not_requestable', path: resource.path, because: item.because });
  return { ok: true, entitlement: item.entitlement };
}

/**
 * Computes anew, from Keycloak alone, what a request for this resource means: its plan, what it gives, and the digest
 * over both. Used at submission, at every decision and right before activation, so that all three see the same.
 */
export async function drawUp(
  ports: Pick<Ports, 'catalogue' | 'directory'>,
  ask: {
    readonly resource: Resource;
    readonly beneficiary: Person;
    readonly requester: Person;
    readonly askedSeconds: number;
  },
): Promise<Outcome<{ readonly drawn: Drawn }>> {
  const read = await readEntitlementLive(ports, ask.resource);
  if (!read.ok) return read;
  const { entitlement } = read;
  const [effective, ...groups] = await Promise.all([
    ports.catalogue.effectiveRoles(entitlement.resource),
    ...entitlement.stages.map((rule) => ports.directory.group(rule.approverGroup)),
  ]);
  const privilege = privilegeProblem(effective);
  if (privilege !== null || !effective.known) {
    return refuse({ refusal: 'not_requestable', path: entitlement.resource.path, because: privilege ?? 'unknown' });
  }

  const found: ApproverGroup[] = [];
  for (const [index, group] of groups.entries()) {
    const rule = entitlement.stages[index];
    if (rule === undefined) continue;
    if (typeof group === 'string') {
      return refuse({ refusal: 'no_approvers', group: rule.approverGroup, because: group, required: rule.required });
    }
    found.push(group);
  }
  const staffing = understaffed(entitlement, found, [ask.requester, ask.beneficiary]);
  if (staffing !== null) return refuse(staffing);

  const plan = found.map((group, index) => ({
    groupId: group.id,
    groupPath: group.path,
    required: entitlement.stages[index]?.required ?? 1,
  }));
  const digest = sha256(
    digestText({
      beneficiary: ask.beneficiary.userId,
      resource: entitlement.resource,
      askedSeconds: ask.askedSeconds,
      plan,
      roles: effective.roles,
    }),
  );
  return { ok: true, drawn: { entitlement, plan, roles: effective.roles, digest, groups: found } };
}

function understaffed(
  entitlement: Entitlement,
  groups: readonly ApproverGroup[],
  asking: readonly Person[],
): Refusal | null {
  const need = identityNeed(entitlement.risk);
  const stages = groups.flatMap((group, index) => {
    const rule = entitlement.stages[index];
    return rule === undefined ? [] : [{ rule, groupPath: group.path, members: group.members }];
  });
  const short = unsatisfiable(
    stages,
    asking.map((person) => person.userId),
    need,
  );
  if (short === null) return null;
  const withAsker: readonly DirectoryUser[] = ableApprovers(short, [], need);
  const because =
    withAsker.length > 0 && withAsker.every((user) => asking.some((person) => person.userId === user.userId))
      ? 'only_you'
      : 'too_few';
  return { refusal: 'no_approvers', group: short.groupPath, because, required: short.rule.required };
}
