import { dueAt, endReason, holdingKey } from '../../../src/domain/grant.ts';
import type { Holding } from '../../../src/domain/holding.ts';
import { hasCode } from '../../../src/lib/errors.ts';
import type { Access, Target } from '../../../src/usecases/keycloak-port.ts';
import type { Batch, Claimed } from '../../../src/usecases/store-port.ts';
import { altered, rewritten } from './break.ts';
import type { Break } from './break.ts';

const HOUR_MS = 3_600_000;
const holdings = (batch: Batch, change: (row: Holding) => Holding): Batch =>
  batch.holdings === undefined ? batch : { ...batch, holdings: batch.holdings.map(change) };

/** What goes wrong when holdings are kept in another way: whose they are, who sends, what is believed. */
export const keepingBreaks: readonly Break[] = [
  {
    name: 'deletes-for-good-measure',
    invariant: 'I7',
    what: 'when a lease has ended the access is taken away once more, whoever it belongs to',
    ports: (ports) =>
      altered(ports, 'store', (store) => ({
        commit: async (batch) => {
          const result = await store.commit(batch);
          for (const grant of batch.grants ?? [])
            if (grant.state === 'ended')
              void ports.access.take({ userId: grant.person.userId, resource: grant.resource });
          return result;
        },
      })),
  },
  {
    name: 'takes-all-for-its-own',
    invariant: 'I8',
    what: 'access that was there before a lease counts as given by it',
    ports: (ports) =>
      rewritten(ports, (batch) =>
        holdings(batch, (row) => ({ ...row, owned: row.owned === false ? true : row.owned })),
      ),
  },
  {
    name: 'one-lease-at-a-time',
    invariant: 'I9',
    // Its holding comes to rest while another lease is open, which nobody ends then.
    also: ['I2'],
    what: 'each lease takes its access away when it ends, without a look at the others',
    ports: (ports) =>
      altered(ports, 'store', (store) => {
        const dueOnly = (claimed: Claimed): Claimed => {
          const due = claimed.grants.filter((grant) => endReason(grant, ports.clock.now()) !== null);
          return due.length === 0 ? claimed : { ...claimed, grants: due };
        };
        return {
          claim: async (claim) => (await store.claim(claim)).map(dueOnly),
          holding: async (key) => {
            const known = await store.holding(key);
            return known === null ? null : dueOnly(known);
          },
        };
      }),
  },
  {
    name: 'extends-afterwards',
    invariant: 'I9',
    what: 'more time that was approved is looked at once the lease before it is over',
    stir: { ask: 2, decide: 3, end: 3 },
    ports: (ports) =>
      altered(ports, 'store', (store) => {
        const firstOnly = (claimed: Claimed): Claimed => {
          const live = claimed.grants.filter((grant) => grant.state === 'live');
          return live.length === 0 ? claimed : { ...claimed, grants: live };
        };
        const lookAgain = (row: Holding): Holding => ({ ...row, nextLookAt: row.nextLookAt ?? ports.clock.now() });
        return {
          commit: (batch) =>
            store.commit(
              (batch.grants ?? []).some((grant) => grant.state === 'ended') ? holdings(batch, lookAgain) : batch,
            ),
          claim: async (claim) => (await store.claim(claim)).map(firstOnly),
          holding: async (key) => {
            const known = await store.holding(key);
            return known === null ? null : firstOnly(known);
          },
        };
      }),
  },
  {
    name: 'one-transaction',
    invariant: 'I2',
    also: ['I1', 'I3'],
    what: 'leases that are over are taken away in one transaction, the oldest first: one that fails holds up all after it',
    stir: { choke: 12, ask: 3, decide: 4 },
    ports: (ports, { record }) =>
      altered(ports, 'access', (access) => {
        const overSince = (key: string): number => {
          const over = record.tables.openOn(key).filter((grant) => endReason(grant, ports.clock.now()) !== null);
          return Math.min(...over.map(dueAt));
        };
        return {
          take: async (target) => {
            const mine = overSince(holdingKey(ports.settings.realm, target.userId, target.resource));
            const rows = [...record.tables.holdings.values()];
            return rows.some((row) => row.failures > 0 && overSince(row.key) < mine) ? 'not_sent' : access.take(target);
          },
        };
      }),
  },
  {
    name: 'puts-back',
    invariant: 'I10',
    what: 'a reconciler gives again what somebody else took away from a living lease',
    stir: { takes: 3 },
    ports: (ports, { record }) =>
      altered(ports, 'access', (access) => ({
        look: async (target, need) => {
          const seen = await access.look(target, need);
          const isLive = [...record.tables.grants.values()].some(
            (grant) =>
              grant.state === 'live' &&
              endReason(grant, ports.clock.now()) === null &&
              grant.person.userId === target.userId &&
              grant.resource.id === target.resource.id,
          );
          if (seen.present || !isLive || seen.user !== 'enabled' || seen.resource === 'gone') return seen;
          await access.give(target);
          return { ...seen, present: true };
        },
      })),
  },
  {
    name: 'goes-by-name',
    invariant: 'I11',
    also: ['I7', 'I8', 'I24', 'I29'],
    what: 'groups and roles are found by their path when something is done to them',
    stir: { recreates: 6 },
    ports: (ports, { keycloak }) =>
      altered(ports, 'access', (access) => {
        const named = (target: Target): Target => ({
          ...target,
          resource: keycloak.things.get(target.resource.path)?.resource ?? target.resource,
        });
        return {
          look: (target, need) => access.look(named(target), need),
          give: (target) => access.give(named(target)),
          take: (target) => access.take(named(target)),
        };
      }),
  },
  {
    name: 'grant-before-intent',
    invariant: 'I24',
    what: 'the access is given when the click is checked, and only then is anything written down',
    ports: (ports) =>
      altered(ports, 'store', (store) => ({
        commit: async (batch) => {
          for (const grant of batch.grants ?? [])
            if (grant.revision === 1)
              await ports.access.give({ userId: grant.person.userId, resource: grant.resource });
          return store.commit(batch);
        },
      })),
  },
  {
    name: 'acts-without-the-record',
    invariant: 'I24',
    also: ['I7', 'I8', 'I9', 'I26'],
    what: 'a replica of several that cannot write takes away what it remembers as due',
    stir: { storeAway: 6 },
    ports: (ports) => altered(ports, 'store', () => ({ shared: false })),
  },
  {
    name: 'no-quarantine',
    invariant: 'I27',
    also: ['I9', 'I5'],
    what: 'an end is believed, and a lease called live, although a call that was not answered may still land',
    climate: 0.03,
    stir: { late: 60, ask: 3, decide: 4, end: 15 },
    settings: { quarantineSeconds: 0 },
  },
  {
    name: 'no-row-lease',
    invariant: 'I26',
    what: 'a holding is claimed although another replica is at work on it',
    ports: (ports, { record }) =>
      altered(ports, 'store', (store) => ({
        claim: (claim) => {
          for (const [key, row] of record.tables.holdings) record.tables.holdings.set(key, { ...row, rowLease: null });
          return store.claim(claim);
        },
      })),
  },
  {
    name: 'no-fence',
    invariant: 'I26',
    what: 'the row lease is not looked at again right before a call',
    stir: { pause: 12, ask: 3, decide: 4 },
    ports: (ports) => {
      const moved = (row: Holding, ms: number): Holding =>
        row.rowLease === null ? row : { ...row, rowLease: { ...row.rowLease, until: row.rowLease.until + ms } };
      const longer = (claimed: Claimed): Claimed => ({ ...claimed, holding: moved(claimed.holding, HOUR_MS) });
      return altered(ports, 'store', (store) => ({
        claim: async (claim) => (await store.claim(claim)).map(longer),
        commit: (batch) => store.commit(holdings(batch, (row) => moved(row, row.rowLease === null ? 0 : -HOUR_MS))),
        holding: async (key) => {
          const known = await store.holding(key);
          return known?.holding.rowLease?.replica === ports.settings.replica ? longer(known) : known;
        },
      }));
    },
  },
  {
    name: 'uncounted-attempts',
    invariant: 'I24',
    what: 'an attempt is not written down before it is sent',
    ports: (ports) => rewritten(ports, (batch) => holdings(batch, (row) => ({ ...row, puts: 0, deletes: 0 }))),
  },
  {
    name: 'sweep-looks-away',
    invariant: 'I27',
    what: 'nobody looks for access that the record has closed',
    stir: { restores: 4 },
    parts: { sweep: () => Promise.resolve({ looked: 0, woken: 0, withheld: 0, orphans: 0 }) },
  },
  {
    name: 'believes-a-refusal',
    invariant: 'I30',
    also: ['I27'],
    what: 'what Keycloak refuses is taken for done, and what it does not show for absent',
    stir: { narrow: 4 },
    ports: (ports) =>
      altered(ports, 'access', (access: Access) => ({
        look: async (target, need) => {
          try {
            return await access.look(target, need);
          } catch (error) {
            if (!hasCode(error, 'keycloak_forbidden')) throw error;
            return { present: false, user: 'enabled', resource: 'there' };
          }
        },
        take: async (target) => {
          const outcome = await access.take(target);
          return outcome === 'refused' ? 'done' : outcome;
        },
      })),
  },
  {
    name: 'forgets-sessions',
    invariant: 'I6',
    what: 'the sessions that carried the access live on',
    ports: (ports) => altered(ports, 'access', () => ({ endSessions: () => Promise.resolve() })),
  },
  {
    name: 'hides-token-life',
    invariant: 'I6',
    what: 'nobody is told that issued tokens outlive the lease',
    ports: (ports) => altered(ports, 'access', () => ({ tokenSeconds: () => Promise.resolve(0) })),
  },
];
