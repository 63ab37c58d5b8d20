import { describe, expect, it } from '@jest/globals';
import { everyOwnReason } from '../../../sandbox/gallery/own-reasons.ts';
import { production } from '../../../sandbox/gallery/samples.ts';
import type { OwnReason } from '../../../src/domain/policy.ts';
import type { Refusal } from '../../../src/domain/refusal.ts';
import { forTerminal } from '../../../src/slack/render/escape.ts';
import { reasonText } from '../../../src/slack/render/reason-text.ts';
import { refusalText } from '../../../src/slack/render/refusal-text.ts';
import { de } from '../../../src/slack/words/de.ts';
import { en } from '../../../src/slack/words/en.ts';

const PATH = '/teams/x';
const reasons = everyOwnReason(PATH).map((because) => [because.own, because] as const);
const refusalOf = (because: OwnReason | string): Refusal => ({
  refusal: 'against_policy',
  path: production.path,
  id: 'd-1',
  reasons: [{ rule: null, because, effect: 'deny' }],
});
const inEnglish = (because: OwnReason | string) => refusalText(en, refusalOf(because), null);
const inGerman = (because: OwnReason | string) => refusalText(de, refusalOf(because), null);

/** Words that no German sentence has. */
const ENGLISH = /(?<![-\w])(the|it|its|is|are|has|which|may|or|to|of|at|than|policy|rule|answer|cannot)(?![-\w])/iu;

describe('why Leasehold itself denies, and no rule', () => {
  it.each(reasons)('is said in the language of who reads it: %s', (_, because) => {
    expect(inEnglish(because)).toMatch(/^Policy does not allow "[^"]+": .+\. Ask your security team/u);
    expect(inGerman(because)).toMatch(/^Die Richtlinien erlauben „[^“]+“ nicht: .+\. Ist das falsch, bitte/u);
    expect(inGerman(because)).not.toMatch(ENGLISH);
  });

  it('each in words of its own', () => {
    for (const say of [inEnglish, inGerman])
      expect(new Set(reasons.map(([, because]) => say(because))).size).toBe(reasons.length);
  });

  it.each<[OwnReason, string]>([
    [
      { own: 'too_many_leases', username: 'ann', count: 4, most: 3 },
      'ann would hold 4 leases, and there are at most 3',
    ],
    [{ own: 'engine_late', seconds: 0.5 }, 'policy is unreachable: no answer within 0.5 s'],
    [{ own: 'engine_status', status: 503 }, 'policy is unreachable: it answered with status 503'],
    [
      { own: 'verdict_meaningless', verdict: 'actions', door: 'request' },
      'the verdict actions means nothing at request',
    ],
  ])('%j', (because, said) => expect(reasonText(en, because, forTerminal)).toBe(said));

  it("what others wrote is escaped and cut, an author's own sentence too", () => {
    const long = `<!channel> *&*${'x'.repeat(2000)}`;
    for (const because of [...everyOwnReason(long), long]) {
      for (const said of [inEnglish(because), inGerman(because)]) {
        expect(said).not.toMatch(/<!channel>|\*|&(?!amp;|lt;|gt;)/u);
        expect(said.length).toBeLessThan(700);
      }
    }
  });
});
