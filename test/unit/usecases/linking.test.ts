import { describe, expect, it } from '@jest/globals';
import type { Refusal } from '../../../src/domain/refusal.ts';
import type { Page } from '../../../src/usecases/pages.ts';
import { endDeadLinks } from '../../../src/usecases/end-links.ts';
import { VAULT } from '../../doubles/fake-cast.ts';
import { addressTold, aBrowser, fakeSignIn } from '../../doubles/fake-sign-in.ts';
import { TEAM } from '../../doubles/fake-slack.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

async function scene() {
  const signIn = fakeSignIn();
  const world = await aWorld({ signIn });
  return { world, signIn, browser: aBrowser(world, signIn) };
}
type Scene = Awaited<ReturnType<typeof scene>>;

async function asked({ world }: Scene, name: string): Promise<string> {
  await world.act(name, { intent: 'link' });
  return addressTold(world, name);
}
const said = (text: string) => ({ intent: 'said' as const, text });
const codeOf = (page: Page): string => {
  if (page.page !== 'code') throw new Error(`no code on ${JSON.stringify(page)}`);
  return page.code;
};
/** Through the browser and back to Slack. */
async function link(one: Scene, name: string, username = name): Promise<void> {
  one.signIn.as = { username };
  const id = await asked(one, name);
  await one.browser.signIn(id);
  await one.world.act(name, said(codeOf(await one.browser.press(id))));
}
const refusalOf = (world: World, name: string): Refusal | undefined => world.refusals(name).at(-1);
const queryOf = (begun: string | Page): string => {
  if (typeof begun !== 'string') throw new Error('not begun');
  return begun;
};
const problemOf = (page: Page): string => (page.page === 'problem' ? page.problem : page.page);
const linkOf = (world: World, name: string) => world.ports.store.linkOf(world.slackOf(name));
const kinds = async (world: World) => (await world.audit()).map(({ kind }) => kind);

describe('/access link', () => {
  it('ties a Slack account to the Keycloak user who signed in, after a button and a code typed in Slack', async () => {
    const one = await scene();
    const { world, browser } = one;
    const id = await asked(one, 'ann');
    const account = { name: 'ann', email: 'ann@acme.example', userId: 'UANN', workspace: 'Acme' };
    expect(await browser.open(id)).toEqual({ page: 'start', purpose: 'link', account });
    expect(await browser.signIn(id)).toMatchObject({ page: 'confirm_link', account, username: 'ann' });
    const page = await browser.press(id);
    expect(page).toMatchObject({ page: 'code', code: expect.stringMatching(/^[B-DF-HJ-NP-TV-XZ2-9]{8}$/), account });
    expect(await linkOf(world, 'ann')).toBeNull();
    const code = codeOf(page);
    await world.act('ann', said(` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `));
    expect(await linkOf(world, 'ann')).toMatchObject({ state: 'live', person: { username: 'ann' } });
    expect(world.told('ann').at(-1)).toEqual({ say: 'linked', username: 'ann' });
    expect((await world.audit()).at(-1)).toMatchObject({ kind: 'identity.linked', data: { slack: `${TEAM}/UANN` } });
    expect(problemOf(await browser.open(id))).toBe('used');
    await expectSound(world);
  });

  it('what is linked is known as well as by the attribute: critical access may be asked for', async () => {
    const one = await scene();
    await one.world.act('ann', {
      intent: 'request',
      access: { by: 'text', text: VAULT },
      duration: '30m',
      justification: 'INC-1',
    });
    expect(refusalOf(one.world, 'ann')).toEqual({ refusal: 'link_needed' });
    for (const name of ['ann', 'chen', 'dana']) await link(one, name);
    await one.world.ask('ann', VAULT, '30m');
  });

  it('the page survives a reload and a second press, and shows the same code', async () => {
    const one = await scene();
    const id = await asked(one, 'ann');
    await one.browser.signIn(id);
    const first = await one.browser.press(id);
    expect(await one.browser.press(id)).toEqual(first);
    expect(await one.browser.open(id)).toEqual(first);
  });

  it('five wrong codes end it, and the right one comes too late', async () => {
    const one = await scene();
    const { world, browser } = one;
    const id = await asked(one, 'ann');
    await browser.signIn(id);
    const code = codeOf(await browser.press(id));
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      await world.act('ann', said('BBBBCCCC'));
      expect(refusalOf(world, 'ann')).toEqual({ refusal: 'wrong_code', triesLeft });
    }
    await world.act('ann', said(code));
    expect(refusalOf(world, 'ann')).toEqual({ refusal: 'no_code' });
    expect(await linkOf(world, 'ann')).toBeNull();
  });

  it('what is no code is answered with help', async () => {
    const { world } = await scene();
    await world.act('ann', said('hello, can you help me?'));
    expect(world.told('ann')).toEqual([{ say: 'help', admin: false }]);
  });

  it('after ten minutes neither page nor code is good', async () => {
    const one = await scene();
    const { world, browser } = one;
    const id = await asked(one, 'ann');
    await browser.signIn(id);
    const code = codeOf(await browser.press(id));
    world.clock.advance(601);
    expect(problemOf(await browser.open(id))).toBe('expired');
    await world.act('ann', said(code));
    expect(refusalOf(world, 'ann')).toEqual({ refusal: 'no_code' });
  });

  it('eleven times in an hour is too often', async () => {
    const one = await scene();
    for (let count = 0; count < 10; count++) await asked(one, 'ann');
    await one.world.act('ann', { intent: 'link' });
    expect(refusalOf(one.world, 'ann')).toEqual({ refusal: 'too_many_sign_ins', limit: 10 });
  });

  it('where signing in is not set up, that is said', async () => {
    const world = await aWorld();
    await world.act('ann', { intent: 'link' });
    expect(refusalOf(world, 'ann')).toEqual({ refusal: 'sign_in_not_set_up' });
  });
});

