import type { StageRule } from './entitlement.ts';

/** A request has no more stages than attributes can name. */
export const MAX_POLICY_STAGES = 3;

/**
 * The stages that satisfy every list: each group that any list names, with the highest `required`. A group stands as late
 * as the list that has it latest; equal ones by name. The order of the lists does not matter.
 * @returns null when there is no list
 */
export function strictestStages(lists: readonly (readonly StageRule[])[]): readonly StageRule[] | null {
  if (lists.length === 0) return null;
  const merged = new Map<string, { readonly required: number; readonly place: number }>();
  for (const list of lists) {
    for (const [index, { approverGroup, required }] of list.entries()) {
      const known = merged.get(approverGroup);
      merged.set(approverGroup, {
        required: Math.max(required, known?.required ?? 0),
        place: Math.max(index, known?.place ?? 0),
      });
    }
  }
  return [...merged]
    .sort(([a, { place: first }], [b, { place: second }]) => first - second || (a < b ? -1 : 1))
    .map(([approverGroup, { required }]) => ({ approverGroup, required }));
}
