import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressOf } from '../../../../src/http/pages/address.ts';
import { COOKIE_VALUE, ID, KEYCLOAK, servePages, signInPages } from './rig.ts';
import type { Served } from './rig.ts';

const COOKIE = `__Host-leasehold-0f4c1a52-7b1=${COOKIE_VALUE}`;
const stops: (() => Promise<void>)[] = [];
const serve = async (...asked: Parameters<typeof servePages>): Promise<Served> => {
  const served = await servePages(...asked);
  stops.push(served.stop);
  return served;
};
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

describe('looking', () => {
  it('shows the page and changes nothing, whoever follows the link', async () => {
    const signIn = signInPages();
    const { ask } = await serve(signIn);
    for (const method of ['GET', 'HEAD', 'GET']) {
      const response = await ask(`/sign-in/${ID}`, { method, headers: { cookie: `other=1; ${COOKIE}; last=2` } });
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(response.headers.get('set-cookie')).toBeNull();
      expect((await response.text()).includes('Ann Baker')).toBe(method === 'GET');
    }
    expect(signIn.calls).toEqual(Array.from({ length: 3 }, () => ['look', ID, COOKIE_VALUE]));
  });

  it('hands on no cookie but the one of this sign-in', async () => {
    const signIn = signInPages();
    const { ask } = await serve(signIn);
    await ask(`/sign-in/${ID}`, { headers: { cookie: '__Host-leasehold-0f4c1a52-7b2=x; leasehold-0f4c1a52-7b1=y' } });
    expect(signIn.calls).toEqual([['look', ID, null]]);
  });
});

