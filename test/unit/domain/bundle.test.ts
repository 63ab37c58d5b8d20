import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { approveAll, approveParts, bundled, closeAll, denyAll, isReady, waiting } from '../../../src/domain/bundle.ts';
import { groupId } from '../../../src/domain/ids.ts';
import { progress } from '../../../src/domain/request.ts';
import type { PendingRequest } from '../../../src/domain/request.ts';
import { START, aPerson, aRequest } from '../../builders/domain.ts';

const requester = aPerson('requester');
const plan = (...required: readonly number[]) =>
  required.map((count, index) => ({
    groupId: groupId(`g${index}`),
    groupPath: `/approvers/${index}`,
    required: count,
  }));
const aBundle = (...plans: readonly (readonly number[])[]): readonly PendingRequest[] =>
  bundled(plans.map((required) => aRequest({ requester, beneficiary: requester, plan: plan(...required) })));
const idsOf = (parts: readonly PendingRequest[]) => parts.map(({ id }) => id);
const leasesOf = (parts: readonly PendingRequest[], seconds = 3600) => new Map(parts.map(({ id }) => [id, seconds]));

describe('requests asked for together', () => {
  it('know their place, are called by the first, and wait alike', () => {
    const parts = bundled([aRequest(), aRequest({ submittedAt: START + 7 }), aRequest({ submittedAt: START + 9 })]);
    const [first] = parts;
    expect(parts.map(({ bundle }) => bundle)).toEqual([0, 1, 2].map((part) => ({ id: first?.id, part, parts: 3 })));
    expect(new Set(parts.map(({ submittedAt, waitsUntil }) => `${submittedAt} ${waitsUntil}`)).size).toBe(1);
  });

  it('one alone is no bundle', () => {
    expect(bundled([aRequest()])).toMatchObject([{ bundle: null }]);
  });

  it('a part with all its approvals waits for the others', () => {
    const parts = aBundle([1], [1]);
    const [first] = parts;
    if (first === undefined) throw new Error('no part');
    const after = approveParts(parts, leasesOf([first]), aPerson(), START).parts;
    expect(after.map(({ state }) => state)).toEqual(['pending', 'pending']);
    expect(after.map((part) => progress(part))).toMatchObject([null, { approved: 0 }]);
    expect(isReady(after)).toBe(false);
    expect(() => approveAll(after, START)).toThrow('as a whole');
  });

  it('those that wait are found among what is decided', () => {
    const parts = aBundle([1], [1]);
    expect(waiting(parts)).toEqual(parts);
    expect(waiting([...closeAll(parts, 'expired', START), ...parts])).toEqual(parts);
  });

  it('a denial names the stage that is asked now, and of a part with all its approvals the last one', () => {
    const parts = aBundle([1, 1], [1, 1, 1]);
    const [first, second] = parts;
    if (first === undefined || second === undefined) throw new Error('no parts');
    const [one, two] = [aPerson('one'), aPerson('two')];
    const after = [one, two].reduce((all, by) => approveParts(all, leasesOf([first]), by, START).parts, parts);
    const { parts: denied } = denyAll(after, new Set([second.id]), null, aPerson('three'), START);
    expect(denied.map(({ denial }) => denial.stage)).toEqual([1, 0]);
    const begun = approveParts(parts, leasesOf([first]), one, START).parts;
    expect(denyAll(begun, new Set([second.id]), null, two, START).parts.map(({ denial }) => denial.stage)).toEqual([
      1, 0,
    ]);
    expect(denyAll(begun, new Set(), null, two, START)).toEqual({ parts: [], refused: new Map(), denied: null });
  });

  it('closing ends every part, each by one step', () => {
    const parts = aBundle([1], [2], [1, 1]);
    expect(closeAll(parts, 'withdrawn', START)).toMatchObject(parts.map(() => ({ state: 'withdrawn', revision: 2 })));
    expect(waiting(closeAll(parts, 'expired', START))).toEqual([]);
  });
});

