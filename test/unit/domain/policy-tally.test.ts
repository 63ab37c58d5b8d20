import { describe, expect, it } from '@jest/globals';
import { NOTHING_REPLAYED, counted } from '../../../src/domain/policy-tally.ts';
import type { Difference, FactsFrom, ReplaySummary } from '../../../src/domain/policy-tally.ts';
import type { Change, Course, Verdict } from '../../../src/domain/policy-replay.ts';
import { START } from '../../builders/domain.ts';

const course: Course = { verdict: 'approval', stages: [], maxSeconds: 3600, tickets: [] };
const about = (person: string, factsFrom: FactsFrom = 'recorded'): Omit<Difference, 'now'> => ({
  at: START,
  door: 'request',
  requestId: null,
  person,
  requester: person,
  path: '/prod/read',
  seconds: 3600,
  factsFrom,
  before: course,
});
const different = (changes: readonly Change[], rules: readonly (string | null)[]): Verdict => ({
  verdict: 'different',
  after: course,
  changes,
  rules,
  because: [],
});
const untold = (rules: readonly (string | null)[]): Verdict => ({ verdict: 'untold', rules });
const tally = (...steps: readonly [Verdict, FactsFrom?][]): ReplaySummary =>
  steps.reduce((sum, [verdict, from], index) => counted(sum, verdict, about(`p${index}`, from)), NOTHING_REPLAYED);

describe('what a replay comes to', () => {
  it('nothing replayed is nothing at all', () => {
    expect(NOTHING_REPLAYED).toEqual({
      requests: 0,
      same: 0,
      different: 0,
      untold: 0,
      changes: { denied: 0, at_once: 0, by_approvers: 0, stages: 0, shorter: 0, ticket: 0 },
      factsFrom: { recorded: 0, rebuilt: 0, today: 0 },
      byRule: new Map(),
      examples: [],
    });
  });

  it('every request counts once, by its verdict and by where its facts are from', () => {
    expect(
      tally([{ verdict: 'same' }], [different(['denied'], ['a']), 'rebuilt'], [untold(['b']), 'today']),
    ).toMatchObject({
      requests: 3,
      same: 1,
      different: 1,
      untold: 1,
      factsFrom: { recorded: 1, rebuilt: 1, today: 1 },
    });
  });

  it('each way in which it is changed, and each rule that did it, counts', () => {
    const { changes, byRule } = tally(
      [different(['stages', 'shorter'], ['a', null])],
      [different(['stages'], ['a'])],
      [untold(['a'])],
      [{ verdict: 'same' }],
    );
    expect(changes).toEqual({ denied: 0, at_once: 0, by_approvers: 0, stages: 2, shorter: 1, ticket: 0 });
    expect([...byRule]).toEqual([
      ['a', { changed: 2, untold: 1 }],
      [null, { changed: 1, untold: 0 }],
    ]);
  });

  it('the first five that are changed stand for the rest', () => {
    const { examples, different: all } = tally(
      [{ verdict: 'same' }],
      ...Array.from({ length: 7 }, (): [Verdict] => [different(['denied'], ['a'])]),
    );
    expect(all).toBe(7);
    expect(examples.map(({ person }) => person)).toEqual(['p1', 'p2', 'p3', 'p4', 'p5']);
    expect(examples[0]?.now).toMatchObject({ verdict: 'different', changes: ['denied'] });
  });
});
