import type pg from 'pg';
import type { EpochMs } from '../../domain/ids.ts';

/** The database's time, as far as it is known here. */
export interface DatabaseTime {
  /** UTC epoch ms, whole. */
  now(): EpochMs;
  /** How far `now` may be from what the database would say, ms. */
  apartMs(): number;
}

/** How far two good clocks part in a millisecond. */
const DRIFT = 1e-4;

/** What one question told: at `at` of the local monotonic clock the database's was `offset` further, give or take `halfMs`. */
type Measured = { readonly at: number; readonly offset: number; readonly halfMs: number };

/**
 * Follows the database's clock with the local monotonic one, so that replicas agree on the time whatever their own wall
 * clocks say. Each answer was made between question and arrival: half the round trip is what may be wrong with it.
 */
export async function followTime(
  pool: pg.Pool,
  monotonic: () => number,
): Promise<DatabaseTime & { refresh(): Promise<void> }> {
  const measure = async (): Promise<Measured> => {
    const client = await pool.connect();
    try {
      const asked = monotonic();
      const { rows } = await client.query<{ ms: number }>(
        'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::DOUBLE PRECISION AS ms',
      );
      const answered = monotonic();
      const halfMs = (answered - asked) / 2;
      return { at: answered, offset: (rows[0]?.ms ?? Number.NaN) - (asked + halfMs), halfMs };
    } finally {
      client.release();
    }
  };
  const apart = ({ at, halfMs }: Measured): number => halfMs + (monotonic() - at) * DRIFT;

  let best = await measure();
  const refresh = async (): Promise<void> => {
    const next = await measure();
    // An answer that a jump alone explains counts at once, however slow it was; else the more exact one does.
    const jumped = Math.abs(next.offset - best.offset) > apart(next) + apart(best);
    if (jumped || apart(next) <= apart(best)) best = next;
  };
  await refresh();
  return { now: () => Math.floor(monotonic() + best.offset), apartMs: () => Math.ceil(apart(best)), refresh };
}
