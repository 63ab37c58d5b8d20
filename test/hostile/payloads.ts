import fc from 'fast-check';
import { CONTENT_TYPES } from './corpus.ts';
import { nastyName, nastyStart, nastyStartSeconds, nastyText, nastyValue } from './generator.ts';
import { START } from '../builders/domain.ts';
import { TEAM } from '../doubles/fake-slack.ts';

/** Ids of what stands in the record, for buttons and dialogs of another request. */
export type Known = {
  readonly pending: string;
  readonly settled: string;
  readonly grant: string;
  readonly card: { readonly channel: string; readonly ts: string };
};

/** A payload as an attacker who got hold of the signing secret, or a Slack gone mad, could send it. */
export type Payload = {
  readonly kind: string;
  readonly body: string;
  readonly contentType: string;
  /** Bolt has no listener for it and answers after three seconds: nobody waits for that. */
  readonly unheard: boolean;
  /** Not even shaped as Slack's payloads are: the listener may give up on it, with a 500. */
  readonly misshapen: boolean;
};

const form = (fields: Readonly<Record<string, unknown>>): string =>
  new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, wellFormed(String(value))]),
  ).toString();
const wellFormed = (text: string): string => text.toWellFormed();

const FORM = 'application/x-www-form-urlencoded';
let serial = 0;
/** Every payload of Slack has its own. */
const trigger = (): string => `hostile.${(serial += 1)}`;

/** Neither owner nor approver of anything that stands in the record. */
const stranger = fc.constantFrom(
  { id: 'UMALLORY', team: TEAM },
  { id: 'UROOT', team: TEAM },
  { id: 'UFAY', team: 'T0ELSEWHERE' },
  { id: 'UCHEN', team: 'T0ELSEWHERE' },
  { id: 'U__PROTO__', team: '__proto__' },
  { id: '', team: '' },
);

const hintValue = (known: Known): fc.Arbitrary<string> => {
  const id = fc.oneof(fc.constantFrom(known.pending, known.settled, known.grant, '__proto__', ''), nastyText);
  const number = fc.constantFrom<unknown>(0, 1, -1, -0, 2, 1e9, Infinity, 0.5, '1', null, [1], true);
  const others = fc.oneof(fc.array(fc.tuple(id, number, number), { maxLength: 12 }), nastyValue);
  const object = fc.record(
    { r: id, g: id, v: number, s: number, q: number, d: number, w: nastyText, p: number, c: id, t: id, a: others },
    { requiredKeys: [] },
  );
  return fc.oneof(
    object.map((value) => JSON.stringify(value)),
    nastyText,
    nastyValue.map((value) => json(value)),
    fc.constantFrom(
      '{"__proto__":{"r":"x"}}',
      `{"r":"${known.pending}","v":1,"s":0}`,
      `{"g":"${known.grant}"}`,
      `{"r":"${known.pending}"}`,
      `{"r":"${known.pending}","q":0}`,
    ),
  );
};

const ACTIONS = [
  'request_approve',
  'request_shorter',
  'request_deny',
  'request_question',
  'question_answer',
  'grant_release',
  'grant_extend',
  'request_withdraw',
  'request_again',
  'audit_older',
  'taken_end',
  'review_sign',
  'access',
];

