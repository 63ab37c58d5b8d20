import { SIGNATURES, isTaken } from '../../../src/domain/break-glass.ts';
import { digestText } from '../../../src/domain/plan.ts';
import { endReason, holdingKey } from '../../../src/domain/grant.ts';
import type { EndedGrant, Grant, LiveGrant } from '../../../src/domain/grant.ts';
import type { Person } from '../../../src/domain/people.ts';
import { replay, replayedGrant, replayedRequest } from '../../../src/domain/replay.ts';
import { progress } from '../../../src/domain/request.ts';
import type { AccessRequest, ApprovedRequest, TakenRequest } from '../../../src/domain/request.ts';
import { sha256 } from '../../../src/lib/hash.ts';
import { isFromCard } from '../../../src/usecases/card-click.ts';
import type { CardIntent } from '../../../src/usecases/card-click.ts';
import type { InboxItem, PartSeen } from '../../../src/usecases/intent.ts';
import type { Batch } from '../../../src/usecases/store-port.ts';
import { CANARY } from '../people.ts';
import { lostSeatAt, maySit, sinceStart } from '../scene.ts';
import type { Before, Scene } from '../scene.ts';
import { isAmbiguous, pairOf, shownOn } from '../truth.ts';

const TOKEN_MS = 300_000;
/** How far a process' clock may be behind its last one's after a restart, and a little. */
const CLOCK_SLACK_MS = 15_000;

/** What must be true of every single write, checked when it is written. `item` is the envelope that it finishes. */
export function checkCommit(scene: Scene, batch: Batch, before: Before, item: InboxItem | null): void {
  for (const row of batch.requests ?? []) checkRequest(scene, row, before.requests.get(row.id) ?? null, item, batch);
  checkBundles(scene, batch);
  for (const row of batch.grants ?? []) checkGrant(scene, row, before.grants.get(row.id) ?? null, batch);
  checkAudit(scene, batch, before);
  if (item !== null) checkOnce(scene, item);
}

function checkRequest(
  scene: Scene,
  row: AccessRequest,
  old: AccessRequest | null,
  item: InboxItem | null,
  batch: Batch,
): void {
  if (old === null) {
    if (isAmbiguous(scene.truth, row.requester.slack) !== null && wasSoWhenReached(scene, row.requester, item))
      scene.complain('I17', `${row.requester.username} was taken for one of two people`);
    return;
  }
  if (isTaken(old)) {
    checkReview(scene, old, row, item);
    return;
  }
  if (old.state !== 'pending') scene.complain('I15', `request ${old.id} was ${old.state} and was written again`);
  if (row.state === 'denied' && !isDeniedWithOthers(row, batch)) checkDecision(scene, old, row.denial.by, item);
  const added = row.approvals.length > old.approvals.length ? row.approvals.at(-1) : undefined;
  if (added !== undefined) checkDecision(scene, old, added.by, item);
  const asked = row.questions.length > old.questions.length ? row.questions.at(-1) : undefined;
  if (asked !== undefined) checkFromCard(scene, old, asked.by, item, ['question']);
  if (answersOf(row) > answersOf(old)) checkAnswer(scene, old, item);
}

/** What was taken stays as it is, but for the signatures of others who may sign, each from a message that counts. */
function checkReview(scene: Scene, old: TakenRequest, row: AccessRequest, item: InboxItem | null): void {
  const same = (taken: TakenRequest): string => JSON.stringify({ ...taken, review: null, remindAt: null, revision: 0 });
  if (!isTaken(row) || same(row) !== same(old)) {
    scene.complain('I15', `what was taken (${old.id}) was written otherwise`);
    return;
  }
  const [before, after] = [old.review.signatures, row.review.signatures];
  if (after.length === before.length) return;
  const { by } = after.at(-1) ?? { by: old.beneficiary };
  const envelope = item === null ? undefined : scene.truth.envelopes.get(item.correlationId);
  const intent = envelope?.item.intent;
  if (intent?.intent !== 'sign_review' || intent.requestId !== old.id || after.length !== before.length + 1)
    scene.complain('I12', `the review of ${old.id} was signed without a click`);
  if ([old.beneficiary, ...before.map((one) => one.by)].some(({ userId }) => userId === by.userId))
    scene.complain('I12', `${by.username} signed his own, or twice`);
  if ((row.review.closedAt !== null) !== after.length >= SIGNATURES || old.review.closedAt !== null)
    scene.complain('I12', `the review of ${old.id} has ${after.length} signatures`);
  const [stage] = old.plan;
  if (stage === undefined) return;
  const place = { stage, beneficiary: old.beneficiary, isEscalated: false };
  if (!maySit(scene, by.userId, place) && (lostSeatAt(scene, by.userId, place) ?? -1) < (envelope?.reachedAt ?? 0))
    scene.complain('I14', `${by.username} signed and was no approver any more`);
}

