import { isAdministrative, roleName } from '../../domain/privilege.ts';
import type { EffectiveRole } from '../../domain/resource.ts';
import type { Grant } from '../../domain/grant.ts';
import type { EpochMs } from '../../domain/ids.ts';
import type { SlackUser } from '../../domain/people.ts';
import { isForAnother, needsSignIn } from '../../domain/request.ts';
import { escalationOf, isManagerStage } from '../../domain/plan.ts';
import type { Stage } from '../../domain/plan.ts';
import type { AccessRequest, PendingRequest, RuledBy } from '../../domain/request.ts';
import type { CardView } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Leases } from '../words/en/facts.ts';
import type { Ready } from '../words/ready.ts';
import { escapeMrkdwn } from './escape.ts';
import { mention, some, strong, when, whenExactly } from './pieces.ts';
import { reasonText } from './reason-text.ts';

/** So many rules of policy are named. */
const RULES_MAX = 5;

/** A stage's group as people know it. */
export const groupName = (path: string): Ready => escapeMrkdwn(path, GROUP_MAX);
/** UTF-16 units of a group where it stands by itself. */
export const GROUP_MAX = 200;

/** The same where there is a group; null: a manager decides. */
export const groupOrNull = (path: string | null): Ready | null => (path === null ? null : groupName(path));

/**
 * Who may decide the current stage: its group, with the one that it was escalated to, or the manager.
 * @param groupMax UTF-16 units of what names groups
 */
export function whoDecides({ card: say }: Catalogue, request: PendingRequest, stage: Stage, groupMax: number): Ready {
  if (isManagerStage(stage)) return say.managerOf(mention(request.beneficiary.slack));
  const other = request.escalatedTo === null ? null : escalationOf(stage);
  if (other === null) return escapeMrkdwn(stage.groupPath, groupMax);
  const half = Math.floor(groupMax / 2);
  return say.either(escapeMrkdwn(stage.groupPath, half), escapeMrkdwn(other.groupPath, half));
}

/** Why those who read the current stage's card are asked. */
export function whyAsked({ card: say }: Catalogue, request: PendingRequest, stage: Stage): string {
  if (isManagerStage(stage)) return say.whyYouManage(mention(request.beneficiary.slack));
  const other = request.escalatedTo === null ? null : escalationOf(stage);
  const group = groupName(stage.groupPath);
  return other === null ? say.whyYou(group) : say.whyYouToo(group, groupName(other.groupPath));
}

/** `Group · risk high · what it is for`. */
export const kindOf = ({ facts, tokens }: Catalogue, { kind, inToken }: AccessRequest['resource']): string =>
  inToken === true ? `${facts.kind[kind]}, ${tokens.mark}` : facts.kind[kind];

export function whatItIs(
  words: Catalogue,
  facts: Pick<AccessRequest, 'resource' | 'risk' | 'description' | 'ruledBy' | 'stepUp'>,
): string {
  const { facts: say } = words;
  const description = escapeMrkdwn(facts.description, 300);
  const line = [kindOf(words, facts.resource), say.risk(facts.risk), ...(description === '' ? [] : [description])];
  const ruled = ruledLine(words, facts.ruledBy);
  return [line.join(' · '), ...(ruled === null ? [] : [ruled]), ...(needsSignIn(facts) ? [say.needsSignIn] : [])].join(
    '\n',
  );
}

/** The rules of policy that matched, and why; null where none did. */
export function ruledLine(words: Catalogue, ruledBy: RuledBy | undefined): string | null {
  const { rules = [], why = [], id = '' } = ruledBy ?? {};
  if (rules.length === 0) return null;
  const names = rules.slice(0, RULES_MAX).map((rule) => escapeMrkdwn(rule, 100));
  const because = why.slice(0, RULES_MAX).map((one) => reasonText(words, one, escapeMrkdwn));
  return words.facts.ruledBy({ names, rest: rules.length - names.length }, because, escapeMrkdwn(id.slice(0, 8), 8));
}

/** What the access really gives, counted and named; administration of Keycloak is said in words. */
export function whatItGives({ facts: say }: Catalogue, roles: readonly EffectiveRole[]): string {
  const administrative = roles.filter(isAdministrative).map(roleName);
  const gives =
    roles.length === 0
      ? say.givesNoRole
      : say.givesRoles(roles.length, some(roles.map(roleName), 12), some(administrative, 5));
  return `${say.gives}  ${gives}`;
}

