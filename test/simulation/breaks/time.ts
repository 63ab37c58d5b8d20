import { endReason } from '../../../src/domain/grant.ts';
import { START } from '../../builders/domain.ts';
import { altered, rewritten } from './break.ts';
import type { Break } from './break.ts';

const HOUR_MS = 3_600_000;

/** What goes wrong when time is measured, or waited for, in another way. */
export const timeBreaks: readonly Break[] = [
  {
    name: 'ends-with-the-next-pass',
    invariant: 'I1',
    also: ['I2', 'I3'],
    what: 'what is due is found by a pass every five minutes',
    ports: (ports) =>
      rewritten(ports, (batch) => ({
        ...batch,
        ...(batch.holdings === undefined
          ? {}
          : {
              holdings: batch.holdings.map((row) => ({
                ...row,
                nextLookAt: row.nextLookAt === null ? null : Math.ceil(row.nextLookAt / 300_000) * 300_000,
              })),
            }),
      })),
  },
  {
    name: 'limited-retries',
    invariant: 'I2',
    // The same, where the process that is asked has begun since.
    also: ['I3'],
    what: 'taking away is given up after five tries',
    stir: { choke: 5 },
    ports: (ports) =>
      rewritten(ports, (batch) => ({
        ...batch,
        ...(batch.holdings === undefined
          ? {}
          : {
              holdings: batch.holdings.map((row) => ({
                ...row,
                nextLookAt: row.failures >= 5 ? null : row.nextLookAt,
              })),
            }),
      })),
  },
  {
    name: 'timer-in-memory',
    invariant: 'I3',
    also: ['I1', 'I2', 'end'],
    what: 'the end of a lease is a timer of the process that started it',
    stir: { kill: 3 },
    ports: (ports) => {
      const timers = new Set<string>();
      return altered(ports, 'store', (store) => ({
        commit: (batch) => {
          for (const grant of batch.grants ?? []) timers.add(grant.id);
          return store.commit(batch);
        },
        claim: async (claim) =>
          (await store.claim(claim)).filter(({ grants }) =>
            grants.every((grant) => timers.has(grant.id) || endReason(grant, claim.now) === null),
          ),
      }));
    },
  },
  {
    name: 'starts-slowly',
    invariant: 'I3',
    also: ['I1'],
    what: 'a process begins to take away a minute after it was started',
    stir: { kill: 4 },
    ports: (ports, { timeline }) => {
      const startedAt = timeline.now();
      return altered(ports, 'store', (store) => ({
        claim: (claim) => (timeline.now() - startedAt < 60_000 ? Promise.resolve([]) : store.claim(claim)),
      }));
    },
  },
  {
    name: 'own-clock',
    invariant: 'I4',
    also: ['I1', 'I2', 'I3', 'I5', 'I9', 'I24', 'I26', 'I29', 'I30', 'end'],
    what: 'each process goes by its own wall clock, and one in three is an hour ahead or behind',
    stir: { kill: 3 },
    ports: (ports, { timeline, chance }) => {
      const offset = chance.pick([0, HOUR_MS, -HOUR_MS]);
      return altered(ports, 'clock', () => ({ now: () => START + timeline.now() + offset }));
    },
  },
  {
    name: 'starts-at-approval',
    invariant: 'I12',
    what: 'when a lease was to begin is forgotten once it is approved',
    stir: { ask: 2, decide: 2 },
    ports: (ports) =>
      rewritten(ports, (batch) =>
        batch.grants === undefined
          ? batch
          : { ...batch, grants: batch.grants.map((grant) => ({ ...grant, startsAt: null })) },
      ),
  },
  {
    name: 'lengthens-the-first',
    invariant: 'I5',
    what: 'a second approval moves the end of the lease that lives',
    ports: (ports, { record }) =>
      rewritten(ports, (batch) => {
        const fresh = batch.grants?.find((grant) => grant.revision === 1);
        if (fresh === undefined) return batch;
        const longer = [...record.tables.grants.values()].flatMap((grant) =>
          grant.state === 'live' &&
          grant.person.userId === fresh.person.userId &&
          grant.resource.id === fresh.resource.id
            ? [{ ...grant, expiresAt: grant.expiresAt + fresh.leaseSeconds * 1000, revision: grant.revision + 1 }]
            : [],
        );
        return { ...batch, grants: [...(batch.grants ?? []), ...longer] };
      }),
  },
];
