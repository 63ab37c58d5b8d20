import type { IncomingMessage } from 'node:http';
import type { Page, SetCookie, SignInPages } from '../../usecases/pages.ts';
import { sentence } from '../answer.ts';
import type { Answer } from '../answer.ts';
import type { Problem } from '../words/en-problems.ts';
import type { Words } from '../words/en.ts';
import { addressOf, pathOfSignIn } from './address.ts';
import type { Address } from './address.ts';
import { createCookies } from './cookies.ts';
import { isOurs, readForm } from './form.ts';
import { PAGE_HEADERS } from './headers.ts';
import { wordsFor } from './language.ts';
import { framed } from './layout.ts';
import { PROBLEM_STATUS, problemSheet } from './problem.ts';
import { createRate } from './rate.ts';
import { sheetOf } from './render.ts';
import { onwardSheet } from './start-and-link.ts';

/** Answers whatever is asked under /sign-in. */
export type PageServer = (request: IncomingMessage) => Promise<Answer>;

const METHODS = {
  sign_in: ['GET', 'HEAD', 'POST'],
  confirm: ['GET', 'HEAD', 'POST'],
  // No HEAD: what Keycloak sends can be redeemed once.
  callback: ['GET'],
} as const satisfies Record<Address['at'], readonly string[]>;

/**
 * The pages of a sign-in.
 * @param publicUrl where browsers reach Leasehold, an origin such as `https://leasehold.example.com`
 * @param nowMs a clock that never goes back
 */
export function createPageServer(signIn: SignInPages, publicUrl: string, nowMs: () => number): PageServer {
  const { origin, protocol } = new URL(publicUrl);
  const keycloak = new URL(signIn.signInOrigin).origin;
  const cookies = createCookies(protocol === 'https:');
  const rate = createRate(nowMs);

  return async (request) => {
    const words = wordsFor(request.headers['accept-language']);
    const waitSeconds = rate(request.socket.remoteAddress ?? '');
    if (waitSeconds !== null) return problem('too_many', words, waitSeconds);
    const address = addressOf(request.url ?? '');
    if (address === null) return problem('unknown', words);
    const allowed: readonly string[] = METHODS[address.at];
    if (!allowed.includes(request.method ?? '')) return wrongMethod(allowed);
    if (address.at === 'callback') return back(request, address.search, words);
    if (request.method !== 'POST')
      return address.at === 'confirm' ? seeOther(pathOfSignIn(address.id)) : look(request, address.id, words);
    if (!isOurs(request, origin)) return problem('elsewhere', words);
    const form = await readForm(request);
    if (!(form instanceof URLSearchParams)) return form;
    return address.at === 'confirm' ? confirm(request, address.id, form, words) : start(address.id, words);
  };

  async function look(request: IncomingMessage, id: string, words: Words): Promise<Answer> {
    return show(await signIn.look(id, cookies.read(request.headers.cookie, id)), words, id);
  }

  async function start(id: string, words: Words): Promise<Answer> {
    const next = await signIn.start(id);
    if ('page' in next) return show(next, words, id);
    if (new URL(next.go).origin !== keycloak) throw new Error('a sign-in would lead elsewhere than to Keycloak');
    const onward = document(200, framed(words, onwardSheet(next.go, words), next.go));
    return { ...onward, headers: { ...PAGE_HEADERS, 'set-cookie': cookies.write(next.cookie) } };
  }

  async function back(request: IncomingMessage, search: string, words: Words): Promise<Answer> {
    const next = await signIn.back(search, (id) => cookies.read(request.headers.cookie, id));
    return 'page' in next ? show(next, words, null) : seeOther(pathOfSignIn(next.goOn), next.cookie);
  }

  async function confirm(request: IncomingMessage, id: string, form: URLSearchParams, words: Words): Promise<Answer> {
    const cookie = cookies.read(request.headers.cookie, id);
    return show(await signIn.confirm(id, cookie, form.get('form') ?? ''), words, id);
  }

  function show(page: Page, words: Words, id: string | null): Answer {
    if (page.page === 'problem') return problem(page.problem, words);
    return document(200, framed(words, sheetOf(page, words, id)));
  }

  function problem(which: Problem, words: Words, waitSeconds = 60): Answer {
    const answer = document(PROBLEM_STATUS[which], framed(words, problemSheet(which, words)));
    if (which !== 'too_many') return answer;
    return { ...answer, headers: { ...PAGE_HEADERS, 'retry-after': String(waitSeconds) } };
  }

  function document(status: number, body: string): Answer {
    return { status, contentType: 'text/html; charset=utf-8', body, headers: PAGE_HEADERS };
  }

  /** 303: the browser goes on with GET, and its back button does not send the form again (RFC 9110, section 15.4.4). */
  function seeOther(location: string, cookie?: SetCookie): Answer {
    const carried = cookie === undefined ? {} : { 'set-cookie': cookies.write(cookie) };
    return { ...sentence(303, 'Go on.'), headers: { ...PAGE_HEADERS, location, ...carried } };
  }

  function wrongMethod(allowed: readonly string[]): Answer {
    const allow = allowed.join(', ');
    return { ...sentence(405, `This address answers ${allow} only.`), headers: { ...PAGE_HEADERS, allow } };
  }
}