describe('starting', () => {
  it('leads to Keycloak with the cookie', async () => {
    const signIn = signInPages();
    const { press } = await serve(signIn);
    const response = await press(`/sign-in/${ID}`);
    expect([response.status, response.headers.get('location')]).toEqual([200, null]);
    const address = `${KEYCLOAK}/realms/example/auth?state=s`;
    const body = await response.text();
    // No redirect: Chromium would hold `form-action` against wherever Keycloak hands on to.
    expect(body).toContain(`<meta http-equiv="refresh" content="0;url=${address}" />`);
    expect(body).toContain(`<a href="${address}">Go on to Keycloak</a>`);
    expect(response.headers.getSetCookie()).toEqual([`${COOKIE}; Path=/; HttpOnly; SameSite=Lax; Max-Age=900; Secure`]);
    expect(signIn.calls).toEqual([['start', ID]]);
  });

  it('on http://localhost the cookie goes without Secure and its prefix', async () => {
    const signIn = signInPages();
    const { press, ask } = await serve(signIn, 'http://localhost:3000');
    const response = await press(`/sign-in/${ID}`);
    expect(response.headers.getSetCookie()).toEqual([
      `leasehold-0f4c1a52-7b1=${COOKIE_VALUE}; Path=/; HttpOnly; SameSite=Lax; Max-Age=900`,
    ]);
    await ask(`/sign-in/${ID}`, { headers: { cookie: 'leasehold-0f4c1a52-7b1=mine' } });
    expect(signIn.calls.at(-1)).toEqual(['look', ID, 'mine']);
  });

  it('a page instead is shown', async () => {
    const { press } = await serve(signInPages({ start: { page: 'problem', problem: 'used' } }));
    const response = await press(`/sign-in/${ID}`);
    expect(response.status).toBe(410);
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  it.each([
    'https://sso.example.com.evil.example/',
    'https://sso.example.com@evil.example/',
    'http://sso.example.com/',
    '//evil.example/',
    'javascript:alert(1)',
  ])('open redirect: never leads to %s', async (go) => {
    const { press, log } = await serve(signInPages({ start: { go, cookie: { id: ID, value: COOKIE_VALUE } } }));
    const response = await press(`/sign-in/${ID}`);
    expect(response.status).toBe(500);
    expect(response.headers.get('location')).toBeNull();
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(log.lines).toHaveLength(1);
  });

  it('a cookie that would say more than a cookie is not sent', async () => {
    const cookie = { id: ID, value: 'x; Domain=example.com' };
    const { press } = await serve(signInPages({ start: { go: KEYCLOAK, cookie } }));
    expect((await press(`/sign-in/${ID}`)).status).toBe(500);
  });
});

describe('coming back', () => {
  it('goes on at the page of the sign-in with the fresh cookie', async () => {
    const signIn = signInPages();
    const { ask } = await serve(signIn);
    const headers = { cookie: COOKIE, 'sec-fetch-site': 'cross-site' };
    const response = await ask('/sign-in/callback?code=c&state=s%20t', { headers });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`/sign-in/${ID}`);
    expect(response.headers.getSetCookie()).toEqual([`${COOKIE}; Path=/; HttpOnly; SameSite=Lax; Max-Age=900; Secure`]);
    expect(signIn.calls).toEqual([['back', '?code=c&state=s%20t', COOKIE_VALUE]]);
  });

  it('without a query there is nothing to hand on', async () => {
    const signIn = signInPages({ back: { page: 'problem', problem: 'forged' } });
    const { ask } = await serve(signIn);
    expect((await ask('/sign-in/callback')).status).toBe(403);
    expect(signIn.calls).toEqual([['back', '', null]]);
  });

  it.each(['//evil.example', 'https://evil.example', '../admin', ''])(
    'open redirect: never leads to %j',
    async (goOn) => {
      const cookie = { id: ID, value: COOKIE_VALUE };
      const { ask } = await serve(signInPages({ back: { goOn, cookie } }));
      const response = await ask('/sign-in/callback?code=c');
      expect(response.status).toBe(500);
      expect(response.headers.get('location')).toBeNull();
    },
  );

  it('what comes back is not redeemed by HEAD', async () => {
    const signIn = signInPages();
    const { ask } = await serve(signIn);
    expect((await ask('/sign-in/callback?code=c', { method: 'HEAD' })).status).toBe(405);
    expect(signIn.calls).toEqual([]);
  });
});

describe('confirming', () => {
  it('hands on the cookie and what the form carries', async () => {
    const signIn = signInPages();
    const { press } = await serve(signIn);
    const response = await press(`/sign-in/${ID}/confirm`, 'form=a%2Bb&form=c', { cookie: COOKIE });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<h1>Every lease is being ended</h1>');
    await press(`/sign-in/${ID}/confirm`, '');
    expect(signIn.calls).toEqual([
      ['confirm', ID, COOKIE_VALUE, 'a+b'],
      ['confirm', ID, null, ''],
    ]);
  });

  it('asked for again as an address it leads to the page before', async () => {
    const signIn = signInPages();
    const { ask } = await serve(signIn);
    const response = await ask(`/sign-in/${ID}/confirm`);
    expect([response.status, response.headers.get('location')]).toEqual([303, `/sign-in/${ID}`]);
    expect(signIn.calls).toEqual([]);
  });

  it('a page with a button is not shown where no sign-in is known', async () => {
    const page = { page: 'confirm_link', form: 'f', username: 'ann' } as const;
    const account = { name: 'Ann', email: null, userId: 'U0ANN', workspace: 'Example' };
    const { ask } = await serve(signInPages({ back: { ...page, account } }));
    expect((await ask('/sign-in/callback?code=c')).status).toBe(500);
  });
});

describe('cross-site request forgery: a button of somebody else', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  it.each<readonly [string, Record<string, string>]>([
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['from a neighbouring host', { 'sec-fetch-site': 'same-site' }],
    ['from no page', { 'sec-fetch-site': 'none' }],
    [
      'from another site that claims our origin',
      { 'sec-fetch-site': 'cross-site', origin: 'https://leasehold.example.com' },
    ],
    ['from another origin', { origin: 'https://evil.example' }],
    ['from our host by http', { origin: 'http://leasehold.example.com' }],
    ['from a hidden origin', { origin: 'null' }],
    ['that says nothing', {}],
  ])('%s does nothing', async (_from, headers) => {
    const signIn = signInPages();
    const { url } = await serve(signIn);
    for (const path of [`/sign-in/${ID}`, `/sign-in/${ID}/confirm`]) {
      const response = await plain(`${url}${path}`, { ...form, ...headers }, 'form=f');
      expect(response).toMatchObject({ status: 403, location: undefined, cookie: undefined });
      expect(response.body).toContain('<h1>Start from Slack</h1>');
    }
    expect(signIn.calls).toEqual([]);
  });

  it('a browser without Sec-Fetch-Site is believed by its Origin', async () => {
    const signIn = signInPages();
    const { url } = await serve(signIn);
    const headers = { ...form, origin: 'https://leasehold.example.com' };
    expect(await plain(`${url}/sign-in/${ID}`, headers, '')).toMatchObject({ status: 200 });
    expect(signIn.calls).toEqual([['start', ID]]);
  });
});