describe('phishing', () => {
  it('Mallory starts and Bob clicks: the page names her account, nothing is linked, and Bob hears of it', async () => {
    const one = await scene();
    const { world, browser, signIn } = one;
    world.slack.person('mallory', { email: 'mallory@evil.example' });
    const id = await asked(one, 'mallory');
    signIn.as = { username: 'bob' };
    expect(await browser.open(id)).toMatchObject({ page: 'start', account: { name: 'mallory' } });
    expect(problemOf(await browser.signIn(id))).toBe('email_of_other');
    await world.run();
    expect(world.told('bob')).toEqual([{ say: 'link_tried', by: world.slackOf('mallory'), username: 'bob' }]);
    expect((await world.audit()).at(-1)).toMatchObject({
      kind: 'identity.refused',
      data: { because: 'email_of_other', slack: `${TEAM}/UMALLORY`, of: `${TEAM}/UBOB` },
    });
    expect(await kinds(world)).not.toContain('identity.linked');
  });

  it('a victim without an e-mail in Slack sees a code that only Mallory could type, and typing it himself links nothing', async () => {
    const one = await scene();
    const { world, browser, signIn } = one;
    world.slack.person('mallory');
    world.keycloak.user('victim', { email: null });
    world.slack.person('victim', { email: null });
    const id = await asked(one, 'mallory');
    signIn.as = { username: 'victim' };
    await browser.signIn(id);
    const code = codeOf(await browser.press(id));
    await world.act('victim', said(code));
    expect(refusalOf(world, 'victim')).toEqual({ refusal: 'no_code' });
    expect(await kinds(world)).not.toContain('identity.linked');
  });

  it('nothing links by looking, by signing in, or by the button alone', async () => {
    const one = await scene();
    const { world, browser } = one;
    const id = await asked(one, 'ann');
    for (const act of [() => browser.open(id), () => browser.signIn(id), () => browser.press(id)]) {
      await act();
      expect(await linkOf(world, 'ann')).toBeNull();
    }
  });
});

