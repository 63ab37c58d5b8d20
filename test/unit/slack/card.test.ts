import { describe, expect, it } from '@jest/globals';
import { renderCard } from '../../../src/slack/render/card.ts';
import { renderLine } from '../../../src/slack/render/thread.ts';
import type { CardView } from '../../../src/usecases/views.ts';
import { en } from '../../../src/slack/words/en.ts';
import {
  ann,
  approval,
  approved,
  AT,
  card,
  chen,
  closed,
  dana,
  denied,
  ended,
  HOSTILE,
  live,
  pending,
  planned,
  question,
  role,
} from '../../../sandbox/gallery/samples.ts';

const drawn = (view: CardView): string => JSON.stringify(renderCard(en, view).blocks);
const buttons = (view: CardView): string[] =>
  [...drawn(view).matchAll(/"action_id":"(\w+)"/g)].map(([, id]) => id ?? '');
const DECIDE = ['request_approve', 'request_shorter', 'request_deny', 'request_question'];
const at = `<!date^${AT / 1000}^{date_short_pretty} at {time}|2026-11-23 14:40 UTC>`;

describe('the card', () => {
  it('says who, what, how long, what it gives, why, which stage and who may decide, and how long tokens outlive it', () => {
    const text = drawn(card());
    for (const fact of [
      'Access request: waiting',
      '<@U0ANN> asks for */environments/production/production-read*',
      'Group · risk medium · Read-only access to the production database',
      '8 hours, from approval',
      '3 roles: db-reader, grafana-viewer, billing/view. No administrative role.',
      'INC-42 replication lag, need to look at pg_stat_activity',
      'Waiting for /approvers/platform: 0 of 1 approval · stage 1 of 2',
      'only its members can decide',
      'Tokens already issued stay valid for up to 5 minutes after the end; sessions will be ended.',
      '#1204 9f3ac1d2e4b7',
    ]) {
      expect(text).toContain(fact);
    }
    expect(renderCard(en, card()).text).toBe(
      '<@U0ANN> asks for /environments/production/production-read for 8 hours: INC-42 replication lag, need to look at pg_stat_activity',
    );
  });

  describe('says what is so now', () => {
    const some = [chen, dana].map(({ slack }) => slack);
    const had = { ...ended('expiry'), liveAt: AT, endedAt: AT + 7_200_900 };
    it.each([
      [{}, 'Nobody has a lease on it. For <@U0ANN> it would be the first time.'],
      [
        { others: { count: 1, some: some.slice(0, 1) }, lastLease: had },
        `1 person has a lease on it: <@U0CHEN>. <@U0ANN> last had it ${at}, for 2 hours.`,
      ],
      [
        { others: { count: 5, some }, lastLease: { ...had, endedAt: AT + 40_000 } },
        `5 people have a lease on it: <@U0CHEN>, <@U0DANA> and 3 more. <@U0ANN> last had it ${at}, for 40 seconds.`,
      ],
      [
        { heldUntil: AT, lastLease: had },
        `<@U0ANN> holds it until ${at}; this would extend it. Nobody else has a lease on it.`,
      ],
      [
        { heldUntil: AT, others: { count: 2, some } },
        `<@U0ANN> holds it until ${at}; this would extend it. 2 others have a lease on it: <@U0CHEN>, <@U0DANA>.`,
      ],
    ])('%j', (facts: Partial<CardView>, words) => {
      expect(drawn(card(facts))).toContain(`*Now*  ${words}`);
      expect(drawn(card({ request: approved, grant: live, others: null }))).not.toContain('have a lease on it');
    });
  });

  it('shows what was asked and answered, the newest three, also when it is over', () => {
    const questions = ['one', 'two', 'three', 'four'].map((text) =>
      question(text, text === 'four' ? null : `to ${text}`),
    );
    const text = drawn(card({ request: { ...pending, questions } }));
    expect(text).toContain('One earlier question is in the thread.');
    expect(text).not.toContain('asks: one');
    expect(text).toContain('*Question*  <@U0CHEN> asks: two\\n*Answer*  <@U0ANN>: to two');
    expect(text).toContain('asks: four\\n*Answer*  <@U0ANN> has not answered yet.');
    expect(drawn(card({ request: { ...denied, questions } }))).toContain('*Answer*  none was given.');
    expect(drawn(card())).not.toContain('*Question*');
  });

  it('carries buttons only while its own stage is the current one', () => {
    const second = { ...pending, approvals: [approval(chen, 0)] };
    expect(buttons(card())).toEqual(DECIDE);
    expect(buttons(card({ request: second, stage: 1 }))).toEqual(DECIDE);
    expect(buttons(card({ request: second, stage: 0 }))).toEqual([]);
    expect(buttons(card({ stage: 1 }))).toEqual([]);
    for (const request of [approved, denied, closed('expired'), closed('withdrawn')])
      expect(buttons(card({ request }))).toEqual([]);
  });

  it.each([
    [
      'approved, not live',
      card({ request: approved, grant: planned }),
      'Access request: approved',
      'not live in Keycloak yet',
    ],
    ['live', card({ request: approved, grant: live }), 'Access request: live', 'live until <!date^'],
    ['shortened', card({ request: approved, grant: live }), 'Access request: live', '4 hours, shortened from 8 hours'],
    [
      'ended',
      card({ request: approved, grant: ended('expiry') }),
      'Access request: ended',
      `ended ${at}: the lease ran out`,
    ],
    ['denied', card({ request: denied }), 'Access request: denied', `by <@U0CHEN>, ${at}: Use the replica instead.`],
    ['expired', card({ request: closed('expired') }), 'Access request: expired', 'nobody decided before'],
    ['withdrawn', card({ request: closed('withdrawn') }), 'Access request: withdrawn', `by <@U0ANN>, ${at}`],
  ])('shows the state: %s', (_, view, status, fact) => {
    expect(drawn(view)).toContain(status);
    expect(drawn(view)).toContain(fact);
  });

  it('says who has it, had it, or only asked for it', () => {
    const what = '*/environments/production/production-read*';
    expect(drawn(card({ request: approved, grant: live }))).toContain(`<@U0ANN> has ${what}`);
    expect(drawn(card({ request: approved, grant: ended('expiry') }))).toContain(`<@U0ANN> had ${what}`);
    expect(drawn(card({ request: denied }))).toContain(`<@U0ANN> asked for ${what}`);
    expect(drawn(card({ request: denied }))).not.toContain('Tokens already issued');
  });

  it('names everybody who approved, with the stage and what was shortened', () => {
    expect(drawn(card({ request: approved }))).toContain(
      `Approved by <@U0CHEN> (stage 1, ${at}) and <@U0DANA> (stage 2, ${at}, for 4 hours).`,
    );
  });

  it('names administration of Keycloak in words, and that a bare membership gives no role', () => {
    const admin = { ...pending, roles: [role('realm-admin', 'realm-management'), role('viewer')] };
    expect(drawn(card({ request: admin }))).toContain('*Administration of Keycloak:* realm-management/realm-admin.');
    expect(drawn(card({ request: { ...pending, roles: [] } }))).toContain('no role by itself');
  });

  it('I20: no text of people becomes a mention, a link or our formatting', () => {
    const request = { ...pending, justification: HOSTILE, description: HOSTILE };
    const { text } = renderCard(en, card({ request }));
    expect(drawn(card({ request }))).not.toMatch(/<!channel|<@U0BOB|<https|\*bold\*|`code`|\u202E/);
    expect(text).not.toMatch(/<!channel|<@U0BOB|<https|\u202E/);
    expect(drawn(card({ request }))).not.toContain('"verbatim":false');
  });
});

