// npm run pictures   re-takes the pictures of the docs from the running sandbox; CHROMIUM names the browser to use
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium } from '../scripts/chromium.ts';
import { onOrphaned } from '../scripts/orphan.js';
import { startStage, type DemoStage } from './demo/stage.ts';
import { servePages } from './gallery/page-server.ts';
import { password } from './people.ts';

const folder = path.join(path.dirname(import.meta.dirname), 'docs/pictures');
const PATIENCE_MS = 15_000;
const LEASE_MS = 10_000;
/** What hangs in the gallery, on a telephone and on a desktop: language, exhibit, name of the picture. */
const HUNG = [
  ['en', 'the-card--waiting-for-its-first-stage-of-two', 'card'],
  ['en', 'a-sign-in-that-waits--a-sign-in-waits', 'gate'],
  ['en', 'a-token-that-waits--a-token-waits', 'token'],
  ['en', 'forms-and-dialogs--request-access-chosen', 'form'],
  ['en', 'app-home--an-approver', 'home-approver'],
  ['en', 'app-home--somebody-who-holds-and-waits', 'home-holder'],
] as const;

/** The pages of a sign-in, on a telephone at night and on a desktop by day. */
const PAGES = {
  'start-link': 'sign-in-start',
  'confirm-link': 'sign-in-link',
  code: 'sign-in-code',
  'confirm-decision': 'sign-in-approve',
  'problem-other_person': 'sign-in-problem',
} as const;
const SCREENS = {
  phone: { viewport: { width: 320, height: 568 }, colorScheme: 'dark' },
  desktop: { viewport: { width: 1280, height: 720 }, colorScheme: 'light' },
} as const;

const program = findChromium();
if (program === null) {
  console.error('Chromium was not found; install it, or name one in CHROMIUM.');
  process.exit(1);
}
onOrphaned(() => process.exit(1));
const say = (line: string): void => console.error(line);
const stage = await startStage(say);
const browser = await launchChromium(program);
try {
  await mkdir(folder, { recursive: true });
  await takePictures(stage, browser);
  await takeFromGallery(stage, browser);
  await takePages(browser);
  await takeGatePages(stage, browser);
} finally {
  await browser.close();
  await stage.stop();
}

/** Ann fills the form, Chen gets the card, and a short lease of hers runs from its request to its end. */
async function takePictures({ slack }: DemoStage, from: Browser): Promise<void> {
  const { workspace } = slack;
  const platform = workspace.channel('platform-approvals');

  const ann = await open(from, `${slack.url}/?as=U0ANN`, { width: 900, height: 860 });
  await fillForm(ann);
  await ann.locator('.modal').screenshot({ path: picture('request') });
  await ann.locator('.modal button[type=submit]').click();

  const card = await workspace.until(() => platform.messages.at(-1), PATIENCE_MS);
  await workspace.until(() => platform.thread(card.ts).at(-1), PATIENCE_MS);
  const chen = await open(from, `${slack.url}/?as=U0CHEN#${platform.id}`, { width: 1060, height: 540 });
  await chen.locator('.thread-button').waitFor();
  await chen.screenshot({ path: picture('card') });

  // The whole story in one thread, with a lease short enough to wait for.
  await workspace.as('ann.baker').command('/request-access staging/write 10s CHG-7 try the new index on staging');
  const short = await workspace.until(() => platform.messages.find(({ ts }) => ts > card.ts), PATIENCE_MS);
  await workspace.as('chen.li').click(short, 'Approve');
  const isOver = () => platform.thread(short.ts).find(({ text }) => text.startsWith('Ended'));
  await workspace.until(isOver, LEASE_MS + PATIENCE_MS);
  const reader = await open(from, `${slack.url}/?as=U0CHEN#${platform.id}`, { width: 1280, height: 860 });
  await reader.locator('.thread-button').last().click();
  const thread = reader.getByRole('complementary', { name: 'Thread' });
  await thread.getByText('Ended').first().waitFor();
  await thread.screenshot({ path: picture('thread') });
}

async function takeFromGallery({ slack }: DemoStage, from: Browser): Promise<void> {
  for (const [device, width] of Object.entries({ phone: 360, desktop: 1100 })) {
    for (const [language, exhibit, name] of HUNG) {
      const page = await from.newPage({ viewport: { width, height: 900 }, deviceScaleFactor: 1.5 });
      await page.goto(`${slack.url}/gallery#${language}`);
      await page.locator(`#${exhibit} .frame`).screenshot({ path: picture(`${name}-${device}`) });
      await page.close();
    }
  }
}

async function takePages(from: Browser): Promise<void> {
  const pages = await servePages();
  for (const [device, screen] of Object.entries(SCREENS)) {
    for (const [page, name] of Object.entries(PAGES)) {
      const shown = await from.newPage({ ...screen, deviceScaleFactor: 1.5 });
      await shown.goto(pages.addressOf(page));
      await shown.screenshot({ path: picture(`${name}-${device}`), fullPage: true });
      await shown.close();
    }
  }
  await pages.stop();
}

/** The pages in Keycloak: Ann waits at the gate, is denied, and asks for access on her way in. */
async function takeGatePages({ slack, applications }: DemoStage, from: Browser): Promise<void> {
  const { workspace } = slack;
  const platform = workspace.channel('platform-approvals');
  for (const [device, screen] of Object.entries(SCREENS)) {
    const take = async (address: string, shows: string, name: string): Promise<Page> => {
      const page = await from.newPage({ ...screen, deviceScaleFactor: 1.5 });
      await page.goto(address);
      await page.locator('input[name=username]').fill('ann.baker');
      await page.locator('input[name=password]').fill(password);
      await page.locator('#kc-login').click();
      await page.locator(shows).waitFor();
      await page.screenshot({ path: picture(`${name}-${device}`), fullPage: true });
      return page;
    };
    const shown = platform.messages.length;
    const waits = await take(applications.addressOf('back-office'), '#leasehold-code', 'gate-wait');
    const card = await workspace.until(() => platform.messages[shown], PATIENCE_MS);
    await workspace.as('chen.li').click(card, 'Deny');
    await waits.locator('#leasehold-refused').waitFor();
    await waits.screenshot({ path: picture(`gate-refused-${device}`), fullPage: true });
    const form = await take(applications.addressOf('wiki', 'leasehold-access-request'), '#justification', 'gate-form');
    for (const page of [waits, form]) await page.close();
  }
}

async function fillForm(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Message #general' }).fill('/request-access');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'Access' }).fill('production-read');
  await page.getByRole('option', { name: 'production-read' }).first().click();
  await page.getByText('Longest lease').waitFor();
  await page
    .getByRole('textbox', { name: 'Justification' })
    .fill('INC-42 replication lag, need to look at pg_stat_activity');
}

async function open(from: Browser, url: string, viewport: { width: number; height: number }): Promise<Page> {
  const page = await from.newPage({ viewport, deviceScaleFactor: 1.5 });
  await page.goto(url);
  await page.locator('.sidebar a').first().waitFor();
  return page;
}

function picture(name: string): string {
  const file = path.join(folder, `${name}.png`);
  say(`docs/pictures/${name}.png`);
  return file;
}
