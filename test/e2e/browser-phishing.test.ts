import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  beginsToLink,
  browsersAt,
  codeOn,
  givePassword,
  LINK_PAGES,
  pressButton,
  readPage,
  shows,
  signIn,
  writes,
} from '../doubles/e2e-browser.ts';
import type { Browsers } from '../doubles/e2e-browser.ts';
import { slackIdOf, TEAM } from '../doubles/e2e-cast.ts';
import { proveRecord, readAudit } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';

const { both: BOTH, button: LINK, code: CODE } = LINK_PAGES;

let stage: Stage;
let browsers: Browsers;
beforeAll(async () => {
  stage = await aStage({ seed: () => Promise.resolve({}), signIn: true });
  browsers = await browsersAt(stage);
});
afterAll(async () => {
  await browsers.close();
  await stage.stop();
});

const linkOf = (name: string) => stage.app().ports.store.linkOf({ teamId: TEAM, userId: slackIdOf(name) });

describe('I17: nothing is linked', () => {
  it('when Mallory starts it and Bob signs in: his page refuses, and he hears of it in Slack', async () => {
    stage.workspace.addPerson({ id: 'U0MALLORY', name: 'mallory', email: 'mallory@evil.example' });
    const mallory = stage.workspace.as('mallory');
    const { address, page } = await browsers.offered('mallory', () => mallory.command('/access link'));
    await shows(page, 'Link your account');
    expect(await readPage(page)).toMatch(/mallory@evil\.example.*If somebody sent you this link, close this page/);
    const heard = await stage.hears(stage.workspace.as('bob'), async () => {
      await signIn(page, { username: 'bob' });
      await shows(page, 'This e-mail address is somebody else’s');
    });
    expect(heard).toEqual([expect.stringMatching(/Somebody signed in to Keycloak as \*bob\*[^]*@mallory/)]);
    expect([await linkOf('mallory'), await linkOf('bob')]).toEqual([null, null]);
    await page.goto(address);
    await shows(page, 'This link is used up');
    expect((await readAudit(stage.file)).at(-1)).toMatchObject({
      kind: 'identity.refused',
      data: { because: 'email_of_other', slack: `${TEAM}/U0MALLORY`, of: `${TEAM}/U0BOB` },
    });
  });

  it('when the code of another page is typed, though by the right person of that page', async () => {
    const mine = await beginsToLink(stage, browsers, 'nina');
    await signIn(mine.page, { username: 'nina' });
    await pressButton(mine.page, LINK);
    await shows(mine.page, CODE);
    const code = await codeOn(mine.page);
    await beginsToLink(stage, browsers, 'otto');
    expect(await writes(stage, 'otto', code)).toMatch(/no sign-in|code/);
    expect([await linkOf('nina'), await linkOf('otto')]).toEqual([null, null]);
  });

  it('in a browser that keeps no cookie, or in another one than the one that began', async () => {
    const { address, page } = await beginsToLink(stage, browsers, 'sven');
    await pressButton(page, 'Sign in to Keycloak');
    await page.locator('input[name=password]').waitFor();
    await page.context().clearCookies({ domain: '127.0.0.1' });
    await givePassword(page, { username: 'sven' });
    await shows(page, 'A cookie is missing');

    await page.goto(address);
    await signIn(page, { username: 'sven' });
    await shows(page, BOTH);
    await page.context().clearCookies({ domain: '127.0.0.1' });
    await pressButton(page, LINK);
    await shows(page, 'A cookie is missing');

    await page.goto(address);
    await signIn(page, { username: 'sven' });
    await shows(page, BOTH);
    const other = await browsers.open();
    await other.goto(address);
    await shows(other, 'Link your account');
    await pressButton(page, LINK);
    await shows(page, CODE);
    await other.reload();
    await shows(other, 'Started somewhere else');
    expect(await readPage(other)).not.toContain(await codeOn(page));
    expect(await linkOf('sven')).toBeNull();
  });

  it('by a button on a page of somebody else', async () => {
    const { address, page } = await beginsToLink(stage, browsers, 'tina');
    await signIn(page, { username: 'tina' });
    await shows(page, BOTH);
    const form = await page.locator('input[name=form]').getAttribute('value');
    const elsewhere = await page.context().newPage();
    await elsewhere.route('http://evil.localhost/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<form method="post" action="${address}/confirm"><input name="form" value="${form ?? ''}"><button>Win</button></form>`,
      }),
    );
    await elsewhere.goto('http://evil.localhost/');
    await pressButton(elsewhere, 'Win');
    await shows(elsewhere, 'Start from Slack');
    expect(await linkOf('tina')).toBeNull();
    await page.reload();
    await shows(page, BOTH);
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
