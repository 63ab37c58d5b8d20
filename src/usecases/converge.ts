import { isAhead, isWanted } from '../domain/grant.ts';
import { endsSessionsNow, maySend, nextStep } from '../domain/holding.ts';
import type { Holding, Look, Seen } from '../domain/holding.ts';
import type { GrantId } from '../domain/ids.ts';
import { CodedError, hasCode } from '../lib/errors.ts';
import { activationRefusal } from './check-activation.ts';
import { afterFailure, afterHold, afterSessions, afterSettle, letGo, recordLateness } from './converge-outcomes.ts';
import { createWork } from './converge-work.ts';
import type { Rows, Work } from './converge-work.ts';
import type { Ports } from './ports.ts';
import type { Claimed } from './store-port.ts';

/** What became of one claim: `settled`, or why it has to be looked at again. `away`: Keycloak did not answer. */
export type Converged = 'settled' | 'later' | 'away';

/** More looks than any healthy holding needs; beyond it the row is left for the next claim. */
const MAX_STEPS = 12;

/**
 * Keeps one claimed holding right: what should be, what is, one call, look again. Every attempt is committed before it is
 * sent and fenced right before the call; an answered one is kept in memory until the next commit, so that a crash leaves
 * it counted as unresolved, which is the safe side.
 * @param onSettled told how the rows stand each time that what was seen is on record
 */
export async function converge(
  ports: Ports,
  claimed: Claimed,
  onSettled: (now: Claimed) => void = () => undefined,
): Promise<Converged> {
  const work = createWork(ports, claimed);
  // An attempt is committed before it is sent: its call may leave, and be given up, this much later.
  const quarantineMs = ports.settings.quarantineSeconds * 1000 + ports.access.timeoutMs;
  let seen: Seen = { look: null, deleteAnswered: false };
  try {
    for (let count = 0; count < MAX_STEPS; count++) {
      const { holding, grants } = work.now();
      const step = nextStep(holding, grants, seen, ports.clock.now(), quarantineMs);
      switch (step.do) {
        case 'look':
          seen = { ...seen, look: await look(ports, { holding, grants }, seen.deleteAnswered, work.sent('put')) };
          break;
        case 'put':
        case 'delete': {
          const rows = step.do === 'put' ? { holding: step.holding, grants: step.grants } : { holding: step.holding };
          const written = await work.write(rows);
          if (written === 'lost') return 'later';
          seen = { ...seen, look: null };
          if (written === 'moved') break;
          const outcome = await send(ports, work, step.do);
          if (outcome === 'fenced') return await finish(work, letGo(work.now().holding, ports.clock.now()), 'later');
          if (step.do === 'put' && outcome !== 'unknown' && outcome !== 'answered') work.disown();
          if (outcome === 'refused') {
            return await finish(
              work,
              afterHold(
                ports,
                work.now(),
                `Keycloak refuses to ${step.do === 'put' ? 'give' : 'take away'} this access`,
              ),
              'later',
            );
          }
          if (outcome === 'unknown' || outcome === 'not_sent') {
            return await finish(work, afterFailure(ports, work.now(), outcome), 'away');
          }
          seen = { look: null, deleteAnswered: seen.deleteAnswered || step.do === 'delete' };
          break;
        }
        case 'end-sessions': {
          await endSessions(ports, holding);
          const rows = afterSessions(ports, work.now());
          const written = await work.write(rows);
          if (written === 'lost') return 'later';
          if (written === 'written' && rows.holding.rowLease === null) return 'settled';
          break;
        }
        case 'wait':
          return await finish(work, { holding: { ...step.holding, rowLease: null } }, 'later');
        case 'settle': {
          const written = await work.write(await afterSettle(ports, work.now(), step, seen.look));
          if (written === 'lost') return 'later';
          if (written === 'written') {
            recordLateness(ports, step.ended);
            onSettled(work.now());
          }
          seen = { look: null, deleteAnswered: false };
          if (written === 'moved' || endsSessionsNow(step.holding)) break;
          return 'settled';
        }
      }
    }
    return await finish(work, letGo(work.now().holding, ports.clock.now() + 1000), 'later');
  } catch (error) {
    if (hasCode(error, 'keycloak_forbidden')) {
      const what = endsSessionsNow(work.now().holding) ? 'end the sessions of its holder' : 'show it';
      return await finish(work, afterHold(ports, work.now(), `Keycloak refuses to ${what}`), 'later');
    }
    if (hasCode(error, 'keycloak_unavailable'))
      return await finish(work, afterFailure(ports, work.now(), 'not_sent'), 'away');
    throw error;
  }
}

async function finish(work: Work, rows: Rows, result: Converged): Promise<Converged> {
  // Whatever moved on meanwhile asked for a new look itself; the row lease runs out in the worst case.
  const written = await work.write(rows);
  if (written === 'moved') await work.write(letGo(work.now().holding, work.now().holding.nextLookAt));
  return result;
}

async function look(
  ports: Ports,
  { holding, grants }: Claimed,
  deleteAnswered: boolean,
  putSent: boolean,
): Promise<Look> {
  const at = ports.clock.now();
  // Of access that nobody wants any more only its absence matters.
  const isOver = deleteAnswered && !grants.some((grant) => isWanted(grant, at));
  const base = { at, ...(await ports.access.look(holding, isOver ? 'presence' : 'everything')) };
  const refused = new Map<GrantId, string>();
  if (putSent || base.user !== 'enabled' || base.resource === 'gone') return { ...base, refused };
  for (const grant of grants) {
    if (grant.state !== 'planned' || grant.endAsked !== null || isAhead(grant, at)) continue;
    const because = await activationRefusal(ports, grant);
    if (because !== null) refused.set(grant.id, because);
  }
  return { ...base, refused };
}

/** Fence, call, and what is known of the call. A call that certainly did not happen is no attempt. */
async function send(
  ports: Ports,
  work: Work,
  call: 'put' | 'delete',
): Promise<'fenced' | 'refused' | 'unknown' | 'not_sent' | 'answered'> {
  const { holding, grants } = work.now();
  const asks = holding.sessionsDue || grants.some((grant) => grant.endSessions);
  if (call === 'delete' && asks && ports.access.endsSessionsFirst()) await logOutFirst(ports, holding);
  if (!maySend(call, holding, grants, ports.settings.replica, ports.clock.now(), ports.access.timeoutMs)) {
    work.resolve(call);
    return 'fenced';
  }
  const outcome = await (call === 'put' ? ports.access.give(holding) : ports.access.take(holding));
  if (outcome !== 'unknown') work.resolve(call);
  if (call === 'put' && outcome !== 'not_sent') work.markSent(call);
  return outcome === 'done' || outcome === 'gone' ? 'answered' : outcome;
}

/** Taking away never waits for a logout that fails: the access is what matters, and it is tried again afterwards. */
async function logOutFirst(ports: Ports, holding: Holding): Promise<void> {
  try {
    await ports.access.endSessions(holding.userId);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    ports.log.warn('logout failed', { holding: holding.key, code: error.code });
  }
}

/**
 * Under fine-grained permissions the logout is refused once the person is no member: it was done before, and the gap of
 * one token life is stated to people.
 */
async function endSessions(ports: Ports, holding: Holding): Promise<void> {
  try {
    await ports.access.endSessions(holding.userId);
  } catch (error) {
    if (!ports.access.endsSessionsFirst() || !hasCode(error, 'keycloak_forbidden')) throw error;
    ports.log.warn('logout refused', { holding: holding.key });
  }
}