/** One click on any button, real or made up, with any value, on any message. */
export function click(known: Known): fc.Arbitrary<Payload> {
  const place = fc.oneof(
    fc.constant(known.card),
    fc.record({ channel: nastyName, ts: nastyName }),
    fc.constantFrom({ channel: known.card.channel, ts: '1.1' }, { channel: 'C0OTHER', ts: known.card.ts }),
  );
  return fc
    .record({
      action: fc.oneof(fc.constantFrom(...ACTIONS), nastyName),
      value: hintValue(known),
      place,
      who: stranger,
      odd: nastyValue,
      isOdd: fc.nat(9),
    })
    .map(({ action, value, place: { channel, ts }, who, odd, isOdd }) =>
      payloadOf(
        'click',
        {
          type: 'block_actions',
          trigger_id: trigger(),
          response_url: '',
          user: { id: who.id, team_id: who.team },
          team: { id: TEAM },
          channel: { id: channel },
          message: isOdd === 0 ? odd : { ts },
          container: { type: 'message', message_ts: ts, channel_id: channel },
          actions:
            isOdd === 1
              ? odd
              : [
                  {
                    type: action === 'access' ? 'multi_external_select' : 'button',
                    action_id: action,
                    block_id: 'b',
                    value,
                    selected_options: isOdd === 2 ? odd : [{ value }, { value: `group:${value}` }],
                    action_ts: ts,
                  },
                ],
          ...(action === 'access' ? { view: { id: 'V0HOSTILE' } } : {}),
        },
        { unheard: isOdd === 1, misshapen: isOdd < 3 },
      ),
    );
}

const VIEWS = [
  'request_access',
  'decide_approve',
  'decide_shorter',
  'decide_deny',
  'decide_question',
  'answer_question',
  'break_glass',
  'sign_review',
];

/** A submitted form with any state and metadata. */
export function submission(known: Known): fc.Arbitrary<Payload> {
  return fc
    .record({
      view: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...VIEWS) }, { weight: 1, arbitrary: nastyName }),
      metadata: hintValue(known),
      accesses: fc.array(
        fc.oneof(
          nastyText,
          fc.constantFrom('group:', ':', 'group:x', 'realm-role:__proto__', 'constructor:x', 'toString:x'),
        ),
        { maxLength: 12 },
      ),
      duration: nastyText,
      text: nastyText,
      start: nastyStartSeconds(START),
      people: fc.array(fc.oneof(fc.constantFrom('UBOB', 'UCHEN', 'UNOBODY'), nastyName), { maxLength: 60 }),
      block: fc.oneof(fc.constantFrom('duration', 'duration:group:x', 'durations', '__proto__'), nastyName),
      who: stranger,
      odd: nastyValue,
      isOdd: fc.nat(9),
    })
    .map(({ view, metadata, accesses, duration, text, start, people, block, who, odd, isOdd }) =>
      payloadOf(
        'submission',
        {
          type: 'view_submission',
          trigger_id: trigger(),
          user: { id: who.id, team_id: who.team },
          team: { id: TEAM },
          view: {
            id: `V${trigger()}`,
            hash: 'h',
            type: 'modal',
            callback_id: view,
            title: { type: 'plain_text', text: 'T' },
            private_metadata: isOdd === 0 ? odd : metadata,
            state:
              isOdd === 1
                ? odd
                : {
                    values:
                      isOdd === 2
                        ? odd
                        : {
                            access: {
                              access: { selected_options: isOdd === 3 ? odd : accesses.map((one) => ({ value: one })) },
                            },
                            [block]: { duration: { selected_option: { value: duration } } },
                            start: { start: { selected_date_time: start } },
                            justification: { justification: { value: text } },
                            lease: { lease: { selected_option: { value: duration } } },
                            for: { for: { selected_users: isOdd === 4 ? odd : people } },
                            comment: { comment: { value: text } },
                            question: { question: { value: text } },
                            answer: { answer: { value: text } },
                            glass_access: { glass_access: { selected_option: { value: accesses[0] ?? duration } } },
                            glass_why: { why: { value: text } },
                            verdict: { verdict: { selected_option: { value: isOdd < 7 ? 'right' : duration } } },
                            remark: { remark: { value: text } },
                          },
                  },
          },
        },
        { unheard: !VIEWS.includes(view), misshapen: isOdd < 5 },
      ),
    );
}

export type StartForm = {
  readonly payload: Payload;
  /** Whether the field was left empty, as JSON tells it. */
  readonly isEmpty: boolean;
};

