import { endReason, holdingKey, isAhead, isWanted } from '../../../src/domain/grant.ts';
import type { OpenGrant } from '../../../src/domain/grant.ts';
import type { Holding } from '../../../src/domain/holding.ts';
import type { Target } from '../../../src/usecases/keycloak-port.ts';
import { SWEEP_SECONDS } from '../replica.ts';
import { alive, isOursThere, isThere, sinceStart } from '../scene.ts';
import type { Scene } from '../scene.ts';
import { pairOf } from '../truth.ts';

/** I1: five seconds and two calls; I2: thirty seconds after an outage, for so few. */
const PROMPT_MS = 10_000;
const OUTAGE_MS = 30_000;
/** No row lease, back-off or hold lasts longer than a minute, nor a quarantine than two and a bit. */
const ANY_WAIT_MS = 140_000;
/** While nothing was written or changed only time can break a promise, and none by less than this. */
const QUIET_MS = 500;

export type Moments = { check(): void };

/** What must be true at every moment. */
export function createMoments(scene: Scene): Moments {
  const { truth, timeline, record, realm } = scene;
  const unwantedSince = new Map<string, number>();

  const checkOurs = (target: Target, all: readonly OpenGrant[], row: Holding | undefined): void => {
    const pair = pairOf(target.userId, target.resource.id);
    // Those that are ahead are no reason for anything to be there.
    const open = all.filter((grant) => !isAhead(grant, scene.latest()));
    const wanted = open.filter((grant) => isWanted(grant, scene.latest()));
    if (!isOursThere(scene, target.userId, target.resource.id)) {
      unwantedSince.delete(pair);
      truth.orphans.delete(pair);
      return;
    }
    // Under a lease it is no orphan; what it has become shows when that has ended.
    if (open.length > 0 && truth.orphans.has(pair)) truth.orphans.set(pair, timeline.now());
    if (wanted.length > 0) {
      unwantedSince.delete(pair);
      checkLength(wanted, pair);
      return;
    }
    const since = unwantedSince.get(pair) ?? timeline.now();
    unwantedSince.set(pair, since);
    const about = `${nameOf(scene, target)} still has ${target.resource.path}`;
    const now = timeline.now();
    if (open.length === 0 && (row?.puts ?? 0) + (row?.deletes ?? 0) === 0) {
      unwantedSince.set(pair, now);
      const orphanSince = truth.orphans.get(pair);
      if (orphanSince === undefined) scene.complain('I27', `${about}, and the record has closed`);
      else if (now > Math.max(orphanSince, scene.weather.calmSince().at) + 2 * SWEEP_SECONDS * 1000 + ANY_WAIT_MS)
        scene.complain('I27', `${about}: an orphan that no sweep took`);
      return;
    }
    checkLate(target, row, since, about);
  };

  /**
   * Nothing of ours is there for longer than was approved, whatever any clock says (I4), once there is somebody to end it.
   * With the record to itself a process whose wall clock was turned back while it was stopped does not know for how long
   * that was: so much, and no more, is added (docs/explanation/simulation.md).
   */
  const checkLength = (wanted: readonly OpenGrant[], pair: string): void => {
    if (scene.replicas.every(({ dead }) => dead)) return;
    const ends = wanted.map((grant) => {
      const start = truth.firstPut.get(grant.id);
      if (start === undefined) return Infinity;
      const unknown = truth.stops.reduce((sum, { at, behindMs }) => sum + (at > start ? behindMs : 0), 0);
      return start + grant.leaseSeconds * 1000 + unknown;
    });
    const over = timeline.now() - Math.max(...ends);
    if (over > PROMPT_MS + 15_000) scene.complain('I4', `${pair} lives ${over} ms longer than was approved`);
  };

  const checkLate = ({ resource }: Target, row: Holding | undefined, since: number, about: string): void => {
    const now = timeline.now();
    if (alive(scene).length === 0 || scene.weather.troubledUntil(resource.id) + 65_000 > now) return;
    const calm = scene.weather.calmSince();
    const from = Math.max(since, calm.at);
    const waits = rowWait(row, calm.afterOutage);
    // What falls due right after an outage waits with the rest, until a probe that hangs has been given up.
    const allowedUntil = Math.max(from + PROMPT_MS, calm.afterOutage ? calm.at + OUTAGE_MS : 0);
    if (now <= allowedUntil || (now <= waits + PROMPT_MS && now <= from + ANY_WAIT_MS)) return;
    const youngest = Math.min(...alive(scene).map((replica) => replica.startedAt));
    const which = youngest >= since ? 'I3' : (row?.failures ?? 0) > 0 || calm.at > since ? 'I2' : 'I1';
    scene.complain(which, `${about} ${now - from} ms after it was due and all was calm`);
  };
  /** Until when this row may rest: somebody died or sleeps with it, Keycloak refused or did not answer, a call may still land. */
  const rowWait = (row: Holding | undefined, afterOutage: boolean): number => {
    if (row === undefined) return 0;
    const lease = sinceStart(row.rowLease?.until ?? 0);
    const isWaiting = (row.failures > 0 && !afterOutage) || row.held !== null || row.puts + row.deletes > 0;
    const next = isWaiting ? sinceStart(row.nextLookAt ?? 0) : 0;
    return Math.max(lease, next);
  };

  const checkLiving = (grants: readonly OpenGrant[], target: Target): void => {
    const { userId, resource } = target;
    if (isThere(scene, userId, resource.id)) return;
    const pair = pairOf(userId, resource.id);
    if (truth.takenByHand.has(pair) || truth.goneAt.has(userId) || truth.droppedAt.has(resource.id)) return;
    const living = grants.find((grant) => grant.state === 'live' && endReason(grant, scene.latest()) === null);
    if (living !== undefined)
      scene.complain('I9', `${nameOf(scene, target)} ${resource.path}: a living lease has no access`);
  };

  let checkedAt = 0;
  return {
    check: () => {
      if (!scene.hasNews() && timeline.now() - checkedAt < QUIET_MS) return;
      checkedAt = timeline.now();
      for (const target of truth.touched.values()) {
        const key = holdingKey(realm, target.userId, target.resource);
        const open = record.tables.openOn(key);
        checkOurs(target, open, record.tables.holdings.get(key));
        if (open.length > 0) checkLiving(open, target);
      }
    },
  };
}

const nameOf = ({ keycloak }: Scene, { userId }: Target): string =>
  [...keycloak.users.values()].find((user) => user.userId === userId)?.username ?? userId;
