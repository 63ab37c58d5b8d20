import { endReason } from '../domain/grant.ts';
import type { EpochMs } from '../domain/ids.ts';
import { CodedError } from '../lib/errors.ts';
import type { Claimed, Ports } from './ports.ts';

const PAGE = 500;
/** Not longer than the shortest lease that people ask for: then every lease is known before it is due. */
const MEMORY_MS = 30_000;

/**
 * Takes away what is due while the database cannot write (I24): nothing is granted and nothing recorded, but a lease
 * still ends. DELETE is repeatable, so `converge` finds the same work again and records it once the database is back.
 * Only where the record is this process' alone: of several replicas one that cannot write must send nothing.
 */
export function createUnrecordedRevoker(ports: Pick<Ports, 'store' | 'access' | 'clock' | 'log'>): {
  /** Call it while the database answers: what is read now is what can be ended when it does not. */
  remember(): Promise<void>;
  run(): Promise<void>;
} {
  let known: readonly Claimed[] = [];
  let knownAt: EpochMs | null = null;
  let taken = new Set<string>();

  async function openHoldings(): Promise<readonly Claimed[]> {
    const all: Claimed[] = [];
    for (let after = ''; ;) {
      const rows = await ports.store.openHoldings(after, PAGE);
      all.push(...rows);
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return all;
      after = last.holding.key;
    }
  }

  async function take({ holding }: Claimed): Promise<void> {
    const outcome = await ports.access.take(holding);
    if (outcome !== 'done' && outcome !== 'gone') return;
    const { present } = await ports.access.look(holding, 'presence');
    if (present) return;
    taken.add(`${holding.key}:${holding.epoch}`);
    ports.log.warn('taken away without a record', { holding: holding.key });
  }

  async function read(): Promise<void> {
    known = await openHoldings();
    knownAt = ports.clock.now();
  }

  return {
    remember: async () => {
      if (knownAt === null || ports.clock.now() - knownAt >= MEMORY_MS) await read();
    },
    run: async () => {
      try {
        await read();
      } catch {
        // The last list read is better than none.
      }
      const now = ports.clock.now();
      taken = new Set(known.map(({ holding }) => `${holding.key}:${holding.epoch}`).filter((key) => taken.has(key)));
      const due = known.filter(
        ({ holding, grants }) =>
          holding.owned === true &&
          !taken.has(`${holding.key}:${holding.epoch}`) &&
          grants.every((grant) => endReason(grant, now) !== null),
      );
      for (const claimed of due) {
        try {
          await take(claimed);
        } catch (error) {
          if (!(error instanceof CodedError)) throw error;
          ports.log.warn('could not take away without a record', { holding: claimed.holding.key, code: error.code });
        }
      }
    },
  };
}