/** The form of somebody who may ask, right in everything but, perhaps, its Start. */
export const startForm: fc.Arbitrary<StartForm> = fc
  .record({
    who: fc.constantFrom('UANN', 'UBOB'),
    access: fc.constantFrom('/prod/read', 'db-reader', 'grafana/viewer'),
    start: nastyStartSeconds(START),
  })
  .map(({ who, access, start }) => {
    const view = {
      id: `V${trigger()}`,
      hash: 'h',
      type: 'modal',
      callback_id: 'request_access',
      title: { type: 'plain_text', text: 'T' },
      private_metadata: '',
      state: {
        values: {
          access: { access: { selected_options: [{ value: access }] } },
          duration: { duration: { selected_option: { value: '1h' } } },
          start: { start: { selected_date_time: start } },
          justification: { justification: { value: 'INC-42 debugging' } },
        },
      },
    };
    const user = { id: who, team_id: TEAM };
    const body = { type: 'view_submission', trigger_id: trigger(), user, team: { id: TEAM }, view };
    return { payload: payloadOf('start in the form', body), isEmpty: json(start) === 'null' };
  });

export const suggestion: fc.Arbitrary<Payload> = fc
  .record({ query: nastyText, who: stranger, odd: nastyValue, isOdd: fc.nat(9) })
  .map(({ query, who, odd, isOdd }) =>
    payloadOf(
      'suggestion',
      {
        type: 'block_suggestion',
        user: { id: who.id, team_id: who.team },
        team: { id: TEAM },
        action_id: 'access',
        block_id: 'access',
        value: isOdd === 0 ? odd : query,
        view: { id: 'V1', type: 'modal' },
      },
      { misshapen: isOdd === 0 },
    ),
  );

/** Slack, or somebody who poses as it, says that a member changed: somebody who is there has left, or nonsense. */
export const memberChange: fc.Arbitrary<Payload> = fc
  .record({
    id: fc.oneof(fc.constantFrom<unknown>('UANN', 'UBOB', 'UERIN', '__proto__', '', null), nastyName),
    team: fc.constantFrom<unknown>(TEAM, 'T0ELSEWHERE', '__proto__', undefined, 1),
    flags: fc.record(
      { deleted: nastyValue, is_restricted: nastyValue, is_ultra_restricted: nastyValue },
      { requiredKeys: [] },
    ),
    isPlain: fc.boolean(),
    odd: nastyValue,
    isOdd: fc.nat(9),
  })
  .map(({ id, team, flags, isPlain, odd, isOdd }) => {
    const user = { id, team_id: team, ...(isPlain ? { deleted: true } : flags) };
    const event = { type: 'user_change', user: isOdd === 0 ? odd : user, event_ts: '1.1' };
    const body = json({ type: 'event_callback', team_id: TEAM, event_id: trigger(), event });
    return { kind: 'member change', body, contentType: 'application/json', unheard: false, misshapen: isOdd === 0 };
  });

/** Somebody writes to the bot, or is made to have written: words, something like a code, or nonsense. */
export const written: fc.Arbitrary<Payload> = fc
  .record({
    user: fc.oneof(fc.constantFrom<unknown>('UANN', 'UBOB', '__proto__', '', null), nastyName),
    text: fc.oneof<[fc.Arbitrary<unknown>, fc.Arbitrary<unknown>, fc.Arbitrary<unknown>]>(
      nastyText,
      fc.constantFrom('BCDF-GHJK', 'bcdf ghjk', 'BCDFGHJKL', '*BCDFGHJK*', '\u202eBCDFGHJK'),
      nastyValue,
    ),
    channelType: fc.constantFrom<unknown>('im', 'channel', undefined, null),
    more: fc.record({ bot_id: nastyValue, subtype: nastyValue, thread_ts: nastyValue }, { requiredKeys: [] }),
    isOdd: fc.nat(9),
  })
  .map(({ user, text, channelType, more, isOdd }) => {
    const odd = isOdd < 3 ? more : {};
    const event = { type: 'message', user, text, channel: 'D1', channel_type: channelType, ts: '1.1', ...odd };
    const body = json({ type: 'event_callback', team_id: TEAM, event_id: trigger(), event });
    return { kind: 'written', body, contentType: 'application/json', unheard: true, misshapen: true };
  });

