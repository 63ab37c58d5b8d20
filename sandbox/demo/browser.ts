/** A page that waits for somebody. */
export type Page = { readonly url: string; readonly html: string };

/** A person's browser, as far as signing in needs one: cookies, redirects, and pages that go on by themselves. */
export type Browser = {
  open(address: string): Promise<Page>;
  /** Presses the button of the page's form, its hidden fields included. */
  send(page: Page, fields?: Readonly<Record<string, string>>): Promise<Page>;
};

export function openBrowser(): Browser {
  /** By name: everything here is on one host, and no two servers use the same names. */
  const cookies = new Map<string, string>();

  async function go(address: string, form?: Form): Promise<Page> {
    let [url, sent] = [address, form];
    for (;;) {
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
      const post = sent && { method: 'POST', body: sent.body };
      const headers = { cookie, ...(sent && { origin: sent.origin }) };
      const answer = await fetch(url, { ...post, headers, redirect: 'manual' });
      for (const line of answer.headers.getSetCookie()) keep(line);
      const html = await answer.text();
      const onward = answer.headers.get('location') ?? refreshOf(html);
      if (onward === undefined) return { url, html };
      [url, sent] = [new URL(onward, url).href, undefined];
    }
  }

  function keep(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || /max-age=0(;|$)/i.test(line)) cookies.delete(name);
    else cookies.set(name, value);
  }

  return {
    open: (address) => go(address),
    send: ({ url, html }, fields = {}) => {
      const [form = '', action] = /<form[^>]* action="([^"]+)"[^]*?<\/form>/.exec(html) ?? [];
      if (action === undefined) throw new Error(`there is no form at ${url}: ${wordsOf(html)}`);
      const hidden = form.matchAll(/<input type="hidden"[^>]*? name="([^"]+)" value="([^"]*)"/g);
      const values = Object.fromEntries([...hidden].map(([, name = '', value = '']) => [name, value] as const));
      const body = new URLSearchParams({ ...values, ...fields });
      return go(new URL(unescape(action), url).href, { body, origin: new URL(url).origin });
    },
  };
}

type Form = { readonly body: URLSearchParams; readonly origin: string };

const unescape = (text: string): string => text.replaceAll('&amp;', '&');

function refreshOf(html: string): string | undefined {
  const [, address] = /<meta http-equiv="refresh" content="0;url=([^"]+)"/.exec(html) ?? [];
  return address && unescape(address);
}

/** What is read on a page. */
export const wordsOf = (html: string): string =>
  html
    .replace(/<(script|style|head)[^]*?<\/\1>|<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 400);
