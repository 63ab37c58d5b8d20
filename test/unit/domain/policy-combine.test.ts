import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { combine, settle } from '../../../src/domain/policy-combine.ts';
import type { MatchedRule } from '../../../src/domain/policy-combine.ts';
import type { PolicyAnswer, PolicyInput, RuleEffects } from '../../../src/domain/policy.ts';
import { aGateQuestion, aQuestion } from '../../builders/policy.ts';

let nextRule = 0;
const rule = (effects: RuleEffects, because: string | null = null): MatchedRule => ({
  rule: `rule ${++nextRule}`,
  because,
  effects,
});
const combined = (input: PolicyInput, ...effects: readonly RuleEffects[]) =>
  combine(
    input,
    effects.map((one) => rule(one)),
  );
const stage = (approverGroup: string, required = 1) => ({ approverGroup, required });
const strictness: Readonly<Record<PolicyAnswer['verdict'], number>> = { allow: 0, actions: 1, approval: 1, deny: 2 };

const group = fc.constantFrom('/approvers/a', '/approvers/b', '/approvers/c', 'manager');
const stages = fc.uniqueArray(fc.record({ approverGroup: group, required: fc.integer({ min: 1, max: 3 }) }), {
  selector: ({ approverGroup }) => approverGroup,
  minLength: 1,
  maxLength: 3,
});
const maxSeconds = fc.integer({ min: 60, max: 86_400 });
const effects: fc.Arbitrary<RuleEffects> = fc.oneof(
  fc.record({ deny: fc.constant('No.') }),
  fc.constant<RuleEffects>({ allow: true }),
  fc.record(
    {
      stages,
      maxSeconds,
      requiredActions: fc.array(fc.constantFrom('A', 'B', 'C'), { minLength: 1 }),
      ticket: fc.constantFrom('INC', 'CHG'),
      stepUp: fc.constantFrom('silver', 'gold'),
      maxLeases: fc.integer({ min: 1, max: 5 }),
      limits: fc.dictionary(fc.constantFrom('x', 'y'), fc.oneof(fc.integer(), fc.constantFrom('r', 'w'), fc.boolean())),
      forbidTogether: fc.constant(['/sandbox', '/other']),
      removeScopes: fc.subarray(['deploy', 'offline_access'], { minLength: 1 }),
    },
    { requiredKeys: [] },
  ),
);
const rules = fc
  .array(fc.oneof({ weight: 9, arbitrary: effects }, { weight: 1, arbitrary: fc.constant(null) }), { maxLength: 8 })
  .map((all) =>
    all.map((one, index): MatchedRule =>
      one === null ? { rule: `r${index}`, broken: 'it throws' } : { rule: `r${index}`, because: null, effects: one },
    ),
  );
const question = fc
  .record({
    risk: fc.constantFrom('low', 'medium', 'high', 'critical'),
    live: fc.subarray(['/other', '/more', '/most']),
    gate: fc.constantFrom(null, 'login', 'token'),
  })
  .map(({ risk, live, gate }) => {
    const context = { live, liveCount: live.length };
    return gate === null ? aQuestion({ resource: { risk }, context }) : aGateQuestion(gate, { context });
  });
const withoutReasons = ({ reasons, ...rest }: PolicyAnswer) => ({
  ...rest,
  reasons: reasons.map((reason) => JSON.stringify(reason)).sort(),
});