/** Sends these headers and no others: `fetch` adds its own `Sec-Fetch-*`. */
async function plain(url: string, headers: Readonly<Record<string, string>>, body: string) {
  const sending = httpRequest(url, { method: 'POST', headers });
  sending.end(body);
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return {
    status: response.statusCode,
    location: response.headers.location,
    cookie: response.headers['set-cookie'],
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

const strange = fc.oneof(fc.webPath(), fc.string(), fc.string({ unit: 'binary' }), fc.uuid());
const rest = fc.constantFrom('', '/confirm', '/..', '?', '/confirm/');

describe('what no browser of ours sends', () => {
  it('a form of 4 KiB is taken, one byte more is not', async () => {
    const signIn = signInPages();
    const { press } = await serve(signIn);
    const body = `form=${'x'.repeat(4091)}`;
    expect((await press(`/sign-in/${ID}/confirm`, body)).status).toBe(200);
    expect((await press(`/sign-in/${ID}/confirm`, `${body}x`)).status).toBe(413);
    expect((await press(`/sign-in/${ID}`, 'x'.repeat(3_000_000))).status).toBe(413);
    expect(signIn.calls).toHaveLength(1);
  });

  it.each(['text/plain', 'multipart/form-data; boundary=b', 'application/json', ''])(
    'a body of the type %j is refused',
    async (type) => {
      const signIn = signInPages();
      const { press } = await serve(signIn);
      expect((await press(`/sign-in/${ID}/confirm`, 'form=f', { 'content-type': type })).status).toBe(415);
      expect(signIn.calls).toEqual([]);
    },
  );

  it('a form with its charset is a form', async () => {
    const { press } = await serve(signInPages());
    const headers = { 'content-type': 'Application/X-WWW-Form-URLencoded; charset=UTF-8' };
    expect((await press(`/sign-in/${ID}/confirm`, 'form=f', headers)).status).toBe(200);
  });

  it.each([
    ['PUT', `/sign-in/${ID}`, 'GET, HEAD, POST'],
    ['DELETE', `/sign-in/${ID}/confirm`, 'GET, HEAD, POST'],
    ['POST', '/sign-in/callback?code=c', 'GET'],
    ['OPTIONS', `/sign-in/${ID}`, 'GET, HEAD, POST'],
  ])('%s %s: 405 with what is allowed', async (method, path, allow) => {
    const signIn = signInPages();
    const { ask } = await serve(signIn);
    const response = await ask(path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect(signIn.calls).toEqual([]);
  });

  it.each([
    '/sign-in',
    '/sign-in/',
    `/sign-in/${ID}/`,
    `/sign-in/${ID}?x=1`,
    `/sign-in/${ID}?`,
    `/sign-in/${ID}/confirm?form=f`,
    `/sign-in/${ID.toUpperCase()}`,
    `/sign-in/${ID.replace('-4', '-1')}`,
    `/sign-in/${ID}%0a`,
    '/sign-in/%2e%2e%2fhealthz',
    '/sign-in/callback/',
    '/sign-in/%63allback',
    '/sign-in/__proto__',
  ])('%s is no sign-in', async (path) => {
    const signIn = signInPages();
    const { ask } = await serve(signIn);
    const response = await ask(path);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('<h1>No such link</h1>');
    expect(signIn.calls).toEqual([]);
  });

  it('whatever is asked for in the place of an id reaches nobody', async () => {
    const signIn = signInPages();
    const { ask } = await serve(signIn);
    await fc.assert(
      fc.asyncProperty(strange, rest, async (text, after) => {
        expect((await ask(`/sign-in/x${encodeURI(text.toWellFormed())}${after}`)).status).toBe(404);
      }),
      { numRuns: 50, endOnFailure: true },
    );
    expect(signIn.calls).toEqual([]);
  });

  it('an address is one of three spellings or none', () => {
    const near = fc.tuple(fc.constantFrom('', ' ', '/', '\n', 'x'), fc.uuid(), rest);
    fc.assert(
      fc.property(
        fc.oneof(
          strange,
          near.map(([before, id, after]) => before + id + after),
        ),
        (text) => {
          const url = `/sign-in/${text}`;
          const address = addressOf(url);
          if (address === null) return;
          if (address.at === 'callback') expect(url).toBe(`/sign-in/callback${address.search}`);
          else expect(url).toBe(`/sign-in/${address.id}${address.at === 'confirm' ? '/confirm' : ''}`);
          expect(address.at === 'callback' || /^[0-9a-f-]{14}4[0-9a-f-]{21}$/.test(address.id)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('too many calls', () => {
  it('from one address: 429 with when to come again, whatever a proxy says', async () => {
    const signIn = signInPages();
    const { ask } = await serve(signIn);
    const statuses: number[] = [];
    for (let call = 0; call < 60; call += 1) {
      const headers = { 'x-forwarded-for': `203.0.113.${call}` };
      statuses.push((await ask(`/sign-in/${ID}`, { headers })).status);
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    const response = await ask(`/sign-in/${ID}`);
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(await response.text()).toContain('<h1>Wait a minute</h1>');
    expect(signIn.calls).toHaveLength(60);
    expect((await ask('/healthz')).status).toBe(200);
  });
});

describe('nobody can sign in', () => {
  it.each([
    ['without what sign-ins need', null, 'https://leasehold.example.com'],
    ['without an address', signInPages(), null],
  ] as const)('%s one sentence says so', async (_why, signIn, publicUrl) => {
    const { ask } = await serve(signIn, publicUrl);
    for (const path of [`/sign-in/${ID}`, '/sign-in/callback?code=c', '/sign-in']) {
      const response = await ask(path);
      expect(response.status).toBe(404);
      expect(await response.text()).toBe(
        'Nobody can sign in here: whoever runs Leasehold has not set PUBLIC_URL and what goes with it.\n',
      );
    }
  });
});
