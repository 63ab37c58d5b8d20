import { personActor } from '../domain/audit-drafts.ts';
import type { AuditDraft } from '../domain/audit.ts';
import type { IdentityNeed } from '../domain/identity.ts';
import { signInId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/ids.ts';
import type { LinkBar } from '../domain/link.ts';
import { slackAttribute } from '../domain/people.ts';
import type { Person, SlackUser } from '../domain/people.ts';
import { isOpen, prove, sendTo, spend, withCode } from '../domain/sign-in.ts';
import type { CodedSignIn, Proof, ProvenSignIn, SentSignIn, SignIn, StepUp } from '../domain/sign-in.ts';
import { CodedError } from '../lib/errors.ts';
import { messagesOf, toPerson } from './answer.ts';
import { identify, identityNeed } from './identify.ts';
import { mayLink } from './may-link.ts';
import type { Page, PageAccount, PageProblem, SignInPages } from './pages.ts';
import type { Ports } from './ports.ts';
import type { BrowserSignIn, Demand } from './sign-in-port.ts';
import { askedNow, askedThen, envelopeOf } from './sign-in-asked.ts';
import { codeHash, codeOf, cookieHash, formOf } from './sign-in-secrets.ts';

/** `other`: whose e-mail the Keycloak user has. */
type Barred = { readonly because: string; readonly problem: PageProblem; readonly other: SlackUser | null };
type Serving = Pick<Ports, 'store' | 'slackPeople' | 'directory' | 'clock' | 'log' | 'settings'> & {
  readonly signIn: BrowserSignIn;
  /** There is something in the inbox. */
  readonly onReceived: () => void;
};

const PROBLEM_OF: Readonly<Record<LinkBar, PageProblem>> = {
  account: 'not_this_account',
  email_of_other: 'email_of_other',
  linked_elsewhere: 'linked_elsewhere',
  disabled: 'not_this_account',
};

/** What the pages of a sign-in show and do. Whatever is away is a page, too, and nothing was changed. */
export function createSignInPages(ports: Serving): SignInPages {
  const guarded =
    <Args extends readonly unknown[], Answer>(serve: (ports: Serving, ...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer | Page> => {
      try {
        return await serve(ports, ...args);
      } catch (error) {
        const code = error instanceof CodedError ? error.code : 'broken';
        ports.log.warn('sign-in page not served', { code, error });
        if (code.startsWith('keycloak_')) return problem('keycloak_away');
        return problem(code.startsWith('slack_') ? 'slack_away' : 'store_away');
      }
    };
  return {
    look: guarded(look),
    start: guarded(start),
    back: guarded(back),
    confirm: guarded(confirm),
    signInOrigin: ports.signIn.origin,
  };
}

const problem = (what: PageProblem): Page => ({ page: 'problem', problem: what });

/** The sign-in behind an address, or why nothing can come of it any more. */
async function openOne(ports: Serving, id: string): Promise<SignIn | PageProblem> {
  const found = await ports.store.signIn(signInId(id));
  if (found === null) return 'unknown';
  if (found.state === 'spent') return 'used';
  return isOpen(found, ports.clock.now()) ? found : 'expired';
}

const isOfBrowser = (signIn: ProvenSignIn | CodedSignIn, cookie: string | null): cookie is string =>
  cookie !== null && cookieHash(cookie) === signIn.cookieHash;

async function look(ports: Serving, id: string, cookie: string | null): Promise<Page> {
  const signIn = await openOne(ports, id);
  if (typeof signIn === 'string') return problem(signIn);
  const account = await accountOf(ports, signIn.slack);
  if (account === null) return problem('not_this_account');
  if (signIn.state === 'proven' && isOfBrowser(signIn, cookie)) {
    const { purpose, proof } = signIn;
    const asked = { form: formOf(cookie), username: proof.username };
    if (purpose.purpose === 'link') return { page: 'confirm_link', ...asked, account };
    const about = await askedNow(ports, purpose);
    return typeof about === 'string' ? problem(about) : { page: 'confirm', ...asked, asked: about };
  }
  if (signIn.state === 'coded')
    return isOfBrowser(signIn, cookie) ? codePage(signIn, cookie, account) : problem('other_browser');
  return { page: 'start', purpose: signIn.purpose.purpose, account };
}

const codePage = (signIn: CodedSignIn, cookie: string, account: PageAccount): Page => ({
  page: 'code',
  code: codeOf(cookie),
  until: signIn.expiresAt,
  account,
});

async function start(ports: Serving, id: string): ReturnType<SignInPages['start']> {
  const signIn = await openOne(ports, id);
  if (typeof signIn === 'string') return problem(signIn);
  if (signIn.state === 'coded' || signIn.state === 'spent') return problem('used');
  const { cookie, ...visit } = ports.signIn.visit();
  const sent = sendTo(signIn, { ...visit, cookieHash: cookieHash(cookie) }, ports.clock.now());
  const go = await ports.signIn.addressFor(visit, demandOf(signIn));
  if ((await ports.store.commit({ signIns: [sent], audit: [] })) === 'conflict') return problem('other_browser');
  return { go, cookie: { id, value: cookie } };
}

const demandOf = ({ purpose }: SignIn): Demand => ({ acr: purpose.purpose === 'link' ? [] : purpose.acr });

async function back(
  ports: Serving,
  search: string,
  cookieOf: (id: string) => string | null,
): ReturnType<SignInPages['back']> {
  const state = new URLSearchParams(search).get('state');
  const sent = state === null ? null : await ports.store.signInSent(state);
  if (sent?.state !== 'sent') return problem('forged');
  if (!isOpen(sent, ports.clock.now())) return problem('expired');
  const cookie = cookieOf(sent.id);
  if (cookie === null) return problem('no_cookie');
  if (cookieHash(cookie) !== sent.visit.cookieHash) return problem('other_browser');
  const redeemed = await ports.signIn.redeem(search, sent.visit, { ...demandOf(sent), sentAt: sent.sentAt });
  if (!redeemed.ok) {
    ports.log.warn('sign-in proves nothing', { why: redeemed.why, correlationId: sent.correlationId });
    return problem(redeemed.why);
  }
  const { proof } = redeemed;
  const barred = await whyBarred(ports, sent, proof);
  if (barred !== null) return refuse(ports, sent, proof, barred);
  // A browser that was known before somebody signed in must not be the one that is trusted afterwards.
  const fresh = ports.signIn.visit().cookie;
  const proven = prove(sent, { cookieHash: cookieHash(fresh), proof });
  if ((await ports.store.commit({ signIns: [proven], audit: [] })) === 'conflict') return problem('other_browser');
  return { goOn: sent.id, cookie: { id: sent.id, value: fresh } };
}

async function confirm(ports: Serving, id: string, cookie: string | null, form: string): Promise<Page> {
  const again = await pressedAgain(ports, id, cookie, form);
  if (again !== null) return again;
  const signIn = await openOne(ports, id);
  if (typeof signIn === 'string') return problem(signIn);
  if (signIn.state !== 'proven' && signIn.state !== 'coded') return problem('stale_form');
  if (cookie === null) return problem('no_cookie');
  if (!isOfBrowser(signIn, cookie)) return problem('other_browser');
  if (form !== formOf(cookie)) return problem('stale_form');
  const account = await accountOf(ports, signIn.slack);
  if (account === null) return problem('not_this_account');
  // The button pressed twice.
  if (signIn.state === 'coded') return codePage(signIn, cookie, account);
  const barred = await whyBarred(ports, signIn, signIn.proof);
  if (barred !== null) return refuse(ports, signIn, signIn.proof, barred);
  const { purpose } = signIn;
  if (purpose.purpose !== 'link')
    return (await act(ports, signIn, purpose)) ?? (await pressedAgain(ports, id, cookie, form)) ?? problem('used');
  const coded = withCode(signIn, codeHash(id, codeOf(cookie)));
  if ((await ports.store.commit({ signIns: [coded], audit: [] })) === 'conflict') return look(ports, id, cookie);
  return codePage(coded, cookie, account);
}

/** The answer to a button that was pressed before in the same browser; null where it was not. */
async function pressedAgain(ports: Serving, id: string, cookie: string | null, form: string): Promise<Page | null> {
  const found = await ports.store.signIn(signInId(id));
  if (found?.state !== 'spent' || found.purpose.purpose === 'link' || cookie === null) return null;
  if (found.cookieHash !== cookieHash(cookie) || form !== formOf(cookie)) return null;
  const asked = await askedThen(ports, found.purpose);
  return typeof asked === 'string' ? problem(asked) : { page: 'done', asked };
}

/**
 * The act goes the way of every click, with its proof, and is checked there like any other.
 * @returns null when it was done meanwhile, or the sign-in began anew
 */
async function act(ports: Serving, signIn: ProvenSignIn, stepUp: StepUp): Promise<Page | null> {
  const asked = await askedNow(ports, stepUp);
  if (typeof asked === 'string') return problem(asked);
  const { proof } = signIn;
  const { acr, signedInAt } = proof;
  const data = { for: stepUp.purpose, signIn: signIn.id, acr, signedInAt };
  const committed = await ports.store.commit({
    signIns: [spend(signIn)],
    inbox: [envelopeOf(signIn, stepUp, proof, ports)],
    audit: [entry('identity.proven', signIn, proof, ports.clock.now(), data)],
  });
  if (committed === 'conflict') return null;
  ports.onReceived();
  return { page: 'done', asked };
}

/** Why whoever signed in may not go on, read live. */
async function whyBarred(ports: Serving, { slack, purpose }: SignIn, { userId }: Proof): Promise<Barred | null> {
  if (purpose.purpose === 'link') {
    const barred = await mayLink(ports, slack, userId);
    return barred && { because: barred.bar, problem: PROBLEM_OF[barred.bar], other: barred.other };
  }
  const who = await identify(ports, slack, await needFor(ports, purpose));
  if (who.ok && who.person.userId === userId) return null;
  return { because: 'other_person', problem: 'other_person', other: null };
}

/** How well an account must be known for what somebody signs in to do, as without a sign-in. */
async function needFor(ports: Serving, stepUp: StepUp): Promise<IdentityNeed> {
  if (stepUp.purpose !== 'approve') return stepUp.purpose === 'take' ? 'linked' : 'email';
  const request = await ports.store.request(stepUp.parts[0].requestId);
  return identityNeed(request?.risk ?? 'critical');
}

/** Nothing comes of it; whose e-mail it was hears of it. */
async function refuse(
  ports: Serving,
  signIn: SentSignIn | ProvenSignIn,
  proof: Proof,
  { because, problem: what, other }: Barred,
): Promise<Page> {
  const at = ports.clock.now();
  const { slack, correlationId } = signIn;
  const person: Person = { userId: proof.userId, username: proof.username, slack };
  const message = messagesOf(`${correlationId}:refused`, at, correlationId);
  const owner = other === null ? [] : [toPerson({ ...person, slack: other }, linkTried(slack, proof.username))];
  const data = { because, slack: slackAttribute(slack), ...(other && { of: slackAttribute(other) }) };
  // Whoever was meant may still sign in.
  const used = signIn.purpose.purpose === 'link' ? [spend(signIn)] : [];
  const batch = {
    signIns: used,
    messages: owner.map(message),
    audit: [entry('identity.refused', signIn, proof, at, data)],
  };
  if ((await ports.store.commit(batch)) === 'conflict') return problem('used');
  return problem(what);
}

const entry = (
  kind: 'identity.refused' | 'identity.proven',
  { slack, correlationId }: SignIn,
  { userId, username }: Proof,
  at: EpochMs,
  data: AuditDraft['data'],
): AuditDraft => ({
  ...{ kind, at, correlationId, data, resource: null, requestId: null, grantId: null },
  actor: personActor({ userId, username, slack }),
  subject: { userId, username },
});

const linkTried = (by: SlackUser, username: string) => ({ notice: 'link_tried', by, username }) as const;

/** What a page tells of a Slack account; null when it may not be named any more. */
async function accountOf({ slackPeople }: Serving, slack: SlackUser): Promise<PageAccount | null> {
  const profile = await slackPeople.profile(slack);
  if (profile === null || profile.deleted) return null;
  const { name, email } = profile;
  return { name, email, userId: slack.userId, workspace: slackPeople.homeTeamName() };
}