describe('one answer from all rules that match', () => {
  it('nothing matches: the entitlement decides, and a gate lets pass', () => {
    expect(combined(aQuestion())).toMatchObject({ verdict: 'approval', stages: null, maxSeconds: null, reasons: [] });
    expect(combined(aGateQuestion('login'))).toMatchObject({ verdict: 'allow' });
  });

  it('deny wins over everything, and the explanation shows both', () => {
    const answer = combined(aQuestion(), { allow: true }, { deny: 'Not today.' }, { stages: [stage('/a')] });
    expect(answer.verdict).toBe('deny');
    expect(answer.reasons.map(({ effect, because }) => [effect, because])).toEqual([
      ['allow', null],
      ['deny', 'Not today.'],
      ['stages', null],
    ]);
  });

  it('demanded stages win over at once', () => {
    const answer = combined(aQuestion(), { allow: true }, { stages: [stage('/a')] });
    expect(answer).toMatchObject({ verdict: 'approval', stages: [stage('/a')] });
    expect(answer.reasons.at(-1)).toMatchObject({ rule: null, effect: 'not-at-once' });
  });

  it('risk critical and what administers Keycloak are never given at once, and the reasons say so', () => {
    const critical = combined(aQuestion({ resource: { risk: 'critical' } }), { allow: true });
    expect(critical).toMatchObject({ verdict: 'approval' });
    expect(critical.reasons.at(-1)?.because).toEqual({ own: 'risk_critical' });
    expect(combine(aQuestion(), [rule({ allow: true })], true).verdict).toBe('approval');
    expect(combine(aQuestion(), [rule({ allow: true })], false).verdict).toBe('allow');
  });

  it('the shortest duration, the fewest leases, every action, ticket and step-up', () => {
    expect(
      combined(
        aQuestion(),
        { maxSeconds: 3600, maxLeases: 3, requiredActions: ['B', 'A'], ticket: 'INC', stepUp: 'silver' },
        { maxSeconds: 1800, maxLeases: 5, requiredActions: ['A', 'C'], ticket: 'CHG', stepUp: 'gold' },
      ),
    ).toMatchObject({
      maxSeconds: 1800,
      maxLeases: 3,
      requiredActions: ['A', 'B', 'C'],
      tickets: ['CHG', 'INC'],
      stepUp: ['gold', 'silver'],
    });
  });

  it('more than three stages are denied, with the reason', () => {
    const answer = combined(
      aQuestion(),
      { stages: [stage('/a'), stage('/b')] },
      { stages: [stage('/c'), stage('/d')] },
    );
    expect(answer.verdict).toBe('deny');
    expect(answer.reasons.at(-1)).toMatchObject({ rule: null, because: { own: 'too_many_stages', count: 4, most: 3 } });
  });

  it('who holds as many leases as he may gets no more, and a bundle counts as a whole', () => {
    const holding = (live: readonly string[], bundle: readonly string[] = []) =>
      combined(aQuestion({ context: { live, liveCount: live.length }, request: { bundle } }), { maxLeases: 2 }).verdict;
    expect([holding([]), holding(['/a']), holding(['/a', '/b'])]).toEqual(['approval', 'approval', 'deny']);
    expect([holding([], ['/a']), holding([], ['/a', '/b'])]).toEqual(['approval', 'deny']);
    expect(holding(['/a'], ['/a'])).toBe('approval');
    expect(combined(aGateQuestion('token', { context: { liveCount: 9 } }), { maxLeases: 2 }).verdict).toBe('allow');
  });

  it.each([
    ['a live lease', aQuestion({ context: { live: ['/b'] } }), 'deny'],
    ['a membership', aQuestion({ subject: { groups: ['/b'] } }), 'deny'],
    ['the same bundle', aQuestion({ request: { bundle: ['/b'] } }), 'deny'],
    ['itself, to hold on', aQuestion({ context: { live: ['/sandbox'] } }), 'approval'],
    ['something else', aQuestion({ context: { live: ['/c'] } }), 'approval'],
  ])('what does not go together is denied beside %s', (_, input, verdict) => {
    expect(combined(input, { forbidTogether: ['/sandbox', '/b'] }).verdict).toBe(verdict);
  });

  it('where not all groups of a person can be seen, what may not be held together is not given', () => {
    const hidden = aQuestion({ subject: { groups: null } });
    expect(combined(hidden, { forbidTogether: ['/sandbox', '/b'] })).toMatchObject({
      verdict: 'deny',
      reasons: [{ effect: 'broken', because: { own: 'groups_hidden' } }],
    });
    expect(combined(hidden, { forbidTogether: ['/a', '/b'] })).toMatchObject({ verdict: 'approval', reasons: [] });
    const live = aQuestion({ subject: { groups: null }, context: { live: ['/b'] } });
    expect(combined(live, { forbidTogether: ['/sandbox', '/b'] }).reasons).toMatchObject([
      { effect: 'forbid-together', because: { own: 'not_together', path: '/b' } },
    ]);
  });

  it('of different numbers the lower limit counts; other values that differ are denied', () => {
    expect(combined(aQuestion(), { limits: { n: 5, s: 'r' } }, { limits: { n: 3, s: 'r' } })).toMatchObject({
      verdict: 'approval',
      limits: { n: 3, s: 'r' },
    });
    const disputed = combined(aQuestion(), { limits: { s: 'r' } }, { limits: { s: 'w' } });
    expect(disputed).toMatchObject({ verdict: 'deny', limits: {} });
    expect(disputed.reasons.at(-1)?.because).toEqual({ own: 'limit_disputed', limit: 's' });
  });

  it('a rule that is broken denies and is named', () => {
    expect(combine(aQuestion(), [rule({ allow: true }), { rule: 'nights', broken: 'it throws' }])).toMatchObject({
      verdict: 'deny',
      broken: ['nights'],
    });
  });

  it('a gate asks for actions first, or lets pass, or denies', () => {
    const at = (...all: readonly RuleEffects[]) => combined(aGateQuestion('login'), ...all).verdict;
    expect([
      at(),
      at({ requiredActions: ['A'] }),
      at({ stepUp: 'gold' }),
      at({ deny: 'No.' }, { stepUp: 'x' }),
    ]).toEqual(['allow', 'actions', 'actions', 'deny']);
  });

  it('one stage at login asks its group, beside what has to be done first; two are denied, with the reason', () => {
    const at = (...all: readonly RuleEffects[]) => combined(aGateQuestion('login'), ...all);
    const one = { stages: [stage('/a')] };
    expect(at(one)).toMatchObject({ verdict: 'approval', stages: [stage('/a')] });
    expect(at(one, { requiredActions: ['A'] }, { stepUp: 'gold' })).toMatchObject({
      verdict: 'approval',
      requiredActions: ['A'],
      stepUp: ['gold'],
    });
    expect(at(one, { deny: 'No.' }).verdict).toBe('deny');
    const two = at(one, { stages: [stage('/b')] });
    expect(two.verdict).toBe('deny');
    expect(two.reasons.at(-1)).toMatchObject({ rule: null, because: { own: 'too_many_stages', count: 2, most: 1 } });
  });

  it('one stage for a token asks its group; what the person would have to do stays undone, and two stages are denied', () => {
    const at = (...all: readonly RuleEffects[]) => combined(aGateQuestion('token'), ...all);
    const one = { stages: [stage('/a')], maxSeconds: 600, limits: { rows: 5 } };
    expect(at(one)).toMatchObject({
      ...{ verdict: 'approval', stages: [stage('/a')], maxSeconds: 600, limits: { rows: 5 } },
    });
    expect(at(one, { stepUp: 'gold' }).verdict).toBe('actions');
    expect(at({ requiredActions: ['A'] }).verdict).toBe('actions');
    expect(at(one, { stages: [stage('/b')] })).toMatchObject({ verdict: 'deny' });
    expect(at(one, { deny: 'No.' }).verdict).toBe('deny');
  });

  it('a token goes without every scope that any rule removes, each once', () => {
    const answer = combined(
      aGateQuestion('token'),
      { removeScopes: ['offline_access', 'deploy'] },
      { removeScopes: ['deploy', 'admin'] },
    );
    expect(answer).toMatchObject({ verdict: 'allow', removedScopes: ['admin', 'deploy', 'offline_access'] });
    expect(answer.reasons.map(({ effect }) => effect)).toEqual(['remove-scopes', 'remove-scopes']);
    expect(combined(aGateQuestion('token')).removedScopes).toEqual([]);
  });

  it('a verdict that means nothing at its door is denied', () => {
    const answer = combined(aQuestion());
    for (const door of ['login', 'token'] as const)
      expect(settle(aGateQuestion(door), { ...answer, verdict: 'approval' }).verdict).toBe('deny');
    expect(settle(aQuestion(), { ...answer, verdict: 'actions' }).verdict).toBe('deny');
  });
});

