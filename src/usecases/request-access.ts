import { personActor, requestEntry } from '../domain/audit-drafts.ts';
import { MAX_PARTS, approveAll, bundled, isReady } from '../domain/bundle.ts';
import type { JsonObject } from '../domain/canonical.ts';
import type { CatalogueItem, Entitlement } from '../domain/entitlement.ts';
import { requestId } from '../domain/ids.ts';
import type { EpochMs } from '../domain/ids.ts';
import { slackAttribute } from '../domain/people.ts';
import { refuse, refusedTogether } from '../domain/refusal.ts';
import type { Outcome, Refusal, RefusedPart } from '../domain/refusal.ts';
import { beginStage, isForAnother, nextReminder } from '../domain/request.ts';
import type { PendingRequest } from '../domain/request.ts';
import { cleanText } from '../domain/text.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, tellThread, toAnother, toAsker } from './answer.ts';
import { checkJustification, findAccess } from './ask.ts';
import { barriers, drawAsk, pendingTwin } from './fit-ask.ts';
import { identify, identityNeed } from './identify.ts';
import type { AccessWord, InboxItem, Intent } from './intent.ts';
import { planAccess } from './plan-access.ts';
import type { Ports } from './ports.ts';
import { startOf } from './start-of.ts';
import { partSettled } from './team-parts.ts';
import { unreachable } from './seats.ts';

type Ask = Extract<Intent, { intent: 'request' }>;

/**
 * Takes a request for one access, or for several as a bundle: checks everything live, commits it with its card and entries,
 * or says why not. Where one part is refused nothing is asked for.
 */
export async function requestAccess(ports: Ports, item: InboxItem, ask: Ask): Promise<CarriedOut> {
  const words = [ask.access, ...(ask.also ?? [])];
  if (words.length > MAX_PARTS) return answerNo(ports, item, { refusal: 'too_many_parts', limit: MAX_PARTS });
  const catalogue = await ports.catalogue.list();
  const { found, refused } = findParts(catalogue, words);
  const needsLink = found.filter(({ risk }) => identityNeed(risk) === 'linked');
  const need = needsLink.length > 0 ? 'linked' : 'email';
  const about = words.length === 1 ? { resource: found[0]?.resource ?? null } : {};
  const no = (parts: readonly RefusedPart[]): Promise<CarriedOut> =>
    answerNo(ports, item, refusedTogether('ask', parts, words.length), about);
  const who = await identify(ports, item.slack, need);
  if (!who.ok) {
    const { refusal } = who;
    return refusal.refusal === 'link_needed' ? no(needsLink.map(refusedAs(refusal))) : answerNo(ports, item, refusal);
  }
  if (ask.askedAs !== undefined && ask.askedAs !== who.person.userId)
    return answerNo(ports, item, { refusal: 'identity_ambiguous' }, about);
  if (found.length === 0) return no(refused);
  const whom = ask.beneficiary ?? item.slack;
  const isOwn = slackAttribute(whom) === slackAttribute(item.slack);
  const beneficiary = isOwn ? who : await identify(ports, whom, need);
  if (!beneficiary.ok) {
    const { refusal: because } = beneficiary.refusal;
    const refusal: Refusal = { refusal: 'not_for_them', person: whom, because };
    return because === 'link_needed' ? no(needsLink.map(refusedAs(refusal))) : answerNo(ports, item, refusal, about);
  }
  const people = { requester: who.person, beneficiary: beneficiary.person };
  const drafts = await Promise.all(
    found.map(async (entitlement) => ({
      entitlement,
      draft: await prepare(ports, item, { ...ask, all: found }, people, entitlement),
    })),
  );
  const unfit = drafts.flatMap(({ entitlement, draft }) => (draft.ok ? [] : [refusedAs(draft.refusal)(entitlement)]));
  if (refused.length + unfit.length > 0) return no([...refused, ...unfit]);

  // At one time: what is asked for together waits, is reminded of and goes on to others together.
  const now = ports.clock.now();
  const fit = drafts.flatMap(({ draft }) => (draft.ok ? [draft] : []));
  const requests = bundled(fit.map(({ requestAt }) => requestAt(now)));
  const extras = fit.map(({ record }) => ruledAs(record));
  const [request] = requests;
  if (request === undefined) throw new Error('nothing is asked for');
  if (isReady(requests)) return giveAtOnce(ports, item, requests, extras);
  const message = messagesOf(item.key, request.submittedAt, item.correlationId);
  const part = await partSettled(ports, item, { part: 'asked', requests: requests.map(({ id }) => id) });
  const committed = await ports.store.commit({
    requests,
    ...part,
    inboxDone: item.key,
    messages: [
      ...tellThread(request, {
        line: 'asked',
        by: request.requester,
        ...(isForAnother(request) ? { on: request.beneficiary } : {}),
      }).map(message),
      ...(part?.messages ?? [message(toAsker(item, { notice: 'received', requestId: request.id }))]),
      ...toAnother(request, { notice: 'asked_for_you', requestId: request.id }).map(message),
    ],
    audit: requests.map((one, index) =>
      requestEntry('request.submitted', one, personActor(one.requester), request.submittedAt, extras[index]),
    ),
  });
  if (committed === 'committed') return committed;
  // The ids are new, so only another pending request for the same access can have come first.
  const twins = await Promise.all(requests.map(async (one) => ({ one, twin: await pendingTwin(ports, one) })));
  const taken = twins.flatMap(({ one, twin }) => (twin === null ? [] : [refusedAs(twin)(one)]));
  return answerNo(
    ports,
    item,
    taken.length === 0 ? { refusal: 'changed_meanwhile' } : refusedTogether('ask', taken, words.length),
  );
}

