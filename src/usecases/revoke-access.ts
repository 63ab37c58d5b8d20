import { isMember } from '../domain/authority.ts';
import { asksManager } from '../domain/entitlement.ts';
import { holdingKey } from '../domain/grant.ts';
import type { OpenGrant } from '../domain/grant.ts';
import type { MessageBody, Notice } from '../domain/message.ts';
import type { Person, SlackUser } from '../domain/people.ts';
import { slackAttribute } from '../domain/people.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import type { Resource } from '../domain/resource.ts';
import { matchAccess } from '../domain/search.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, toAsker } from './answer.ts';
import { askedToEnd } from './end-grants.ts';
import { identify, isAdmin } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';
import { offerSignIn, reaches, signedInAs } from './step-up.ts';

type Revocation = Extract<Intent, { intent: 'revoke' }>;

/** Which leases: `holder` null stands for everybody's, `path` null for every access. */
type Scope = { readonly holder: SlackUser | null; readonly path: string | null };

/** So many holdings are asked to end in one write. */
const AT_ONCE = 50;
const PAGE = 500;
/** A group of holdings that somebody else is writing at the same time is read again so often. */
const MOST_TRIES = 10;

/**
 * Ends somebody else's leases: one person's on one access, all of a person, everybody's on one access, or all there are.
 * Admins may; approvers may for what they approve.
 */
export async function revokeAccess(ports: Ports, item: InboxItem, intent: Revocation): Promise<CarriedOut> {
  const { adminGroup, realm, stepUpAcr } = ports.settings;
  const who = await identify(ports, item.slack, 'email');
  if (!who.ok) return answerNo(ports, item, who.refusal);
  const admin = await isAdmin(ports, who.person);
  const mayNot = { refusal: 'may_not_revoke', adminGroup } as const;
  if (intent.access === null) {
    if (!admin) return answerNo(ports, item, mayNot);
    // The word was typed into a form, and the form may be forged.
    if (intent.person === null && intent.confirmation !== realm)
      return answerNo(ports, item, { refusal: 'not_confirmed', realm });
    const stepUp = intent.person === null && stepUpAcr !== null ? [stepUpAcr] : [];
    if (!reaches(signedInAs(intent.proof, who.person), stepUp))
      return offerSignIn(ports, item, { purpose: 'revoke_all', acr: stepUp });
    return endAll(ports, item, who.person, { holder: intent.person, path: null });
  }
  const resources = await leasedResources(ports, intent.person);
  const paths = [...new Set(resources.map(({ path }) => path))];
  const match = matchAccess(
    paths.map((path) => ({ path })),
    intent.access,
  );
  if (match.match !== 'one') {
    // Whoever may not revoke learns nothing of what others hold.
    if (!admin) return answerNo(ports, item, mayNot);
    if (match.match === 'none') return answerNo(ports, item, { refusal: 'nothing_live', path: intent.access });
    return answerNo(ports, item, { refusal: 'ambiguous_access', asked: intent.access, matches: match.paths });
  }
  const { path } = match.found;
  for (const resource of resources) {
    if (admin || resource.path !== path) continue;
    if (!(await approves(ports, who.person, resource))) return answerNo(ports, item, mayNot);
  }
  return endAll(ports, item, who.person, { holder: intent.person, path });
}

/** What the form that ends everything asks to confirm; for admins alone. */
export async function openRevocation(
  ports: Pick<Ports, 'slackPeople' | 'directory' | 'settings' | 'store'>,
  slack: SlackUser,
): Promise<Outcome<{ readonly realm: string; readonly leases: number }>> {
  const { adminGroup, realm } = ports.settings;
  const who = await identify(ports, slack, 'email');
  if (!who.ok) return who;
  if (!(await isAdmin(ports, who.person))) return refuse({ refusal: 'may_not_revoke', adminGroup });
  return { ok: true, realm, leases: await ports.store.countOpenGrants() };
}

/** Whether a person is, as Keycloak says now, an enabled member of one of the groups that approve this access. */
export async function approves(
  ports: Pick<Ports, 'catalogue' | 'directory'>,
  person: Person,
  resource: Resource,
): Promise<boolean> {
  const item = await ports.catalogue.read(resource);
  if (item === null || !item.requestable) return false;
  for (const { approverGroup } of item.entitlement.stages.filter((rule) => !asksManager(rule))) {
    if (isMember(await ports.directory.group(approverGroup), person)) return true;
  }
  return false;
}

