import { asksManager } from '../domain/entitlement.ts';
import type { StageRule } from '../domain/entitlement.ts';
import type { DirectoryUser } from '../domain/people.ts';
import type { Stage } from '../domain/plan.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import type { RequestFacts } from '../domain/request.ts';
import type { ApproverGroup } from './keycloak-port.ts';
import type { Ports } from './ports.ts';

/** Who may decide a stage now. */
export type DrawnSeat =
  { readonly group: ApproverGroup; readonly escalation: ApproverGroup | null } | { readonly manager: DirectoryUser };

/** Reads who is to decide a stage, as the entitlement or policy writes it. */
export async function readSeat(
  ports: Pick<Ports, 'directory'>,
  rule: StageRule,
  { requester, beneficiary }: Pick<RequestFacts, 'requester' | 'beneficiary'>,
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
