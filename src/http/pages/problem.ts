import type { Problem } from '../words/en-problems.ts';
import type { Words } from '../words/en.ts';
import { html } from './html.ts';
import type { Sheet } from './layout.ts';

export const PROBLEM_STATUS: Readonly<Record<Problem, number>> = {
  unknown: 404,
  used: 410,
  expired: 410,
  other_browser: 403,
  no_cookie: 403,
  stale_form: 409,
  other_person: 403,
  email_of_other: 403,
  linked_elsewhere: 409,
  not_this_account: 403,
  changed: 409,
  settled: 409,
  too_many: 429,
  keycloak_away: 503,
  slack_away: 503,
  store_away: 503,
  denied: 403,
  forged: 403,
  stale: 403,
  weak: 403,
  elsewhere: 403,
};

export function problemSheet(problem: Problem, { problems }: Words): Sheet {
  const { title, what } = problems[problem];
  return { title, body: html`<p>${what}</p>` };
}
