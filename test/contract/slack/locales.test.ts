import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { card, live, pending, TEAM } from '../../../sandbox/gallery/samples.ts';
import { boltLogger } from '../../../src/slack/bolt-log.ts';
import { createLocales } from '../../../src/slack/locales.ts';
import type { Locales } from '../../../src/slack/locales.ts';
import { createWeb, webOptions } from '../../../src/slack/web.ts';
import { de } from '../../../src/slack/words/de.ts';
import { en } from '../../../src/slack/words/en.ts';
import { noMetrics, rig } from './harness.ts';
import type { Rig } from './harness.ts';

const CHANNEL = 'C0APPROVALS';
const crowd = Array.from({ length: 60 }, (_, index) => ({ id: `U0C${index}`, name: `c${index}`, locale: 'de-DE' }));

let slack: Rig;
/** The one waits for Slack as long as a busy machine may need, the other hardly at all. */
let patient: Locales;
let hasty: Locales;
let now = Date.now();
beforeEach(async () => {
  slack = await rig(
    {
      channels: [{ id: CHANNEL, name: 'approvals', members: ['U0LEASEBOT'] }],
      people: [
        { id: 'U0ANN', name: 'ann', locale: 'de-DE' },
        { id: 'U0CHEN', name: 'chen', locale: 'en-GB' },
        { id: 'U0FAY', name: 'fay', locale: 'fr-FR' },
        ...crowd,
      ],
    },
    { channelLanguage: 'de' },
  );
  const nothing = (): void => undefined;
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
  const options = webOptions(slack.sandbox.apiUrl, boltLogger(log));
  const web = createWeb(slack.workspace.app.botToken, options, noMetrics);
  patient = createLocales(web, { now: () => now }, 30_000);
  hasty = createLocales(web, { now: () => now }, 50);
});
afterEach(async () => {
  await slack.stop();
  expect(slack.workspace.violations).toEqual([]);
});

const of = async (userId: string, locales = patient): Promise<string> => {
  const words = await locales.of({ teamId: TEAM, userId }, 'interactive');
  return words === de ? 'German' : words === en ? 'English' : 'another';
};
const asked = () => slack.workspace.callsOf('users.info').length;

describe('a person’s language', () => {
  it('is the one set in Slack; what we do not speak, and whom Slack does not know, is English', async () => {
    expect(await of('U0ANN')).toBe('German');
    expect(await of('U0CHEN')).toBe('English');
    expect(await of('U0FAY')).toBe('English');
    expect(await of('U0NOBODY')).toBe('English');
    expect(slack.workspace.callsOf('users.info')[0]?.args).toMatchObject({ include_locale: expect.anything() });
  });

  it('is asked for once, by however many at once, and again after an hour, while the old one serves', async () => {
    expect(await Promise.all([of('U0ANN'), of('U0ANN'), of('U0ANN')])).toEqual(['German', 'German', 'German']);
    await of('U0ANN');
    expect(asked()).toBe(1);
    await slack.workspace.changePerson('U0ANN', { locale: 'en-US' });
    now += 3_600_001;
    expect(await of('U0ANN')).toBe('German');
    await slack.workspace.until(() => asked() === 2);
    await expectSoon(() => of('U0ANN'), 'English');
  });

  it('keeps nobody waiting while Slack is silent, and is known from the answer on', async () => {
    slack.workspace.faults.api('users.info', { kind: 'delay', delayMs: 500 });
    expect(await of('U0ANN', hasty)).toBe('English');
    await expectSoon(() => of('U0ANN', hasty), 'German');
    expect(asked()).toBe(1);
  });

  it('is English while Slack fails, and asked for again soon', async () => {
    slack.workspace.faults.api('users.info', { kind: 'http', status: 500 });
    expect(await of('U0ANN')).toBe('English');
    expect(await of('U0ANN')).toBe('English');
    expect(asked()).toBe(1);
    now += 10_001;
    await of('U0ANN');
    await expectSoon(() => of('U0ANN'), 'German');
  });

  it('leaves most of what Slack allows to decisions: a crowd is not asked for at once', async () => {
    const said = await Promise.all(crowd.map(({ id }) => of(id)));
    expect(asked()).toBe(20);
    expect(said.filter((words) => words === 'German')).toHaveLength(20);
  });
});

describe('who reads what', () => {
  it('one person is spoken to in his own language, a channel in that of CHANNEL_LANGUAGE', async () => {
    const { conversation } = slack.slack;
    const { workspace } = slack;
    for (const userId of ['U0ANN', 'U0CHEN']) {
      const reply = { slack: { teamId: TEAM, userId }, responseUrl: null };
      await conversation.sendPrivate(reply, { say: 'live', grant: live, effectiveUntil: live.expiresAt });
    }
    expect(workspace.as('U0ANN').dm.messages.at(-1)?.text).toMatch(/^Du hast \*\S+\* bis <!date/);
    expect(workspace.as('U0CHEN').dm.messages.at(-1)?.text).toMatch(/^You have \*\S+\* until <!date/);
    const posted = await conversation.postCard(CHANNEL, card({ request: { ...pending } }));
    await conversation.postLine(posted, { line: 'reminder', at: 0 }, null);
    expect(workspace.channel(CHANNEL).messages.at(-1)?.text).toMatch(/bittet um .* für 8 Stunden: /);
    expect(workspace.channel(CHANNEL).thread(posted.ts).at(-1)?.text).toBe('Wartet noch auf eine Entscheidung.');
  });

  it('a form opens in the language of whoever opens it, and opens while Slack does not tell it', async () => {
    await slack.up();
    const open = async (name: string) => {
      const actor = slack.workspace.as(name);
      await actor.shortcut('request_access');
      return actor.read(await actor.modal());
    };
    expect(await open('chen')).toContain('Justification');
    slack.workspace.faults.api('users.info', { kind: 'hang' });
    expect(await open('ann')).toContain('Justification');
    await slack.slack.conversation.sendPrivate(
      { slack: { teamId: TEAM, userId: 'U0C1' }, responseUrl: null },
      { say: 'help', admin: false },
    );
    expect(await open('c1')).toContain('Begründung');
  });
});

async function expectSoon(look: () => Promise<string>, wanted: string): Promise<void> {
  let seen = await look();
  for (let tries = 0; seen !== wanted && tries < 200; tries += 1) {
    await new Promise((again) => setTimeout(again, 20));
    seen = await look();
  }
  expect(seen).toBe(wanted);
}