/** Policy gives all of it at once: approved by nobody, in the same write that asks for it. */
async function giveAtOnce(
  ports: Ports,
  item: InboxItem,
  asked: readonly PendingRequest[],
  extras: readonly JsonObject[],
): Promise<CarriedOut> {
  const at = ports.clock.now();
  const requests = approveAll(asked, at);
  const [request] = requests;
  if (request === undefined) throw new Error('nothing is asked for');
  const planned = await Promise.all(
    requests.map((one, index) => planAccess(ports, one, personActor(one.requester), at, extras[index])),
  );
  const message = messagesOf(item.key, at, item.correlationId);
  const part = await partSettled(ports, item, { part: 'asked', requests: requests.map(({ id }) => id) });
  const told = { notice: 'decided', requestId: request.id } as const;
  const committed = await ports.store.commit({
    requests,
    grants: planned.map(({ grant }) => grant),
    holdings: planned.map(({ holding }) => holding),
    ...part,
    inboxDone: item.key,
    messages: [...(part?.messages ?? [message(toAsker(item, told))]), ...toAnother(request, told).map(message)],
    audit: planned.flatMap(({ audit }) => audit),
  });
  if (committed === 'committed') requests.forEach(() => ports.metrics.requestEnded('allowed', 0));
  return committed;
}

/** What the entry of a new request tells of policy, besides what its row has. */
export const ruledAs = (record: JsonObject | null): JsonObject => (record === null ? {} : { ruled: record });

/** The entitlement that each word means; the words that mean none, or one that was named before. */
function findParts(
  catalogue: readonly CatalogueItem[],
  words: readonly AccessWord[],
): { readonly found: readonly Entitlement[]; readonly refused: readonly RefusedPart[] } {
  const found: Entitlement[] = [];
  const refused: RefusedPart[] = [];
  for (const access of words) {
    const one = findAccess(catalogue, access);
    if (!one.ok) {
      refused.push({ path: access.by === 'text' ? access.text : 'an entry of the form', refusal: one.refusal });
      continue;
    }
    const { resource } = one.entitlement;
    const isKnown = found.some((known) => known.resource.kind === resource.kind && known.resource.id === resource.id);
    if (isKnown) refused.push(refusedAs({ refusal: 'named_twice', path: resource.path })(one.entitlement));
    else found.push(one.entitlement);
  }
  return { found, refused };
}

const refusedAs =
  (refusal: Refusal) =>
  ({ resource }: Pick<Entitlement, 'resource'>): RefusedPart => ({ path: resource.path, refusal });

/** Every constraint on a request, with nothing written; the request is complete when its time is told. */
async function prepare(
  ports: Ports,
  item: InboxItem,
  ask: Ask & { readonly all: readonly Entitlement[] },
  people: Pick<PendingRequest, 'requester' | 'beneficiary'>,
  cached: Entitlement,
): Promise<Outcome<{ readonly requestAt: (now: EpochMs) => PendingRequest; readonly record: JsonObject | null }>> {
  const { settings } = ports;
  const { requester, beneficiary } = people;
  const start = await startOf(ports, item, ask.start);
  if (!start.ok) return start;
  const { startsAt } = start;
  const bundle = ask.all.flatMap((one) => (one === cached ? [] : [one.resource.path]));
  const asked = { ...people, startsAt, justification: cleanText(ask.justification), bundle, duration: ask.duration };
  const drew = await drawAsk(ports, asked, cached);
  if (!drew.ok) return drew;
  const { drawn, seconds: askedSeconds } = drew;
  const justified = checkJustification(drawn.entitlement, ask.justification);
  if (!justified.ok) return justified;
  const more = ask.teamId === undefined ? ask.all.length : null;
  for await (const barrier of barriers(ports, drawn.entitlement, people, more)) return refuse(barrier);
  const untold = await unreachable(ports, drawn, people);
  if (untold !== null) return refuse(untold);

  const ttlMs = settings.requestTtlSeconds * 1000;
  const requestAt = (now: EpochMs): PendingRequest => ({
    id: requestId(ports.ids.uuid()),
    realm: settings.realm,
    requester,
    beneficiary,
    resource: drawn.entitlement.resource,
    description: drawn.entitlement.description,
    risk: drawn.entitlement.risk,
    endSessions: drawn.entitlement.endSessions,
    askedSeconds,
    startsAt,
    justification: justified.justification,
    plan: drawn.plan,
    roles: drawn.roles,
    ...(drawn.ruledBy === undefined ? {} : { ruledBy: drawn.ruledBy }),
    ...(drawn.limits === undefined ? {} : { limits: drawn.limits }),
    ...(drawn.stepUp === undefined ? {} : { stepUp: drawn.stepUp }),
    digest: drawn.digest,
    version: 1,
    submittedAt: now,
    waitsUntil: now + ttlMs,
    remindAt: nextReminder({ submittedAt: now, waitsUntil: now + ttlMs }, now),
    ...beginStage(drawn.plan[0], now),
    stuck: null,
    questions: [],
    teamId: ask.teamId ?? null,
    bundle: null,
    correlationId: item.correlationId,
    revision: 1,
    state: 'pending',
    approvals: [],
  });
  return { ok: true, requestAt, record: drawn.record };
}
