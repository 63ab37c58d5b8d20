import { personActor, requestEntry } from '../domain/audit-drafts.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import { requestId } from '../domain/ids.ts';
import { slackAttribute } from '../domain/people.ts';
import type { Person } from '../domain/people.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome, Refusal } from '../domain/refusal.ts';
import { isForAnother, nextReminder } from '../domain/request.ts';
import type { PendingRequest } from '../domain/request.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, tellThread, toAnother, toAsker } from './answer.ts';
import { checkDuration, checkJustification, findAccess } from './ask.ts';
import { channelOf } from './channel.ts';
import { drawUp } from './draw-up.ts';
import { identify, identityNeed } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';

type Ask = Extract<Intent, { intent: 'request' }>;

const MAX_PENDING = 10;
const MAX_AN_HOUR = 20;
const HOUR_MS = 3_600_000;

/** Takes an access request: checks everything live, commits it with its card and entry, or says why not. */
export async function requestAccess(ports: Ports, item: InboxItem, ask: Ask): Promise<CarriedOut> {
  const found = findAccess(await ports.catalogue.list(), ask.access);
  const who = await identify(ports, item.slack, found.ok ? identityNeed(found.entitlement.risk) : 'email');
  if (!who.ok) return answerNo(ports, item, who.refusal);
  if (!found.ok) return answerNo(ports, item, found.refusal);
  const { resource, risk } = found.entitlement;
  const whom = ask.beneficiary ?? item.slack;
  const isOwn = slackAttribute(whom) === slackAttribute(item.slack);
  const beneficiary = isOwn ? who : await identify(ports, whom, identityNeed(risk));
  if (!beneficiary.ok) {
    const { refusal: because } = beneficiary.refusal;
    return answerNo(ports, item, { refusal: 'not_for_them', person: whom, because }, { resource });
  }
  const people = { requester: who.person, beneficiary: beneficiary.person };
  const prepared = await prepare(ports, item, ask, people, found.entitlement);
  if (!prepared.ok) return answerNo(ports, item, prepared.refusal, { resource });

  const { request } = prepared;
  const message = messagesOf(item.key, request.submittedAt, item.correlationId);
  const committed = await ports.store.commit({
    requests: [request],
    inboxDone: item.key,
    messages: [
      ...tellThread(request, {
        line: 'asked',
        by: request.requester,
        ...(isForAnother(request) ? { on: request.beneficiary } : {}),
      }).map(message),
      message(toAsker(item, { notice: 'received', requestId: request.id })),
      ...toAnother(request, { notice: 'asked_for_you', requestId: request.id }).map(message),
    ],
    audit: [requestEntry('request.submitted', request, personActor(request.requester), request.submittedAt)],
  });
  if (committed === 'committed') return committed;
  // The id is new, so only another pending request for the same access can have come first.
  return answerNo(ports, item, (await pendingTwin(ports, request)) ?? { refusal: 'changed_meanwhile' });
}

/** Every constraint on a request, with nothing written. */
async function prepare(
  ports: Ports,
  item: InboxItem,
  ask: Ask,
  people: Pick<PendingRequest, 'requester' | 'beneficiary'>,
  cached: Entitlement,
): Promise<Outcome<{ readonly request: PendingRequest }>> {
  const { settings, clock } = ports;
  const { requester, beneficiary } = people;
  const self = await ports.directory.self();
  if (requester.userId === self || beneficiary.userId === self) return refuse({ refusal: 'beneficiary_is_bot' });
  const cheap = checkDuration(cached, ask.duration, settings.minSeconds);
  if (!cheap.ok) return cheap;
  const drew = await drawUp(ports, {
    resource: cached.resource,
    ...people,
    askedSeconds: cheap.seconds,
  });
  if (!drew.ok) return drew;
  const { drawn } = drew;
  // The person was identified as strongly as the cached entry asks for.
  if (identityNeed(drawn.entitlement.risk) !== identityNeed(cached.risk))
    return refuse({ refusal: 'changed_meanwhile' });
  // The cached entry chose which entitlement; what it allows is taken from the one just read.
  const duration = checkDuration(drawn.entitlement, ask.duration, settings.minSeconds);
  if (!duration.ok) return duration;
  if (duration.seconds !== cheap.seconds) return refuse({ refusal: 'changed_meanwhile' });
  const justified = checkJustification(drawn.entitlement, ask.justification);
  if (!justified.ok) return justified;
  const barred =
    (await notEligible(ports, drawn.entitlement, people)) ??
    (await pendingTwin(ports, { beneficiary, resource: cached.resource })) ??
    (await flooding(ports, requester));
  if (barred !== null) return refuse(barred);
  for (const [index, group] of drawn.groups.entries()) {
    const required = drawn.plan[index]?.required ?? 1;
    if ((await channelOf(ports, group)) === null)
      return refuse({ refusal: 'no_approvers', group: group.path, because: 'no_channel', required });
  }

  const now = clock.now();
  const waitsUntil = now + settings.requestTtlSeconds * 1000;
  const request: PendingRequest = {
    id: requestId(ports.ids.uuid()),
    realm: settings.realm,
    requester,
    beneficiary,
    resource: drawn.entitlement.resource,
    description: drawn.entitlement.description,
    risk: drawn.entitlement.risk,
    endSessions: drawn.entitlement.endSessions,
    askedSeconds: duration.seconds,
    justification: justified.justification,
    plan: drawn.plan,
    roles: drawn.roles,
    digest: drawn.digest,
    version: 1,
    submittedAt: now,
    waitsUntil,
    remindAt: nextReminder({ submittedAt: now, waitsUntil }, now),
    questions: [],
    correlationId: item.correlationId,
    revision: 1,
    state: 'pending',
    approvals: [],
  };
  return { ok: true, request };
}

/** Why this person may not ask for it at all, or null. */
export async function notEligible(
  ports: Ports,
  entitlement: Entitlement,
  people: Pick<PendingRequest, 'requester' | 'beneficiary'>,
): Promise<Refusal | null> {
  const { beneficiary } = people;
  const { eligibleGroup, resource } = entitlement;
  if (eligibleGroup === null) return null;
  const group = await ports.directory.group(eligibleGroup);
  if (typeof group !== 'string' && group.members.some((user) => user.userId === beneficiary.userId)) return null;
  if (isForAnother(people)) return { refusal: 'not_for_them', person: beneficiary.slack, because: 'not_eligible' };
  return { refusal: 'not_eligible', path: resource.path, group: eligibleGroup };
}

async function flooding(ports: Ports, person: Person): Promise<Refusal | null> {
  const pending = await ports.store.pendingRequestsOf(person.slack);
  if (pending.length >= MAX_PENDING) return { refusal: 'too_many_pending', limit: MAX_PENDING };
  const recent = await ports.store.countRequestsSince(person.userId, ports.clock.now() - HOUR_MS);
  return recent >= MAX_AN_HOUR ? { refusal: 'too_many_recently', limit: MAX_AN_HOUR } : null;
}

async function pendingTwin(
  ports: Ports,
  ask: Pick<PendingRequest, 'beneficiary' | 'resource'>,
): Promise<Refusal | null> {
  const first = await ports.store.pendingRequest(ask.beneficiary.userId, ask.resource);
  return first === null ? null : { refusal: 'already_pending', path: ask.resource.path, link: first.id };
}