describe('a line of the thread', () => {
  it('carries the card’s buttons when it is the latest one, and none once it is retired', () => {
    const line = { line: 'reminder', at: 0 } as const;
    expect(JSON.stringify(renderLine(en, line, card()))).toContain('request_approve');
    expect(JSON.stringify(renderLine(en, line, null))).not.toContain('action_id');
  });

  it.each([
    [{ line: 'asked', by: ann }, 'Asked by <@U0ANN>.'],
    [
      { line: 'approved', by: chen, stage: 0, stages: 2, leaseSeconds: 14_400, shortened: true },
      'Approved by <@U0CHEN> at stage 1 of 2, shortened to 4 hours.',
    ],
    [
      { line: 'approved', by: chen, stage: 0, stages: 1, leaseSeconds: 14_400, shortened: false },
      'Approved by <@U0CHEN> for 4 hours.',
    ],
    [{ line: 'denied', by: chen, comment: null }, 'Denied by <@U0CHEN>.'],
    [{ line: 'denied', by: chen, comment: '<!here>' }, 'Denied by <@U0CHEN>: &lt;!here&gt;'],
    [{ line: 'question', question: 0, by: chen, text: '<!here> which?' }, '<@U0CHEN> asks: &lt;!here&gt; which?'],
    [{ line: 'answer', question: 0, by: ann, text: 'the *second*' }, '<@U0ANN> answers: the ∗second∗'],
    [{ line: 'withdrawn', by: ann }, 'Withdrawn by <@U0ANN>.'],
    [{ line: 'expired' }, 'Nobody decided in time'],
    [{ line: 'reopened' }, 'Earlier approvals no longer count'],
    [{ line: 'live', expiresAt: AT, effectiveUntil: AT }, `It ends ${at}`],
    [{ line: 'end_asked', by: ann, endedBy: 'release' }, '<@U0ANN> released it'],
    [{ line: 'end_asked', by: chen, endedBy: 'revocation' }, '<@U0CHEN> revoked it'],
    [{ line: 'ended', endedBy: 'expiry', at: AT, kept: false }, 'Removed in Keycloak, and read back'],
    [{ line: 'ended', endedBy: 'expiry', at: AT, kept: true }, 'The access stays'],
    [{ line: 'ended', endedBy: 'drift', at: AT, kept: false }, 'I do not put that back'],
    [{ line: 'trouble', nextTryAt: AT }, `next try is ${at}`],
  ] as const)('%j', (line, fact) => {
    expect(renderLine(en, line, null).text).toContain(fact);
  });
});
