/** Somebody at a browser without JavaScript, before Keycloak's pages: tabs that share one jar of cookies. */
import { createHash } from 'node:crypto';
import { asksFor, browse, cookieHeader, submit, type Cookies, type Stop } from './keycloak-login-form.ts';

export type Tab = ReturnType<typeof tabOf>;
export type Visitor = ReturnType<typeof newVisitor>;

/** Where the applications of these tests are; nothing listens there. */
export const APP = 'http://127.0.0.1:1/app';

/** Whoever holds the cookies is the same browser. */
export function newVisitor(realmUrl: string, cookies: Cookies = new Map()) {
  return {
    cookies,
    /** The value of one of Keycloak's cookies. */
    cookie: (name: string): string | undefined =>
      [...cookies.values()].find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1),
    /** Opens a tab at a client's authorization address; `more` are further parameters of it. */
    open: async (clientId: string, more: Record<string, string> = {}): Promise<Tab> =>
      tabOf(await browse(authorizationAddress(realmUrl, clientId, more), cookies), cookies),
    /** Opens any other address. */
    openAddress: async (address: string): Promise<Tab> => tabOf(await browse(address, cookies), cookies),
  };
}

/** Of the authorization code flow, with PKCE. */
export function authorizationAddress(realmUrl: string, clientId: string, more: Record<string, string> = {}): string {
  const challenge = createHash('sha256').update(VERIFIER).digest('base64url');
  const words = { client_id: clientId, redirect_uri: APP, response_type: 'code', scope: 'openid', state: 'here' };
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  return `${realmUrl}/protocol/openid-connect/auth?${new URLSearchParams({ ...words, ...pkce, ...more }).toString()}`;
}

export const VERIFIER = 'a-verifier-that-is-long-enough-for-everybody-1234';

function tabOf(first: Stop, cookies: Cookies) {
  let stop = first;
  const go = async (next: Promise<Stop>): Promise<void> => {
    stop = await next;
  };
  const page = (): Extract<Stop, { at: 'page' }> => {
    if (stop.at !== 'page') throw new Error(`No page, but ${stop.url}`);
    return stop;
  };
  const tab = {
    stop: () => stop,
    html: () => page().html,
    /** Everything that is read on the page, in one line. */
    text: () => textOf(page().html),
    asksFor: (field: string) => asksFor(stop, field),
    submit: async (fields: Record<string, string>) => go(submit(stop, fields, cookies)),
    signIn: async (username: string, password = 'password'): Promise<void> =>
      go(submit(stop, { username, password }, cookies)),
    /** Opens an address in this tab. */
    goTo: async (address: string) => go(browse(address, cookies)),
    /** What the application gets: `code`, `error`, `kc_action_status`; null while the tab is at a page. */
    outcome: (): Readonly<Record<string, string>> | null =>
      stop.at === 'page' ? null : Object.fromEntries(new URL(stop.url).searchParams),
    /** Whether it looks again by itself, as a page that waits does. */
    looksAgain: (): boolean => REFRESH.test(page().html),
    /** The address by which the page looks again, by itself. */
    lookAgainAt: (): string => {
      const address = REFRESH.exec(page().html)?.[1];
      if (address === undefined) throw new Error(`This page does not look again: ${tab.text()}`);
      return new URL(address.replaceAll('&amp;', '&'), stop.url).href;
    },
    /** What the page's own script asks, and what it would be told. */
    poll: async (): Promise<{ readonly status: number; readonly body: unknown }> => {
      const address = tab.lookAgainAt();
      const headers = { cookie: cookieHeader(cookies, address), accept: 'application/json' };
      const answer = await fetch(address, { headers, redirect: 'manual' });
      const words = await answer.text();
      return {
        status: answer.status,
        body: answer.headers.get('content-type')?.includes('json') ? JSON.parse(words) : words,
      };
    },
    /** What a browser without JavaScript does after a few seconds. */
    lookAgain: async () => go(browse(tab.lookAgainAt(), cookies)),
  };
  return tab;
}

const REFRESH = /http-equiv="refresh" content="\d+;\s*url=([^"]+)"/i;

const textOf = (html: string): string =>
  html
    .replace(/<(script|style|head)[^]*?<\/\1>|<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
