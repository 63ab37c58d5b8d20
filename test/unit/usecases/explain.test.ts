import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Explained } from '../../../src/domain/explained.ts';
import type { Refusal } from '../../../src/domain/refusal.ts';
import { aPolicy } from '../../builders/policy.ts';
import { DEEP, READ, VAULT } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { seed } from '../../seed.ts';

/** What `/access explain` told Root. */
async function explained(world: World, access = READ, duration = '1h', person = 'ann'): Promise<Explained> {
  await world.act('root', { intent: 'explain', person: world.slackOf(person), access, duration });
  const words = world.told('root').at(-1);
  if (words?.say !== 'explained') throw new Error(`told ${JSON.stringify(words)}`);
  return words.explained;
}

const refusalsOf = (told: Explained): readonly Refusal[] => (told.verdict === 'refused' ? told.refusals : []);

describe('what would become of a request', () => {
  it('without a policy: the stages of the entitlement, and how many could approve each', async () => {
    expect(await explained(await aWorld(), DEEP)).toMatchObject({
      verdict: 'approval',
      path: DEEP,
      askedSeconds: 3600,
      policy: 'none',
      tickets: [],
      stages: [
        { by: { group: '/approvers/platform' }, required: 1, able: 2 },
        { by: { group: '/approvers/security' }, required: 1, able: 2 },
      ],
    });
  });

  it('given at once, with the rule that says so', async () => {
    const world = await aWorld({ policy: aPolicy('  - { name: quick, allow: true, because: It is harmless. }\n') });
    expect(await explained(world)).toMatchObject({
      verdict: 'at_once',
      stages: [],
      policy: { reasons: [{ rule: 'quick', because: 'It is harmless.', effect: 'allow' }] },
    });
  });

  it('two rules that disagree are both told, the one that denies first', async () => {
    const rules = '  - { name: quick, allow: true }\n  - { name: never, deny: Not today. }\n';
    const told = await explained(await aWorld({ policy: aPolicy(rules) }));
    expect(told).toMatchObject({
      verdict: 'refused',
      policy: {
        reasons: [
          { rule: 'never', effect: 'deny' },
          { rule: 'quick', effect: 'allow' },
        ],
      },
    });
    const [refusal] = refusalsOf(told);
    expect(refusal).toMatchObject({ refusal: 'against_policy', reasons: [{ rule: 'never' }] });
    expect(refusal).toMatchObject({ id: typeof told.policy === 'string' ? '' : told.policy.id });
  });

  it('stages, lease and tickets of the rules; the manager by name; who asks is not counted', async () => {
    const rules =
      '  - name: two\n    stages: [{ approvers: /approvers/platform, required: 1 }, { approvers: manager }]\n' +
      '    max-duration: 2h\n    ticket: INC-[0-9]+\n';
    const world = await aWorld({ policy: aPolicy(rules.replace(', required: 1', '')) });
    world.keycloak.manage('chen', 'erin');
    expect(await explained(world, READ, '', 'chen')).toMatchObject({
      verdict: 'approval',
      askedSeconds: 7200,
      maxSeconds: 7200,
      tickets: ['INC-[0-9]+'],
      stages: [
        { by: { group: '/approvers/platform' }, required: 1, able: 1 },
        { by: { manager: 'erin' }, required: 1, able: 1 },
      ],
    });
  });

  it('a quorum that nobody can make up is told with how many there are', async () => {
    const world = await aWorld({
      policy: aPolicy('  - { name: three, stages: [{ approvers: /approvers/platform, required: 3 }] }\n'),
    });
    expect(await explained(world)).toMatchObject({
      verdict: 'refused',
      refusals: [{ refusal: 'no_approvers', group: '/approvers/platform', required: 3 }],
      stages: [{ by: { group: '/approvers/platform' }, required: 3, able: 2 }],
    });
  });

  it('what else would refuse is told with it: eligibility, quorum, identity, a twin', async () => {
    const world = await aWorld();
    world.keycloak.thing('group', VAULT, {
      ...world.keycloak.things.get(VAULT)?.attributes,
      'eligible-group': '/approvers/security',
    });
    const names = async (...asked: readonly [string, string?]) =>
      refusalsOf(await explained(world, ...asked)).map(({ refusal }) => refusal);
    expect(await names(VAULT, '30m')).toEqual(['link_needed', 'no_approvers', 'not_eligible']);
    await world.ask('ann');
    expect(await names(READ)).toEqual(['already_pending']);
    world.keycloak.leave('chen', '/approvers/platform');
    world.keycloak.leave('dana', '/approvers/platform');
    expect(await names(DEEP)).toEqual(['no_approvers']);
    expect(await names(DEEP, '30d')).toEqual(['too_long']);
  });

  it('a rule that is broken denies and is named, and operators are not alarmed', async () => {
    const rules = '  - { name: office, when: context.ip.startsWith("10."), allow: true }\n';
    const world = await aWorld({ policy: aPolicy(rules) });
    const before = world.slack.messages.length;
    expect(await explained(world)).toMatchObject({ policy: { reasons: [{ rule: 'office', effect: 'broken' }] } });
    expect([world.slack.messages.length - before, await world.store.countUnsent()]).toEqual([0, 0]);
  });
});