/** Who denies one part of a bundle denies the others, about which he need not be asked; the one is checked by itself. */
function isDeniedWithOthers({ id, bundle }: AccessRequest, { requests = [], audit }: Batch): boolean {
  const isByPerson = (requestId: string): boolean =>
    audit.some(
      (entry) => entry.kind === 'request.denied' && entry.requestId === requestId && entry.actor.kind === 'person',
    );
  const others = requests.filter((row) => row.id !== id && row.bundle?.id === bundle?.id && row.state === 'denied');
  return bundle !== null && !isByPerson(id) && others.some((row) => isByPerson(row.id));
}

/** A bundle is all or none: it is asked for, approved and ended as a whole, in one write. */
function checkBundles({ record, complain }: Scene, batch: Batch): void {
  const touched = new Set((batch.requests ?? []).flatMap(({ bundle }) => bundle?.id ?? []));
  for (const id of touched) {
    const parts = [...record.tables.requests.values()].filter(({ bundle }) => bundle?.id === id);
    const [first] = parts;
    if (parts.length !== first?.bundle?.parts)
      complain('bundle', `${parts.length} parts of bundle ${id} are on record`);
    if (new Set(parts.map(({ state }) => state)).size !== 1)
      complain('bundle', `bundle ${id} is ${parts.map(({ state }) => state).join(', ')}`);
    if (parts.every((part) => part.state === 'pending' && progress(part) === null))
      complain('bundle', `bundle ${id} has every approval and waits`);
    const granted = parts.filter((part) => [...record.tables.grants.values()].some((row) => row.requestId === part.id));
    if (granted.length !== 0 && granted.length !== parts.length)
      complain('bundle', `${granted.length} of ${parts.length} parts of bundle ${id} are granted`);
  }
}

const answersOf = ({ questions }: AccessRequest): number => questions.filter(({ answer }) => answer !== null).length;

function checkAnswer({ truth, complain }: Scene, old: AccessRequest, item: InboxItem | null): void {
  const intent = item?.intent;
  const from = item === null ? undefined : truth.envelopes.get(item.correlationId)?.item.slack;
  if (intent?.intent !== 'answer' || intent.requestId !== old.id || from?.userId !== old.requester.slack.userId)
    complain('I12', `a question on ${old.id} was answered by somebody else`);
  else if (old.questions[intent.question]?.answer !== null)
    complain('I16', `question ${intent.question} on ${old.id} was answered twice`);
}

const wasSoWhenReached = ({ truth }: Scene, { slack }: Person, item: InboxItem | null): boolean => {
  const reachedAt = item === null ? null : (truth.envelopes.get(item.correlationId)?.reachedAt ?? null);
  return reachedAt !== null && (isAmbiguous(truth, slack) ?? reachedAt) < reachedAt;
};

const checkDecision = (scene: Scene, old: AccessRequest, by: Person, item: InboxItem | null): void =>
  checkFromCard(scene, old, by, item, ['approve', 'deny']);

/** Somebody did one of these things from a card, and had the right to. */
function checkFromCard(
  scene: Scene,
  old: AccessRequest,
  by: Person,
  item: InboxItem | null,
  kinds: readonly CardIntent['intent'][],
): void {
  const { truth, record } = scene;
  const envelope = item === null ? undefined : truth.envelopes.get(item.correlationId);
  const intent = envelope?.item.intent;
  if (intent === undefined || envelope === undefined || !isFromCard(intent) || !kinds.includes(intent.intent)) {
    scene.complain('I12', `${old.id} was decided or asked about without a click`);
    return;
  }
  const current = old.state === 'pending' ? progress(old) : null;
  const { channel, ts } = intent.message;
  const isShown = [...record.tables.posted.values()].some(
    (one) => one.channel === channel && one.ts === ts && one.requestId === old.id,
  );
  // A newer one may have taken its place while the click was looked at.
  const replacedAt = truth.replacedAt.get(shownOn(ts, old.id));
  const counted = isShown || (replacedAt ?? -1) >= (envelope.reachedAt ?? 0);
  const named: readonly PartSeen[] = [intent, ...('also' in intent ? (intent.also ?? []) : [])];
  const seen = named.find(({ requestId }) => requestId === old.id);
  if (seen?.version !== old.version || seen.stage !== current?.index || !counted)
    scene.complain('I13', `a click on version ${seen?.version}, stage ${seen?.stage} decided ${old.id}`);
  if (by.userId === old.requester.userId || by.userId === old.beneficiary.userId)
    scene.complain('I12', `${by.username} decided his own request`);
  if (current !== null) {
    const escalated = old.escalatedTo !== null;
    const place = { stage: current.stage, beneficiary: old.beneficiary, isEscalated: escalated };
    const isBefore = (lostSeatAt(scene, by.userId, place) ?? -1) < (envelope.reachedAt ?? 0);
    if (!maySit(scene, by.userId, place) && isBefore) {
      const early = !escalated && maySit(scene, by.userId, { ...place, isEscalated: true });
      scene.complain(
        early ? 'I12' : 'I14',
        `${by.username} decided and ${early ? 'it had not been escalated to him' : 'was no approver any more'}`,
      );
    }
  }
  if (wasSoWhenReached(scene, by, item)) scene.complain('I17', `${by.username} was taken for one of two people`);
}

