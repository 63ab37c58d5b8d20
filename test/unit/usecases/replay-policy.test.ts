import { describe, expect, it } from '@jest/globals';
import type { Difference } from '../../../src/domain/policy-tally.ts';
import { patternTests } from '../../../src/policy/pattern.ts';
import { readRecord } from '../../../src/policy/recorded.ts';
import { peopleToday } from '../../../src/usecases/past-facts.ts';
import type { Intent } from '../../../src/usecases/intent.ts';
import type { Policy } from '../../../src/usecases/policy-port.ts';
import { replayPolicy } from '../../../src/usecases/replay-policy.ts';
import { decider } from '../../builders/policy.ts';
import { DEEP, READ } from '../../doubles/fake-cast.ts';
import { TEAM } from '../../doubles/fake-slack.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const DENY = '  - { name: no, deny: No. }';

function policyOf(rules: string): Policy {
  const decide = decider(rules);
  return {
    decide: (input) => Promise.resolve(decide(input)),
    adminResources: () => [],
    status: () => ({ source: 'here', loadedAt: 0, hash: null, problem: null }),
    close: () => Promise.resolve(),
  };
}

async function replayed(world: World, rules: string, { today = false, since = 0 } = {}) {
  const told: Difference[] = [];
  const summary = await replayPolicy(
    {
      ...{ entries: world.store.auditEntries(), store: world.store },
      ...{ decide: decider(rules), fits: patternTests(), readRecord },
      today: today ? peopleToday(world.keycloak.directory) : null,
    },
    since,
    (one) => {
      told.push(one);
      return Promise.resolve();
    },
  );
  return { summary, told };
}
const request = (text: string, also: readonly string[] = []): Intent => ({
  intent: 'request',
  access: { by: 'text', text },
  also: also.map((one) => ({ by: 'text', text: one })),
  duration: '1h',
  justification: 'INC-42',
});

describe('replaying a policy', () => {
  it('a bundle that policy refused is replayed part by part, and people are told no facts', async () => {
    const world = await aWorld({ policy: policyOf(DENY) });
    await world.act('ann', request(READ, [DEEP]));
    const { summary, told } = await replayed(
      world,
      '  - { name: deep, when: resource.path == "/prod/deep", allow: true }',
    );
    expect(summary).toMatchObject({ requests: 2, different: 2, factsFrom: { recorded: 2 } });
    expect(told.map(({ path, now }) => [path, now.changes])).toEqual([
      [READ, ['by_approvers']],
      [DEEP, ['at_once']],
    ]);
    expect(JSON.stringify(world.refusals('ann'))).not.toContain('record');
    expect(world.refusals('ann')).toMatchObject([{ refusal: 'parts_refused' }]);
  });

  it('break-glass is asked of policy through its own door', async () => {
    const world = await aWorld({ policy: policyOf('  - { name: x, limits: { x: 1 } }') });
    world.keycloak.thing('group', READ, {
      ...{ requestable: 'true', 'approver-group': '/approvers/platform', risk: 'low' },
      'break-glass': 'true',
    });
    for (const name of ['ann', 'chen', 'dana'])
      world.keycloak.user(name, { slackIds: [`${TEAM}/${world.slackOf(name).userId}`] });
    await world.act('ann', { intent: 'break_glass', access: { by: 'text', text: READ }, justification: 'INC-42' });
    const { told } = await replayed(world, '  - { name: glass, doors: [break-glass], deny: No. }');
    expect(told).toMatchObject([{ door: 'break-glass', now: { changes: ['denied'], rules: ['glass'] } }]);
  });

  it('live leases of older history are those of that time', async () => {
    const world = await aWorld();
    await world.lease('ann', READ, '30m');
    await world.ask('ann', DEEP);
    await world.advance(3600);
    await world.ask('bob', READ);
    const { told } = await replayed(world, `  - { name: one at a time, max-leases: 1 }`);
    expect(told.map(({ person, path, factsFrom }) => [person, path, factsFrom])).toEqual([['ann', DEEP, 'rebuilt']]);
  });

  it('by the people of today what was unknown is told, and each person is read once', async () => {
    const world = await aWorld();
    world.keycloak.thing('group', '/oncall');
    world.keycloak.join('ann', '/oncall');
    for (const path of [READ, DEEP]) await world.ask('ann', path);
    await world.ask('bob', READ);
    const rules = `  - { name: on call, when: '"/oncall" in subject.groups', allow: true }`;
    expect((await replayed(world, rules)).summary).toMatchObject({ untold: 3, factsFrom: { rebuilt: 3, today: 0 } });
    const { summary } = await replayed(world, rules, { today: true });
    expect(summary).toMatchObject({
      requests: 3,
      same: 1,
      changes: { at_once: 2 },
      factsFrom: { rebuilt: 0, today: 3 },
    });

    let reads = 0;
    const people = peopleToday({
      factsOf: (id) => {
        reads += 1;
        return world.keycloak.directory.factsOf(id);
      },
      managerOf: (id) => world.keycloak.directory.managerOf(id),
    });
    const { userId } = world.keycloak.users.get('ann') ?? { userId: '' };
    expect(await people(userId)).toEqual(await people(userId));
    expect(reads).toBe(1);
  });

  it('a ticket that the justification lacks is told, one that it has is not', async () => {
    const world = await aWorld({ policy: policyOf('  - { name: x, limits: { x: 1 } }') });
    await world.ask('ann', READ, '1h', 'INC-1 is open');
    await world.ask('bob', READ, '1h', 'no ticket');
    const { told } = await replayed(world, '  - { name: ticket, ticket: "INC-[0-9]+" }');
    expect(told.map(({ person, now }) => [person, now.changes])).toEqual([['bob', ['ticket']]]);
  });

  it('only requests since then are judged, by everything that was before', async () => {
    const world = await aWorld();
    await world.lease('ann', READ, '4h');
    await world.advance(3600);
    const since = world.clock.now();
    await world.ask('ann', DEEP);
    const { summary, told } = await replayed(world, '  - { name: one, max-leases: 1 }', { since });
    expect(summary).toMatchObject({ requests: 1, different: 1 });
    expect(told).toMatchObject([{ path: DEEP }]);
  });

  it('a record that cannot be read cannot be told', async () => {
    const world = await aWorld({ policy: policyOf('  - { name: x, limits: { x: 1 } }') });
    await world.ask('ann', READ);
    const asked = { decide: decider(DENY), fits: patternTests() };
    const ports = { ...asked, entries: world.store.auditEntries(), store: world.store, today: null };
    const summary = await replayPolicy({ ...ports, readRecord: () => null }, 0, () => Promise.resolve());
    expect(summary).toMatchObject({ requests: 1, untold: 1, different: 0 });
  });
});
