import type { ApplicationId } from './applications.ts';
import { password } from '../people.ts';
import { openBrowser, wordsOf, type Browser, type Page } from './browser.ts';
import type { RealmEyes } from './realm-eyes.ts';
import type { DemoStage } from './stage.ts';
import { expectStep, findLast, indent, type Step } from './telling.ts';

const WAIT_MS = 15_000;
const FORM = 'leasehold-access-request';
const ASKED_FOR = '/environments/staging/write';

/**
 * Plays what happens where people sign in: a login that waits for its approver, one that is denied, an account that is
 * older than the terms, and access that is asked for on the way in.
 * @throws Error for the first step that was not seen
 */
export async function playGateJourney(stage: DemoStage, eyes: RealmEyes, step: Step): Promise<void> {
  const { workspace } = stage.slack;
  const [ann, chen] = [workspace.as('ann.baker'), workspace.as('chen.li')];
  const platform = workspace.channel('platform-approvals');
  const cardWith = (text: string) =>
    workspace.until(() => platform.messages.findLast((message) => chen.read(message).includes(text)), WAIT_MS);

  const first = await signsIn(stage, 'ann.baker', 'back-office');
  const code = codeOn(first.page);
  const card = await cardWith(code);
  expectStep((await eyes.signedInAt('ann.baker', 'back-office')) === null, 'Ann is signed in before anybody approved');
  step(
    `Ann signs in to Back Office and waits, with the code ${code}; the approvers get a card`,
    indent(chen.read(card)),
  );
  await chen.click(card, 'Approve');
  const arrived = await whenDecided(first);
  expectStep(wordsOf(arrived.html).includes('ann.baker is signed in'), `Ann sees: ${wordsOf(arrived.html)}`);
  step(
    'Chen compares the code and presses Approve; the page goes on by itself',
    await session('ann.baker', 'back-office'),
  );

  const second = await signsIn(stage, 'ann.baker', 'back-office');
  await chen.click(await cardWith(codeOn(second.page)), 'Deny');
  const denied = await whenDecided(second);
  expectStep(denied.url.startsWith(stage.keycloak.url), 'whom Chen denied came to the application');
  step('The next one Chen has not been told of, and denies', `Keycloak: ${wordsOf(denied.html)}`);

  const bob = await signsIn(stage, 'bob.ito', 'wiki');
  expectStep(bob.page.html.includes('kc-accept'), `Bob sees: ${wordsOf(bob.page.html)}`);
  const reading = wordsOf(bob.page.html);
  const inside = await bob.browser.send(bob.page, { accept: '' });
  expectStep(wordsOf(inside.html).includes('bob.ito is signed in'), `Bob sees: ${wordsOf(inside.html)}`);
  step(
    "Bob's account is older than the terms: a rule of the policy makes him accept them on his way to the Wiki",
    `Keycloak: ${reading}\n    Keycloak: 200, ${await session('bob.ito', 'wiki')}`,
  );

  const form = await signsIn(stage, 'ann.baker', 'wiki', FORM);
  const [, value = ''] = new RegExp(`<option[^>]* value="([^"]+)"[^>]*>\\s*${ASKED_FOR}`).exec(form.page.html) ?? [];
  expectStep(value !== '', `Ann sees: ${wordsOf(form.page.html)}`);
  const asked = await form.browser.send(form.page, {
    access: value,
    duration: '900',
    justification: 'CHG-9 to try the new index on staging',
  });
  const request = await cardWith('CHG-9');
  step('Ann asks for staging/write in a form on her way to the Wiki', indent(chen.read(request)));
  expectStep(wordsOf(asked.html).length > 0, 'the form answered nothing');
  await chen.click(request, 'Approve');
  const live = await workspace.until(() => findLast(ann.dm.messages, 'You have', 'staging/write'), WAIT_MS);
  const membership = await eyes.holds('ann.baker', ASKED_FOR);
  expectStep(membership !== null, 'Keycloak does not show Ann in the group');
  step(
    'It is the same request with the same card: Chen approves, and Ann has it',
    `Keycloak: 200, member of ${membership.path}`,
  );
  await ann.click(live, 'Release');
  await workspace.until(() => findLast(ann.dm.messages, 'staging/write', 'ended'), WAIT_MS);

  async function session(username: string, client: string): Promise<string> {
    const since = await eyes.signedInAt(username, client);
    expectStep(since !== null, `Keycloak knows no session of ${username} at ${client}`);
    return `Keycloak: 200, a session of ${username} at ${client} since ${since.toISOString()}`;
  }
}

type Visit = { readonly browser: Browser; readonly page: Page };

/** A new browser, past the password. */
async function signsIn(
  { applications }: DemoStage,
  username: string,
  application: ApplicationId,
  action?: string,
): Promise<Visit> {
  const browser = openBrowser();
  const page = await browser.open(applications.addressOf(application, action));
  return { browser, page: await browser.send(page, { username, password }) };
}

/** The waiting page looks again, as it does without JavaScript, until it is another page. */
async function whenDecided({ browser, page }: Visit): Promise<Page> {
  const deadline = performance.now() + WAIT_MS;
  let now = page;
  for (;;) {
    const [, address] = /http-equiv="refresh" content="\d+;\s*url=([^"]+)"/.exec(now.html) ?? [];
    if (address === undefined) return now;
    if (performance.now() > deadline) throw new Error(`the page still waits: ${wordsOf(now.html)}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
    now = await browser.open(new URL(address.replaceAll('&amp;', '&'), now.url).href);
  }
}

function codeOn({ html }: Page): string {
  const [code] = /\b\d{3} \d{3}\b/.exec(wordsOf(html)) ?? [];
  if (code === undefined) throw new Error(`the page shows no code: ${wordsOf(html)}`);
  return code;
}
