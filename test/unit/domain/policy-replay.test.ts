import { describe, expect, it } from '@jest/globals';
import type { PastQuestion } from '../../../src/domain/policy.ts';
import { compare, filledIn } from '../../../src/domain/policy-replay.ts';
import type { Answered, Course, Verdict } from '../../../src/domain/policy-replay.ts';
import { whyNot } from '../../../src/usecases/ask-policy.ts';
import { aQuestion, decider } from '../../builders/policy.ts';

const OWN = { stages: [{ approverGroup: '/approvers/platform', required: 1 }], maxSeconds: 14_400 };
const BEFORE: Course = { ...OWN, verdict: 'approval', tickets: [] };

type Past = {
  readonly before?: Partial<Course>;
  readonly door?: 'request' | 'break-glass';
  readonly seconds?: number;
  readonly question?: PastQuestion;
  readonly lacking?: readonly string[] | null;
  readonly own?: Pick<Course, 'stages' | 'maxSeconds'>;
};

const asked = (changes: Parameters<typeof aQuestion>[0] = {}): PastQuestion => {
  const question = aQuestion(changes);
  if (question.resource === null) throw new Error('a gate');
  return question;
};
const unknownPerson = (question = asked()): PastQuestion => ({
  ...question,
  subject: { ...question.subject, groups: null, attributes: null, manager: null },
});

/** What one more rule set makes of a request for an hour. */
function judged(
  rules: string,
  { before, door = 'request', seconds = 3600, question, lacking = [], own = OWN }: Past = {},
) {
  const decide = decider(rules);
  const known = question ?? asked({ kind: door, request: { seconds } });
  const knows = { attributes: known.subject.attributes !== null, risk: known.resource.risk !== null };
  const answered = (facts: PastQuestion): Answered => {
    const answer = decide(facts);
    return { answer, denied: whyNot(answer, true), lacking: lacking === null ? null : lacking };
  };
  const isWhole = knows.attributes && knows.risk && lacking !== null;
  const answers: readonly [Answered, Answered?] = isWhole
    ? [answered(known)]
    : [answered(known), answered(filledIn(known, { knowsPerson: knows.attributes }))];
  return compare({ door, seconds, before: { ...BEFORE, ...before }, own, knows }, answers);
}
const changes = (verdict: Verdict) => (verdict.verdict === 'different' ? verdict.changes : verdict.verdict);

describe('what another policy would have changed', () => {
  it('no rule that holds: the same', () => {
    expect(judged('  - { name: nights, when: context.hour >= 22, deny: No. }')).toEqual({ verdict: 'same' });
  });

  it('a new deny, with its rule and sentence', () => {
    expect(judged('  - { name: noon, when: context.hour == 12, deny: Not at noon. }')).toMatchObject({
      verdict: 'different',
      changes: ['denied'],
      rules: ['noon'],
      because: ['Not at noon.'],
    });
  });

  it('what was denied before and is now as well is the same', () => {
    expect(judged('  - { name: a, deny: No. }', { before: { verdict: 'deny' } })).toEqual({ verdict: 'same' });
  });

  it('what was denied and is not any more is decided by approvers, for which no new rule stands', () => {
    expect(judged('  - { name: a, limits: { x: 1 } }', { before: { verdict: 'deny' } })).toMatchObject({
      changes: ['by_approvers'],
      rules: [null],
    });
  });

  it('at once, and no longer at once', () => {
    expect(judged('  - { name: easy, allow: true }')).toMatchObject({ changes: ['at_once'], rules: ['easy'] });
    const before = { verdict: 'allow', stages: [] } as const;
    expect(judged('  - { name: easy, allow: true }', { before })).toEqual({ verdict: 'same' });
    expect(changes(judged('  - { name: x, limits: { x: 1 } }', { before }))).toEqual(['by_approvers']);
  });

  it('break-glass is at once whatever a rule allows; only a deny counts there', () => {
    const door = 'break-glass';
    expect(judged('  - { name: easy, allow: true }', { door })).toEqual({ verdict: 'same' });
    expect(changes(judged('  - { name: no, deny: No. }', { door }))).toEqual(['denied']);
  });

  it('other stages; the same ones are the same, also by a bare name', () => {
    const stages = (approvers: string, required = 1): string =>
      `  - { name: two, stages: [{ approvers: ${approvers}, required: ${required} }] }`;
    expect(judged(stages('/approvers/security'))).toMatchObject({
      changes: ['stages'],
      rules: ['two'],
      after: { stages: [{ approverGroup: '/approvers/security', required: 1 }] },
    });
    expect(changes(judged(stages('/approvers/platform', 2)))).toEqual(['stages']);
    expect(judged(stages('/approvers/platform'))).toEqual({ verdict: 'same' });
    expect(judged(stages('platform'))).toEqual({ verdict: 'same' });
    expect(changes(judged(stages('/other/platform')))).toEqual(['stages']);
  });

  it('stages of an old rule that is gone: those of the entitlement decide again', () => {
    const before = { stages: [{ approverGroup: '/approvers/security', required: 1 }] };
    expect(judged('  - { name: x, limits: { x: 1 } }', { before })).toMatchObject({
      changes: ['stages'],
      rules: [null],
      after: { stages: OWN.stages },
    });
  });

  it('shorter only where less is given than was asked and than was given', () => {
    const rule = '  - { name: short, max-duration: 30m }';
    expect(judged(rule)).toMatchObject({ changes: ['shorter'], rules: ['short'], after: { maxSeconds: 1800 } });
    expect(judged(rule, { seconds: 1800 })).toEqual({ verdict: 'same' });
    expect(judged(rule, { before: { maxSeconds: 1800 } })).toEqual({ verdict: 'same' });
    expect(changes(judged(rule, { own: { ...OWN, maxSeconds: null }, before: { maxSeconds: null } }))).toEqual([
      'shorter',
    ]);
  });

  it('a ticket counts where the justification lacks it and it was not demanded before', () => {
    const rule = '  - { name: ticket, ticket: INC }';
    expect(judged(rule, { lacking: ['INC'] })).toMatchObject({ changes: ['ticket'], rules: ['ticket'] });
    expect(judged(rule)).toEqual({ verdict: 'same' });
    expect(judged(rule, { lacking: ['INC'], before: { tickets: ['INC'] } })).toEqual({ verdict: 'same' });
  });

  it('too many leases is laid to the rule that limits them', () => {
    const question = asked({ context: { live: ['/a', '/b'], liveCount: 2 } });
    expect(judged('  - { name: two at most, max-leases: 2 }', { question })).toMatchObject({
      changes: ['denied'],
      rules: [null, 'two at most'],
    });
  });

  it('a demand that Leasehold cannot meet is a denial', () => {
    expect(judged('  - { name: terms, required-actions: [TERMS_AND_CONDITIONS] }')).toMatchObject({
      changes: ['denied'],
      rules: ['terms'],
    });
  });

  it('a rule that is broken by facts that are on record denies', () => {
    expect(judged('  - { name: net, when: context.ip == "10.0.0.1", deny: No. }')).toMatchObject({
      changes: ['denied'],
      rules: ['net'],
    });
  });
});

