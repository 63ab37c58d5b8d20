import { personActor, requestEntry, systemActor } from '../domain/audit-drafts.ts';
import type { AuditDraft } from '../domain/audit.ts';
import { mayDecide } from '../domain/authority.ts';
import { approveAll, approveParts, denyAll, isReady } from '../domain/bundle.ts';
import type { RequestId } from '../domain/ids.ts';
import type { Person } from '../domain/people.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome, Refusal, RefusedPart } from '../domain/refusal.ts';
import { groupPathOf } from '../domain/plan.ts';
import { approvedSeconds, reopen, withLimits } from '../domain/request.ts';
import type { DecisionRefusal, PendingRequest } from '../domain/request.ts';
import { keptText } from '../domain/text.ts';
import type { CarriedOut } from './answer.ts';
import { messagesOf, tellThread, toBoth } from './answer.ts';
import { readBundleClick, refusedPart } from './bundle-click.ts';
import type { BundleClick, BundleIntent, OpenPart } from './bundle-click.ts';
import { whatChanged } from './check-activation.ts';
import { drawUp } from './draw-up.ts';
import type { Drawn } from './draw-up.ts';
import type { InboxItem } from './intent.ts';
import { mayApprove } from './may-approve.ts';
import { planAccess } from './plan-access.ts';
import { notAsked, readSeat, seatsNow } from './seats.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';
import { approving, offerSignIn, partShown, reaches, signedInFor } from './step-up.ts';
import { inOne, tellApprovals, yourDecision } from './tell-bundle.ts';

/**
 * One approver's decision on the parts of a bundle that one message shows: each is decided by itself, under the same rules as
 * a single request, and all rows of the bundle are written together. Whoever brings the last approval approves them all.
 */
export async function decideBundle(ports: Ports, item: InboxItem, intent: BundleIntent): Promise<CarriedOut> {
  const click = await readBundleClick(ports, item, intent);
  if (typeof click === 'string') return click;
  return intent.intent === 'deny'
    ? denyBundle(ports, item, click, keptText(intent.comment))
    : approveShown(ports, item, click, intent);
}

/** To refuse, nothing need be as it was: only the person must be one of those who were asked about some part. */
async function denyBundle(
  ports: Ports,
  item: InboxItem,
  click: BundleClick,
  comment: string | null,
): Promise<CarriedOut> {
  const { parts, open, person, no, isLate, drop } = click;
  const seats = await Promise.all(open.map(({ request, current }) => readSeat(ports, request, current.stage)));
  if (isLate()) return drop();
  const asked = open.filter(({ request }, index) => mayDecide(seats[index], person, request.escalatedTo !== null));
  const at = ports.clock.now();
  const {
    denied,
    parts: rows,
    refused,
  } = denyAll(parts, new Set(asked.map(({ request }) => request.id)), comment, person, at);
  if (denied === null) {
    const because = open.map((part) => refusedPart(part, whyNot(part, refused.get(part.request.id))));
    return no(inOne([...because, ...click.refused]));
  }
  const message = messagesOf(item.key, at, item.correlationId);
  const bodies = [
    ...tellThread(denied, { line: 'denied', by: person, comment, of: [denied.resource.path] }),
    yourDecision(item, denied, 'deny', [denied.resource.path], []),
    ...toBoth(denied, { notice: 'decided', requestId: denied.bundle?.id ?? denied.id }),
  ];
  const committed = await ports.store.commit({
    requests: rows,
    inboxDone: item.key,
    messages: bodies.map(message),
    audit: rows.map((row) =>
      row.id === denied.id
        ? requestEntry('request.denied', row, personActor(person), at)
        : requestEntry('request.denied', row, systemActor, at, { because: denied.id }),
    ),
  });
  if (committed === 'committed')
    for (const row of rows) ports.metrics.requestEnded('denied', (at - row.submittedAt) / 1000);
  return committed;
}

/** The person is not one of those who are asked, or barred from this decision. */
function whyNot({ request, current }: OpenPart, barred: DecisionRefusal | undefined): Refusal {
  if (barred === undefined) return notAsked(request, current.stage);
  return { refusal: barred, groupPath: groupPathOf(current.stage), maxSeconds: request.askedSeconds };
}

