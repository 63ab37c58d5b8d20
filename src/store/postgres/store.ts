import { randomUUID } from 'node:crypto';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { InboxItem } from '../../usecases/intent.ts';
import type { Batch, Store } from '../../usecases/store-port.ts';
import { firstEntry, streamed } from '../chain.ts';
import type { StoreReader, Writes } from '../reader.ts';
import { appendEntries, auditTable, createInstance, saveHighestTime } from './audit.ts';
import { auditSearch } from './audit-search.ts';
import { writeGroup } from './batches.ts';
import { carriedTable, carrySessions, claimCarried } from './carried.ts';
import { inTransaction, migrate } from './connection.ts';
import type { Db } from './connection.ts';
import { again, promised } from './errors.ts';
import { forgetGates, gateTable } from './gates.ts';
import { grantTable } from './grants.ts';
import { inGroups } from './groups.ts';
import { claimHoldings, holdingTable, wakeFailed } from './holdings.ts';
import { forgetSignIns, identityTable } from './identity.ts';
import { laneTables } from './lanes.ts';
import { messageTables, receiveItems } from './messages.ts';
import { requestTable } from './requests.ts';
import { teamTable } from './teams.ts';
import { reviewTable } from './reviews.ts';
import type { DatabaseTime } from './time.ts';

/**
 * The record in the database behind the pool, which it brings up to date. `close` waits for what was asked for and ends
 * the pool.
 * @throws store_unavailable
 */
export const createStore: (pool: pg.Pool, realm: string, time: DatabaseTime) => Promise<Store> = promised(create);

async function create(pool: pg.Pool, realm: string, time: DatabaseTime): Promise<Store> {
  await migrate(pool, time.now());
  await inTransaction(pool, (db) => beginChain(db, realm, time.now()));
  const { drain, ...writes } = storeWriter(pool, realm, time);
  return {
    ...storeReader(drizzle(pool), realm),
    ...writes,
    shared: true,
    async close() {
      await drain();
      await pool.end();
    },
  };
}

async function beginChain(db: Db, realm: string, at: number): Promise<void> {
  const instance = randomUUID();
  if (await createInstance(db, instance, realm)) await appendEntries(db, realm, [firstEntry(instance, at)]);
}

/** What can be asked of the record, on a pool or on one connection. */
export function storeReader(db: Db, realm: string): StoreReader {
  const requests = requestTable(db, realm);
  const teams = teamTable(db, realm);
  const identity = identityTable(db, realm);
  const gates = gateTable(db, realm);
  const carried = carriedTable(db, realm);
  const reviews = reviewTable(db, realm);
  const grants = grantTable(db, realm);
  const holdings = holdingTable(db, realm);
  const messages = messageTables(db, realm);
  const audit = auditTable(db);
  return {
    countUnfinished: promised(messages.countUnfinished),
    request: promised(requests.request),
    bundle: promised(requests.bundle),
    pendingRequest: promised(requests.pendingRequest),
    pendingRequestsOf: promised(requests.pendingRequestsOf),
    countRequestsSince: promised(requests.countRequestsSince),
    requestsFor: promised(requests.requestsFor),
    requestsPastWaiting: promised(requests.requestsPastWaiting),
    requestsToRemind: promised(requests.requestsToRemind),
    requestsToEscalate: promised(requests.requestsToEscalate),
    requestsToDecide: promised(requests.requestsToDecide),
    teamAsk: promised(teams.teamAsk),
    openTeamAsk: promised(teams.openTeamAsk),
    signIn: promised(identity.signIn),
    signInSent: promised(identity.signInSent),
    signInCoded: promised(identity.signInCoded),
    countSignIns: promised(identity.countSignIns),
    linkOf: promised(identity.linkOf),
    linksTo: promised(identity.linksTo),
    liveLinks: promised(identity.liveLinks),
    gate: promised(gates.gate),
    waitingGate: promised(gates.waitingGate),
    gatesOf: promised(gates.gatesOf),
    gatesPastWaiting: promised(gates.gatesPastWaiting),
    countWaitingGates: promised(gates.countWaitingGates),
    carriedBy: promised(carried.carriedBy),
    pendingRequestsAbout: promised(requests.pendingRequestsAbout),
    countTakenSince: promised(reviews.countTakenSince),
    reviewsToRemind: promised(reviews.reviewsToRemind),
    reviewsToSign: promised(reviews.reviewsToSign),
    countOpenReviews: promised(reviews.countOpenReviews),
    grant: promised(grants.grant),
    grantOfRequest: promised(grants.grantOfRequest),
    openGrantsOf: promised(grants.openGrantsOf),
    liveGrantsOf: promised(grants.liveGrantsOf),
    grantsToWarn: promised(grants.grantsToWarn),
    leaseholders: promised(grants.leaseholders),
    lastLease: promised(grants.lastLease),
    latelyHeld: promised(grants.latelyHeld),
    commonlyHeld: promised(grants.commonlyHeld),
    countOpenGrants: promised(grants.countOpenGrants),
    holding: promised(holdings.holding),
    openHoldings: promised(holdings.openHoldings),
    managedResources: promised(holdings.managedResources),
    restingHoldings: promised(holdings.restingHoldings),
    nextLook: promised(holdings.nextLook),
    overdue: promised(holdings.overdue),
    posted: promised(messages.posted),
    postedAt: promised(messages.postedAt),
    countUnsent: promised(messages.countUnsent),
    audit: promised(auditSearch(db, realm)),
    auditEntries: () => streamed(promised(audit.rowsAfter)),
    auditHead: promised(audit.recordedHead),
    highestTime: promised(audit.highestTime),
  };
}

function storeWriter(
  pool: pg.Pool,
  realm: string,
  time: DatabaseTime,
): Pick<Store, Writes> & { drain: () => Promise<void> } {
  const db = drizzle(pool);
  const commits = inGroups((batches: readonly Batch[]) => writeGroup(pool, realm, time, batches));
  const arrivals = inGroups(async (items: readonly InboxItem[]) =>
    (await receiveItems(db, realm, items)).map((result) => ({ result })),
  );
  const repeated = <Args extends readonly unknown[], T>(work: (...args: Args) => Promise<T>) =>
    promised((...args: Args) => again(() => work(...args)));
  const lanes = laneTables(pool, db, realm, time);
  return {
    commit: commits.write,
    receive: arrivals.write,
    claim: repeated((options) => inTransaction(pool, (tx) => claimHoldings(tx, realm, options, time.apartMs()))),
    claimInbox: repeated(lanes.claimInbox),
    claimMessages: repeated(lanes.claimMessages),
    claimJob: repeated(lanes.claimJob),
    release: repeated(lanes.release),
    wakeFailed: repeated((at) => wakeFailed(db, realm, at)),
    forgetSignIns: repeated((before) => forgetSignIns(db, realm, before)),
    forgetGates: repeated((before) => forgetGates(db, realm, before)),
    carry: repeated((sessions) => carrySessions(db, realm, sessions)),
    claimCarried: repeated((claim) => claimCarried(db, realm, claim)),
    saveHighestTime: repeated((at) => saveHighestTime(db, at)),
    /** Resolves when everything asked for before is written. */
    drain: async () => {
      await Promise.all([commits.drain(), arrivals.drain()]);
    },
  };
}
