import { personActor } from '../domain/audit-drafts.ts';
import type { AuditDraft } from '../domain/audit.ts';
import { signInId } from '../domain/ids.ts';
import type { LinkBar } from '../domain/link.ts';
import { slackAttribute } from '../domain/people.ts';
import type { Person, SlackUser } from '../domain/people.ts';
import { isOpen, prove, sendTo, spend, withCode } from '../domain/sign-in.ts';
import { roleName } from '../domain/privilege.ts';
import { isForAnother, progress } from '../domain/request.ts';
import type { PendingRequest } from '../domain/request.ts';
import type { CodedSignIn, PartShown, Proof, ProvenSignIn, Purpose, SentSignIn, SignIn } from '../domain/sign-in.ts';
import { CodedError } from '../lib/errors.ts';
import { messagesOf, toPerson } from './answer.ts';
import { identify, identityNeed } from './identify.ts';
import type { InboxItem, PartSeen } from './intent.ts';
import { mayLink } from './may-link.ts';
import type { Page, PageAccount, PageDecision, PageProblem, SignInPages } from './pages.ts';
import type { Ports } from './ports.ts';
import type { BrowserSignIn, Demand } from './sign-in-port.ts';
import { codeHash, codeOf, cookieHash, formOf } from './sign-in-secrets.ts';

type Approving = Extract<Purpose, { purpose: 'approve' }>;
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
    const shown = await shownNow(ports, purpose);
    return typeof shown === 'string' ? problem(shown) : { page: 'confirm_decision', ...asked, decisions: shown };
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
  if (purpose.purpose === 'approve') return approve(ports, signIn, purpose);
  const coded = withCode(signIn, codeHash(id, codeOf(cookie)));
  if ((await ports.store.commit({ signIns: [coded], audit: [] })) === 'conflict') return look(ports, id, cookie);
  return codePage(coded, cookie, account);
}

/** The approval goes the way of every click, with its proof, and is checked there like any other. */
async function approve(ports: Serving, signIn: ProvenSignIn, purpose: Approving): Promise<Page> {
  const shown = await shownNow(ports, purpose);
  if (typeof shown === 'string') return problem(shown);
  const { slack, correlationId, proof } = signIn;
  const { parts, message, leaseSeconds } = purpose;
  const [first, ...also] = parts;
  const item: InboxItem = {
    ...{ slack, correlationId, key: `sign-in:${signIn.id}`, receivedAt: ports.clock.now() },
    reply: { slack, responseUrl: null },
    intent: {
      ...{ intent: 'approve', ...seen(first), message, leaseSeconds, proof: { proof, parts } },
      ...(also.length > 0 && { also: also.map(seen) }),
    },
  };
  const committed = await ports.store.commit({ signIns: [spend(signIn)], inbox: [item], audit: [] });
  if (committed === 'conflict') return problem('used');
  ports.onReceived();
  return { page: 'decided', paths: shown.map(({ path }) => path) };
}

const seen = ({ requestId, version, stage }: PartShown): PartSeen => ({ requestId, version, stage });

/** What is to be approved as the record has it now, or why it is no longer what the card showed. */
async function shownNow(
  { store, clock }: Serving,
  { parts, leaseSeconds }: Approving,
): Promise<readonly [PageDecision, ...PageDecision[]] | PageProblem> {
  const decisions: PageDecision[] = [];
  for (const { requestId, version, digest, stage } of parts) {
    const request = await store.request(requestId);
    if (request === null) return 'unknown';
    if (request.state !== 'pending' || clock.now() >= request.waitsUntil) return 'settled';
    const isSame = request.version === version && request.digest === digest && progress(request)?.index === stage;
    if (!isSame) return 'changed';
    decisions.push(pageDecision(request, stage, leaseSeconds));
  }
  const [first, ...rest] = decisions;
  return first === undefined ? 'unknown' : [first, ...rest];
}

const ROLES_SHOWN = 10;

const pageDecision = (request: PendingRequest, stage: number, leaseSeconds: number | null): PageDecision => ({
  path: request.resource.path,
  requester: request.requester.username,
  beneficiary: isForAnother(request) ? request.beneficiary.username : null,
  justification: request.justification,
  leaseSeconds: Math.min(leaseSeconds ?? request.askedSeconds, request.askedSeconds),
  startsAt: request.startsAt,
  risk: request.risk,
  roles: request.roles.slice(0, ROLES_SHOWN).map(roleName),
  moreRoles: Math.max(0, request.roles.length - ROLES_SHOWN),
  stage: stage + 1,
  stages: request.plan.length,
  approvedBy: request.approvals.map(({ by }) => by.username),
});

/** Why whoever signed in may not go on, read live. */
async function whyBarred(ports: Serving, { slack, purpose }: SignIn, { userId }: Proof): Promise<Barred | null> {
  if (purpose.purpose === 'link') {
    const barred = await mayLink(ports, slack, userId);
    return barred && { because: barred.bar, problem: PROBLEM_OF[barred.bar], other: barred.other };
  }
  const request = await ports.store.request(purpose.parts[0].requestId);
  const who = await identify(ports, slack, identityNeed(request?.risk ?? 'critical'));
  if (who.ok && who.person.userId === userId) return null;
  return { because: 'other_person', problem: 'other_person', other: null };
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
  const entry: AuditDraft = {
    ...{ kind: 'identity.refused', at, correlationId, resource: null, requestId: null, grantId: null },
    actor: personActor(person),
    subject: { userId: proof.userId, username: proof.username },
    data: { because, slack: slackAttribute(slack), ...(other && { of: slackAttribute(other) }) },
  };
  // Whoever was meant may still sign in.
  const used = signIn.purpose.purpose === 'link' ? [spend(signIn)] : [];
  const batch = { signIns: used, messages: owner.map(message), audit: [entry] };
  if ((await ports.store.commit(batch)) === 'conflict') return problem('used');
  return problem(what);
}

const linkTried = (by: SlackUser, username: string) => ({ notice: 'link_tried', by, username }) as const;

/** What a page tells of a Slack account; null when it may not be named any more. */
async function accountOf({ slackPeople }: Serving, slack: SlackUser): Promise<PageAccount | null> {
  const profile = await slackPeople.profile(slack);
  if (profile === null || profile.deleted) return null;
  const { name, email } = profile;
  return { name, email, userId: slack.userId, workspace: slackPeople.homeTeamName() };
}
