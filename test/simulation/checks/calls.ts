import { endReason, holdingKey } from '../../../src/domain/grant.ts';
import type { Grant, OpenGrant } from '../../../src/domain/grant.ts';
import type { Target } from '../../../src/usecases/ports.ts';
import type { Caller } from '../network.ts';
import { hasBegun, lostSeatAt, maySit, sinceStart } from '../scene.ts';
import type { Scene } from '../scene.ts';
import { pairOf } from '../truth.ts';

/** What was read before a call may be this old when it is sent: the row lease, and a little. */
const READ_MS = 75_000;
const AUTHORITY_MS = 60_000;
const PROTECTED = /^\/(approvers|access-admins)(\/|$)/;

/**
 * The time by which a row lease runs: the database's where it is shared. A process alone has its own, which may be behind what
 * one before it saw and could not save; nobody else works on its rows.
 */
function rowTime(scene: Scene, caller: Caller): number {
  const alone = scene.shared ? undefined : scene.replicas.find(({ name }) => name === caller.name);
  return alone?.clock.now() ?? scene.latest();
}

/** What must be true of every call that changes Keycloak when it leaves. */
export function checkCall(scene: Scene, caller: Caller, call: 'give' | 'take', target: Target): void {
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
  else if (row?.rowLease?.replica !== caller.name || row.rowLease.until <= rowTime(scene, caller))
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
  if (open.some((grant) => grant.endSessions)) truth.takenByUs.set(pair, timeline.now());
  const about = `${nameOf(scene, userId)} ${resource.path}`;
  if (truth.before.has(pair)) scene.complain('I8', `${about} was there before us and is gone`);
  // Where Keycloak shows nothing a lease may be refused at one look and not at the next.
  if (!scene.weather.isBlind())
    for (const grant of open)
      if (truth.inTime.has(grant.id) && endReason(grant, scene.latest()) === null) truth.gaps.add(grant.id);
  const living = open.find((grant) => grant.state === 'live' && endReason(grant, scene.latest()) === null);
  if (living !== undefined && !truth.goneAt.has(userId)) scene.complain('I9', `${about} was taken from a living lease`);
}

const nameOf = ({ keycloak }: Scene, userId: string): string =>
  [...keycloak.users.values()].find((user) => user.userId === userId)?.username ?? userId;
