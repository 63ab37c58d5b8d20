import type { Page, PageAccount } from '../../usecases/pages.ts';
import type { Words } from '../words/en.ts';
import { NOTHING, html } from './html.ts';
import type { Html } from './html.ts';
import { button, facts } from './layout.ts';
import type { Sheet } from './layout.ts';
import { isSeen, said } from './text.ts';

type Of<Kind extends Page['page']> = Extract<Page, { readonly page: Kind }>;

/** Before the sign-in: whose account it is for, and not a word about what an approval would be of. */
export function startSheet({ purpose, account }: Of<'start'>, { start }: Words, path: string): Sheet {
  const { title, what, onlyIf } = start[purpose];
  return {
    title,
    body: html`<p>${what(nameOf(account), inBrackets(account, start))}</p>
      <p>${onlyIf} ${start.elseClose}</p>
      ${button(path, start.button)}`,
  };
}

/** On the way to Keycloak, for browsers that do not go on by themselves. */
export const onwardSheet = (address: string, { onward }: Words): Sheet => ({
  title: onward.title,
  body: html`<p>${onward.what} <a href="${address}">${onward.link}</a></p>`,
});

export function confirmLinkSheet(
  { form, account, username }: Of<'confirm_link'>,
  { link }: Words,
  path: string,
): Sheet {
  const about = facts([
    [link.workspace, said(account.workspace)],
    [link.memberId, said(account.userId)],
  ]);
  return {
    title: link.title,
    body: html`<div class="two">
        <section>
          <h2>${link.slack}</h2>
          <p><strong>${nameOf(account)}</strong></p>
          ${emailOf(account)}${about}
        </section>
        <section>
          <h2>${link.keycloak}</h2>
          <p><strong>${said(username)}</strong></p>
        </section>
      </div>
      ${button(`${path}/confirm`, link.button, form)}
      <p class="soft">${link.ifNot}</p>`,
  };
}

export const codeSheet = ({ code: typed, until, account }: Of<'code'>, { code }: Words): Sheet => ({
  title: code.title,
  body: html`<p class="code">${groups(typed).map((group) => html`<span>${group}</span>`)}</p>
    <p>${code.where(nameOf(account))} ${code.until(until)}</p>
    <p class="soft">${code.secret}</p>`,
});

/** By fours or threes to the eye only: what is copied has no gaps. */
function groups(code: string): readonly string[] {
  const size = code.length % 4 === 0 ? 4 : 3;
  return code.match(new RegExp(`.{1,${size}}`, 'gsu')) ?? [];
}

/** A Slack account need not have a name that one can see; its id it always has. */
const nameOf = ({ name, userId }: PageAccount): Html => said(isSeen(name) ? name : userId);

const emailOf = ({ email }: PageAccount): Html => (email === null ? NOTHING : html`<p>${said(email)}</p>`);

const inBrackets = ({ email, workspace }: PageAccount, { inWorkspace }: Words['start']): Html =>
  html`${email === null ? NOTHING : html`${said(email)}, `}${inWorkspace(said(workspace))}`;
