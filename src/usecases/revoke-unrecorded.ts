import { dueAt, isAhead } from '../domain/grant.ts';
import type { OpenGrant } from '../domain/grant.ts';
import type { EpochMs } from '../domain/ids.ts';
import type { Resource } from '../domain/resource.ts';
import { CodedError } from '../lib/errors.ts';
import type { Target } from './keycloak-port.ts';
import type { Ports } from './ports.ts';
import type { Claimed } from './store-port.ts';

const PAGE = 500;
/** Not longer than the shortest lease that people ask for: then every lease is known before it is due. */
const MEMORY_MS = 30_000;

/** What is remembered of a holding of ours, by its key. */
type Known = Target & { readonly epoch: number; readonly grants: readonly OpenGrant[] };

/** Null for what is not ours to take away. */
const knownOf = ({ holding: { userId, resource, epoch, owned }, grants }: Claimed): Known | null =>
  owned === true ? { userId, resource, epoch, grants } : null;

/** Each of its leases is due, or has yet to begin. */
const isOver = ({ grants }: Known, now: EpochMs): boolean =>
  grants.every((grant) => dueAt(grant) <= now || isAhead(grant, now));

/**
 * Takes away what is due while the database cannot write (I24): nothing is granted and nothing recorded, but a lease
 * still ends. DELETE is repeatable, so `converge` finds the same work again and records it once the database is back.
 * Only where the record is this process' alone: of several replicas one that cannot write must send nothing.
 */
export function createUnrecordedRevoker(ports: Pick<Ports, 'store' | 'access' | 'clock' | 'log'>): {
  /** Call it while the database answers: what is read now is what can be ended when it does not. */
  remember(): Promise<void>;
  /** How a holding stands on record now: what is no longer ours must not be taken away once more from memory (I7). */
  settled(now: Claimed): void;
  run(): Promise<void>;
} {
  let known = new Map<string, Known>();
  let knownAt: EpochMs | null = null;
  /** The epoch in which it was taken away, by key. */
  const taken = new Map<string, number>();

  async function read(): Promise<void> {
    const resources = new Map<string, Resource>();
    const all = new Map<string, Known>();
    for (let after = ''; ;) {
      const rows = await ports.store.openHoldings(after, PAGE);
      for (const row of rows) {
        const one = knownOf(row);
        if (one === null) continue;
        const name = `${one.resource.kind}/${one.resource.id}`;
        const resource = resources.get(name) ?? one.resource;
        resources.set(name, resource);
        all.set(row.holding.key, { ...one, resource });
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) break;
      after = last.holding.key;
    }
    known = all;
    knownAt = ports.clock.now();
  }

  async function take(key: string, due: Known): Promise<void> {
    const outcome = await ports.access.take(due);
    if (outcome !== 'done' && outcome !== 'gone') return;
    const { present } = await ports.access.look(due, 'presence');
    if (present) return;
    taken.set(key, due.epoch);
    ports.log.warn('taken away without a record', { holding: key });
  }

  return {
    remember: async () => {
      if (knownAt === null || ports.clock.now() - knownAt >= MEMORY_MS) await read();
    },
    settled: (now) => {
      const { key } = now.holding;
      const one = now.grants.length === 0 ? null : knownOf(now);
      if (one === null) known.delete(key);
      else known.set(key, one);
    },
    run: async () => {
      try {
        await read();
      } catch {
        // The last list read is better than none.
      }
      const now = ports.clock.now();
      for (const [key, epoch] of taken) if (known.get(key)?.epoch !== epoch) taken.delete(key);
      for (const [key, due] of known) {
        if (!isOver(due, now) || taken.has(key)) continue;
        try {
          await take(key, due);
        } catch (error) {
          if (!(error instanceof CodedError)) throw error;
          ports.log.warn('could not take away without a record', { holding: key, code: error.code });
        }
      }
    },
  };
}
