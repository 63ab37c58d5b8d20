import type { Proof, Visit } from '../domain/sign-in.ts';

/** What a sign-in has to be like. */
export type Demand = {
  /** Each is asked for (`acr_values`) and all of them are demanded of the answer; none: however Keycloak likes. */
  readonly acr: readonly string[];
};

/** Why an answer of Keycloak proves nothing. */
export type NoProof =
  /** He turned back, or Keycloak refused him. */
  | 'denied'
  /** Not what was asked for: another state, issuer, nonce or client, a bad signature, a code used twice. */
  | 'forged'
  /** The sign-in is older than the question. */
  | 'stale'
  /** It was not as strong as demanded. */
  | 'weak';

/** Signs people in to Keycloak by their browsers: OpenID Connect, authorization code with PKCE, and always afresh. */
export interface BrowserSignIn {
  /** Fresh random texts for one visit; of the cookie, its value. */
  visit(): Omit<Visit, 'cookieHash'> & { readonly cookie: string };
  /** Where the browser is to go. @throws keycloak_unavailable */
  addressFor(visit: Omit<Visit, 'cookieHash'>, demand: Demand): Promise<string>;
  /**
   * Redeems what the browser brought back, once.
   * @param search the query of the call, `?code=…&state=…&iss=…`
   * @param sentAt when the browser was sent, epoch ms: the sign-in must not be older
   * @throws keycloak_unavailable: nothing is known
   */
  redeem(
    search: string,
    visit: Omit<Visit, 'cookieHash'>,
    demand: Demand & { readonly sentAt: number },
  ): Promise<{ readonly ok: true; readonly proof: Proof } | { readonly ok: false; readonly why: NoProof }>;
  /** Where Keycloak is seen by browsers, such as `https://sso.example.com`: forms may lead there. */
  readonly origin: string;
}