/** Anything at all, well signed. */
export const anything: fc.Arbitrary<Payload> = fc
  .record({
    value: nastyValue,
    text: nastyText,
    contentType: fc.constantFrom(...CONTENT_TYPES),
    how: fc.nat(5),
    type: fc.oneof(
      fc.constantFrom('event_callback', 'url_verification', 'shortcut', 'dialog_cancellation', 'view_closed', 'error'),
      nastyName,
    ),
  })
  .map(({ value, text, contentType, how, type }) => {
    const unheard = true;
    const misshapen = true;
    if (how === 0) return { kind: 'anything', body: wellFormed(text), contentType, unheard, misshapen };
    if (how === 1) return { kind: 'anything', body: json(value), contentType: 'application/json', unheard, misshapen };
    if (how === 2)
      return { kind: 'anything', body: form({ payload: json(value) }), contentType: FORM, unheard, misshapen };
    if (how === 3)
      return {
        kind: 'anything',
        body: form({ ssl_check: '1', payload: json(value), command: text }),
        contentType: FORM,
        unheard,
        misshapen,
      };
    if (how === 4)
      return payloadOf(
        'anything',
        { type, event: value, callback_id: 'request_access', trigger_id: trigger(), user: value },
        { unheard, misshapen },
      );
    return {
      kind: 'anything',
      body: JSON.stringify({ type, challenge: text, event: { type, value: json(value) } }),
      contentType: 'application/json',
      unheard,
      misshapen,
    };
  });

const COMMANDS = ['/request-access', '/access', '/access-audit'] as const;
export type Command = { readonly command: (typeof COMMANDS)[number]; readonly text: string; readonly user: string };

/**
 * Text as Slack passes on what was typed: escaped wholly, or with links and all in it; but never with a mention, which
 * Slack writes only for somebody who was picked.
 */
