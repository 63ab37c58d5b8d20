import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  beginsToLink,
  browsersAt,
  codeOn,
  givePassword,
  isForEverybody,
  LINK_PAGES,
  pressButton,
  readPage,
  shows,
  signIn,
  writes,
} from '../doubles/e2e-browser.ts';
import type { Browsers } from '../doubles/e2e-browser.ts';
import { offer, slackIdOf, TEAM } from '../doubles/e2e-cast.ts';
import { proveRecord, readAudit } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';

const { both: BOTH, button: LINK, code: CODE } = LINK_PAGES;

let stage: Stage;
let browsers: Browsers;
beforeAll(async () => {
  const seed = async (realm: Stage['realm']) => ({
    vault: await offer(realm, '/vault', { attributes: { risk: 'critical' } }),
  });
  stage = await aStage({ seed, signIn: true });
  browsers = await browsersAt(stage);
});
afterAll(async () => {
  await browsers.close();
  await stage.stop();
});

const linkOf = (name: string) => stage.app().ports.store.linkOf({ teamId: TEAM, userId: slackIdOf(name) });
const types = (name: string, line: string) =>
  stage.hears(stage.workspace.as(name), () => stage.workspace.as(name).command(line));

describe('a person', () => {
  it('I17: links accounts from Slack through Keycloak and back, is known as that from then on, and unlinks', async () => {
    const refused = await types('bob', '/request-access vault 30m INC-1');
    expect(refused).toEqual([expect.stringContaining('/access link')]);

    const bob = stage.workspace.as('bob');
    const { page } = await browsers.offered('bob', () => bob.command('/access link'));
    await shows(page, 'Link your account');
    expect(await readPage(page)).toMatch(/Slack account bob \(bob@example\.com, workspace Example Company\)/);
    await signIn(page, { username: 'bob' });
    await shows(page, BOTH);
    expect(await readPage(page)).toMatch(/In Slack bob bob@example\.com .*U0BOB In Keycloak bob/);
    await pressButton(page, LINK);
    await shows(page, CODE);
    expect(await linkOf('bob')).toBeNull();
    const code = await codeOn(page);
    expect(await writes(stage, 'bob', code)).toContain('You are linked to the Keycloak user *bob*');
    await page.reload();
    await shows(page, 'This link is used up');

    expect(await linkOf('bob')).toMatchObject({ state: 'live', person: { userId: stage.users.bob }, acr: 'silver' });
    const entry = (await readAudit(stage.file)).find(({ kind }) => kind === 'identity.linked');
    expect(entry).toMatchObject({
      actor: { userId: stage.users.bob },
      data: { slack: `${TEAM}/U0BOB`, acr: 'silver', signedInAt: expect.any(Number) },
    });
    const seen = await types('eve', '/access links');
    expect(seen).toEqual([expect.stringMatching(/@bob is \*bob\*, since .*, signed in with silver/)]);
    await stage.ask('bob', 'vault 30m INC-1');

    const parted = await types('bob', '/access unlink');
    expect(parted).toEqual([expect.stringContaining('You are no longer linked')]);
    expect(await linkOf('bob')).toBeNull();
  });

  it('with German as the language and no JavaScript is led in German, all the way', async () => {
    const { page } = await beginsToLink(stage, browsers, 'hans', { locale: 'de-AT', javaScriptEnabled: false });
    await shows(page, 'Verknüpfe dein Konto');
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await signIn(page, { username: 'hans' }, 'Bei Keycloak anmelden');
    await shows(page, 'Bist du beides?');
    await pressButton(page, 'Diese beiden verknüpfen');
    await shows(page, 'Tippe diesen Code in Slack');
    const code = await codeOn(page);
    await writes(stage, 'hans', code);
    expect(await linkOf('hans')).toMatchObject({ state: 'live', person: { username: 'hans' } });
    await page.reload();
    await shows(page, 'Dieser Link ist verbraucht');
  });

  it('with a keyboard alone and a narrow screen gets there, and each page says to ears what it says to eyes', async () => {
    const { page } = await beginsToLink(stage, browsers, 'kim', {
      viewport: { width: 320, height: 568 },
      colorScheme: 'dark',
    });
    await shows(page, 'Link your account');
    await isForEverybody(page, 'Sign in to Keycloak');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('input[name=username]').waitFor();
    await page.locator('input[name=username]').focus();
    await page.keyboard.type('kim');
    await page.locator('input[name=password]').focus();
    await page.keyboard.type('password');
    await page.keyboard.press('Enter');
    await shows(page, BOTH);
    await isForEverybody(page, LINK);
    expect(await page.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual(['In Slack', 'In Keycloak']);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await shows(page, CODE);
    await isForEverybody(page, null);
    const code = await codeOn(page);
    await writes(stage, 'kim', code);
    expect(await linkOf('kim')).not.toBeNull();
  });
});

describe('a page that is opened again', () => {
  it('by going back, reloading, pressing twice or a second tab; each shows how things stand', async () => {
    const { address, page } = await beginsToLink(stage, browsers, 'pia');
    await signIn(page, { username: 'pia' });
    await shows(page, BOTH);
    await page.reload();
    await shows(page, BOTH);
    const tab = await page.context().newPage();
    await tab.goto(address);
    await shows(tab, BOTH);
    await page.getByRole('button', { name: LINK }).dblclick();
    await shows(page, CODE);
    const code = await codeOn(page);
    await pressButton(tab, LINK);
    await shows(tab, CODE);
    expect(await codeOn(tab)).toBe(code);
    await page.goBack();
    await shows(page, CODE);
    expect(await codeOn(page)).toBe(code);
    await page.reload();
    await shows(page, CODE);
    expect(await linkOf('pia')).toBeNull();
    await writes(stage, 'pia', code);
    expect(await linkOf('pia')).not.toBeNull();
  });

  it('in the tab that began first and comes back after another one: refused there, and good in the other', async () => {
    const { address, page } = await beginsToLink(stage, browsers, 'rosa');
    await pressButton(page, 'Sign in to Keycloak');
    await page.locator('input[name=password]').waitFor();
    const tab = await page.context().newPage();
    await tab.goto(address);
    await pressButton(tab, 'Sign in to Keycloak');
    await tab.locator('input[name=password]').waitFor();
    await givePassword(page, { username: 'rosa' });
    await shows(page, 'Sign-in not accepted');
    await tab.goto(address);
    await signIn(tab, { username: 'rosa' });
    await shows(tab, BOTH);
    await page.goto(address);
    await shows(page, BOTH);
    expect(await linkOf('rosa')).toBeNull();
  });

  it('after ten minutes: neither page nor code is good', async () => {
    const { address, page } = await beginsToLink(stage, browsers, 'vera');
    await signIn(page, { username: 'vera' });
    await pressButton(page, LINK);
    await shows(page, CODE);
    const code = await codeOn(page);
    stage.pass(601);
    expect(await writes(stage, 'vera', code)).not.toContain('You are linked');
    await page.goto(address);
    await shows(page, 'This link has expired');
    expect(await linkOf('vera')).toBeNull();
  });
});

describe('the record', () => {
  it('I22: the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
    await stage.quiet();
    const { chain, replayed, tables } = await proveRecord(stage.file);
    expect(chain.ok).toBe(true);
    expect(replayed).toEqual(tables);
    expect(stage.workspace.violations).toEqual([]);
  });
});
