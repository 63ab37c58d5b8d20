import type { EpochMs } from '../../domain/ids.ts';
import type { Log } from '../../usecases/ports.ts';

const REST_MS = 60_000;

/** Log lines about calls that were refused: for each reason one in a minute, so that nobody can fill the log. */
export function createNotices(now: () => EpochMs, log: Log) {
  const told = new Map<string, EpochMs>();
  const isDue = (reason: string): boolean => {
    const last = told.get(reason);
    if (last !== undefined && Math.abs(now() - last) < REST_MS) return false;
    told.set(reason, now());
    return true;
  };
  return {
    warn: (reason: string, fields: Readonly<Record<string, unknown>>): void => {
      if (isDue(reason)) log.warn('gate.call_refused', { reason, ...fields });
    },
    /** A bug of ours. */
    failed: (error: unknown): void => {
      if (isDue('')) log.error('gate.failed', { error });
    },
  };
}