const typed = (what: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(what, fc.boolean())
    .map(([text, isWhole]) =>
      isWhole
        ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
        : text.replaceAll('<@', '&lt;@'),
    );

/** Commands of people who may ask and of an admin, with words that are meant and words that are not. */
export const command: fc.Arbitrary<Command> = fc
  .record({
    command: fc.constantFrom(...COMMANDS),
    user: fc.constantFrom('UANN', 'UBOB', 'UROOT', 'UMALLORY'),
    access: fc.oneof(
      fc.constantFrom(
        '/prod/read',
        'db-reader',
        'grafana/viewer',
        'prod',
        '"/prod/read"',
        '“db-reader”',
        '/prod/read + db-reader',
        '"/prod/read" + "/prod/read"',
        '“db-reader” + "/prod/read"',
      ),
      typed(nastyText),
    ),
    duration: fc.oneof(fc.constantFrom('1h', '30m', '2h'), typed(nastyText)),
    start: fc.oneof(
      { weight: 2, arbitrary: fc.constant('') },
      typed(nastyStart).map((at) => `from:${at} `),
    ),
    words: typed(nastyText),
    filter: fc.constantFrom(
      '',
      'csv',
      'verify',
      'help',
      'link',
      'revoke',
      'revoke <@UANN>',
      'revoke everyone',
      'revoke everything',
      'break-glass',
      'break-glass /prod/read',
      'break-glass "db-reader"',
      'explain',
      'explain <@UANN>',
      'explain <@UANN> /prod/read',
      'since:',
      'until:',
      'state:',
      '<@UANN>',
      'state:live',
    ),
    shape: fc.nat(6),
  })
  .map(({ command: name, user, access, duration, start, words, filter, shape }) => ({
    command: name,
    user,
    text:
      shape < 3
        ? `${access} ${shape === 0 ? '<@UANN> <@UBOB|bob>, <@UCHEN>' : ''} ${duration} ${start}${words}`
        : shape === 3
          ? words
          : shape === 4
            ? `${filter} ${words}`
            : shape === 5
              ? `${filter}${words}`
              : `${words} ${filter}`,
  }));

export const commandPayload = ({ command: name, text, user }: Command): Payload => ({
  kind: 'command',
  body: form({
    command: name,
    text,
    user_id: user,
    team_id: TEAM,
    trigger_id: trigger(),
    response_url: '',
    channel_id: 'C0X',
  }),
  contentType: FORM,
  unheard: false,
  misshapen: false,
});

const payloadOf = (kind: string, value: unknown, { unheard = false, misshapen = false } = {}): Payload => ({
  kind,
  body: form({ payload: json(value) }),
  contentType: FORM,
  unheard,
  misshapen,
});

/** JSON of what JSON can hold; a value that it cannot becomes a string. */
export function json(value: unknown): string {
  try {
    const text: unknown = JSON.stringify(value);
    return typeof text === 'string' ? text : 'null';
  } catch {
    return JSON.stringify(typeof value);
  }
}

/** What an approver sends who was led astray: the right person, but the request, version, stage, message or lease is not right. */
export function misledClick(known: Known): fc.Arbitrary<Payload> {
  const right = { r: known.pending, v: 1, s: 0, c: known.card.channel, t: known.card.ts };
  const wrong = fc.oneof(
    nastyText.map((r) => ({ ...right, r })),
    fc.constantFrom(known.settled, known.grant).map((r) => ({ ...right, r })),
    fc.constantFrom<unknown>(0, 2, -1, 1e9, '1', null, 1.5, true, [1]).map((v) => ({ ...right, v })),
    fc.constantFrom<unknown>(1, 2, -1, '0', null, 0.5, false).map((s) => ({ ...right, s })),
    // As if it were a bundle: with itself, with another request, with nothing.
    fc
      .constantFrom<unknown>([], [[known.pending, 1, 0]], [[known.settled, 1, 0]], [['x', 1, 0]], [[known.grant]], 'a')
      .map((a) => ({ ...right, a })),
    nastyText.map((t) => ({ ...right, t })),
    fc
      .constantFrom('1.1', known.card.ts.replace('.', ''), `${known.card.ts} `, `${known.card.ts}0`)
      .map((t) => ({ ...right, t })),
    fc.oneof(fc.constantFrom('C0OTHER', known.card.channel.toLowerCase()), nastyName).map((c) => ({ ...right, c })),
  );
  const lease = nastyText.filter((text) => !/^\s*\d+[smhd]\s*$/.test(text));
  return fc
    .record({
      wrong,
      lease,
      isLease: fc.nat(4),
      view: fc.constantFrom('decide_approve', 'decide_shorter', 'decide_deny', 'decide_question', 'revoke_everything'),
      isClick: fc.boolean(),
    })
    .map(({ wrong: hint, lease: text, isLease, view, isClick }) => {
      const who = { user: { id: 'UCHEN', team_id: TEAM }, team: { id: TEAM }, trigger_id: trigger() };
      const { c, t, ...value } = hint;
      if (isLease !== 0 && isClick) {
        const place = { channel: { id: c }, message: { ts: t }, response_url: '' };
        const action = {
          type: 'button',
          action_id: 'request_approve',
          block_id: 'b',
          value: json(value),
          action_ts: '1',
        };
        return payloadOf('misled click', { type: 'block_actions', ...who, ...place, actions: [action] });
      }
      const state = {
        values: {
          lease: { lease: { selected_option: { value: text } } },
          comment: { comment: { value: text } },
          realm: { realm: { value: json(isLease === 0 ? right : hint) } },
          question: { question: { value: text } },
        },
      };
      const dialog = {
        id: `V${trigger()}`,
        hash: 'h',
        type: 'modal',
        title: { type: 'plain_text', text: 'T' },
        callback_id: isLease === 0 ? 'decide_shorter' : view,
        private_metadata: json(isLease === 0 ? right : hint),
        state,
      };
      return payloadOf('misled dialog', { type: 'view_submission', ...who, view: dialog });
    });
}