describe('decisions on a bundle', () => {
  const people = Array.from({ length: 6 }, (_, index) => aPerson(`approver-${index}`));
  const plans = fc.array(fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 3 }), {
    minLength: 2,
    maxLength: 5,
  });
  const act = fc.record({
    who: fc.nat(5),
    which: fc.array(fc.nat(4), { minLength: 1, maxLength: 5 }),
    seconds: fc.integer({ min: 60, max: 3600 }),
  });
  type Act = { readonly who: number; readonly which: readonly number[]; readonly seconds: number };
  const carriedOut = (parts: readonly PendingRequest[], { who, which, seconds }: Act): readonly PendingRequest[] => {
    const person = people[who];
    const chosen = which.flatMap((index) => parts[index % parts.length] ?? []);
    if (person === undefined) return parts;
    return approveParts(parts, leasesOf(chosen, seconds), person, START).parts;
  };

  it('nothing is approved before every part has its quorum of distinct people, and then all are', () => {
    fc.assert(
      fc.property(plans, fc.array(act, { maxLength: 30 }), (shape, acts) => {
        let parts = aBundle(...shape);
        for (const one of acts) {
          parts = carriedOut(parts, one);
          expect(new Set(parts.map(({ state }) => state))).toEqual(new Set(['pending']));
          const isWhole = parts.every(({ plan: stages, approvals }) =>
            stages.every(({ required }, stage) => approvals.filter((each) => each.stage === stage).length === required),
          );
          expect(isReady(parts)).toBe(isWhole);
          if (!isWhole) {
            expect(() => approveAll(parts, START)).toThrow('as a whole');
            continue;
          }
          const approved = approveAll(parts, START);
          expect(approved).toHaveLength(shape.length);
          for (const { approvals, leaseSeconds } of approved) {
            expect(new Set(approvals.map(({ by }) => by.userId)).size).toBe(approvals.length);
            expect(leaseSeconds).toBe(Math.min(3600, ...approvals.map((each) => each.leaseSeconds)));
          }
          return;
        }
      }),
    );
  });

  it('the order in which parts are approved makes no difference', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.array(fc.nat(), { minLength: 6, maxLength: 6 }), (count, keys) => {
        const parts = aBundle(...Array.from({ length: count }, () => [1]));
        const order = parts.map((_, index) => index).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0));
        let after = parts;
        for (const index of order) after = carriedOut(after, { who: index, which: [index], seconds: 60 + index });
        let straight = parts;
        for (const index of parts.keys())
          straight = carriedOut(straight, { who: index, which: [index], seconds: 60 + index });
        expect(approveAll(after, START)).toEqual(approveAll(straight, START));
      }),
    );
  });

  it('one denial denies all, whichever part it is and whatever was approved', () => {
    fc.assert(
      fc.property(plans, fc.array(act, { maxLength: 6 }), fc.nat(4), fc.nat(5), (shape, acts, which, who) => {
        const parts = acts.reduce(carriedOut, aBundle(...shape));
        const [part, person] = [parts[which % parts.length], people[who]];
        if (part === undefined || person === undefined) return;
        const { parts: denied, denied: one, refused } = denyAll(parts, new Set([part.id]), 'no', person, START);
        if (one === null) {
          // Nobody is asked about it any more, or the person counts already: nothing is changed.
          expect(denied).toEqual([]);
          expect(progress(part) === null || refused.get(part.id) === 'already_decided_by_you').toBe(true);
          return;
        }
        expect(one.id).toBe(part.id);
        expect(idsOf(parts)).toEqual(denied.map(({ id }) => id));
        for (const [index, row] of denied.entries()) {
          expect(row).toMatchObject({ state: 'denied', denial: { by: person, comment: 'no' } });
          expect(row.revision).toBe((parts[index]?.revision ?? 0) + 1);
        }
      }),
    );
  });

  it('every row is written by every decision, so that of two at once one is told', () => {
    fc.assert(
      fc.property(plans, act, (shape, one) => {
        const parts = aBundle(...shape);
        expect(carriedOut(parts, one).map(({ revision }) => revision)).toEqual(parts.map(() => 2));
      }),
    );
  });

  it('the requester decides no part of it', () => {
    const parts = aBundle([1], [1]);
    const { parts: after, refused } = approveParts(parts, leasesOf(parts), requester, START);
    expect([...refused.values()]).toEqual(['self_approval', 'self_approval']);
    expect(after.every(({ approvals }) => approvals.length === 0)).toBe(true);
    expect(denyAll(parts, new Set(idsOf(parts)), null, requester, START)).toMatchObject({ denied: null, parts: [] });
  });
});
