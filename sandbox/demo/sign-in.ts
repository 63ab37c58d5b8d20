import { oneTimeSecret, password } from '../people.ts';
import { openBrowser, wordsOf, type Page } from './browser.ts';
import { oneTimeCode } from './one-time-code.ts';

/** The private address in what Leasehold wrote to somebody who has to sign in. */
export function signInAddress({ text }: { readonly text: string }): string {
  const [address] = /https?:\/\/[^|>\s]+\/sign-in\/[\w-]+/.exec(text) ?? [];
  if (address === undefined) throw new Error(`there is no address in: ${text}`);
  return address;
}

/** Opens the address, signs in to Keycloak with as much as it asks for, and presses the button of the page that follows. */
export async function signInAndConfirm(address: string, username: string): Promise<Page> {
  const browser = openBrowser();
  let page = await browser.send(await browser.open(address));
  if (page.html.includes('name="password"')) page = await browser.send(page, { username, password });
  if (page.html.includes('name="otp"')) {
    page = await browser.send(page, { otp: oneTimeCode(oneTimeSecret, Date.now()) });
  }
  if (page.url !== address) throw new Error(`signing in led to ${page.url}: ${wordsOf(page.html)}`);
  return browser.send(page);
}

/** The code that the last page of a link shows. */
export function codeOn({ html }: Page): string {
  const [, groups] = /<p class="code">([^]*?)<\/p>/.exec(html) ?? [];
  if (groups === undefined) throw new Error(`the page shows no code: ${wordsOf(html)}`);
  return groups.replace(/<[^>]+>|\s/g, '');
}