describe('whatever the rules', () => {
  it('adding a deny never allows more', () => {
    fc.assert(
      fc.property(question, rules, fc.nat(8), (input, all, at) => {
        const denied = combine(input, [...all.slice(0, at), rule({ deny: 'No.' }), ...all.slice(at)]);
        expect(denied.verdict).toBe('deny');
      }),
    );
  });

  it('adding any rule but one that allows never makes the answer laxer', () => {
    fc.assert(
      fc.property(question, rules, effects, (input, all, added) => {
        fc.pre(added.allow === undefined);
        const [before, after] = [combine(input, all), combine(input, [...all, rule(added)])];
        expect(strictness[after.verdict]).toBeGreaterThanOrEqual(strictness[before.verdict]);
        for (const { approverGroup, required } of before.stages ?? []) {
          const same = after.stages?.find((one) => one.approverGroup === approverGroup);
          expect(same?.required ?? 0).toBeGreaterThanOrEqual(required);
        }
        expect(after.requiredActions).toEqual(expect.arrayContaining([...before.requiredActions]));
        expect(after.removedScopes).toEqual(expect.arrayContaining([...before.removedScopes]));
        expect(after.tickets).toEqual(expect.arrayContaining([...before.tickets]));
        expect(after.maxLeases ?? Infinity).toBeLessThanOrEqual(before.maxLeases ?? Infinity);
      }),
    );
  });

  it('shortening never lengthens', () => {
    fc.assert(
      fc.property(question, rules, maxSeconds, (input, all, seconds) => {
        const before = combine(input, all).maxSeconds ?? Infinity;
        const after = combine(input, [...all, rule({ maxSeconds: seconds })]).maxSeconds ?? Infinity;
        expect(after).toBe(Math.min(before, seconds));
      }),
    );
  });

  it('their order changes nothing but the order of the explanation', () => {
    const shuffled = rules.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(question, shuffled, (input, [all, other]) => {
        expect(withoutReasons(combine(input, other))).toEqual(withoutReasons(combine(input, all)));
      }),
    );
  });

  it('nothing critical is given at once, and no answer has more than three stages unless it denies', () => {
    fc.assert(
      fc.property(question, rules, (input, all) => {
        const { verdict, stages: demanded } = combine(input, all);
        if (input.resource?.risk === 'critical') expect(verdict).not.toBe('allow');
        if (verdict !== 'deny') expect(demanded?.length ?? 0).toBeLessThanOrEqual(3);
      }),
    );
  });
});