describe('explain touches nothing', () => {
  it('no row, no entry, nothing in a channel, no call that changes Keycloak', async () => {
    const world = await aWorld({ policy: aPolicy('  - { name: quick, allow: true }\n') });
    const [tables, head, shown] = [await world.tables(), await world.store.auditHead(), world.slack.messages.length];
    await explained(world);
    expect(await world.tables()).toBe(tables);
    expect(await world.store.auditHead()).toEqual(head);
    expect(world.slack.messages).toHaveLength(shown);
    expect(world.keycloak.count('give')).toBe(0);
  });

  it('only admins are told; what others try is on record', async () => {
    const world = await aWorld();
    await world.act('ann', { intent: 'explain', person: world.slackOf('ann'), access: READ, duration: '1h' });
    expect(world.refusals('ann').at(-1)).toMatchObject({ refusal: 'not_admin' });
    expect((await world.audit()).at(-1)).toMatchObject({
      kind: 'request.refused',
      data: { refusal: 'not_admin', intent: 'explain' },
    });
  });

  it.each([
    ['bad_duration', READ, 'soon', 'ann'],
    ['unknown_access', 'nothing-like-it', '1h', 'ann'],
    ['ambiguous_access', 'prod', '1h', 'ann'],
    ['not_for_them', READ, '1h', 'nobody'],
  ])('%s: there is nothing to explain, and nothing on record', async (refusal, access, duration, person) => {
    const world = await aWorld();
    const head = await world.store.auditHead();
    await world.act('root', { intent: 'explain', person: world.slackOf(person), access, duration });
    expect(world.refusals('root').at(-1)).toMatchObject({ refusal });
    expect(await world.store.auditHead()).toEqual(head);
  });
});

const RULES = [
  '  - { name: quick, allow: true }\n',
  '  - { name: never, deny: Not today. }\n',
  '  - { name: secure, stages: [{ approvers: /approvers/security }] }\n',
  '  - { name: two, stages: [{ approvers: /approvers/platform, required: 2 }] }\n',
  '  - { name: three, stages: [{ approvers: /approvers/platform, required: 3 }] }\n',
  '  - { name: boss, stages: [{ approvers: manager }] }\n',
  '  - { name: short, max-duration: 30m }\n',
  '  - { name: ticket, ticket: "INC-[0-9]+" }\n',
  '  - { name: step, step-up: gold }\n',
  '  - { name: office, when: context.ip.startsWith("10."), allow: true }\n',
  '  - { name: one, max-leases: 1 }\n',
  '  - { name: apart, forbid-together: [/prod/read, /prod/deep] }\n',
];

it('what is explained is what a request then meets', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(RULES, { maxLength: 4 }),
      fc.constantFrom(READ, DEEP, VAULT, 'db-reader'),
      fc.constantFrom('', '20m', '1h', '3d'),
      fc.constantFrom('ann', 'chen', 'fay'),
      fc.option(fc.constantFrom(READ, DEEP), { nil: null }),
      fc.boolean(),
      async (rules, access, duration, person, held, managed) => {
        const world = await aWorld({ policy: rules.length === 0 ? null : aPolicy(rules.join('')) });
        if (held !== null) world.keycloak.join(person, held);
        if (managed) world.keycloak.manage(person, 'erin');
        const told = await explained(world, access, duration, person);
        const text = { by: 'text', text: access } as const;
        await world.act(person, { intent: 'request', access: text, duration, justification: 'INC-42' });
        const refused = world.refusals(person).at(-1);
        if (told.verdict === 'refused') {
          expect(withoutIds(refused)).toEqual(withoutIds(told.refusals[0]));
          return;
        }
        expect(refused).toBeUndefined();
        const asked = (await world.rows()).requests.at(-1);
        expect(asked).toMatchObject({
          state: told.verdict === 'at_once' ? 'approved' : 'pending',
          askedSeconds: told.askedSeconds,
          resource: { path: told.path },
          plan: told.stages.map(({ by, required }) =>
            'group' in by ? { groupPath: by.group, required } : { manager: { username: by.manager }, required },
          ),
        });
        expect(asked?.plan).toHaveLength(told.stages.length);
        if (typeof told.policy !== 'string')
          expect(new Set(asked?.ruledBy?.rules)).toEqual(
            new Set(told.policy.reasons.flatMap(({ rule }) => rule ?? [])),
          );
      },
    ),
    { seed, numRuns: 60 },
  );
});

/** Every decision has an id of its own. */
const withoutIds = (refusal: Refusal | undefined) =>
  refusal?.refusal === 'against_policy' ? { ...refusal, id: '' } : refusal;
