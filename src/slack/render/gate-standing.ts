import type { Gate, WaitingGate } from '../../domain/gate.ts';
import { isManagerStage } from '../../domain/plan.ts';
import type { Stage } from '../../domain/plan.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Ready } from '../words/ready.ts';
import { groupName } from './facts.ts';
import { mention, when, whenExactly } from './pieces.ts';

const APPROVALS_MAX = 15;

/** How many have approved, until when it waits, and why these people are asked. */
export function standing(say: Catalogue, gate: WaitingGate & { readonly stage: Stage }, who: Ready): string {
  const { stage, approvals, waitsUntil } = gate;
  const byManager = isManagerStage(stage);
  const waiting = say.card.waiting({
    ...{ group: byManager ? say.card.managerOf(who) : groupName(stage.groupPath), stage: null, stages: 1 },
    ...{ approved: approvals.length, required: stage.required, until: whenExactly(say, waitsUntil) },
  });
  const whyYou = byManager ? say.card.whyYouManage(who) : say.card.whyYou(groupName(stage.groupPath));
  return [waiting, ...approvalLines(say, gate), whyYou].join('\n');
}

export function approvalLines(say: Catalogue, { approvals }: Gate): string[] {
  const told = approvals.slice(0, APPROVALS_MAX).map(({ by, at }) => ({
    ...{ by: mention(by.slack), at: when(say, at), stage: null, shorter: null },
  }));
  return told.length === 0 ? [] : [say.facts.approvedBy(told, approvals.length - told.length)];
}