describe('what the pages refuse, changing nothing', () => {
  const refused = async (one: Scene, id: string, page: Promise<Page>, problem: string): Promise<void> => {
    const before = await one.world.ports.store.signIn(id as never);
    expect(problemOf(await page)).toBe(problem);
    expect(await one.world.ports.store.signIn(id as never)).toEqual(before);
    expect(await linkOf(one.world, 'ann')).toBeNull();
  };

  it('an unknown address', async () => {
    const one = await scene();
    const id = '3b241101-e2bb-4255-8caf-4136c566a962';
    for (const page of [one.browser.open(id), one.browser.signIn(id), one.browser.press(id, 'x')])
      await refused(one, id, page, 'unknown');
  });

  it('another browser comes back, or one without cookies', async () => {
    const one = await scene();
    const id = await asked(one, 'ann');
    const search = queryOf(await one.browser.begin(id));
    const other = aBrowser(one.world, one.signIn);
    await refused(one, id, other.comeBack(search), 'no_cookie');
    other.cookies.set(id, 'made up');
    await refused(one, id, other.comeBack(search), 'other_browser');
    expect(await one.browser.comeBack(search)).toMatchObject({ page: 'confirm_link' });
    await refused(one, id, other.press(id, 'made up'), 'other_browser');
    expect(await other.open(id)).toMatchObject({ page: 'start' });
  });

  it('replay: an answer that nobody asked for, one used twice, and one of an older tab', async () => {
    const one = await scene();
    const id = await asked(one, 'ann');
    const [first, second] = [await one.browser.begin(id), await one.browser.begin(id)];
    if (typeof first !== 'string' || typeof second !== 'string') throw new Error('not begun');
    await refused(one, id, one.browser.comeBack('?code=x&state=invented'), 'forged');
    await refused(one, id, one.browser.comeBack('?error=access_denied'), 'forged');
    await refused(one, id, one.browser.comeBack(first), 'forged');
    await one.browser.comeBack(second);
    await refused(one, id, one.browser.comeBack(second), 'forged');
  });

  it('session fixation: the cookie from before the sign-in is worth nothing after it', async () => {
    const one = await scene();
    const id = await asked(one, 'ann');
    const search = await one.browser.begin(id);
    const planted = one.browser.cookies.get(id) ?? '';
    await one.browser.comeBack(queryOf(search));
    expect(one.browser.cookies.get(id)).not.toBe(planted);
    one.browser.cookies.set(id, planted);
    await refused(one, id, one.browser.press(id), 'other_browser');
  });

  it('a form that is not of this page', async () => {
    const one = await scene();
    const id = await asked(one, 'ann');
    await one.browser.signIn(id);
    await refused(one, id, one.browser.press(id, 'of another page'), 'stale_form');
    one.browser.cookies.clear();
    await refused(one, id, one.browser.press(id), 'no_cookie');
  });

  it.each(['denied', 'forged', 'stale', 'weak'] as const)('a sign-in that is %s', async (why) => {
    const one = await scene();
    const id = await asked(one, 'ann');
    one.signIn.as = { why };
    const search = queryOf(await one.browser.begin(id));
    await refused(one, id, one.browser.comeBack(search), why);
  });

  it('while Keycloak, Slack or the record is away, and all goes on afterwards', async () => {
    const one = await scene();
    const { world, browser, signIn } = one;
    const id = await asked(one, 'ann');
    signIn.away = true;
    await refused(one, id, browser.signIn(id), 'keycloak_away');
    signIn.away = false;
    world.slack.faults.always('profile', 'unavailable');
    await refused(one, id, browser.open(id), 'slack_away');
    world.slack.faults.heal();
    expect(await browser.signIn(id)).toMatchObject({ page: 'confirm_link' });
  });
});

describe('I17: one to one or refused', () => {
  it.each<[string, (one: Scene) => unknown, string]>([
    ['a guest', ({ world }) => world.slack.person('ann', { guest: true }), 'not_this_account'],
    ['a disabled user', ({ world }) => disable(world, 'ann'), 'not_this_account'],
    ['a user whose attribute names another account', ({ world }) => name(world, 'ann', 'UDANA'), 'linked_elsewhere'],
    [
      'an account that the attribute of another user names',
      ({ world }) => name(world, 'bob', 'UANN'),
      'linked_elsewhere',
    ],
    ['a user who is linked to another account', (one) => link(one, 'spare', 'ann'), 'linked_elsewhere'],
  ])('%s is not linked', async (_, prepare, problem) => {
    const one = await scene();
    one.world.slack.person('spare', { email: null });
    one.world.keycloak.user('ann', { email: null });
    const id = await asked(one, 'ann');
    await prepare(one);
    one.signIn.as = { username: 'ann' };
    expect(problemOf(await one.browser.signIn(id))).toBe(problem);
    expect((await one.world.audit()).at(-1)?.kind).toBe('identity.refused');
    expect(problemOf(await one.browser.open(id))).toBe('used');
  });

  it('an account that is linked is told so, and what changed before the code is looked at again', async () => {
    const one = await scene();
    const { world, browser } = one;
    const id = await asked(one, 'ann');
    await browser.signIn(id);
    const code = codeOf(await browser.press(id));
    name(world, 'ann', 'UDANA');
    await world.act('ann', said(code));
    expect(refusalOf(world, 'ann')).toEqual({ refusal: 'cannot_link', because: 'linked_elsewhere' });
    await link(one, 'bob');
    await world.act('bob', { intent: 'link' });
    expect(refusalOf(world, 'bob')).toEqual({ refusal: 'already_linked', username: 'bob' });
  });

  it('where link and attribute disagree the person is nobody, and operators hear of it', async () => {
    const one = await scene();
    const { world } = one;
    await link(one, 'ann');
    name(world, 'ann', 'UDANA');
    await world.act('ann', {
      intent: 'request',
      access: { by: 'text', text: VAULT },
      duration: '30m',
      justification: 'INC-1',
    });
    expect(refusalOf(world, 'ann')).toEqual({ refusal: 'identity_ambiguous' });
    expect(await endDeadLinks(world.ports)).toBe(0);
    await endDeadLinks(world.ports);
    await world.run();
    expect(world.slack.alarms).toMatchObject([{ alarm: 'link_disagrees', attribute: `${TEAM}/UDANA` }]);
  });

  it("a user's e-mail does not make somebody else of an account that is linked", async () => {
    const one = await scene();
    const { world } = one;
    world.slack.person('spare', { email: null });
    world.keycloak.user('ann', { email: 'late@acme.example' });
    await link(one, 'spare', 'ann');
    world.keycloak.user('ann', { email: 'ann@acme.example' });
    await world.act('ann', {
      intent: 'request',
      access: { by: 'text', text: '/prod/read' },
      duration: '1h',
      justification: 'INC-1',
    });
    expect(refusalOf(world, 'ann')).toEqual({ refusal: 'identity_ambiguous' });
  });
});

