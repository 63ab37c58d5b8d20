import { describe, expect, it } from '@jest/globals';
import { everyFlaw } from '../../../sandbox/gallery/flaws.ts';
import { pending, production } from '../../../sandbox/gallery/samples.ts';
import type { Flaw } from '../../../src/domain/flaw.ts';
import type { Alarm } from '../../../src/domain/message.ts';
import type { Refusal } from '../../../src/domain/refusal.ts';
import { renderAlarm } from '../../../src/slack/render/alarm.ts';
import { refusalText } from '../../../src/slack/render/refusal-text.ts';
import { de } from '../../../src/slack/words/de.ts';
import { en } from '../../../src/slack/words/en.ts';

const PATH = '/teams/x';
const flaws = everyFlaw(PATH).map((flaw, index) => [`${flaw.flaw} ${String(index + 1)}`, flaw] as const);
const refusalOf = (because: Flaw): Refusal => ({ refusal: 'not_requestable', path: production.path, because });
const inEnglish = (because: Flaw) => refusalText(en, refusalOf(because), null);
const inGerman = (because: Flaw) => refusalText(de, refusalOf(because), null);

/** Words that no German sentence has, beside the names of attributes. */
const ENGLISH =
  /(?<![-\w])(the|it|its|is|are|has|which|whose|write|may|or|to|of|at|than|names|below|cannot)(?![-\w])/iu;

describe('why an entry cannot be asked for', () => {
  it.each(flaws)('is said in the language of who reads it: %s', (_, flaw) => {
    expect(inEnglish(flaw)).toMatch(/^"[^"]+" cannot be asked for: .+\. Ask whoever looks after it in Keycloak\.$/u);
    expect(inEnglish(flaw)).toMatch(ENGLISH);
    expect(inGerman(flaw)).toMatch(/^„[^“]+“ kann nicht angefragt werden: .+\. Bitte alle fragen, die es in Keycloak/u);
    expect(inGerman(flaw)).not.toMatch(ENGLISH);
  });

  it('each in words of its own', () => {
    for (const say of [inEnglish, inGerman])
      expect(new Set(flaws.map(([, flaw]) => say(flaw))).size).toBe(flaws.length);
  });

  it.each<[Flaw, string]>([
    [{ flaw: 'own_client' }, "it is a role of Leasehold's own client"],
    [{ flaw: 'admin_group', group: PATH }, 'it is, or stands below, the admin group /teams/x'],
    [{ flaw: 'approver_group', group: PATH }, 'it is, or stands below, the approver group /teams/x'],
    [{ flaw: 'deciding_group', group: PATH }, 'it is, or stands below, /teams/x, whose members decide in Slack'],
    [
      { flaw: 'administrative', roles: ['admin', 'a/b', 'c'], more: 2 },
      'it gives administration of Keycloak (admin, a/b, c and 2 more)',
    ],
    [{ flaw: 'administrative', roles: ['admin'], more: 0 }, 'it gives administration of Keycloak (admin)'],
    [
      { flaw: 'role_hidden', role: 'r', group: PATH },
      'what it gives cannot be read in full (the service account may not view the role r that /teams/x gives)',
    ],
    [
      { flaw: 'bad_longest', written: null, minSeconds: 14_401 },
      'max-duration is not set, and its risk allows too little; write for example 4h, at least 14401s',
    ],
  ])('%j', (flaw, why) => expect(inEnglish(flaw)).toContain(`cannot be asked for: ${why}. Ask`));

  it('what is written in Keycloak is escaped, and cut to 500 signs in all', () => {
    const long = `<!channel> *&*${'x'.repeat(2000)}`;
    for (const flaw of everyFlaw(long)) {
      for (const said of [inEnglish(flaw), inGerman(flaw)]) {
        expect(said).not.toMatch(/<!channel>|\*|&(?!amp;|lt;|gt;)/u);
        expect(said.length).toBeLessThan(800);
      }
    }
    const [, told] = /risk is "([^"]+)"/u.exec(inEnglish({ flaw: 'bad_risk', written: long })) ?? [];
    expect([told?.slice(0, 24), told?.slice(-2), told?.length]).toEqual(['&lt;!channel&gt; ∗&amp;∗', 'x…', 500]);
  });
});

describe('what was stored before reasons were data', () => {
  const stored = (row: object): unknown => JSON.parse(JSON.stringify(row));

  it('a refusal is told with the text that it has', () => {
    const row = stored({ refusal: 'not_requestable', path: PATH, because: 'it is *no longer* offered' }) as Refusal;
    expect(refusalText(de, row, null)).toContain('kann nicht angefragt werden: it is ∗no longer∗ offered. Bitte');
  });

  it('an alarm is told with the text that it has', () => {
    const row = stored({ alarm: 'request_undeliverable', requestId: pending.id, because: '<channel>' }) as Alarm;
    expect(renderAlarm(en, row).text).toContain('nobody can see it: &lt;channel&gt;. Invite me');
  });
});