/** Every resource on which somebody, or this one person, has an open lease that nobody asked to end. */
async function leasedResources(ports: Ports, holder: SlackUser | null): Promise<readonly Resource[]> {
  const found = new Map<string, Resource>();
  for await (const { resource } of openLeases(ports, { holder, path: null }))
    found.set(`${resource.kind}/${resource.id}`, resource);
  return [...found.values()];
}

/** The open leases within the scope that nobody asked to end. One person's are looked up; for all, all are looked through. */
async function* openLeases(ports: Ports, scope: Scope): AsyncIterable<OpenGrant> {
  if (scope.holder !== null) {
    yield* (await ports.store.openGrantsOf(scope.holder)).filter(isWithin(scope));
    return;
  }
  for (let after = ''; ;) {
    const page = await ports.store.openHoldings(after, PAGE);
    yield* page.flatMap(({ grants }) => grants.filter(isWithin(scope)));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = last.holding.key;
  }
}

const isWithin =
  ({ holder, path }: Scope) =>
  ({ endAsked, resource, person }: OpenGrant): boolean =>
    endAsked === null &&
    (path === null || resource.path === path) &&
    (holder === null || slackAttribute(person.slack) === slackAttribute(holder));

/**
 * Asks for the end of every lease within the scope, group by group, and finishes the envelope with the last one. What was
 * asked to end before a crash is passed over when the envelope is taken up again.
 */
async function endAll(ports: Ports, item: InboxItem, by: Person, scope: Scope): Promise<CarriedOut> {
  const held = new Set<string>();
  for await (const { realm, person, resource } of openLeases(ports, scope))
    held.add(holdingKey(realm, person.userId, resource));
  const keys = [...held];
  if (keys.length === 0) return answerNo(ports, item, { refusal: 'nothing_live', path: scope.path });
  let count = 0;
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const isLast = from + AT_ONCE >= keys.length;
    const ended = await endGroup(ports, item, by, scope, keys.slice(from, from + AT_ONCE), isLast ? count : null);
    if (ended === 'conflict') return ended;
    count += ended;
  }
  return 'committed';
}

/** @param before with the last group: how many leases went before it. @returns how many leases it was */
async function endGroup(
  ports: Ports,
  item: InboxItem,
  by: Person,
  scope: Scope,
  keys: readonly string[],
  before: number | null,
): Promise<number | 'conflict'> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const known = (await Promise.all(keys.map((key) => ports.store.holding(key)))).flatMap((one) => one ?? []);
    const group = known
      .map(({ holding, grants }) => ({ holding, grants: grants.filter(isWithin(scope)) }))
      .filter(({ grants }) => grants.length > 0);
    const grants = group.flatMap((claimed) => claimed.grants);
    const asked = askedToEnd(ports, item, group, { endedBy: 'revocation', by });
    const last = before === null ? null : finish(ports, item, by, scope, before + grants.length, grants[0]);
    const batch: Batch = { ...asked, ...last, messages: [...(asked.messages ?? []), ...(last?.messages ?? [])] };
    if ((await ports.store.commit(batch)) === 'committed') return grants.length;
  }
  return 'conflict';
}

/** The envelope is done: the one who asked hears how many leases it was, and the operators of more than one person's access. */
function finish(
  ports: Ports,
  item: InboxItem,
  by: Person,
  { holder, path }: Scope,
  count: number,
  first: OpenGrant | undefined,
): Pick<Batch, 'inboxDone' | 'messages'> {
  const isOne = holder !== null && path !== null && first !== undefined;
  const notice: Notice = isOne
    ? { notice: 'ending', resource: first.resource, count }
    : { notice: 'ending_many', holder, path, count };
  const alarm: MessageBody = { to: 'operators', alarm: { alarm: 'revoked_widely', by, holder, path, count } };
  const message = messagesOf(item.key, ports.clock.now(), item.correlationId);
  return { inboxDone: item.key, messages: [toAsker(item, notice), ...(isOne ? [] : [alarm])].map(message) };
}
