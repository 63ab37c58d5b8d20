import type { Claim, Release } from '../../src/usecases/store-port.ts';

export type MemoryLease = { readonly replica: string | null; readonly until: number; readonly attempts: number };

/** Who works on what, for the memory store: lanes and jobs, by name. */
export function createLeases() {
  const rows = new Map<string, MemoryLease>();
  const isFree = (name: string, now: number): boolean => (rows.get(name)?.until ?? -Infinity) <= now;
  return {
    rows,
    isFree,
    /** The attempts told at its last release when it is this replica's now; null when it is somebody else's. */
    take: (name: string, { replica, now, until }: Omit<Claim, 'limit'>): number | null => {
      if (!isFree(name, now)) return null;
      const attempts = rows.get(name)?.attempts ?? 0;
      rows.set(name, { replica, until, attempts });
      return attempts;
    },
    release: (names: readonly string[], replica: string, { until, attempts }: Release): void => {
      for (const name of names) {
        if (rows.get(name)?.replica !== replica) continue;
        if (until === null) rows.delete(name);
        else rows.set(name, { replica: null, until, attempts });
      }
    },
    forgetHolders: (): void => {
      for (const [name, row] of rows) if (row.replica !== null || name.startsWith('job ')) rows.delete(name);
    },
  };
}
