import type { Page, PageDecision } from '../../usecases/pages.ts';
import type { Words } from '../words/en.ts';
import { NOTHING, html } from './html.ts';
import type { Html } from './html.ts';
import { button, facts } from './layout.ts';
import type { Fact, Sheet } from './layout.ts';
import { said, saidAll } from './text.ts';

type Of<Kind extends Page['page']> = Extract<Page, { readonly page: Kind }>;

/** First who asks for what, then for how long, why, and what it would really give. */
export function confirmDecisionSheet(page: Of<'confirm_decision'>, { decision: words }: Words, path: string): Sheet {
  const { decision, form, username } = page;
  const { requester, beneficiary, leaseSeconds, startsAt, justification, stage, stages, approvedBy } = decision;
  const who = said(requester);
  const what = said(decision.path);
  const rows: Fact[] = [
    [words.lease, html`${words.leaseFrom(leaseSeconds, startsAt)}`],
    [words.why, said(justification), 'long'],
    [words.gives, rolesOf(decision, words), 'long'],
    [words.risk, riskOf(decision, words)],
    [words.stage, html`${words.stageOf(stage, stages)}`],
  ];
  if (approvedBy.length > 0) rows.push([words.approvedBy, saidAll(approvedBy)]);
  rows.push([words.you, said(username)]);
  return {
    title: words.title,
    body: html`<p>${beneficiary === null ? words.asks(who, what) : words.asksFor(who, what, said(beneficiary))}</p>
      ${facts(rows)} ${button(`${path}/confirm`, words.button, form)}
      <p class="soft">${words.orInSlack}</p>`,
  };
}

export function decidedSheet({ path, outcome }: Of<'decided'>, { decided }: Words): Sheet {
  const what = said(path);
  const close = html`<p class="soft">${decided.close}</p>`;
  switch (outcome) {
    case 'approved':
      return {
        title: decided.approved,
        body: html`<p>${decided.approvedWhat(what)}</p>
          ${close}`,
      };
    case 'stage_done':
      return {
        title: decided.stageDone,
        body: html`<p>${decided.stageDoneWhat(what)}</p>
          ${close}`,
      };
    case 'received':
      return {
        title: decided.received,
        body: html`<p>${decided.receivedWhat(what)}</p>
          ${close}`,
      };
  }
}

const rolesOf = ({ roles, moreRoles }: PageDecision, words: Words['decision']): Html =>
  roles.length === 0
    ? html`${words.noRoles}`
    : html`${saidAll(roles)}${moreRoles > 0 ? html`${words.moreRoles(moreRoles)}` : NOTHING}`;

/** A risk that has no word in this language is shown as it is written. */
function riskOf({ risk }: PageDecision, { risks }: Words['decision']): Html {
  const known = new Map<string, string>(Object.entries(risks)).get(risk);
  return known === undefined ? said(risk) : html`${known}`;
}
