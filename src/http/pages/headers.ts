import { STYLE_SOURCE } from './style.ts';

/**
 * What stands on every page and redirect of a sign-in.
 *
 * `form-action` names nobody else: Chromium applies it to where a form is redirected as well, and Keycloak may hand on to any
 * identity provider, so that the way there is a page of its own that goes on by itself. `referrer-policy` is
 * `same-origin`, which tells other sites nothing: with `no-referrer` a form would send `Origin: null` to its own site
 * (Fetch, the `Origin` header), and browsers without `Sec-Fetch-Site` could not be told from strangers.
 */
export const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
} as const;