function checkGrant(scene: Scene, row: Grant, old: Grant | null, batch: Batch): void {
  if (old === null) {
    checkQuorum(scene, row, batch);
    if (isInTime(scene, row)) scene.truth.inTime.add(row.id);
    return;
  }
  if (old.state === 'ended') scene.complain('I15', `grant ${old.id} had ended and was written again`);
  if (old.state === 'live' && row.expiresAt !== old.expiresAt)
    scene.complain('I5', `the end of grant ${row.id} moved by ${(row.expiresAt ?? 0) - old.expiresAt} ms`);
  if (old.state === 'planned' && row.state === 'live') checkStart(scene, row, batch);
  if (row.state === 'ended' && old.state !== 'ended') {
    scene.truth.endedSince.set(row.id, scene.timeline.now());
    checkEnd(scene, row);
  }
}

/** Whether it is wanted at once, and the access is held by another lease that lives. */
function isInTime({ record, latest }: Scene, grant: Grant): boolean {
  const others = record.tables.openOn(holdingKey(grant.realm, grant.person.userId, grant.resource));
  const lives = others.some((other) => other.state === 'live' && endReason(other, latest()) === null);
  return lives && grant.startsAt === null;
}

function checkQuorum(scene: Scene, grant: Grant, batch: Batch): void {
  const request = (batch.requests ?? []).find((row) => row.id === grant.requestId);
  if (request?.state !== 'approved') {
    scene.complain('I12', `grant ${grant.id} has no approved request`);
    return;
  }
  const problem = quorumProblem(scene, request, grant);
  if (problem !== null) scene.complain('I12', problem);
  const since = scene.truth.forbiddenSince.get(grant.resource.id);
  if (since !== undefined && scene.timeline.now() - since > 75_000)
    scene.complain('I18', `${grant.resource.path} was granted and may not be given`);
}

function quorumProblem(scene: Scene, request: ApprovedRequest, grant: Grant): string | null {
  if (isTaken(request)) return takingProblem(scene, request, grant);
  const approvers = request.approvals.map((approval) => String(approval.by.userId));
  if (new Set(approvers).size !== approvers.length) return 'somebody counted twice';
  if (approvers.some((id) => id === request.requester.userId || id === request.beneficiary.userId))
    return 'somebody approved for himself';
  for (const [index, stage] of request.plan.entries()) {
    const count = request.approvals.filter((approval) => approval.stage === index).length;
    if (count < stage.required) return `stage ${index} has ${count} of ${stage.required} approvals`;
  }
  const { beneficiary, resource, askedSeconds, startsAt, plan, roles } = request;
  const digest = sha256(digestText({ beneficiary: beneficiary.userId, resource, askedSeconds, startsAt, plan, roles }));
  if (digest !== request.digest || digest !== grant.digest) return 'what was approved is not what is granted';
  const least = Math.min(askedSeconds, ...request.approvals.map((approval) => approval.leaseSeconds));
  return grant.leaseSeconds === least ? null : `a lease of ${grant.leaseSeconds} s, approved were ${least} s`;
}

/** I12: nobody approves what is taken, so that it must be marked for that, for oneself, short, and end the sessions. */
function takingProblem({ keycloak }: Scene, request: TakenRequest, grant: Grant): string | null {
  const thing = [...keycloak.things.values()].find(({ resource }) => resource.path === request.resource.path);
  if (thing?.attributes['break-glass'] !== 'true') return `${request.resource.path} was taken and is not marked for it`;
  if (request.requester.userId !== request.beneficiary.userId) return 'somebody took it for somebody else';
  const isShort = grant.leaseSeconds === request.askedSeconds && grant.leaseSeconds <= 3600;
  return isShort && grant.endSessions && request.digest === grant.digest ? null : 'it was not taken as it may be';
}

