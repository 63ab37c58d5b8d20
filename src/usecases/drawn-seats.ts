import { asksManager } from '../domain/entitlement.ts';
import type { StageRule } from '../domain/entitlement.ts';
import type { KeycloakUserId } from '../domain/ids.ts';
import type { DirectoryUser } from '../domain/people.ts';
import type { Stage } from '../domain/plan.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import type { RequestFacts } from '../domain/request.ts';
import type { ApproverGroup, Directory, ManagerFound } from './keycloak-port.ts';
import type { Ports } from './ports.ts';

/** Who may decide a stage now. */
export type DrawnSeat =
  { readonly group: ApproverGroup; readonly escalation: ApproverGroup | null } | { readonly manager: DirectoryUser };

/** Whom a stage of rules names, read live; or why it names nobody. */
export async function nameSeat(
  { directory }: Pick<Ports, 'directory'>,
  rule: StageRule,
  of: KeycloakUserId,
): Promise<
  | { readonly group: ApproverGroup }
  | { readonly manager: DirectoryUser }
  | { readonly nobody: Exclude<ManagerFound, DirectoryUser>; readonly as: 'manager' }
  | { readonly nobody: Exclude<Awaited<ReturnType<Directory['group']>>, ApproverGroup>; readonly as: 'group' }
> {
  if (asksManager(rule)) {
    const manager = await directory.managerOf(of);
    return typeof manager === 'string' ? { nobody: manager, as: 'manager' } : { manager };
  }
  const group = await directory.group(rule.approverGroup);
  return typeof group === 'string' ? { nobody: group, as: 'group' } : { group };
}

/** Reads who is to decide a stage, as the entitlement or policy writes it. */
export async function readSeat(
  ports: Pick<Ports, 'directory'>,
  rule: StageRule,
  { requester, beneficiary }: Pick<RequestFacts, 'requester' | 'beneficiary'>,
): Promise<Outcome<{ readonly seat: DrawnSeat }>> {
  const named = await nameSeat(ports, rule, beneficiary.userId);
  const noManager = { refusal: 'no_manager', of: beneficiary.slack } as const;
  if ('nobody' in named) {
    if (named.as === 'manager') return refuse({ ...noManager, because: named.nobody });
    const { approverGroup: group, required } = rule;
    return refuse({ refusal: 'no_approvers', group, because: named.nobody, required });
  }
  if ('manager' in named) {
    const { manager } = named;
    const asks = [requester, beneficiary].some(({ userId }) => userId === manager.userId);
    return asks ? refuse({ ...noManager, because: 'asks' }) : { ok: true, seat: named };
  }
  const { group } = named;
  const other = group.escalation === null ? 'missing' : await ports.directory.group(group.escalation.to);
  return { ok: true, seat: { group, escalation: typeof other === 'string' || other.id === group.id ? null : other } };
}

/** The stage as it is frozen in a plan. */
export function stageOf(seat: DrawnSeat, required: number): Stage {
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
