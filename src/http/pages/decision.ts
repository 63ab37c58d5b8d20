import type { Page, PageDecision } from '../../usecases/pages.ts';
import type { Words } from '../words/en.ts';
import { NOTHING, html } from './html.ts';
import type { Html } from './html.ts';
import { button, facts } from './layout.ts';
import type { Fact, Sheet } from './layout.ts';
import { said, saidAll } from './text.ts';

type Of<Kind extends Page['page']> = Extract<Page, { readonly page: Kind }>;

/** First who asks for what, then for how long, why, and what it would really give; several are parts of one request. */
export function confirmDecisionSheet(page: Of<'confirm_decision'>, { decision: words }: Words, path: string): Sheet {
  const { decisions, form, username } = page;
  const isOne = decisions.length === 1;
  return {
    title: isOne ? words.title : words.titleOfMany(decisions.length),
    body: html`${decisions.map((decision) => factsOf(decision, words))} ${facts([[words.you, said(username)]])}
      ${button(`${path}/confirm`, isOne ? words.button : words.buttonOfMany(decisions.length), form)}
      <p class="soft">${words.orInSlack}</p>`,
  };
}

function factsOf(decision: PageDecision, words: Words['decision']): Html {
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
  return html`<p>${beneficiary === null ? words.asks(who, what) : words.asksFor(who, what, said(beneficiary))}</p>
    ${facts(rows)}`;
}

export const decidedSheet = ({ paths }: Of<'decided'>, { decided }: Words): Sheet => ({
  title: decided.title,
  body: html`<p>${decided.what(saidAll(paths))}</p>
    <p class="soft">${decided.close}</p>`,
});

const rolesOf = ({ roles, moreRoles }: PageDecision, words: Words['decision']): Html =>
  roles.length === 0
    ? html`${words.noRoles}`
    : html`${saidAll(roles)}${moreRoles > 0 ? html`${words.moreRoles(moreRoles)}` : NOTHING}`;

/** A risk that has no word in this language is shown as it is written. */
function riskOf({ risk }: PageDecision, { risks }: Words['decision']): Html {
  const known = new Map<string, string>(Object.entries(risks)).get(risk);
  return known === undefined ? said(risk) : html`${known}`;
}
