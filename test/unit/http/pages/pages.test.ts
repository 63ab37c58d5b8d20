import { hash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PAGE_PROBLEMS, everyPage } from '../../../../sandbox/gallery/pages.ts';
import { wordsFor } from '../../../../src/http/pages/language.ts';
import { framed } from '../../../../src/http/pages/layout.ts';
import { PROBLEM_STATUS } from '../../../../src/http/pages/problem.ts';
import { sheetOf } from '../../../../src/http/pages/render.ts';
import type { Page, PageAccount } from '../../../../src/usecases/pages.ts';
import { ID, servePages, signInPages } from './rig.ts';
import type { Served } from './rig.ts';

const LANGUAGES = ['en', 'de'] as const;
const rendered = (page: Page, language: string): string => {
  const words = wordsFor(language);
  return framed(words, sheetOf(page, words, ID));
};
/** As a reader sees it. */
const readable = (page: string): string =>
  decoded(page.replace(/<style>.*<\/style>/s, '').replace(/<[^>]*>/g, '')).replace(/\s+/g, ' ');
const decoded = (text: string): string =>
  text
    .replace(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

describe.each(LANGUAGES)('every page, %s', (language) => {
  it.each(everyPage())('%s is small, whole and without script', (_name, page) => {
    const text = rendered(page, language);
    expect(Buffer.byteLength(text)).toBeLessThan(8192);
    expect(text.startsWith(`<!doctype html>\n<html lang="${language}">`)).toBe(true);
    for (const once of ['<main>', '<h1>', '<title>', '<style>', 'name="viewport"']) {
      expect(text.split(once)).toHaveLength(2);
    }
    expect(text).not.toMatch(
      /<script|<img|<link|<iframe|\bon\w+=|javascript:|https?:|\sstyle=|undefined|null|\[object/i,
    );
    expect(text.split('<button ').length - 1).toBe('form' in page || page.page === 'start' ? 1 : 0);
  });
});

describe('what a page says', () => {
  const page = (name: string): Page => new Map(everyPage()).get(name) as Page;
  const says = (name: string, language: string): string => readable(rendered(page(name), language));

  it('before linking: which account, and to close the page unless one asked oneself', () => {
    expect(says('start-link', 'en')).toContain(
      'You are about to tie the Slack account Ann Baker (ann.baker@example.com, workspace Example) to your Keycloak user.',
    );
    expect(says('start-link', 'en')).toContain('If somebody sent you this link, close this page.');
    expect(says('start-link-without-email', 'de')).toContain('Ann Baker (Workspace Example)');
    expect(rendered(page('start-link'), 'en')).toContain(`<form method="post" action="/sign-in/${ID}"`);
    expect(says('start-link', 'en')).toContain('Sign in to Keycloak');
  });

  it('both accounts before they are linked', () => {
    const text = says('confirm-link', 'en');
    for (const part of ['Ann Baker', 'ann.baker@example.com', 'U0ANN', 'In Keycloak', 'Link these two']) {
      expect(text).toContain(part);
    }
    expect(rendered(page('confirm-link'), 'en')).toContain(`action="/sign-in/${ID}/confirm"`);
    expect(rendered(page('confirm-link'), 'en')).toMatch(/<input type="hidden" name="form" value="a{43}" \/>/);
  });

  it('the code in groups that are copied without gaps', () => {
    expect(rendered(page('code'), 'en')).toContain('<p class="code"><span>K7QM</span><span>X4TB</span></p>');
    expect(says('code', 'en')).toContain('as Ann Baker. It is good until 14:05 UTC.');
    expect(says('code', 'de')).toContain('Er gilt bis 14:05 UTC.');
  });

  it('an approval: who, what, how long, why, what it gives, where it stands', () => {
    const text = says('confirm-decision-longest', 'en');
    for (const part of [
      'for Bob Carpenter',
      '1 day 2 hours 3 minutes 4 seconds, from 2026-11-28 14:05 UTC',
      'INC-42 <replication> & "lag"',
      'grafana-viewer, audit-viewer and 12 more',
      'critical',
      '2 of 3',
      'chen.li, dana.fox',
      'To deny it or to shorten it, go back to Slack.',
    ]) {
      expect(text).toContain(part);
    }
    expect(says('confirm-decision', 'en')).toContain('4 hours, from approval');
    expect(says('confirm-decision', 'de')).toContain('4 Stunden, ab der Genehmigung');
    expect(says('confirm-decision', 'de')).toContain('hoch');
    expect(says('confirm-decision', 'en')).not.toContain('Approved by');
  });

  it('an approval that gives nothing, at a risk without a word', () => {
    const confirm = page('confirm-decision') as Extract<Page, { page: 'confirm' }>;
    if (confirm.asked.asked !== 'approve') throw new Error('no decision');
    const decision = { ...confirm.asked.decisions[0], roles: [], risk: 'odd' };
    expect(readable(rendered({ ...confirm, asked: { asked: 'approve', decisions: [decision] } }, 'en'))).toMatch(
      /Gives no roles.*Risk odd/,
    );
  });

  it('of an account without a visible name its id', () => {
    const account: PageAccount = { name: '\u200b\u202e', email: null, userId: 'U0ANN', workspace: 'Example' };
    expect(readable(rendered({ page: 'start', purpose: 'link', account }, 'en'))).toContain(
      'U0ANN (workspace Example)',
    );
  });

  it('no two problems sound alike, in either language', () => {
    const titles = LANGUAGES.flatMap((one) => Object.values(wordsFor(one).problems).map(({ title }) => title));
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe('people’s text', () => {
  const MARK = 'lh-mark';
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      `<script>${MARK}</script>`,
      `"><img src=x onerror=${MARK}>`,
      `' onfocus=${MARK} '`,
      `</title></style><b>${MARK}`,
      `&lt;b&gt;${MARK}`,
      `\u202e${MARK}\u2066`,
      `<!--${MARK}`,
      '\u0000\u0007\u2028${7*7}`',
    ),
    fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '`', '=', '/', 'a', '\u202e', '\n', ' ') }),
  );

  it('never becomes markup, and nothing invisible of it arrives', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.constantFrom(...LANGUAGES), (one, other, language) => {
        for (const [place, shape] of shapes(one, other).entries()) {
          const text = rendered(shape, language);
          expect(skeleton(text)).toBe(harmless.get(language + String(place)));
          expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        }
      }),
      { numRuns: 1000 },
    );
  });

  /** The elements without what is in them. */
  const skeleton = (text: string): string => text.match(/<[^>]*>/g)?.join('') ?? '';
  /** What the same pages are made of when their texts are harmless. */
  const harmless = new Map(
    LANGUAGES.flatMap((language) =>
      shapes('a', 'b').map((shape, place) => [language + String(place), skeleton(rendered(shape, language))] as const),
    ),
  );

  function shapes(one: string, other: string): readonly Page[] {
    const account: PageAccount = { name: `n${one}`, email: other, userId: one, workspace: other };
    const decision = {
      path: one,
      requester: other,
      beneficiary: one,
      justification: other,
      leaseSeconds: 60,
      startsAt: null,
      risk: one,
      roles: [one, other],
      moreRoles: 1,
      stage: 1,
      stages: 2,
      approvedBy: [other],
    };
    const decisions = { asked: 'approve', decisions: [decision, { ...decision, path: other }] } as const;
    return [
      { page: 'start', purpose: 'link', account },
      { page: 'confirm_link', form: 'f', account, username: one },
      { page: 'confirm', form: 'f', username: other, asked: decisions },
      {
        page: 'confirm',
        form: 'f',
        username: other,
        asked: { asked: 'take', path: one, leaseSeconds: 60, justification: other },
      },
      { page: 'confirm', form: 'f', username: other, asked: { asked: 'revoke_all', realm: one, leases: 2 } },
      { page: 'done', asked: decisions },
    ];
  }

  it('of a form that is sent back nothing is lost and nothing gets out', () => {
    fc.assert(
      fc.property(hostile, (form) => {
        const account: PageAccount = { name: 'Ann', email: null, userId: 'U0ANN', workspace: 'Example' };
        const text = rendered({ page: 'confirm_link', form, account, username: 'ann' }, 'en');
        const [, value = ''] = /name="form" value="([^"]*)"/.exec(text) ?? [];
        expect(value).not.toMatch(/[<>'`]/);
        expect(decoded(value)).toBe(form);
        expect(text.split('<input ')).toHaveLength(2);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('as it is served', () => {
  let served: Served | undefined;
  const serve = async (page: Page): Promise<Served> =>
    (served = await servePages(signInPages({ look: page, confirm: page })));
  afterEach(() => served?.stop());

  it.each(PAGE_PROBLEMS)('%s has its status and its sentence in both languages', async (problem) => {
    const { ask, press } = await serve({ page: 'problem', problem });
    for (const language of LANGUAGES) {
      const headers = { 'accept-language': language };
      for (const response of [
        await ask(`/sign-in/${ID}`, { headers }),
        await press(`/sign-in/${ID}/confirm`, 'form=f', headers),
      ]) {
        expect(response.status).toBe(PROBLEM_STATUS[problem]);
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(response.headers.get('retry-after')).toBe(problem === 'too_many' ? '60' : null);
        const text = readable(await response.text());
        const { title, what } = wordsFor(language).problems[problem];
        expect(text).toContain(title);
        expect(text).toContain(what);
        expect(what).toMatch(/^[^.]+\.( [^.]+\.)?$/);
      }
    }
  });
});

describe('headers', () => {
  let served: Served;
  beforeAll(async () => {
    served = await servePages(signInPages());
  });
  afterAll(() => served.stop());

  it('the policy allows the one style, our own forms, and nothing else', async () => {
    const response = await served.ask(`/sign-in/${ID}`);
    const style = /<style>(.*)<\/style>/s.exec(await response.text())?.[1] ?? '';
    expect(style).not.toBe('');
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
    );
  });

  it('clickjacking: pages, redirects and refusals are neither framed, kept, indexed nor told to other sites', async () => {
    for (const response of [
      await served.ask(`/sign-in/${ID}`),
      await served.ask(`/sign-in/nothing`),
      await served.ask('/sign-in/callback?code=c'),
      await served.press(`/sign-in/${ID}`),
      await served.press(`/sign-in/${ID}/confirm`, 'form=f', { 'sec-fetch-site': 'cross-site' }),
      await served.ask(`/sign-in/${ID}`, { method: 'PUT' }),
    ]) {
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
        'cross-origin-opener-policy': 'same-origin',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-robots-tag': 'noindex',
      });
    }
  });
});
