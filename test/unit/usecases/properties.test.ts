import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasCode } from '../../../src/lib/errors.ts';
import type { Fault } from '../../doubles/fake-faults.ts';
import { DEEP, READ } from '../../doubles/fake-cast.ts';
import { seed } from '../../seed.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';
import { mortal } from '../../doubles/fake-process.ts';

const PATHS = [READ, DEEP, 'db-reader'];
const ASKERS = ['ann', 'bob'];
const PEOPLE = ['ann', 'bob', 'chen', 'dana', 'erin', 'fay', 'root'];
const CALLS = ['look', 'give', 'take', 'endSessions', 'holders', 'read', 'group', 'effectiveRoles', 'byEmail'];
const SLACK_CALLS = ['postCard', 'updateCard', 'postLine', 'retireLine', 'sendPrivate'];
const FAULTS: readonly Fault[] = ['unavailable', 'lost', 'late', 'never'];

type Action =
  | { readonly do: 'ask'; readonly who: string; readonly path: string; readonly minutes: number }
  | {
      readonly do: 'decide';
      readonly who: string;
      readonly pick: number;
      readonly deny: boolean;
      readonly minutes: number;
    }
  | { readonly do: 'end'; readonly who: string; readonly pick: number; readonly how: 'release' | 'revoke' | 'withdraw' }
  | { readonly do: 'pass'; readonly seconds: number }
  | { readonly do: 'fault'; readonly call: string; readonly fault: Fault }
  | { readonly do: 'slack'; readonly call: string; readonly fault: Fault }
  | { readonly do: 'outage'; readonly seconds: number }
  | { readonly do: 'hand'; readonly who: string; readonly path: string }
  | { readonly do: 'roles'; readonly path: string }
  | { readonly do: 'kill'; readonly nth: number; readonly when: 'before' | 'after' }
  | { readonly do: 'sweep' };

