import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupId, keycloakUserId, resourceId } from '../../../src/domain/ids.ts';
import { digestText, escalationOf, groupPathOf, isManagerStage, seatKey } from '../../../src/domain/plan.ts';
import type { Stage } from '../../../src/domain/plan.ts';

type Facts = Parameters<typeof digestText>[0];

const group = { groupId: fc.uuid().map(groupId), groupPath: fc.string() };
const escalation = fc.record({ ...group, afterSeconds: fc.integer({ min: 1, max: 86_400 }) });
const groupStage = fc.record(
  { ...group, required: fc.integer({ min: 1, max: 10 }), escalation },
  { requiredKeys: ['groupId', 'groupPath', 'required'] },
);
const managerStage = fc.record({
  manager: fc.record({ userId: fc.uuid().map(keycloakUserId), username: fc.string() }),
  required: fc.constant(1 as const),
});
const stage: fc.Arbitrary<Stage> = fc.oneof({ weight: 3, arbitrary: groupStage }, managerStage);
const role = fc.record({ id: fc.uuid(), name: fc.string(), client: fc.option(fc.string()) });
const facts: fc.Arbitrary<Facts> = fc.record({
  beneficiary: fc.uuid().map(keycloakUserId),
  resource: fc.record({
    kind: fc.constantFrom('group', 'realm-role', 'client-role'),
    id: fc.uuid().map(resourceId),
    path: fc.string(),
    clientUuid: fc.option(fc.uuid()),
  }),
  askedSeconds: fc.integer({ min: 1, max: 31_622_400 }),
  startsAt: fc.option(fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 })),
  plan: fc.array(stage, { minLength: 1, maxLength: 3 }),
  roles: fc.array(role, { maxLength: 5 }),
});

/** What an approver's click stands for, said independently of the digest's text. */
const meaning = ({ beneficiary, resource, askedSeconds, startsAt, plan, roles }: Facts) =>
  JSON.stringify([
    beneficiary,
    resource.id,
    resource.inToken ?? false,
    askedSeconds,
    startsAt,
    plan.map((one) => [isManagerStage(one), seatKey(one), one.required, escalates(one)]),
    [...new Set(roles.map((one) => one.id))].sort(),
  ]);

const escalates = (one: Stage) => {
  const to = escalationOf(one);
  return to === null ? null : [to.groupId, to.afterSeconds];
};

const changes: Readonly<Record<string, (was: Facts, other: Facts) => Facts>> = {
  beneficiary: (was, { beneficiary }) => ({ ...was, beneficiary }),
  resource: (was, { resource }) => ({ ...was, resource }),
  'in tokens alone': (was) => ({ ...was, resource: { ...was.resource, inToken: true } }),
  'asked lease': (was, { askedSeconds }) => ({ ...was, askedSeconds }),
  start: (was, { startsAt }) => ({ ...was, startsAt }),
  'no start': (was) => ({ ...was, startsAt: null }),
  stages: (was, { plan }) => ({ ...was, plan }),
  'order of stages': (was) => ({ ...was, plan: was.plan.toReversed() }),
  'one stage more': (was, { plan }) => ({ ...was, plan: [...was.plan, ...plan.slice(0, 1)] }),
  threshold: (was) => ({
    ...was,
    plan: was.plan.map((one) => (isManagerStage(one) ? one : { ...one, required: one.required + 1 })),
  }),
  'another manager': (was, { beneficiary: userId }) => ({
    ...was,
    plan: was.plan.map((one) => (isManagerStage(one) ? { ...one, manager: { ...one.manager, userId } } : one)),
  }),
  'a group in place of the manager': (was, { beneficiary }) => ({
    ...was,
    plan: was.plan.map((one) =>
      isManagerStage(one) ? { groupId: groupId(beneficiary), groupPath: '/g', required: 1 } : one,
    ),
  }),
  'escalates later': (was) => ({
    ...was,
    plan: was.plan.map((one) => {
      const to = escalationOf(one);
      return isManagerStage(one) || to === null
        ? one
        : { ...one, escalation: { ...to, afterSeconds: to.afterSeconds + 1 } };
    }),
  }),
  're-created group': (was, { plan }) => ({
    ...was,
    plan: was.plan.map((one, index) => {
      const other = plan[index];
      return isManagerStage(one) || other === undefined || isManagerStage(other)
        ? one
        : { ...one, groupId: other.groupId };
    }),
  }),
  roles: (was, { roles }) => ({ ...was, roles }),
  'one role more': (was, { roles }) => ({ ...was, roles: [...was.roles, ...roles.slice(0, 1)] }),
};

const sameClick: Readonly<Record<string, (was: Facts, other: Facts) => Facts>> = {
  'renamed approver group': (was, { resource }) => ({
    ...was,
    plan: was.plan.map((one) => (isManagerStage(one) ? one : { ...one, groupPath: resource.path })),
  }),
  'renamed manager': (was, { resource }) => ({
    ...was,
    plan: was.plan.map((one) =>
      isManagerStage(one) ? { ...one, manager: { ...one.manager, username: resource.path } } : one,
    ),
  }),
  'renamed resource': (was, other) => ({ ...was, resource: { ...was.resource, path: other.resource.path } }),
  'order of roles': (was) => ({ ...was, roles: was.roles.toReversed() }),
  'a role found twice': (was) => ({ ...was, roles: [...was.roles, ...was.roles] }),
  'renamed roles': (was, other) => ({
    ...was,
    roles: was.roles.map((one) => ({ ...one, name: other.resource.path, client: null })),
  }),
};

describe('I12: the digest stands for what an approver clicks on', () => {
  it.each(Object.entries(changes))('%s: the digest changes exactly when the meaning does', (_, change) => {
    fc.assert(
      fc.property(facts, facts, (was, other) => {
        const now = change(was, other);
        expect(digestText(now) === digestText(was)).toBe(meaning(now) === meaning(was));
      }),
    );
  });

  it('what is written to Keycloak has the digest that it had before there were leases in tokens alone', () => {
    fc.assert(fc.property(facts, (some) => expect(digestText(some)).not.toContain('inToken')));
  });

  it('a request that names no start has the digest that it had before there were starts', () => {
    fc.assert(
      fc.property(facts, (some) => {
        expect(digestText({ ...some, startsAt: null })).not.toContain('startsAt');
      }),
    );
  });

  it.each(Object.entries(sameClick))('%s: the digest stays', (_, change) => {
    fc.assert(fc.property(facts, facts, (was, other) => expect(digestText(change(was, other))).toBe(digestText(was))));
  });
});

describe('a stage', () => {
  it('is found by who may decide it, named by its group, and escalates where it says so', () => {
    const manager: Stage = { manager: { userId: keycloakUserId('u1'), username: 'mia' }, required: 1 };
    const escalation = { groupId: groupId('g2'), groupPath: '/b', afterSeconds: 60 };
    const plain: Stage = { groupId: groupId('g1'), groupPath: '/a', required: 2 };
    expect([manager, plain].map(isManagerStage)).toEqual([true, false]);
    expect([manager, plain].map(seatKey)).toEqual(['u1', 'g1']);
    expect([manager, plain].map(groupPathOf)).toEqual([null, '/a']);
    expect([undefined, manager, plain, { ...plain, escalation }].map(escalationOf)).toEqual([
      null,
      null,
      null,
      escalation,
    ]);
  });
});