function checkStart(scene: Scene, grant: LiveGrant, batch: Batch): void {
  const { truth, timeline } = scene;
  truth.liveSince.set(grant.id, timeline.now());
  if (truth.gaps.has(grant.id))
    scene.complain('I9', `${grant.person.username} ${grant.resource.path}: a gap, and more time was approved before`);
  const firstPut = truth.firstPut.get(grant.id);
  const ahead = sinceStart(scene.latest()) - timeline.now();
  const late = firstPut === undefined ? 0 : sinceStart(grant.expiresAt) - ahead - firstPut - grant.leaseSeconds * 1000;
  if (late > CLOCK_SLACK_MS)
    scene.complain('I5', `the lease of grant ${grant.id} counts from ${late} ms after its first PUT`);
  const entry = batch.audit.find((draft) => draft.kind === 'grant.live' && draft.grantId === grant.id);
  const until = entry?.data['effectiveUntil'];
  if (typeof until === 'number' && until < grant.expiresAt + TOKEN_MS)
    scene.complain('I6', `tokens of grant ${grant.id} live longer than is said`);
}

/** A lease ends for a reason that is true. */
function checkEnd(scene: Scene, grant: EndedGrant): void {
  const { truth } = scene;
  const { person, resource, endedBy } = grant;
  const pair = pairOf(person.userId, resource.id);
  const untrue = (what: string): void => scene.complain('I30', `${person.username} ${resource.path}: ${what}`);
  const asOpen = { ...grant, state: grant.liveAt === null ? 'planned' : 'live' } as Parameters<typeof endReason>[0];
  switch (endedBy) {
    case 'expiry':
    case 'not_activated':
    case 'release':
    case 'revocation':
      if (endReason(asOpen, scene.latest()) !== endedBy) untrue(`ended by ${endedBy} before its time`);
      return;
    case 'drift':
      if ((truth.takenByHand.get(pair)?.at ?? -1) < (truth.liveSince.get(grant.id) ?? 0))
        untrue('called drift what nobody did');
      return;
    case 'person_gone':
      if (!truth.goneAt.has(person.userId) && !truth.everLeft.has(person.userId))
        untrue('called somebody gone who is there');
      return;
    case 'resource_gone':
      if (!truth.droppedAt.has(resource.id)) untrue('called a resource gone that is there');
      return;
    case 'refused_at_activation':
  }
}

/** I22: what changed and what is told are the same. I28: none of it in people's own words. */
function checkAudit(scene: Scene, batch: Batch, before: Before): void {
  const known = [...before.requests.values()].map((row) => [row.id, replayedRequest(row)] as const);
  const told = replay(batch.audit, { requests: new Map(known), grants: new Map(), gates: new Map() });
  for (const row of batch.requests ?? []) {
    const old = before.requests.get(row.id);
    const entries = batch.audit.filter(
      ({ kind, requestId }) => requestId === row.id && /^re(quest|view)\./.test(kind),
    ).length;
    const isStep = old === undefined || isNews(old, row);
    if (entries !== (isStep ? 1 : 0)) scene.complain('I22', `request ${row.id}: ${entries} entries for one write`);
    const entry = told.requests.get(row.id);
    if (entry !== undefined && JSON.stringify(entry) !== JSON.stringify(replayedRequest(row)))
      scene.complain('I22', `request ${row.id}: the audit tells another state`);
  }
  for (const row of batch.grants ?? []) {
    const old = before.grants.get(row.id);
    const entry = told.grants.get(row.id);
    const entries = batch.audit.filter(({ kind, grantId }) => grantId === row.id && kind.startsWith('grant.')).length;
    const isStep = old?.state !== row.state || (old.endAsked === null) !== (row.endAsked === null);
    if (entries !== (isStep ? 1 : 0)) scene.complain('I22', `grant ${row.id}: ${entries} entries for one write`);
    if (entry !== undefined && JSON.stringify(entry) !== JSON.stringify(replayedGrant(row)))
      scene.complain('I22', `grant ${row.id}: the audit tells another state`);
  }
  if (batch.audit.some((draft) => JSON.stringify(draft.data).includes(CANARY)))
    scene.complain('I28', "people's own words are in the audit");
}

const isNews = (old: AccessRequest, row: AccessRequest): boolean =>
  old.state !== row.state ||
  old.version !== row.version ||
  (row.escalatedTo !== null && old.escalatedTo !== row.escalatedTo) ||
  old.approvals.length !== row.approvals.length ||
  old.questions.length !== row.questions.length ||
  answersOf(old) !== answersOf(row) ||
  (isTaken(old) && isTaken(row) && old.review.signatures.length !== row.review.signatures.length);

function checkOnce(scene: Scene, item: InboxItem): void {
  const envelope = scene.truth.envelopes.get(item.correlationId);
  if (envelope === undefined) {
    scene.complain('I16', `nobody sent ${item.key}`);
    return;
  }
  envelope.finished += 1;
  if (envelope.finished > 1)
    scene.complain('I16', `${item.intent.intent} of ${item.slack.userId} was carried out twice`);
}
