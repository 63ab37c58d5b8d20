import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { strictestStages } from '../../../src/domain/policy-stages.ts';

const stage = (approverGroup: string, required = 1) => ({ approverGroup, required });
const lists = fc.array(
  fc.uniqueArray(
    fc.record({
      approverGroup: fc.constantFrom('/a', '/b', '/c', 'manager'),
      required: fc.integer({ min: 1, max: 3 }),
    }),
    { selector: ({ approverGroup }) => approverGroup, minLength: 1, maxLength: 3 },
  ),
  { minLength: 1, maxLength: 5 },
);

it('without a list nothing is demanded, and one list stays as it is', () => {
  expect(strictestStages([])).toBeNull();
  const list = [stage('/z', 2), stage('/a')];
  expect(strictestStages([list])).toEqual(list);
});

it('of two lists both hold: each group, the higher number, as late as the list that has it latest', () => {
  const one = [stage('/platform'), stage('/security', 2)];
  const other = [stage('/security'), stage('/legal')];
  expect(strictestStages([one, other])).toEqual([stage('/platform'), stage('/legal'), stage('/security', 2)]);
});

it('whoever satisfies the result satisfies every list, and nothing else is demanded', () => {
  fc.assert(
    fc.property(lists, (all) => {
      const result = strictestStages(all) ?? [];
      for (const { approverGroup, required } of all.flat()) {
        expect(result.find((one) => one.approverGroup === approverGroup)?.required).toBeGreaterThanOrEqual(required);
      }
      for (const demanded of result) expect(all.flat()).toContainEqual(demanded);
      expect(new Set(result.map(({ approverGroup }) => approverGroup)).size).toBe(result.length);
    }),
  );
});

it('the order of the lists changes nothing', () => {
  const shuffled = lists.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
  );
  fc.assert(fc.property(shuffled, ([all, other]) => expect(strictestStages(other)).toEqual(strictestStages(all))));
});
