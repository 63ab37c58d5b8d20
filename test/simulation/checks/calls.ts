import { endReason, holdingKey } from '../../../src/domain/grant.ts';
import type { Grant, OpenGrant } from '../../../src/domain/grant.ts';
import type { Holding } from '../../../src/domain/holding.ts';
import type { Target } from '../../../src/usecases/keycloak-port.ts';
import type { Caller } from '../network.ts';
import { hasBegun, lostSeatAt, maySit, sinceStart } from '../scene.ts';
import type { Scene } from '../scene.ts';
import { pairOf } from '../truth.ts';

/** What was read before a call may be this old when it is sent: the row lease, and a little. */
const READ_MS = 75_000;
const AUTHORITY_MS = 60_000;
const PROTECTED = /^\/(approvers|access-admins)(\/|$)/;

/** What a call is about; Leasehold sends the row on which it works, as it was when it claimed it. */
type Sent = Target & Partial<Pick<Holding, 'epoch'>>;

/**
 * Whether the row is the caller's. To a process that has the record to itself a turned clock may make a row lease look over:
 * nobody else can claim it, so that it goes by the epoch, and one that was restarted has another name.
 */
function isCallers(scene: Scene, caller: Caller, row: Holding | undefined, { epoch }: Sent): boolean {
  if (row?.rowLease?.replica !== caller.name) return false;
  return scene.shared ? row.rowLease.until > scene.latest() : row.epoch === epoch;
}

/** What must be true of every call that changes Keycloak when it leaves. */
export function checkCall(scene: Scene, caller: Caller, call: 'give' | 'take', target: Sent): void {
  const { record, realm } = scene;
  const { userId, resource } = target;
  const key = holdingKey(realm, userId, resource);
  const row = record.tables.holdings.get(key);
  const open = record.tables.openOn(key);
  const about = `${call} ${nameOf(scene, userId)} ${resource.path}`;
  if (call === 'give') checkGive(scene, target, open, about);
  else if (row?.owned !== true) scene.complain('I7', `${about}: not recorded as ours`);

  const attempts = call === 'give' ? row?.puts : row?.deletes;
  const isAlone = !scene.shared && call === 'take' && open.every((grant) => endReason(grant, scene.latest()) !== null);
  if (isAlone) return;
  if ((attempts ?? 0) === 0) scene.complain('I24', `${about}: sent, and the record knows nothing of it`);
  else if (!isCallers(scene, caller, row, target))
    scene.complain('I26', `${about}: sent by ${caller.name}, whose row it is not`);
}

function checkGive(scene: Scene, { userId, resource }: Target, open: readonly OpenGrant[], about: string): void {
  const { truth, timeline, record } = scene;
  if (PROTECTED.test(resource.path) || userId === scene.keycloak.bot.userId)
    scene.complain('I19', `${about}: never a resource`);
  const taken = truth.takenByHand.get(pairOf(userId, resource.id));
  // One that is due is no reason for the access any more, but a newer one may be.
  const isWanted = (grant: Grant | undefined): boolean =>
    grant?.state === 'live' && endReason(grant, scene.latest()) === null;
  if (taken?.leases.some((id) => isWanted(record.tables.grants.get(id))) === true)
    scene.complain('I10', `${about}: puts back what another hand took`);
  if (open.length === 0) {
    const isNamesake = [...record.tables.grants.values()].some(
      (grant) => grant.state !== 'ended' && grant.person.userId === userId && grant.resource.path === resource.path,
    );
    scene.complain(
      isNamesake ? 'I11' : 'I24',
      `${about}: ${isNamesake ? 'another one was approved' : 'the record knows of no lease'}`,
    );
  }
  const begun = open.filter((grant) => hasBegun(scene, grant));
  if (open.length > 0 && begun.length === 0) scene.complain('I12', `${about}: before the lease has begun`);
  const since = truth.forbiddenSince.get(resource.id);
  if (since !== undefined && timeline.now() - since > READ_MS) scene.complain('I18', `${about}: may not be given`);
  for (const grant of begun) {
    const request = record.tables.requests.get(grant.requestId);
    if (grant.state !== 'planned' || request === undefined) continue;
    for (const { by, stage, at } of request.approvals) {
      const planned = request.plan[stage];
      if (planned === undefined) continue;
      const place = { stage: planned, beneficiary: request.beneficiary, isEscalated: true };
      const lostAt = lostSeatAt(scene, by.userId, place) ?? timeline.now();
      const isOld = timeline.now() - sinceStart(at) > AUTHORITY_MS + READ_MS;
      if (isOld && !maySit(scene, by.userId, place) && timeline.now() - lostAt > READ_MS)
        scene.complain('I14', `${about}: ${by.username} may no longer decide`);
    }
  }
}

/** What must be true when a call takes effect, maybe long after it was sent. */
export function checkEffect(scene: Scene, call: 'give' | 'take', { userId, resource }: Target): void {
  const { truth, timeline, record, realm } = scene;
  const pair = pairOf(userId, resource.id);
  const open = record.tables.openOn(holdingKey(realm, userId, resource));
  truth.touched.set(pair, { userId, resource });
  if (call === 'give') {
    for (const grant of open)
      if (hasBegun(scene, grant) && !truth.firstPut.has(grant.id)) truth.firstPut.set(grant.id, timeline.now());
    return;
  }
  if (scene.keycloak.giver(userId, resource.id) === null) return;
  if (asksForSessions(scene, userId, resource.id)) truth.takenByUs.set(pair, timeline.now());
  const about = `${nameOf(scene, userId)} ${resource.path}`;
  if (truth.before.has(pair)) scene.complain('I8', `${about} was there before us and is gone`);
  // Where Keycloak shows nothing a lease may be refused at one look and not at the next.
  if (!scene.weather.isBlind())
    for (const grant of open)
      if (truth.inTime.has(grant.id) && endReason(grant, scene.latest()) === null) truth.gaps.add(grant.id);
  const living = open.find((grant) => grant.state === 'live' && endReason(grant, scene.latest()) === null);
  if (living !== undefined && !truth.goneAt.has(userId)) scene.complain('I9', `${about} was taken from a living lease`);
}

/** Whether a lease by which he has it, or had it since his sessions were ended last, wants them ended. */
function asksForSessions(scene: Scene, userId: string, resourceId: string): boolean {
  const { record, truth } = scene;
  const loggedOutAt = truth.loggedOut.get(userId) ?? -1;
  return [...record.tables.grants.values()].some((grant) => {
    const { person, resource, endSessions } = grant;
    if (!endSessions || person.userId !== userId || resource.id !== resourceId) return false;
    if (grant.state !== 'ended') return hasBegun(scene, grant);
    return truth.firstPut.has(grant.id) && (truth.endedSince.get(grant.id) ?? -1) > loggedOutAt;
  });
}

const nameOf = ({ keycloak }: Scene, userId: string): string =>
  [...keycloak.users.values()].find((user) => user.userId === userId)?.username ?? userId;
