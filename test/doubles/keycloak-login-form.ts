/** A browser's way through Keycloak's pages, without a browser: requests, cookies, and the forms that a page holds. */

/** `name=value` by path and name. The same jar again is the same browser again. */
export type Cookies = Map<string, string>;

/** What a browser sends along to that address. */
export const cookieHeader = (cookies: Cookies, url: string): string => {
  const { pathname } = new URL(url);
  const fitting = [...cookies].filter(([key]) => pathname.startsWith(key.slice(0, key.indexOf(' '))));
  return fitting.map(([, pair]) => pair).join('; ');
};

/** Where a way through Keycloak stops: at a page that waits for somebody, or at an address outside of Keycloak. */
export type Stop =
  | { readonly at: 'page'; readonly url: string; readonly html: string }
  | { readonly at: 'outside'; readonly url: string };

export type Credentials = { readonly username: string; readonly password?: string; readonly otp?: string };

const isKeycloak = (url: string) => new URL(url).pathname.startsWith('/realms/');

/** Opens an address and follows where Keycloak leads, no further than out of it. */
export async function browse(address: string, cookies: Cookies, form?: Record<string, string>): Promise<Stop> {
  let [url, body] = [address, form && new URLSearchParams(form)];
  while (isKeycloak(url)) {
    const init = {
      headers: { cookie: cookieHeader(cookies, url) },
      redirect: 'manual',
      ...(body && { method: 'POST', body }),
    } as const;
    const answer = await fetch(url, init);
    for (const line of answer.headers.getSetCookie()) keep(cookies, line);
    const [html, location] = [await answer.text(), answer.headers.get('location')];
    if (location === null) return { at: 'page', url, html };
    [url, body] = [new URL(location, url).href, undefined];
  }
  return { at: 'outside', url };
}

function keep(cookies: Cookies, line: string): void {
  const [pair = '', name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  const key = `${/;\s*path=([^;]*)/i.exec(line)?.[1] ?? '/'} ${name}`;
  if (value === '' || /max-age=0(;|$)/i.test(line)) cookies.delete(key);
  else cookies.set(key, pair);
}

export const asksFor = (stop: Stop, field: string): boolean =>
  stop.at === 'page' && new RegExp(`<(input|button)[^>]* name="${field}"`).test(stop.html);

/** Sends the page's form, its hidden fields included. */
export async function submit(stop: Stop, fields: Record<string, string>, cookies: Cookies): Promise<Stop> {
  const [form, action] = (stop.at === 'page' && /<form[^>]* action="([^"]+)"[^]*?<\/form>/.exec(stop.html)) || [];
  if (form === undefined || action === undefined) throw new Error(`No form at ${textOf(stop)}`);
  const hidden = [...form.matchAll(/<input type="hidden"[^>]*? name="([^"]+)" value="([^"]*)"/g)];
  const all = { ...Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, value] as const)), ...fields };
  return browse(new URL(action.replaceAll('&amp;', '&'), stop.url).href, cookies, all);
}

/**
 * Signs in at a client's authorization address, by password and, where Keycloak asks, by one-time code.
 * @returns the address that Keycloak sends the browser back to. Throws with the page's words when it asks for more.
 */
export async function signInByForm(address: string, who: Credentials, cookies: Cookies = new Map()): Promise<string> {
  let stop = await browse(address, cookies);
  const { username, password = 'password', otp } = who;
  if (asksFor(stop, 'password')) stop = await submit(stop, { username, password }, cookies);
  if (asksFor(stop, 'otp') && otp !== undefined) stop = await submit(stop, { otp }, cookies);
  if (stop.at === 'outside') return stop.url;
  throw new Error(`Keycloak does not let ${username} in: ${textOf(stop)}`);
}

const textOf = (stop: Stop): string =>
  stop.at === 'outside'
    ? stop.url
    : stop.html
        .replace(/<(script|style)[^]*?<\/\1>|<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim()
        .slice(0, 400);
