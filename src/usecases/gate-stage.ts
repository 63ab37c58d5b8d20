import { ableApprovers } from '../domain/authority.ts';
import type { StageRule } from '../domain/entitlement.ts';
import type { GatePerson } from '../domain/gate.ts';
import type { Stage } from '../domain/plan.ts';
import { staffOf } from './draw-up.ts';
import { nameSeat, stageOf } from './drawn-seats.ts';
import type { Ports } from './ports.ts';

/** Who decides about a sign-in, read live; null where too few people but the person himself could. */
export async function gateStage(
  ports: Pick<Ports, 'directory' | 'log'>,
  rule: StageRule | undefined,
  { userId }: GatePerson,
): Promise<Stage | null> {
  if (rule === undefined) return null;
  const named = await nameSeat(ports, rule, userId);
  const no = (because: string): null => {
    ports.log.warn('nobody can approve a sign-in', { approvers: rule.approverGroup, because, userId });
    return null;
  };
  if ('nobody' in named) return no(named.nobody);
  const seat = 'manager' in named ? named : { ...named, escalation: null };
  const stage = stageOf(seat, rule.required);
  const able = ableApprovers({ members: staffOf(seat, false), required: stage.required }, [userId], 'email');
  return able.length < stage.required ? no('too_few') : stage;
}