const decider = fc.constantFrom('chen', 'dana', 'erin', 'fay', 'chen', 'erin', ...PEOPLE);
const ender = fc.constantFrom('ann', 'bob', 'root', ...PEOPLE);
const asker = fc.constantFrom(...ASKERS);
const path = fc.constantFrom(...PATHS);
const pick = fc.nat(20);
const minutes = fc.integer({ min: 1, max: 60 });
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('ask' as const), who: asker, path, minutes }) },
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('decide' as const),
      who: decider,
      pick,
      deny: fc.nat(14).map((n) => n === 0),
      minutes,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      who: ender,
      pick,
      how: fc.constantFrom('release', 'revoke', 'withdraw'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      seconds: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 1500 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      call: fc.constantFrom(...CALLS),
      fault: fc.constantFrom(...FAULTS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('slack' as const),
      call: fc.constantFrom(...SLACK_CALLS),
      fault: fc.constantFrom('unavailable', 'lost', 'limited'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('outage' as const), seconds: fc.integer({ min: 1, max: 300 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hand' as const), who: asker, path }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('roles' as const), path }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('kill' as const),
      nth: fc.integer({ min: 1, max: 25 }),
      when: fc.constantFrom('before', 'after'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
);

async function perform(world: World, step: Action, had: ReadonlySet<string>, taken: Set<string>): Promise<void> {
  const { keycloak, slack } = world;
  switch (step.do) {
    case 'ask':
      return world.act(step.who, {
        intent: 'request',
        access: { by: 'text', text: step.path },
        duration: `${step.minutes}m`,
        justification: 'INC-42',
      });
    case 'decide': {
      const pending = (await world.rows()).requests.filter((row) => row.state === 'pending');
      const row = pending[step.pick % Math.max(1, pending.length)];
      const shown = slack.messages.findLast((one) => one.buttons !== null && one.card?.request.id === row?.id);
      if (row === undefined || shown === undefined) return;
      const intent = await world.approval(row.id, {
        message: shown,
        leaseSeconds: Math.min(step.minutes * 60, row.askedSeconds),
      });
      if (intent.intent !== 'approve') return;
      const { requestId, version, stage, message } = intent;
      return world.act(
        step.who,
        step.deny ? { intent: 'deny', requestId, version, stage, message, comment: '' } : intent,
      );
    }
    case 'end': {
      const { grants, requests } = await world.rows();
      const grant = grants[step.pick % Math.max(1, grants.length)];
      const request = requests[step.pick % Math.max(1, requests.length)];
      if (step.how === 'withdraw' && request !== undefined)
        return world.act(step.who, { intent: 'withdraw', requestId: request.id });
      if (grant === undefined) return;
      if (step.how === 'release') return world.act(step.who, { intent: 'release', grantId: grant.id });
      return world.act(step.who, {
        intent: 'revoke',
        person: grant.person.slack,
        access: grant.resource.path,
        confirmation: null,
      });
    }
    case 'pass':
      return world.advance(step.seconds);
    case 'fault': {
      keycloak.faults.next(step.call, step.fault);
      return;
    }
    case 'slack': {
      slack.faults.next(step.call, step.fault);
      return;
    }
    case 'outage':
      keycloak.faults.always('*', 'unavailable');
      await world.advance(step.seconds);
      {
        keycloak.faults.heal();
        return;
      }
    case 'hand':
      // Another hand takes away; what was there before Leasehold is not touched, so that we can tell who lost what.
      if (had.has(`${step.who} ${step.path}`)) return;
      taken.add(`${step.who} ${step.path}`);
      {
        keycloak.leave(step.who, step.path);
        return;
      }
    case 'roles':
      keycloak.things.get(step.path)?.gives.push({ id: `role-${world.clock.now()}`, name: 'more', client: null });
      return;
    case 'kill': {
      const { ports, died } = mortal(world.ports, step.nth, step.when);
      const doomed = world.restart('doomed', ports);
      await Promise.race([
        died,
        doomed
          .inbox()
          .then(() => doomed.converge())
          .then(() => doomed.deliver()),
      ]);
      world.restart(`after-${world.clock.now()}`);
      return;
    }
    case 'sweep':
      return world.sweep().catch((error: unknown) => {
        if (!hasCode(error, 'keycloak_unavailable')) throw error;
      });
  }
}

/** Nothing goes wrong any more, and there was time enough. */
async function settle(world: World): Promise<void> {
  world.keycloak.faults.heal();
  world.slack.faults.heal();
  await world.advance(400);
  await world.sweep();
  await world.advance(400);
}

async function expectRight(world: World, had: ReadonlySet<string>, taken: ReadonlySet<string>): Promise<void> {
  const open = await world.openGrants();
  for (const name of ASKERS) {
    for (const one of PATHS) {
      const reasons = open.filter((grant) => grant.person.username === name && grant.resource.path === one);
      const before = had.has(`${name} ${one}`);
      expect({ name, path: one, has: world.keycloak.has(name, one) }).toEqual({
        name,
        path: one,
        has: before || reasons.length > 0,
      });
    }
  }
  expect(open.every((grant) => grant.state === 'live' && grant.expiresAt > world.clock.now())).toBe(true);
  expect(world.keycloak.collisions).toBe(0);
  // A call of ours that landed late would look like another hand, or leave an orphan.
  for (const { kind, subject, resource, data } of await world.audit()) {
    const pair = `${subject?.username ?? ''} ${resource?.path ?? ''}`;
    if (data['endedBy'] === 'drift') expect(taken).toContain(pair);
    if (kind === 'orphan.found')
      expect({ ours: data['ours'], before: had.has(pair) }).toEqual({ ours: false, before: true });
  }
  expect(await world.store.countUnsent()).toBe(0);
  for (const grant of (await world.rows()).grants) {
    const request = await world.request(grant.requestId);
    expect(request.state).toBe('approved');
    const approvers = new Set(request.approvals.map((approval) => approval.by.userId));
    expect(approvers.size).toBe(request.plan.reduce((sum, stage) => sum + stage.required, 0));
    expect(approvers.has(request.requester.userId)).toBe(false);
  }
  await expectSound(world);
}

describe('random people, faults, crashes and time', () => {
  it('come right: nobody keeps what he may not, nobody loses what he had, every live lease is there, the audit tells all', async () => {
    const runs = Number(process.env['RUNS'] ?? 30);
    process.stderr.write(`properties: SEED=${seed}\n`);
    const kept = fc.subarray(ASKERS.flatMap((name) => PATHS.map((one) => `${name} ${one}`)));
    await fc.assert(
      fc.asyncProperty(
        kept,
        fc.array(action, { minLength: 50, maxLength: 200, size: 'max' }),
        async (before, steps) => {
          const world = await aWorld();
          const had = new Set(before);
          const taken = new Set<string>();
          for (const pair of before) world.keycloak.join(pair.split(' ')[0] ?? '', pair.split(' ')[1] ?? '');
          for (const step of steps) await perform(world, step, had, taken);
          await settle(world);
          await expectRight(world, had, taken);
          await world.advance(3600);
          await settle(world);
          await expectRight(world, had, taken);
          expect(await world.openGrants()).toEqual([]);
          await world.store.close();
        },
      ),
      { seed, numRuns: runs, endOnFailure: process.env['SHRINK'] === undefined },
    );
  }, 300_000);
});
