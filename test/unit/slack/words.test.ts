import { describe, expect, it } from '@jest/globals';
import { renderAlarm } from '../../../src/slack/render/alarm.ts';
import { decisionModal } from '../../../src/slack/render/decision-modal.ts';
import { patternExample } from '../../../src/slack/render/pattern-example.ts';
import { refusalText } from '../../../src/slack/render/refusal-text.ts';
import { requestModal, suggestionOption } from '../../../src/slack/render/request-modal.ts';
import { renderWords } from '../../../src/slack/render/words.ts';
import { requestId } from '../../../src/domain/ids.ts';
import { en } from '../../../src/slack/words/en.ts';
import type { EndedWords, LiveWords } from '../../../src/usecases/views.ts';
import { everyRefusal, WORST_TEXTS } from '../../../sandbox/gallery/refusals.ts';
import {
  ann,
  approved,
  AT,
  card,
  chen,
  closed,
  denied,
  ended,
  entitlement,
  entry,
  live,
  pending,
  planned,
  production,
  question,
  role,
  over,
} from '../../../sandbox/gallery/samples.ts';

const noLink = () => null;
const shown = (words: Parameters<typeof renderWords>[1]): string => JSON.stringify(renderWords(en, words, noLink));

describe('a refusal', () => {
  it.each(everyRefusal('/environments/production').map((refusal) => [refusal.refusal, refusal] as const))(
    '%s is one or two whole sentences, without exclamation mark',
    (_, refusal) => {
      const text = refusalText(en, refusal, null);
      expect(text).toMatch(/^[A-Z<"`].*[.)]$/s);
      expect(text).not.toMatch(/!(?!date)|undefined|null|oops/i);
    },
  );

  it('every kind reads differently', () => {
    const texts = everyRefusal('x').map((refusal) => refusalText(en, refusal, null));
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('I20: what people or Keycloak wrote is escaped and cut in each of them', () => {
    for (const text of WORST_TEXTS) {
      for (const refusal of everyRefusal(text)) {
        const said = refusalText(en, refusal, null);
        expect(said.length).toBeLessThan(3000);
        expect(said).not.toMatch(/<!channel|<@U0BOB|<https|\*bold\*/);
      }
    }
  });

  it('a late click learns who was first and when; a link leads to what counts', () => {
    const settled = refusalText(en, { refusal: 'settled', state: 'denied', by: chen, at: AT }, null);
    expect(settled).toMatch(/^<@U0CHEN> denied this <!date\^.*>, so your click changed nothing\.$/);
    const old = refusalText(en, { refusal: 'old_message', link: requestId('r') }, 'https://x.slack.com/archives/C1/p1');
    expect(old).toContain('<https://x.slack.com/archives/C1/p1|Open it>');
  });
});

const asked = { index: 1, question: question('which replica?'), link: null };
const answered = { ...asked, question: question('which replica?', 'the second'), link: { channel: 'C0X', ts: '1.2' } };

describe('words to a person', () => {
  it.each([
    ['received', { say: 'received', request: pending }, '1 from /approvers/platform, then 2 from /approvers/security'],
    ['approved', { say: 'decided', request: approved }, 'approved for 4 hours, shortened from 8 hours'],
    ['denied', { say: 'decided', request: denied }, '<@U0CHEN> denied'],
    ['expired', { say: 'decided', request: closed('expired') }, 'Ask again'],
    ['withdrawn', { say: 'decided', request: closed('withdrawn') }, 'withdrawn'],
    ['asked anew', { say: 'decided', request: pending }, 'asked anew'],
    ['your approval', { say: 'your_decision', request: pending, kind: 'approve' }, 'More approvals are needed'],
    ['your denial', { say: 'your_decision', request: denied, kind: 'deny' }, 'You denied'],
    ['a question', { say: 'question', request: pending, ...asked }, '<@U0CHEN> asks about your request for '],
    ['a question, to answer', { say: 'question', request: pending, ...asked }, '"text":"Answer…","emoji":false'],
    ['a question, to withdraw', { say: 'question', request: pending, ...asked }, '"text":"Withdraw","emoji":false'],
    [
      'a question, told late',
      { say: 'question', request: denied, ...asked },
      'denied meanwhile, so no answer is needed',
    ],
    ['a question, told twice', { say: 'question', request: pending, ...answered }, 'You have answered this.'],
    ['your question', { say: 'your_question', request: pending, ...asked }, 'The request waits on'],
    ['your question, settled', { say: 'your_question', request: approved, ...asked }, 'approved meanwhile'],
    ['an answer', { say: 'answer', request: pending, ...answered }, 'the second\\nYou asked: which replica?'],
    [
      'an answer, settled',
      { say: 'answer', request: closed('expired'), ...answered },
      'The request is expired meanwhile',
    ],
    ['your answer', { say: 'your_answer', request: pending, ...answered }, '<@U0CHEN> has your answer'],
    ['Keycloak away', { say: 'waiting_for_keycloak', request: approved }, 'I keep trying'],
    ['live', { say: 'live', grant: live, effectiveUntil: AT }, 'until <!date^'],
    [
      'ending soon',
      { say: 'ending_soon', grant: live, leftSeconds: 900, askedAgain: false },
      '"text":"Extend","emoji":false',
    ],
    [
      'ending soon, asked again',
      { say: 'ending_soon', grant: live, leftSeconds: 900, askedAgain: true },
      'nobody has decided yet',
    ],
    ['ended', { say: 'ended', grant: ended('expiry'), ...over }, 'The access is gone.'],
    ['ended, kept', { say: 'ended', grant: ended('expiry'), ...over, kept: true }, 'You keep the access'],
    [
      'ended, asked again',
      { say: 'ended', grant: ended('expiry'), ...over, askedAgain: true },
      'You have asked for more time, and nobody has decided yet: if that is approved, you get it back',
    ],
    [
      'ended, another lease on it lives',
      { say: 'ended', grant: ended('expiry'), ...over, kept: true, heldUntil: AT },
      'You keep the access until <!date^',
    ],
    [
      'ended, more time approved too late',
      { say: 'ended', grant: ended('expiry'), ...over, coming: { startsAt: null } },
      'too late to leave no gap',
    ],
    [
      'ended, another lease begins later',
      { say: 'ended', grant: ended('expiry'), ...over, coming: { startsAt: AT } },
      'Your next lease on it begins <!date^',
    ],
    [
      'ended, and something is kept through a group, and something of his own',
      {
        say: 'ended',
        grant: ended('expiry'),
        ...over,
        keeps: [
          { role: role('grafana-viewer'), through: '/teams/engineering' },
          { role: role('view', 'billing'), through: null },
        ],
      },
      'You still keep *grafana-viewer*, through /teams/engineering; *billing/view*, which is yours apart from leases.',
    ],
    [
      'released before it was live',
      { say: 'ended', grant: { ...ended('release'), liveAt: null }, ...over },
      'you released it. Nothing was given.',
    ],
    [
      'live, and how long an application may not see it',
      { say: 'live', grant: live, effectiveUntil: live.expiresAt + 300_000 },
      'sign in again there, or wait up to 5 minutes.',
    ],
    ['asked with a start', { say: 'received', request: { ...pending, startsAt: AT } }, 'It is to begin <!date^'],
    [
      'approved before its start',
      { say: 'decided', request: { ...approved, startsAt: AT + 60_000 } },
      'It begins <!date^',
    ],
    [
      'approved after its start',
      { say: 'decided', request: { ...approved, startsAt: AT - 60_000 } },
      'I am making it live now.',
    ],
    [
      'ended, of somebody one asked for',
      { say: 'ended', grant: ended('not_activated'), ...over, holder: ann.slack },
      'The lease of <@U0ANN> on',
    ],
    [
      'asked for you',
      { say: 'asked_for_you', request: { ...pending, requester: chen } },
      `<@${chen.slack.userId}> asked for *${production.path}* for you, for 8 hours`,
    ],
    [
      'approved for somebody else',
      { say: 'decided', request: { ...approved, requester: chen, beneficiary: ann } },
      'for <@U0ANN> is approved',
    ],
    ['ending', { say: 'ending', path: production.path, count: 2 }, '2 leases'],
    [
      'ending all of one',
      { say: 'ending_many', holder: ann.slack, path: null, count: 2 },
      'I am ending 2 leases of <@U0ANN> now.',
    ],
    [
      'ending all on one',
      { say: 'ending_many', holder: null, path: production.path, count: 1 },
      `I am ending 1 lease on *${production.path}* now.`,
    ],
    ['audit whole', { say: 'audit_verified', entries: 12, problem: null }, 'The audit is whole: 12 entries'],
    ['audit broken', { say: 'audit_verified', entries: 12, problem: 'entry 7 was changed' }, 'entry 7 was changed'],
    ['help', { say: 'help', admin: false }, '/request-access'],
  ] as const)('%s', (_, words, fact) => {
    expect(shown(words)).toContain(fact);
  });

  it('the end of a lease of seconds is told to the second, and what you released yourself as yours', () => {
    expect(shown({ say: 'live', grant: { ...live, leaseSeconds: 10 }, effectiveUntil: AT })).toContain('{time_secs}');
    expect(shown({ say: 'live', grant: live, effectiveUntil: AT })).not.toContain('{time_secs}');
    expect(shown({ say: 'ended', grant: ended('release'), ...over })).toContain('you released it');
  });

  it('parts of a bundle that live and end seconds apart have one time, the first; others each their own', () => {
    const lives = (secondsLater: number): string => {
      const part = (path: string, expiresAt: number): LiveWords => {
        const grant = { ...live, resource: { ...production, path }, expiresAt };
        return { say: 'live', grant, effectiveUntil: expiresAt + 300_000 };
      };
      const parts = [part('/a', live.expiresAt + secondsLater * 1000), part('/b', live.expiresAt)] as const;
      return shown({ say: 'parts_live', parts });
    };
    const moments = (said: string) => new Set(said.match(/<!date\^\d+/g));
    expect(moments(lives(59))).toEqual(new Set([`<!date^${live.expiresAt / 1000}`]));
    expect(lives(59)).toContain('You have */a* and */b* until');
    expect(moments(lives(60)).size).toBe(2);
    expect(lives(60)).toContain('You have */a* and */b* now, each until a time of its own');
    expect(lives(0).match(/"action_id":"grant_(?:release|extend)"/g)).toHaveLength(4);
  });

  it('parts of a bundle that ended are asked for again together, but those that were already', () => {
    const lastBlock = (...askedAgain: readonly [boolean, ...boolean[]]) => {
      const part = (isAsked: boolean, index: number): EndedWords => ({
        say: 'ended',
        grant: { ...ended('expiry'), requestId: requestId(`r-${index}`) },
        ...over,
        askedAgain: isAsked,
      });
      const [first, ...others] = askedAgain;
      const parts = [part(first, 0), ...others.map((isAsked, index) => part(isAsked, index + 1))] as const;
      return renderWords(en, { say: 'parts_ended', parts }, noLink).blocks.at(-1);
    };
    const button = (value: object, label: string) => ({
      elements: [
        {
          action_id: 'request_again',
          value: JSON.stringify(value),
          accessibility_label: label,
        },
      ],
    });
    const all = { r: 'r-0', a: ['r-1', 'r-2'] };
    expect(lastBlock(false, false, false)).toMatchObject(button(all, 'Ask again for 3 accesses'));
    expect(lastBlock(true, false, true)).toMatchObject(button({ r: 'r-1' }, `Ask again for ${production.path}`));
    expect(lastBlock(true, true)).toMatchObject({ type: 'section' });
  });

  it('help tells about the audit only to admins', () => {
    expect(shown({ say: 'help', admin: true })).toContain('/access-audit');
    expect(shown({ say: 'help', admin: false })).not.toContain('/access-audit');
  });

  it('my access lists leases with Release and Extend, requests with Withdraw, and nothing as a sentence', () => {
    const mine = shown({ say: 'my_access', pending: [pending], open: [planned, live], tokenSeconds: 300 });
    expect(mine.match(/"action_id":"grant_release"/g)).toHaveLength(2);
    expect(mine.match(/"action_id":"grant_extend"/g)).toHaveLength(1);
    expect(mine.match(/"action_id":"request_withdraw"/g)).toHaveLength(1);
    expect(mine).toContain('You hold 2 leases and wait for 1 decision.');
    expect(shown({ say: 'my_access', pending: [], open: [], tokenSeconds: 300 })).toContain(
      'Ask with /request-access.',
    );
  });

  it('I20: an audit page mentions nobody whom the asker did not pick', () => {
    const words = 'x<@U0BOB> \u200B<@U0BOB> <\u200B@U0BOB> <@U0BOB>';
    const page = { say: 'audit_page', entries: [], words, page: 0, more: false } as const;
    expect(shown({ ...page, person: null })).not.toContain('<@');
    expect(shown({ ...page, person: ann.slack })).not.toContain('<@U0BOB');
  });

  it('an audit page shows who did what to whom, and Older only when there is more', () => {
    const page = {
      say: 'audit_page',
      entries: [entry(7)],
      words: 'since:7d',
      person: null,
      page: 0,
      more: true,
    } as const;
    expect(shown(page)).toMatch(/<!date\^\S+ at [^>]*> · #7/);
    expect(shown(page)).toContain(
      String.raw`*lease live*  /environments/production/production-read\nfor ann, by <@U0CHEN> (chen)`,
    );
    expect(shown({ ...page, person: ann.slack, words: 'prod <@U0ANN> <!channel>' })).toContain(
      '<@U0ANN> prod &lt;!channel&gt;',
    );
    expect(shown(page)).toContain('audit_older');
    expect(shown({ ...page, more: false })).not.toContain('audit_older');
  });

  it.each([
    [
      { alarm: 'held', username: 'ann', resource: production, because: 'Keycloak answered 403' },
      'Keycloak answered 403',
    ],
    [{ alarm: 'failing', username: 'ann', resource: production, failures: 3 }, '3 tries in a row'],
    [{ alarm: 'orphan', username: 'ann', resource: production, removed: true }, 'I removed it'],
    [{ alarm: 'orphan', username: 'ann', resource: production, removed: false }, 'cannot prove that it is mine'],
    [{ alarm: 'mass_drift', count: 6, open: 20 }, '6 of 20'],
    [{ alarm: 'clock_jumped', seconds: -7200 }, '2 hours back'],
    [
      { alarm: 'revoked_widely', by: chen, holder: null, path: null, count: 812 },
      `<@${chen.slack.userId}> revoked 812 leases.`,
    ],
    [
      { alarm: 'request_undeliverable', requestId: requestId('r'), because: { why: 'refused', code: 'is_archived' } },
      'is_archived',
    ],
  ] as const)('alarm %j', (alarm, fact) => {
    expect(renderAlarm(en, alarm).text).toContain(fact);
  });
});

describe('the form', () => {
  const preview = {
    entitlement,
    stages: [{ groupPath: '/approvers/platform', required: 1 }],
    durations: [1800, 3600, 14_400],
    heldUntil: null,
    isPending: false,
  };

  it('offers fixed durations before an access is chosen, then those of the access with its default first chosen', () => {
    const before = JSON.stringify(requestModal(en, null));
    const after = JSON.stringify(requestModal(en, { preview }));
    expect([...before.matchAll(/"value":"(\w+)"/g)].map(([, value]) => value)).toEqual(['30m', '1h', '2h', '4h', '8h']);
    expect([...after.matchAll(/"value":"(\d\w+)"/g)].map(([, value]) => value)).toEqual(['30m', '1h', '4h', '1h']);
    expect(after).toContain('"initial_option"');
    expect(after).toContain('1 of /approvers/platform');
    expect(after).toContain('Longest lease: 4 hours');
  });

  it('says before asking that one holds it already, or has asked for it', () => {
    expect(JSON.stringify(requestModal(en, { preview: { ...preview, heldUntil: AT } }))).toContain('You hold it until');
    expect(JSON.stringify(requestModal(en, { preview: { ...preview, isPending: true } }))).toContain(
      'asked for it already',
    );
    expect(JSON.stringify(requestModal(en, { preview }))).not.toMatch(/You hold|You have asked/);
  });

  it('keeps what was typed but resets the duration when another access is chosen', () => {
    const blockIds = (view: ReturnType<typeof requestModal>) =>
      view.blocks.map((block) => block.block_id).filter((id) => id !== undefined);
    const [access, duration, justification] = blockIds(requestModal(en, null));
    const [access2, duration2, justification2] = blockIds(requestModal(en, { preview }));
    expect([access2, justification2]).toEqual([access, justification]);
    expect(duration2).not.toBe(duration);
  });

  it.each([
    [String.raw`INC-\d+`, 'INC-42'],
    [String.raw`^(INC|CHG)-\d{4}\b`, 'INC-4217'],
    ['[A-Z]+-[0-9]+', 'OPS-42'],
    ['#[0-9]{3,}', '#421'],
    [String.raw`(?=.*x)y|z`, null],
    ['(a+)+$', null],
  ])('the pattern %s is shown as %s', (pattern, example) => {
    expect(patternExample(pattern)).toBe(example);
  });

  it('shows a long path by its end, within 75 signs', () => {
    const path = `/${'company/'.repeat(20)}production-read`;
    const option = suggestionOption(en, { entitlement: { ...entitlement, resource: { ...production, path } } });
    expect(option.text.text).toMatch(/^….*\/production-read$/);
    expect(option.text.text.length).toBe(75);
    expect(option.description?.text).toBe('Group · Read-only access to the production database');
  });

  it('a dialog to shorten offers only shorter leases, also below the shortest usual one', () => {
    const hint = { r: pending.id, v: 1, s: 0, c: 'C1', t: '1.2' };
    const offered = (askedSeconds: number) =>
      [
        ...JSON.stringify(decisionModal(en, 'shorter', card({ request: { ...pending, askedSeconds } }), hint)).matchAll(
          /"value":"(\w+)"/g,
        ),
      ].map(([, value]) => value);
    expect(offered(7200)).toEqual(['5m', '15m', '30m', '1h']);
    expect(offered(10)).toEqual(['5s']);
  });
});