describe('what is unknown', () => {
  const untold = (rule: string) => ({ verdict: 'untold', rules: [rule] });

  it.each([
    ['groups', 'subject.groups.exists(g, g == "/x")'],
    ['attributes', '"team" in subject.attributes'],
    ['one attribute', '"a" in subject.attributes.team'],
    ['the manager', 'subject.manager == "root"'],
    ['whether there is a manager', '!has(subject.manager)'],
  ])('a rule that needs %s cannot be told, and is no denial', (_, when) => {
    expect(judged(`  - name: who\n    when: '${when}'\n    deny: No.`, { question: unknownPerson() })).toEqual(
      untold('who'),
    );
  });

  it('a rule that needs nothing unknown is told all the same, and a sure deny wins', () => {
    const rules = `  - { name: noon, when: context.hour == 12, deny: No. }\n  - { name: who, when: '"x" in subject.groups', deny: No. }`;
    expect(judged(rules, { question: unknownPerson() })).toMatchObject({ changes: ['denied'], rules: ['noon'] });
    const rule = `  - { name: both, when: 'context.hour == 3 && "x" in subject.groups', deny: No. }`;
    expect(judged(rule, { question: unknownPerson() })).toEqual({ verdict: 'same' });
  });

  it('what does not go together with a group cannot be told without the groups', () => {
    const rule = '  - { name: apart, forbid-together: [/sandbox, /audit] }';
    expect(judged(rule, { question: unknownPerson() })).toEqual(untold('apart'));
  });

  it('an unknown risk: whether something would be given at once cannot be told', () => {
    const question = asked();
    const unsure = { ...question, resource: { ...question.resource, risk: null } };
    expect(judged('  - { name: easy, allow: true }', { question: unsure })).toEqual(untold('easy'));
    expect(judged('  - { name: high, when: resource.risk == "high", deny: No. }', { question: unsure })).toEqual(
      untold('high'),
    );
  });

  it('an erased justification: a ticket cannot be told, and a rule that breaks anyway is broken', () => {
    const known = asked();
    const question = { ...known, request: { ...known.request, justification: null } };
    const facts = { question, lacking: null };
    expect(judged('  - { name: ticket, ticket: INC }', facts)).toEqual(untold('ticket'));
    expect(judged('  - { name: w, when: request.justification.contains("x"), deny: No. }', facts)).toEqual(untold('w'));
    expect(judged('  - { name: net, when: context.ip == "10.0.0.1", deny: No. }', facts)).toMatchObject({
      changes: ['denied'],
      rules: ['net'],
    });
  });
});
