import { personActor } from '../domain/audit-drafts.ts';
import { MOST_TAKEN, TAKEN_WITHIN_MS, takeAtOnce, takenSeconds } from '../domain/break-glass.ts';
import type { JsonObject } from '../domain/canonical.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import { requestId } from '../domain/ids.ts';
import type { MessageBody } from '../domain/message.ts';
import type { Person } from '../domain/people.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import type { TakenRequest } from '../domain/request.ts';
import { suggestAccess } from '../domain/search.ts';
import { cleanText } from '../domain/text.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, tellThread, toAsker } from './answer.ts';
import { checkJustification, findAccess } from './ask.ts';
import { channelOf } from './channel.ts';
import { drawUp } from './draw-up.ts';
import { identify } from './identify.ts';
import type { AccessWord, InboxItem, Intent } from './intent.ts';
import { planAccess } from './plan-access.ts';
import type { Ports } from './ports.ts';
import { notEligible } from './fit-ask.ts';
import { ruledAs } from './request-access.ts';
import { offerSignIn, reaches, signedInAs } from './step-up.ts';
import type { Suggestion } from './views.ts';

type Taking = Extract<Intent, { intent: 'break_glass' }>;

const SUGGESTIONS = 100;

/** What one may take at once: the same catalogue, less what is not marked for it. */
const markedOnly = async (ports: Pick<Ports, 'catalogue'>) =>
  (await ports.catalogue.latest()).filter((item) => !item.requestable || item.entitlement.breakGlass);

/** The answers of the form's typeahead. */
export async function suggestMarked(ports: Pick<Ports, 'catalogue'>, query: string): Promise<readonly Suggestion[]> {
  const items = await markedOnly(ports);
  const entitlements = items.flatMap((item) => (item.requestable ? [item.entitlement] : []));
  return suggestAccess(entitlements, query, SUGGESTIONS).map((entitlement) => ({ entitlement }));
}

/** What the form says of an access that was typed already. */
export async function openBreakGlass(
  ports: Pick<Ports, 'catalogue'>,
  access: AccessWord,
): Promise<Outcome<{ readonly entitlement: Entitlement }>> {
  const found = findAccess(await ports.catalogue.latest(), access);
  return found.ok && !found.entitlement.breakGlass ? notMarked(found.entitlement) : found;
}

/**
 * Somebody takes access at once, with nobody's approval: everything else is checked as for a request, live, and everybody
 * concerned is told in the same write.
 */
export async function breakGlass(ports: Ports, item: InboxItem, taking: Taking): Promise<CarriedOut> {
  const found = findAccess(await ports.catalogue.list(), taking.access);
  // Nobody looks at it before it is given, so that an e-mail is never proof enough.
  const who = await identify(ports, item.slack, 'linked');
  if (!who.ok) return answerNo(ports, item, who.refusal);
  if (!found.ok) return answerNo(ports, item, found.refusal);
  const { resource } = found.entitlement;
  const prepared = await prepare(ports, item, taking, who.person, found.entitlement);
  if (!prepared.ok) return answerNo(ports, item, prepared.refusal, { resource });

  const { request, record, stepUp } = prepared;
  const { digest, justification, askedSeconds: seconds } = request;
  const signedIn = taking.proof?.digest === digest ? signedInAs(taking.proof.proof, who.person) : undefined;
  if (!reaches(signedIn, stepUp)) {
    const purpose = {
      purpose: 'take',
      resource: request.resource,
      seconds,
      justification,
      digest,
      acr: stepUp,
    } as const;
    return offerSignIn(ports, item, purpose, { resource });
  }
  const at = request.submittedAt;
  const extra = { ...ruledAs(record), ...(signedIn && { signedIn }) };
  const { grant, holding, audit } = await planAccess(ports, request, personActor(who.person), at, extra);
  const message = messagesOf(item.key, at, item.correlationId);
  const committed = await ports.store.commit({
    requests: [request],
    grants: [grant],
    holdings: [holding],
    inboxDone: item.key,
    messages: tellOf(request, item).map(message),
    audit,
  });
  if (committed === 'committed') ports.metrics.requestEnded('taken', 0);
  return committed;
}

function tellOf(request: TakenRequest, item: InboxItem): readonly MessageBody[] {
  const { requester: by, leaseSeconds, resource } = request;
  return [
    ...tellThread(request, { line: 'taken', by, leaseSeconds }),
    { to: 'operators', alarm: { alarm: 'glass_broken', by, path: resource.path, leaseSeconds } },
    toAsker(item, { notice: 'decided', requestId: request.id }),
  ];
}

const notMarked = ({ resource }: Entitlement) => refuse({ refusal: 'not_break_glass', path: resource.path });

type Prepared = {
  readonly request: TakenRequest;
  readonly record: JsonObject | null;
  /** What its taker must sign in with. */
  readonly stepUp: readonly string[];
};

/** Every constraint on what is taken, with nothing written. */
async function prepare(
  ports: Ports,
  item: InboxItem,
  taking: Taking,
  person: Person,
  cached: Entitlement,
): Promise<Outcome<Prepared>> {
  const { settings, clock, store } = ports;
  const people = { requester: person, beneficiary: person };
  if (person.userId === (await ports.directory.self())) return refuse({ refusal: 'beneficiary_is_bot' });
  const askedSeconds = takenSeconds(cached);
  const justification = cleanText(taking.justification);
  const asked = { resource: cached.resource, ...people, askedSeconds, startsAt: null, justification, bundle: null };
  const drew = await drawUp(ports, 'break-glass', asked, null);
  if (!drew.ok) return drew;
  const { entitlement, plan, roles, digest, seats, ruledBy, limits, record, stepUp = [] } = drew.drawn;
  if (!entitlement.breakGlass) return notMarked(entitlement);
  if (takenSeconds(entitlement) !== askedSeconds) return refuse({ refusal: 'changed_meanwhile' });
  const justified = checkJustification(entitlement, taking.justification);
  if (!justified.ok) return justified;
  const barred = await notEligible(ports, entitlement, people);
  if (barred !== null) return refuse(barred);
  const now = clock.now();
  if ((await store.countTakenSince(person.userId, now - TAKEN_WITHIN_MS)) >= MOST_TAKEN)
    return refuse({ refusal: 'too_often_taken', limit: MOST_TAKEN });
  const [first] = seats;
  // What cannot be told to anybody cannot be taken.
  if (first === undefined || 'manager' in first || (await channelOf(ports, first.group)) === null) {
    const { approverGroup: group = '', required = 1 } = entitlement.stages[0] ?? {};
    return refuse({ refusal: 'no_approvers', group, because: 'no_channel', required });
  }
  return {
    ok: true,
    record,
    stepUp,
    request: takeAtOnce(
      {
        id: requestId(ports.ids.uuid()),
        realm: settings.realm,
        resource: entitlement.resource,
        description: entitlement.description,
        risk: entitlement.risk,
        askedSeconds,
        startsAt: null,
        justification: justified.justification,
        plan,
        roles,
        ...(ruledBy === undefined ? {} : { ruledBy }),
        ...(limits === undefined ? {} : { limits }),
        digest,
        submittedAt: now,
        waitsUntil: now,
        correlationId: item.correlationId,
      },
      person,
    ),
  };
}