async function approveShown(
  ports: Ports,
  item: InboxItem,
  click: BundleClick,
  intent: Extract<BundleIntent, { intent: 'approve' }>,
): Promise<CarriedOut> {
  const { parts, open, person, no, isLate, drop } = click;
  const { leaseSeconds: wanted, proof } = intent;
  const leaseOf = ({ request }: OpenPart): number => Math.min(wanted ?? request.askedSeconds, request.askedSeconds);
  const answers = await Promise.all(
    open.map(async (part) => ({
      part,
      may: await mayApprove(ports, item.slack, { ...part, person, leaseSeconds: leaseOf(part) }),
    })),
  );
  if (isLate()) return drop();
  const unproven = answers.flatMap(({ part: { request }, may }) => {
    const { stepUp = [] } = may.verdict === 'yes' ? may.drawn : {};
    return reaches(signedInFor(proof, person, request), stepUp) ? [] : stepUp;
  });
  const [first, ...rest] = open.map(({ request, current }) => partShown(request, current.index));
  if (first !== undefined && unproven.length > 0)
    return offerSignIn(ports, item, approving(intent, [first, ...rest], [...new Set(unproven)].sort()));
  const at = ports.clock.now();
  const leases = new Map(
    answers.flatMap(({ part, may }) => (may.verdict === 'yes' ? [[part.request.id, leaseOf(part)]] : [])),
  );
  const drawn = new Map(answers.flatMap(({ part, may }) => ('drawn' in may ? [[part.request.id, may.drawn]] : [])));
  const changed = new Set(answers.flatMap(({ part, may }) => (may.verdict === 'changed' ? [part.request.id] : [])));
  const signedIn = open.map(({ request }) => signedInFor(proof, person, request)).find((one) => one !== undefined);
  const approved = approveParts(parts, leases, person, at, signedIn);
  const after = approved.parts.map((part, index) => reopened(parts[index] ?? part, part, changed, drawn, at));
  const refused = [
    ...answers.flatMap(({ part, may }) => ('refusal' in may ? [refusedPart(part, may.refusal)] : [])),
    ...open.flatMap((part) => {
      const barred = approved.refused.get(part.request.id);
      return barred === undefined ? [] : [refusedPart(part, whyNot(part, barred))];
    }),
    ...click.refused,
  ];
  const isAsItWas = after.every(
    (part, index) => part.version === parts[index]?.version && !isNewlyApproved(part, parts[index]),
  );
  if (isAsItWas) return no(inOne(refused));
  const checked = isReady(after)
    ? await checkedWhole(ports, parts, after, drawn, at)
    : { ok: true as const, rows: after };
  if (!checked.ok) return no(checked.refusal);
  if (isLate()) return drop();
  return commitApprovals(ports, item, { before: parts, after: checked.rows, person, refused, at });
}

const isNewlyApproved = (part: PendingRequest, before: PendingRequest | undefined): boolean =>
  part.approvals.length > (before?.approvals.length ?? 0);

/** The part as it has to be asked anew, or as it is with what policy now hands on. */
function reopened(
  before: PendingRequest,
  after: PendingRequest,
  changed: ReadonlySet<RequestId>,
  drawn: ReadonlyMap<RequestId, Drawn>,
  at: number,
): PendingRequest {
  const fresh = drawn.get(before.id);
  if (fresh !== undefined && changed.has(before.id)) return reopen(before, fresh, at);
  return withLimits(after, fresh?.limits);
}

/**
 * Every approval is there. What was approved earlier is drawn up anew: a part that is no longer what was approved, or whose
 * approvers have left, is asked anew, and the bundle waits on; one that cannot be given at all stops the decision.
 */
async function checkedWhole(
  ports: Ports,
  before: readonly PendingRequest[],
  after: readonly PendingRequest[],
  known: ReadonlyMap<RequestId, Drawn>,
  at: number,
): Promise<Outcome<{ readonly rows: readonly PendingRequest[] }>> {
  const drawn = new Map(known);
  const drew = await Promise.all(
    after
      .filter(({ id }) => !known.has(id))
      .map(async (part) => ({ part, drew: await drawUp(ports, 'approval', part, part) })),
  );
  const refused: RefusedPart[] = [];
  for (const one of drew) {
    if (one.drew.ok) drawn.set(one.part.id, one.drew.drawn);
    else refused.push({ path: one.part.resource.path, refusal: one.drew.refusal });
  }
  if (refused.length > 0) return refuse({ refusal: 'parts_refused', verb: 'decide', parts: refused });
  const changed = after.filter((part) => {
    const fresh = drawn.get(part.id);
    return fresh !== undefined && whatChanged(fresh, part, approvedSeconds(part), at) !== null;
  });
  const ids = new Set(changed.map(({ id }) => id));
  return { ok: true, rows: after.map((part, index) => reopened(before[index] ?? part, part, ids, drawn, at)) };
}

async function commitApprovals(
  ports: Ports,
  item: InboxItem,
  {
    before,
    after,
    person,
    refused,
    at,
  }: {
    readonly before: readonly PendingRequest[];
    readonly after: readonly PendingRequest[];
    readonly person: Person;
    readonly refused: readonly RefusedPart[];
    readonly at: number;
  },
): Promise<CarriedOut> {
  const isChosen = new Set(after.filter((part, index) => isNewlyApproved(part, before[index])).map(({ id }) => id));
  const anew = after.filter((part, index) => part.version !== before[index]?.version);
  const isWhole = isReady(after);
  const rows = isWhole ? approveAll(after, at) : after;
  const actorOf = (id: RequestId) => (isChosen.has(id) ? personActor(person) : systemActor);
  const planned = await Promise.all(
    rows.map(async (row) => (row.state === 'approved' ? [await planAccess(ports, row, actorOf(row.id), at)] : [])),
  );
  const audit = rows.flatMap((row, index): readonly AuditDraft[] => {
    if (row.state === 'approved') return planned[index]?.[0]?.audit ?? [];
    if (anew.some(({ id }) => id === row.id)) return [requestEntry('request.reopened', row, systemActor, at)];
    return isChosen.has(row.id) ? [requestEntry('request.approval', row, personActor(person), at)] : [];
  });
  const message = messagesOf(item.key, at, item.correlationId);
  const told = tellApprovals(item, { rows: after, isChosen, anew, isWhole, person, refused });
  const batch: Batch = {
    requests: rows,
    grants: planned.flat().map(({ grant }) => grant),
    holdings: planned.flat().map(({ holding }) => holding),
    inboxDone: item.key,
    messages: told.map(message),
    // The groups that were asked before may not be asked any more.
    stirs: before.flatMap(seatsNow),
    audit,
  };
  const committed = await ports.store.commit(batch);
  if (committed === 'committed' && isWhole)
    for (const row of rows) ports.metrics.requestEnded('approved', (at - row.submittedAt) / 1000);
  return committed;
}
