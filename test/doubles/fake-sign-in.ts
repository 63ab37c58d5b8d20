import { signInId } from '../../src/domain/ids.ts';
import { CodedError } from '../../src/lib/errors.ts';
import type { Page, SetCookie, SignInPages } from '../../src/usecases/pages.ts';
import { createSignInPages } from '../../src/usecases/sign-in-pages.ts';
import type { BrowserSignIn, NoProof } from '../../src/usecases/sign-in-port.ts';
import type { World } from './fake-world.ts';

/** Keycloak's side of a sign-in: who sits in front of the browser, and how he signs in. */
export type FakeSignIn = BrowserSignIn & {
  /** Who signs in next, by username, or why nothing comes of it. */
  as: { readonly username: string; readonly acr?: string } | { readonly why: NoProof };
  away: boolean;
  /** Set by {@link aBrowser}: reads users of the world. */
  users: (username: string) => { readonly userId: string; readonly email: string | null; readonly at: number };
};

export function fakeSignIn(): FakeSignIn {
  let serial = 0;
  const used = new Set<string>();
  const fake: FakeSignIn = {
    as: { username: 'ann' },
    away: false,
    users: () => {
      throw new Error('no browser was opened');
    },
    origin: 'https://sso.acme.example',
    visit: () => {
      serial += 1;
      return {
        cookie: `cookie-${serial}`,
        state: `state-${serial}`,
        nonce: `nonce-${serial}`,
        verifier: `v-${serial}`,
      };
    },
    addressFor: ({ state }) =>
      fake.away ? Promise.reject(away()) : Promise.resolve(`https://sso.acme.example/auth?state=${state}`),
    redeem: (search, { state }, { acr: demanded }) => {
      if (fake.away) return Promise.reject(away());
      const query = new URLSearchParams(search);
      const code = query.get('code') ?? '';
      if (query.get('state') !== state || used.has(code)) return Promise.resolve({ ok: false, why: 'forged' });
      used.add(code);
      if ('why' in fake.as) return Promise.resolve({ ok: false, why: fake.as.why });
      const { username, acr = null } = fake.as;
      if (!demanded.every((wanted) => wanted === acr)) return Promise.resolve({ ok: false, why: 'weak' });
      const { userId, email, at } = fake.users(username);
      const proof = { userId: userId as never, username, email, acr, signedInAt: at };
      return Promise.resolve({ ok: true, proof });
    },
  };
  return fake;
}

const away = (): CodedError => new CodedError('keycloak_unavailable', 'Keycloak does not answer');

/** A browser with its cookies, in front of the pages of this world. */
export function aBrowser(world: World, signIn: FakeSignIn) {
  signIn.users = (username) => {
    const user = world.keycloak.users.get(username);
    if (user === undefined) throw new Error(`no user ${username}`);
    return { userId: user.userId, email: user.email, at: world.clock.now() };
  };
  let woken = 0;
  const pages: SignInPages = createSignInPages({ ...world.ports, signIn, onReceived: () => void (woken += 1) });
  const cookies = new Map<string, string>();
  const keep = ({ id, value }: SetCookie): void => void cookies.set(id, value);
  const cookieOf = (id: string): string | null => cookies.get(id) ?? null;
  let form = '';
  const seen = (page: Page): Page => {
    if ('form' in page) form = page.form;
    return page;
  };
  const open = async (id: string): Promise<Page> => seen(await pages.look(id, cookieOf(id)));
  /** Presses the button; the query with which Keycloak sends the browser back, or the page that came instead. */
  const begin = async (id: string): Promise<string | Page> => {
    const begun = await pages.start(id);
    if ('page' in begun) return begun;
    keep(begun.cookie);
    return `?code=code-${new URL(begun.go).searchParams.get('state') ?? ''}&state=${new URL(begun.go).searchParams.get('state') ?? ''}`;
  };
  const comeBack = async (search: string): Promise<Page> => {
    const back = await pages.back(search, cookieOf);
    if ('page' in back) return back;
    keep(back.cookie);
    return open(back.goOn);
  };
  return {
    pages,
    cookies,
    open,
    begin,
    comeBack,
    /** The whole way to Keycloak and back. */
    signIn: async (id: string): Promise<Page> => {
      const search = await begin(id);
      return typeof search === 'string' ? comeBack(search) : search;
    },
    /** The button of the page that was seen last. */
    press: async (id: string, sent = form): Promise<Page> => pages.confirm(id, cookieOf(id), sent),
    woken: () => woken,
  };
}

/** The id in the address that somebody was told last. */
export function addressTold(world: World, name: string): string {
  const words = world.told(name).findLast((one) => one.say === 'sign_in');
  if (words?.say !== 'sign_in') throw new Error(`${name} was told no address`);
  return signInId(words.url.split('/').at(-1) ?? '');
}