/** Who asks for it, and for whom when that is somebody else; for how long where `seconds` are given. */
export function whoAsks(
  { facts: say }: Catalogue,
  request: AccessRequest,
  what: Ready,
  seconds: number | null,
): string {
  return say.asks({ by: mention(request.requester.slack), onBehalfOf: forWhom(request), what, seconds });
}

/** Whom a request is for where that is not the one who asked. */
export const forWhom = (request: AccessRequest): Ready | null =>
  isForAnother(request) ? mention(request.beneficiary.slack) : null;

/** Whether the end of a lease is told to the second: it is over within minutes. */
export const isToTheSecond = ({ leaseSeconds }: Pick<Grant, 'leaseSeconds'>): boolean => leaseSeconds < 300;

/** A moment at the end of a lease, as exactly as its holder has to know. */
export const whenLeased = (say: Catalogue, grant: Pick<Grant, 'leaseSeconds'>, at: EpochMs): Ready =>
  (isToTheSecond(grant) ? whenExactly : when)(say, at);

/** When it is to begin, at the end of a line about how long; empty where that is at approval. */
export const fromStart = (say: Catalogue, { startsAt }: AccessRequest): string =>
  startsAt === null ? '' : ` · ${say.holding.from(when(say, startsAt))}`;

/** The same as a sentence of its own. */
export const isToBegin = (say: Catalogue, { startsAt }: AccessRequest): string =>
  startsAt === null ? '' : ` ${say.holding.isToBegin(when(say, startsAt))}`;

/** How long it would be had, and from when. */
export const askedLine = (say: Catalogue, { askedSeconds, startsAt }: AccessRequest): string =>
  say.card.asked(
    askedSeconds,
    startsAt === null ? say.holding.fromApproval : say.holding.fromStart(when(say, startsAt)),
  );

/** What remains after the end of a lease: tokens that applications already hold. */
export function afterTheEnd(
  say: Catalogue,
  tokenSeconds: number,
  accesses: readonly Pick<AccessRequest, 'resource' | 'endSessions'>[],
): string {
  const inToken = accesses.filter(({ resource }) => resource.inToken === true);
  const written = accesses.filter(({ resource }) => resource.inToken !== true);
  const sentences = [
    ...(written.length === 0
      ? []
      : [
          afterBeingTaken(
            say,
            tokenSeconds,
            written.some(({ endSessions }) => endSessions),
          ),
        ]),
    ...(inToken.length === 0 ? [] : [say.tokens.atTheEnd(tokenSeconds)]),
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}

function afterBeingTaken({ facts: say }: Catalogue, tokenSeconds: number, endSessions: boolean): string {
  if (tokenSeconds > 0) return endSessions ? say.tokensLiveOnSessionsEnd(tokenSeconds) : say.tokensLiveOn(tokenSeconds);
  return endSessions ? say.sessionsEnd : '';
}

/** The approvals so far: who, at which stage, when, and for how long where that is shorter than asked. */
export function approvalsLine(say: Catalogue, { approvals, plan, askedSeconds }: AccessRequest): string | null {
  if (approvals.length === 0) return null;
  const shown = approvals.slice(0, 15).map(({ by, stage, at, leaseSeconds }) => ({
    by: mention(by.slack),
    stage: plan.length > 1 ? stage + 1 : null,
    at: when(say, at),
    shorter: leaseSeconds < askedSeconds ? leaseSeconds : null,
  }));
  return say.facts.approvedBy(shown, approvals.length - shown.length);
}

/** What became of a request, as one word or two. */
export function statusWord({ facts: { status } }: Catalogue, request: AccessRequest, grant: Grant | null): string {
  switch (request.state) {
    case 'pending':
      return status.waiting;
    case 'approved':
      return grant === null || grant.state === 'planned' ? status.approved : status[grant.state];
    case 'denied':
    case 'expired':
    case 'withdrawn':
      return status[request.state];
  }
}

/** Several leases that end together: whose, and on what. */
export const leasesOf = (of: {
  readonly holder: SlackUser | null;
  readonly path: string | null;
  readonly count: number;
}): Leases => ({
  count: of.count,
  of: of.holder === null ? null : mention(of.holder),
  on: of.path === null ? null : strong(of.path),
});

/** The newest audit entry when a card was drawn. */
export const anchorText = ({ seq, hash }: CardView['anchor']): string => `#${seq} ${hash.slice(0, 12)}`;
