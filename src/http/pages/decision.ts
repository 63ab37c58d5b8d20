import type { Page, PageAsked, PageDecision } from '../../usecases/pages.ts';
import type { Words } from '../words/en.ts';
import { NOTHING, html } from './html.ts';
import type { Html } from './html.ts';
import { button, facts } from './layout.ts';
import type { Fact, Sheet } from './layout.ts';
import { said, saidAll } from './text.ts';

type Of<Kind extends Page['page']> = Extract<Page, { readonly page: Kind }>;

/** What somebody signed in to do, as who, and the button that does it. */
export function confirmSheet({ asked, form, username }: Of<'confirm'>, words: Words, path: string): Sheet {
  const { title, body, label, soft } = bodyOf(asked, words);
  return {
    title,
    body: html`${body} ${facts([[words.confirm.you, said(username)]])} ${button(`${path}/confirm`, label, form)}
      <p class="soft">${soft}</p>`,
  };
}

type Body = { readonly title: string; readonly body: Html; readonly label: string; readonly soft: string };

function bodyOf(asked: PageAsked, { decision, taking, ending, confirm }: Words): Body {
  switch (asked.asked) {
    case 'approve': {
      const { decisions } = asked;
      const isOne = decisions.length === 1;
      return {
        title: isOne ? decision.title : decision.titleOfMany(decisions.length),
        body: html`${decisions.map((one) => factsOf(one, decision))}`,
        label: isOne ? decision.button : decision.buttonOfMany(decisions.length),
        soft: decision.orInSlack,
      };
    }
    case 'take': {
      const rows: readonly Fact[] = [
        [decision.lease, html`${taking.lease(asked.leaseSeconds)}`],
        [decision.why, said(asked.justification), 'long'],
      ];
      const body = html`<p>${taking.what(said(asked.path))}</p>
        ${facts(rows)}`;
      return { title: taking.title, body, label: taking.button, soft: confirm.orClose };
    }
    case 'revoke_all': {
      const body = html`<p>${ending.what(said(asked.realm), asked.leases)}</p>`;
      return { title: ending.title, body, label: ending.button, soft: confirm.orClose };
    }
  }
}

/** First who asks for what, then for how long, why, and what it would really give. */
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

export function doneSheet({ asked }: Of<'done'>, words: Words): Sheet {
  const [title, what] = doneOf(asked, words);
  return {
    title,
    body: html`<p>${what}</p>
      <p class="soft">${words.confirm.close}</p>`,
  };
}

function doneOf(asked: PageAsked, { decision, taking, ending }: Words): readonly [title: string, what: Html] {
  switch (asked.asked) {
    case 'approve':
      return [decision.done, decision.doneWhat(saidAll(asked.decisions.map(({ path }) => path)))];
    case 'take':
      return [taking.done, taking.doneWhat(said(asked.path))];
    case 'revoke_all':
      return [ending.done, html`${ending.doneWhat}`];
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
