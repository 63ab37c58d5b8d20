import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CodedError } from '../../../src/lib/errors.ts';
import { requestId, resourceId } from '../../../src/domain/ids.ts';
import type { InboxItem } from '../../../src/usecases/intent.ts';
import { ann, denied, entitlement, production } from '../../../sandbox/gallery/samples.ts';
import { rig } from './harness.ts';
import type { Rig } from './harness.ts';

const CHANNEL = 'C0APPROVALS';
const other = { ...production, id: resourceId('7d1f7a52-4b7e-4d1a-9a3f-000000000002'), path: '/environments/staging' };

let slack: Rig;
beforeEach(async () => {
  slack = await rig();
  await slack.up();
});
afterEach(async () => {
  const { violations } = slack.workspace;
  await slack.stop();
  expect(violations).toEqual([]);
});

const last = (): InboxItem => {
  const item = slack.desk.items.at(-1);
  if (item === undefined) throw new Error('the desk received nothing');
  return item;
};

describe('the form', () => {
  const stages = [{ groupPath: '/approvers/platform', required: 1 }];

  beforeEach(() => {
    slack.desk.suggest = (query) =>
      Promise.resolve(
        [production, other]
          .filter((one) => one.path.includes(query))
          .map((resource) => ({ entitlement: { ...entitlement, resource } })),
      );
    slack.desk.preview = (access) => {
      const resource = access.by === 'id' && access.id === other.id ? other : production;
      return Promise.resolve({
        ok: true,
        preview: {
          entitlement: { ...entitlement, resource },
          stages,
          durations: [1800, 3600, 14_400],
          heldUntil: null,
          isPending: false,
        },
      });
    };
  });

  it.each(['/request-access', 'shortcut'])('%s opens it at once; the catalogue is read only then', async (how) => {
    const opened = new Promise<void>((resolve) => (slack.desk.formOpened = () => resolve()));
    const actor = slack.workspace.as('ann');
    if (how === 'shortcut') await actor.shortcut('request_access');
    else await actor.command(how);
    const view = await actor.modal();
    expect(actor.read(view)).toContain('Access');
    expect(slack.desk.items).toEqual([]);
    await opened;
  });

  it('offers accesses before and while typing, shows the facts of the chosen one, and asks', async () => {
    const actor = slack.workspace.as('ann');
    await actor.command('/request-access');
    const view = await actor.modal();
    expect((await actor.suggest(view, 'Access', '')).options).toHaveLength(2);
    expect((await actor.suggest(view, 'Access', 'staging')).options).toMatchObject([{ text: { text: other.path } }]);
    await actor.choose(view, 'Access', 'production-read');
    await slack.workspace.until(() => actor.read(view).includes('Who must agree: 1 of /approvers/platform'));
    expect(actor.read(view)).toContain('Longest lease: 4 hours');
    const done = await actor.submit(view, { Justification: 'INC-42 & more' });
    expect(done.result).toBe('cleared');
    expect(last()).toMatchObject({
      slack: ann.slack,
      reply: { responseUrl: null },
      intent: {
        intent: 'request',
        access: { by: 'id', kind: 'group', id: production.id },
        duration: '1h',
        justification: 'INC-42 & more',
      },
    });
    expect(last().key).toMatch(/^view:/);
  });

  it('several accesses are one submission, with the facts of each and the longest lease for all', async () => {
    const actor = slack.workspace.as('ann');
    await actor.command('/request-access');
    const view = await actor.modal();
    await actor.choose(view, 'Access', [production.path, other.path]);
    await slack.workspace.until(() => actor.read(view).includes('Longest lease for all of them: 4 hours'));
    expect(actor.read(view)).toContain('Nothing is given before all 2 are approved');
    await actor.submit(view, { Duration: '30 minutes', Justification: 'INC-42' });
    expect(last()).toMatchObject({
      intent: {
        ...{ intent: 'request', duration: '30m' },
        access: { by: 'id', id: production.id },
        also: [{ by: 'id', id: other.id }],
      },
    });
  });

  it('asks for somebody else who was chosen from the people', async () => {
    const actor = slack.workspace.as('ann');
    await actor.command('/request-access');
    const view = await actor.modal();
    await actor.choose(view, 'Access', 'production-read');
    await slack.workspace.until(() => actor.read(view).includes('Who must agree'));
    await actor.submit(view, { For: 'U0BOB', Justification: 'onboarding' });
    expect(last()).toMatchObject({
      slack: ann.slack,
      intent: { intent: 'request', beneficiary: { teamId: ann.slack.teamId, userId: 'U0BOB' } },
    });
  });

  it('asks for many people who were chosen, each once', async () => {
    const actor = slack.workspace.as('ann');
    await actor.command('/request-access');
    const view = await actor.modal();
    await actor.choose(view, 'Access', 'production-read');
    await slack.workspace.until(() => actor.read(view).includes('Who must agree'));
    await actor.submit(view, { For: ['U0BOB', 'U0CHEN'], Justification: 'onboarding' });
    const { teamId } = ann.slack;
    expect(last()).toMatchObject({
      intent: {
        intent: 'team_request',
        people: [
          { teamId, userId: 'U0BOB' },
          { teamId, userId: 'U0CHEN' },
        ],
        justification: 'onboarding',
      },
    });
  });

  it('offers what was had lately, and what colleagues have, under titles of their own', async () => {
    slack.desk.suggest = () =>
      Promise.resolve([
        { entitlement: { ...entitlement, resource: other }, because: 'lately' },
        { entitlement: { ...entitlement, resource: production } },
      ]);
    const actor = slack.workspace.as('ann');
    await actor.command('/request-access');
    const { groups, options } = await actor.suggest(await actor.modal(), 'Access', '');
    expect(groups.map(({ label }) => label)).toMatchObject([{ text: 'Lately' }, { text: 'Everything' }]);
    expect(options.map(({ text }) => text)).toMatchObject([{ text: other.path }, { text: production.path }]);
  });

  it('Ask again opens it as it was filled in, and what is sent is an ask like any other', async () => {
    const found = await slack.desk.preview({ by: 'id', kind: 'group', id: other.id }, ann.slack);
    if (!found.ok) throw new Error('no preview');
    const seen: unknown[] = [];
    slack.desk.again = (ids, who) => {
      seen.push(ids, who);
      const filled = { seconds: 14_400, justification: 'INC-42 & more', people: [{ ...ann.slack, userId: 'U0BOB' }] };
      return Promise.resolve({ ok: true, preview: found.preview, others: [], filled });
    };
    const actor = slack.workspace.as('ann');
    const request = { ...denied, id: requestId('r-old') };
    await slack.slack.conversation.sendPrivate({ slack: ann.slack, responseUrl: null }, { say: 'decided', request });
    const [message] = actor.dm.messages;
    if (message === undefined) throw new Error('nothing was said');
    await actor.click(message, 'Ask again');
    const view = await actor.modal((shown) => actor.read(shown).includes('Who must agree'));
    expect(seen).toEqual([['r-old'], ann.slack]);
    expect(slack.desk.items).toEqual([]);
    expect((await actor.submit(view)).result).toBe('cleared');
    expect(last()).toMatchObject({
      intent: {
        intent: 'request',
        access: { by: 'id', kind: 'group', id: other.id },
        duration: '4h',
        justification: 'INC-42 & more',
        beneficiary: { userId: 'U0BOB' },
      },
    });
  });

  it('Ask again says so where there is nothing to ask for again', async () => {
    slack.desk.again = () => Promise.resolve({ ok: false, refusal: { refusal: 'not_yours' } });
    const actor = slack.workspace.as('ann');
    await slack.slack.conversation.sendPrivate(
      { slack: ann.slack, responseUrl: null },
      { say: 'decided', request: denied },
    );
    const [message] = actor.dm.messages;
    if (message === undefined) throw new Error('nothing was said');
    await actor.click(message, 'Ask again');
    await actor.modal((shown) => actor.read(shown).includes('This is not yours'));
  });

  it('shows the facts of the access chosen last, even when those of an earlier one come later', async () => {
    const actor = slack.workspace.as('ann');
    const preview = slack.desk.preview;
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    slack.desk.preview = async (access, person) => {
      if (access.by === 'id' && access.id === production.id) await held;
      return preview(access, person);
    };
    await actor.command('/request-access');
    const view = await actor.modal();
    await actor.choose(view, 'Access', 'production-read');
    await actor.choose(view, 'Access', 'staging');
    await slack.workspace.until(() => actor.read(view).includes(`*${other.path}*`));
    release();
    await actor.submit(view, { Justification: 'x' });
    expect(actor.openModals()).toEqual([]);
    expect(slack.workspace.callsOf('views.update')).toHaveLength(1);
  });

  it('puts each error under its field and keeps the form open', async () => {
    slack.desk.check = () =>
      Promise.resolve([
        { field: 'access', refusal: { refusal: 'unknown_access', asked: 'x' } },
        { field: 'duration', refusal: { refusal: 'too_long', path: '/p', maxSeconds: 3600 } },
        { field: 'justification', refusal: { refusal: 'justification_missing' } },
      ]);
    const actor = slack.workspace.as('ann');
    await actor.command('/request-access');
    const view = await actor.modal();
    await actor.choose(view, 'Access', 'staging');
    await slack.workspace.until(() => actor.read(view).includes(other.path));
    const done = await actor.submit(view, { Justification: 'x' });
    expect(done.result).toBe('errors');
    expect(Object.keys(done.errors).sort()).toEqual(['Access', 'Duration', 'Justification']);
    expect(slack.desk.items).toEqual([]);
  });

  it('I23: a request that could not be recorded stays in the form', async () => {
    slack.desk.receive = () => Promise.reject(new CodedError('store_unavailable', 'locked'));
    const actor = slack.workspace.as('ann');
    await actor.command('/request-access');
    const view = await actor.modal();
    await actor.choose(view, 'Access', 'staging');
    await slack.workspace.until(() => actor.read(view).includes(other.path));
    const done = await actor.submit(view, { Justification: 'why' });
    expect(done.errors).toEqual({
      Justification: 'I could not record this, so nothing was done. Try again in a minute.',
    });
  });

  it('a form that Slack no longer lets us open is told in one private sentence', async () => {
    slack.workspace.faults.api('views.open', { kind: 'error', error: 'expired_trigger_id' });
    const actor = slack.workspace.as('ann');
    await actor.command('/request-access', CHANNEL);
    const said = await slack.workspace.until(() => actor.ephemerals(CHANNEL).at(-1));
    expect(said.text).toContain('Please try again');
  });
});
