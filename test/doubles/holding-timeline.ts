import { dueAt, isAhead } from '../../src/domain/grant.ts';
import type { Grant, PlannedGrant } from '../../src/domain/grant.ts';
import { maySend, nextStep, openHolding, resolved } from '../../src/domain/holding.ts';
import type { Holding, Seen } from '../../src/domain/holding.ts';

export const QUARANTINE_MS = 120_000;
export const CALL_MS = 50;
export const TIMEOUT_MS = 5_000;
export const ROW_LEASE_MS = 30_000;
const RETRY_MS = 1_000;

/** What becomes of the next call that changes Keycloak; after the last one all are answered. */
export type Fate =
  | { readonly fate: 'answered' | 'killed before' | 'lost' }
  /** It takes effect `afterMs` after it was sent, unseen by the caller. */
  | { readonly fate: 'late' | 'killed after'; readonly afterMs: number };

export type Script = {
  readonly memberBefore: boolean;
  /** Planned grants on one holding; each comes to be at its `approvedAt`. */
  readonly grants: readonly PlannedGrant[];
  /** What other hands do to the access. */
  readonly hands: readonly { readonly at: number; readonly member: boolean }[];
  readonly fates: readonly Fate[];
};

/** `lateMs`: since the last lease on it fell due; `present`: the access was there. */
export type Sent = {
  readonly call: 'put' | 'delete';
  readonly at: number;
  readonly lateMs: number;
  readonly present: boolean;
};
export type Timeline = {
  readonly member: boolean;
  readonly holding: Holding;
  readonly grants: readonly Grant[];
  readonly sent: readonly Sent[];
  /** Every version of a grant that was committed, in order. */
  readonly history: readonly Grant[];
  /** When the last trouble (a fate other than answered, with its consequences) was over. */
  readonly calmAt: number;
  readonly endedAt: number;
};

/**
 * Plays a script on one replica in simulated time. Nobody looks at the holding but when it asks for it (`nextLookAt`) and
 * its row lease is free. Ends when nothing is left to do; throws when that never comes.
 */
export function playTimeline(script: Script, start: number): Timeline {
  let now = start;
  let member = script.memberBefore;
  let calmAt = start;
  const fates = [...script.fates];
  const sent: Sent[] = [];
  const history: Grant[] = [];
  const late: { at: number; member: boolean }[] = [...script.hands];
  const coming = [...script.grants].sort((a, b) => a.approvedAt - b.approvedAt);
  const rows = new Map<string, Grant>();
  const [first] = coming;
  if (first === undefined) throw new Error('a script has at least one grant');
  let row = openHolding(first.realm, first.person.userId, first.person.username, first.resource, start);

  const openRows = () => [...rows.values()].filter((grant) => grant.state !== 'ended');
  const commit = (holding: Holding, grants: readonly Grant[] = []): void => {
    row = { ...holding, revision: row.revision + 1 };
    history.push(...grants);
    for (const grant of grants) rows.set(grant.id, grant);
  };
  const landUntil = (time: number): void => {
    for (const change of late.filter(({ at }) => at <= time).sort((a, b) => a.at - b.at)) member = change.member;
    late.splice(0, late.length, ...late.filter(({ at }) => at > time));
  };
  const spend = (ms: number): void => landUntil((now += ms));

  /** `stopped`: the replica is gone and its row lease has to run out. */
  const send = (call: 'put' | 'delete', holding: Holding): 'answered' | 'unknown' | 'stopped' => {
    const fate = fates.shift() ?? { fate: 'answered' };
    if (fate.fate === 'killed before') return 'stopped';
    if (!maySend(call, holding, openRows(), 'A', now, TIMEOUT_MS))
      throw new Error('a fresh row lease lets calls through');
    // Of those that have begun: what is ahead keeps no access.
    const dues = openRows()
      .filter((grant) => !isAhead(grant, now))
      .map(dueAt);
    sent.push({ call, at: now, lateMs: now - Math.max(start, ...dues), present: member });
    if (fate.fate === 'late' || fate.fate === 'killed after')
      late.push({ at: now + fate.afterMs, member: call === 'put' });
    if ('afterMs' in fate) calmAt = Math.max(calmAt, now + fate.afterMs);
    if (fate.fate === 'killed after') return 'stopped';
    if (fate.fate !== 'answered') {
      spend(TIMEOUT_MS);
      return 'unknown';
    }
    spend(CALL_MS);
    member = call === 'put';
    return 'answered';
  };

  /** What one claim leaves behind: the row to write, with the grants that changed. */
  const converge = (): readonly [Holding, ...Grant[]] => {
    commit({ ...row, epoch: row.epoch + 1, rowLease: { replica: 'A', until: now + ROW_LEASE_MS } });
    let holding = row;
    let seen: Seen = { look: null, deleteAnswered: false };
    for (let steps = 0; steps < 12; steps++) {
      const step = nextStep(holding, openRows(), seen, now, QUARANTINE_MS);
      if (step.do === 'wait') return [step.holding];
      if (step.do === 'settle') return [step.holding, ...step.live, ...step.ended];
      if (step.do === 'end-sessions') return [{ ...holding, sessionsDue: false, nextLookAt: null }];
      if (step.do === 'look') {
        const at = now;
        spend(CALL_MS);
        seen = { ...seen, look: { at, present: member, user: 'enabled', resource: 'there', refused: new Map() } };
        continue;
      }
      commit(step.holding, step.do === 'put' ? step.grants : []);
      const outcome = send(step.do, step.holding);
      if (outcome !== 'answered') {
        const nextLookAt = outcome === 'stopped' ? now + ROW_LEASE_MS : now + RETRY_MS;
        calmAt = Math.max(calmAt, nextLookAt);
        return [{ ...step.holding, nextLookAt }];
      }
      holding = resolved(step.holding, step.do);
      seen = { look: null, deleteAnswered: seen.deleteAnswered || step.do === 'delete' };
    }
    throw new Error('it never came to rest within one claim');
  };

  for (let claims = 0; ;) {
    const times = [...late.map(({ at }) => at), ...coming.slice(0, 1).map((grant) => grant.approvedAt)];
    const wake = rows.size === 0 ? null : row.nextLookAt;
    if (times.length === 0 && wake === null) break;
    now = Math.max(now, Math.min(...times, wake ?? Infinity));
    landUntil(now);
    for (let next = coming[0]; next !== undefined && next.approvedAt <= now; next = coming[0]) {
      coming.shift();
      commit({ ...row, nextLookAt: now }, [next]);
    }
    if (rows.size === 0 || row.nextLookAt === null || row.nextLookAt > now) continue;
    if (++claims > 200) throw new Error('it never comes to an end');
    const [holding, ...changed] = converge();
    commit({ ...holding, rowLease: null }, changed);
  }
  return { member, holding: row, grants: [...rows.values()], sent, history, calmAt, endedAt: now };
}
