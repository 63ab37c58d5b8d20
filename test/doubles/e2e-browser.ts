import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Actor } from '../../sandbox/slack/workspace.ts';
import { launchChromium } from '../../scripts/chromium.ts';
import { browserVariable } from './browser-program.ts';
import { emailOf, slackIdOf, TEAM } from './e2e-cast.ts';
import type { CastName } from './e2e-cast.ts';
import type { Stage } from './e2e-stage.ts';
import { giveTotp, totpCode } from './keycloak-step-up.ts';

/** Longest time that anything may take on a busy machine. */
const PATIENCE_MS = 90_000;
/** Leasehold serves 60 calls a minute to one machine; a visit needs fewer than 20. */
const BEFORE_A_VISIT = 40;
const MINUTE_MS = 61_000;
const ADDRESS = /http[^|>\s]+\/sign-in\/[0-9a-f-]{36}/g;

export type Browsers = Awaited<ReturnType<typeof browsersAt>>;

/** The browsers of a stage's people, and the private addresses that Slack gives them. */
export async function browsersAt({ app, workspace }: Pick<Stage, 'app' | 'workspace'>) {
  const program = process.env[browserVariable];
  if (program === undefined) throw new Error('No browser here: run this test with `npm test -- <path pattern>`.');
  const chromium = await launchChromium(program);
  let calls: readonly number[] = [];

  async function untilThereIsRoom(): Promise<void> {
    for (;;) {
      calls = calls.filter((at) => at > performance.now() - MINUTE_MS);
      if (calls.length <= BEFORE_A_VISIT) return;
      await sleep((calls[0] ?? 0) + MINUTE_MS - performance.now());
    }
  }

  /** A browser that nobody has used. */
  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    await untilThereIsRoom();
    const context = await chromium.newContext({ locale: 'en-GB', ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    context.on('request', (request) => {
      if (request.url().startsWith(`${app().url}/sign-in/`)) calls = [...calls, performance.now()];
    });
    return context.newPage();
  }

  /** The private address that this person gets instead of what was asked for, and a page that shows it. */
  async function offered(name: string, act: () => Promise<unknown>, page?: Page) {
    const who = workspace.as(name);
    const before = new Set(addressesTo(who));
    await act();
    const address = await workspace.until(() => addressesTo(who).find((one) => !before.has(one)), PATIENCE_MS);
    const shown = page ?? (await open());
    await shown.goto(address);
    return { address, page: shown };
  }

  return { open, offered, close: () => chromium.close() };
}

const addressesTo = (who: Actor): readonly string[] =>
  [...who.ephemerals(), ...who.dm.messages].flatMap(({ text }) => text.match(ADDRESS) ?? []);

/** Waits for the page with that heading. */
export async function shows(page: Page, title: string): Promise<void> {
  try {
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  } catch (cause) {
    const seen = await page.locator('body').innerText();
    throw new Error(`No page “${title}” at ${page.url()}, but: ${seen.slice(0, 400)}`, { cause });
  }
}

/** Everything that is read on a page, in one line. */
export const readPage = async (page: Page): Promise<string> =>
  (await page.locator('main').innerText()).replace(/\s+/g, ' ');

/** One heading, landmarks, a title, a language, one button with a name at most; and nothing wider than the screen. */
export async function isForEverybody(page: Page, button: string | null): Promise<void> {
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  for (const landmark of ['banner', 'main'] as const) expect(await page.getByRole(landmark).count()).toBe(1);
  expect(await page.title()).toBe(`${await page.getByRole('heading', { level: 1 }).innerText()} · Leasehold`);
  expect(await page.locator('html').getAttribute('lang')).toBe('en');
  expect(await page.getByRole('button').allInnerTexts()).toEqual(button === null ? [] : [button]);
  expect(await page.locator('input:not([type=hidden])').count()).toBe(0);
  const root = 'document.documentElement';
  expect(await page.evaluate(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0);
}

export const pressButton = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

/** `otp`: the secret of his authenticator app. */
export type KeycloakUser = { readonly username: string; readonly otp?: string };

/** Gives people of the cast authenticator apps. @returns how each of them signs in */
export async function withApps(
  { realm, users }: Pick<Stage, 'realm' | 'users'>,
  names: readonly CastName[],
): Promise<(name: CastName) => KeycloakUser> {
  const apps = new Map<CastName, string>();
  for (const name of names) apps.set(name, await giveTotp(realm, users[name]));
  return (username) => ({ username, otp: apps.get(username) ?? '' });
}

/** From the start page through Keycloak, by password and, where it asks, by one-time code. */
export async function signIn(page: Page, who: KeycloakUser, button = 'Sign in to Keycloak'): Promise<void> {
  await pressButton(page, button);
  await givePassword(page, who);
  if (who.otp === undefined) return;
  await page.locator('input[name=otp]').fill(totpCode(who.otp));
  await page.locator('#kc-login').click();
}

/** Keycloak's first page. */
export async function givePassword(page: Page, { username }: KeycloakUser): Promise<void> {
  const password = page.locator('input[name=password]');
  await password.waitFor();
  // Somebody whom this browser has signed in before is not asked for his name.
  const name = page.locator('input[name=username]');
  if (await name.isVisible()) await name.fill(username);
  await password.fill('password');
  await page.locator('#kc-login').click();
}

/** Keycloak's button that asks for a passkey. Until its script is there it does nothing at all. */
export async function pressPasskeyButton(page: Page, button: 'registerWebAuthn' | 'authenticateWebAuthnButton') {
  await page.locator(`#${button}`).waitFor();
  await page.waitForLoadState();
  await page.locator(`#${button}`).click();
}

/** Puts a security key into the machine, which is touched and recognises its owner whenever it is asked. */
export async function plugInPasskey(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Somebody more, on both sides, who is not linked. @returns the id in Keycloak */
export async function addNewcomer(
  { realm, workspace }: Pick<Stage, 'realm' | 'workspace'>,
  name: string,
  { groups = [], linked = false }: { readonly groups?: readonly string[]; readonly linked?: boolean } = {},
): Promise<string> {
  workspace.addPerson({ id: slackIdOf(name), name, realName: name, email: emailOf(name) });
  const attributes = linked ? { 'slack-user-id': `${TEAM}/${slackIdOf(name)}` } : {};
  return realm.createUser(name, { email: emailOf(name), groups, attributes });
}

/** Writes to the bot in private. @returns what it answers */
export async function writes({ workspace }: Pick<Stage, 'workspace'>, name: string, text: string): Promise<string> {
  const who = workspace.as(name);
  const before = new Set(who.dm.messages.map(({ ts }) => ts));
  before.add(who.say(who.dm.id, text).ts);
  const answer = () => who.dm.messages.find(({ ts }) => !before.has(ts));
  return who.read(await workspace.until(answer, PATIENCE_MS));
}

/** Somebody new whose browser shows the start of the way to a link. */
export async function beginsToLink(
  stage: Pick<Stage, 'realm' | 'workspace'>,
  browsers: Browsers,
  name: string,
  options: BrowserContextOptions = {},
): Promise<{ readonly address: string; readonly page: Page }> {
  await addNewcomer(stage, name);
  const asks = () => stage.workspace.as(name).command('/access link');
  return browsers.offered(name, asks, await browsers.open(options));
}

/** The code that a page shows, without its gaps. */
export const codeOn = async (page: Page): Promise<string> =>
  (await page.locator('.code').innerText()).replace(/\s/g, '');

/** What the pages of a link say, in the order in which they come. */
export const LINK_PAGES = {
  both: 'Are both of these you?',
  button: 'Link these two',
  code: 'Type this code in Slack',
} as const;