describe('the end of a link', () => {
  it('/access unlink, by the one whom it ties', async () => {
    const one = await scene();
    await link(one, 'ann');
    await one.world.act('ann', { intent: 'unlink', person: null });
    expect(await linkOf(one.world, 'ann')).toBeNull();
    expect((await one.world.audit()).at(-1)).toMatchObject({ kind: 'identity.unlinked', data: { endedBy: 'self' } });
    await one.world.act('ann', { intent: 'unlink', person: null });
    expect(refusalOf(one.world, 'ann')).toEqual({ refusal: 'no_link', person: null });
    await link(one, 'ann');
    await link(one, 'bob');
    await expectSound(one.world);
  });

  it('admins see links and end them, others do neither', async () => {
    const one = await scene();
    const { world } = one;
    await link(one, 'ann');
    await world.act('root', { intent: 'links' });
    expect(world.told('root').at(-1)).toMatchObject({
      say: 'links',
      links: [{ person: { username: 'ann' } }],
      more: false,
    });
    for (const intent of [{ intent: 'links' } as const, { intent: 'unlink', person: world.slackOf('ann') } as const]) {
      await world.act('bob', intent);
      expect(refusalOf(world, 'bob')).toMatchObject({ refusal: 'not_admin' });
    }
    await world.act('root', { intent: 'unlink', person: world.slackOf('ann') });
    expect(await linkOf(world, 'ann')).toBeNull();
    expect(world.told('ann').at(-1)).toEqual({ say: 'unlinked', username: 'ann', of: null });
    expect((await world.audit()).at(-1)).toMatchObject({
      kind: 'identity.unlinked',
      actor: { username: 'root' },
      data: { endedBy: 'admin' },
    });
    await world.act('root', { intent: 'unlink', person: world.slackOf('ann') });
    expect(refusalOf(world, 'root')).toEqual({ refusal: 'no_link', person: world.slackOf('ann') });
  });

  it('with the Slack account, by its event', async () => {
    const one = await scene();
    await link(one, 'ann');
    one.world.slack.person('ann', { deleted: true });
    await one.world.act('ann', { intent: 'left' });
    expect(await linkOf(one.world, 'ann')).toBeNull();
    expect((await one.world.audit()).at(-1)).toMatchObject({ kind: 'identity.unlinked', data: { endedBy: 'left' } });
  });

  it.each<[string, (world: World) => unknown, string]>([
    ['the Keycloak user is disabled', (world) => disable(world, 'ann'), 'disabled'],
    ['the Keycloak user is gone', (world) => (world.keycloak.users as Map<string, unknown>).delete('ann'), 'disabled'],
    ['the Slack account is a guest now', (world) => world.slack.person('ann', { guest: true }), 'left'],
  ])('by the job that looks: %s', async (_, change, endedBy) => {
    const one = await scene();
    await link(one, 'ann');
    await link(one, 'bob');
    await change(one.world);
    expect(await endDeadLinks(one.world.ports)).toBe(1);
    expect((await one.world.audit()).at(-1)).toMatchObject({ kind: 'identity.unlinked', data: { endedBy } });
    expect(await linkOf(one.world, 'bob')).not.toBeNull();
    await expectSound(one.world);
  });

  it('nothing ends while Keycloak cannot be asked', async () => {
    const one = await scene();
    await link(one, 'ann');
    one.world.keycloak.faults.always('person', 'unavailable');
    expect(await endDeadLinks(one.world.ports)).toBe(0);
    expect(await linkOf(one.world, 'ann')).not.toBeNull();
  });
});

function disable(world: World, username: string): void {
  const user = world.keycloak.users.get(username);
  if (user !== undefined) world.keycloak.user(username, { ...user, enabled: false });
}
function name(world: World, username: string, account: string): void {
  const user = world.keycloak.users.get(username);
  if (user !== undefined) world.keycloak.user(username, { ...user, slackIds: [`${TEAM}/${account}`] });
}
