import type { Grant } from '../../src/domain/grant.ts';
import type { CarriedSession, CarriedStore, CarriedWrites } from '../../src/usecases/carried-store.ts';

type Carried = Map<string, CarriedSession>;
const keyOf = ({ session, carries }: Pick<CarriedSession, 'session' | 'carries'>): string => `${session}/${carries}`;

/** The part of the record in memory that is about sessions that carry what is nowhere else. */
export function memoryCarried(carried: Carried, grants: ReadonlyMap<string, Grant>): CarriedStore {
  return {
    carriedBy: (session) =>
      Promise.resolve(
        [...carried.values()].filter((row) => row.session === session).sort((a, b) => (a.carries < b.carries ? -1 : 1)),
      ),
    carry: (sessions) => {
      for (const row of sessions) {
        const mayBe = row.dueAt !== null || grants.get(row.carries)?.state === 'live';
        if (mayBe && !carried.has(keyOf(row))) carried.set(keyOf(row), row);
      }
      return Promise.resolve();
    },
    claimCarried: ({ now, until, limit }) => {
      const due = [...carried.values()]
        .filter(({ dueAt }) => dueAt !== null && dueAt <= now)
        .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
        .slice(0, limit)
        .map((row) => ({ ...row, dueAt: until }));
      for (const row of due) carried.set(keyOf(row), row);
      return Promise.resolve(due);
    },
  };
}

/** Whether each session is still as it was claimed. */
export const carriedFit = (carried: Carried, { carriedEnded = [] }: CarriedWrites): boolean =>
  carriedEnded.every(({ claimed }) => carried.get(keyOf(claimed))?.dueAt === claimed.dueAt);

export function writeCarried(carried: Carried, { carriedOver = [], carriedEnded = [] }: CarriedWrites): void {
  for (const { lease, dueAt } of carriedOver) {
    for (const [key, row] of carried) {
      if (row.carries !== lease) continue;
      if (dueAt === null) carried.delete(key);
      else carried.set(key, { ...row, dueAt });
    }
  }
  for (const { claimed, next } of carriedEnded) {
    if (next === null) carried.delete(keyOf(claimed));
    else carried.set(keyOf(claimed), { ...claimed, ...next });
  }
}
