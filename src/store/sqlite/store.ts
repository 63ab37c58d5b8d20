import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { stirredBy } from '../../usecases/homes.ts';
import type { Batch, Store } from '../../usecases/store-port.ts';
import { EMPTY, firstEntry, streamed, withCommitment } from '../chain.ts';
import type { StoreReader, Writes } from '../reader.ts';
import { auditSearch } from './audit-search.ts';
import { auditTable, createInstance, highestTime } from './audit.ts';
import { promised } from './errors.ts';
import { migrate } from './connection.ts';
import { carriedTable } from './carried.ts';
import { gateTable } from './gates.ts';
import { grantTable } from './grants.ts';
import { holdingTable } from './holdings.ts';
import { homeTable } from './homes.ts';
import { identityTable } from './identity.ts';
import { leaseTable } from './leases.ts';
import { inboxTable, outboxTable, postedTable } from './messages.ts';
import { requestTable } from './requests.ts';
import { teamTable } from './teams.ts';
import { reviewTable } from './reviews.ts';
import { groupWriter } from './writer.ts';
import type { Written } from './writer.ts';

/**
 * The record on an open connection, which it brings up to date.
 * @param now UTC epoch ms
 */
export function createStore(database: Database.Database, realm: string, now: () => number): Store {
  migrate(database, now());
  const tables = openTables(database, realm);
  database.transaction(() => beginChain(tables, realm, now()))();
  const { drain, ...writes } = storeWriter(database, tables, now);
  return {
    ...storeReader(tables),
    ...writes,
    // The file is locked by the one process that writes it.
    shared: false,
    async close() {
      try {
        await drain();
      } finally {
        database.close();
      }
    },
  };
}

function beginChain({ db, audit }: Tables, realm: string, at: number): void {
  const instance = randomUUID();
  if (createInstance(db, instance, realm, EMPTY)) audit.append([firstEntry(instance, at)]);
}

/** The tables of one realm on one connection, their statements prepared. */
export function openTables(database: Database.Database, realm: string) {
  const db = drizzle(database);
  const grants = grantTable(db, realm);
  const leases = leaseTable(db, realm);
  return {
    db,
    requests: requestTable(db, realm),
    reviews: reviewTable(db, realm),
    grants,
    holdings: holdingTable(db, realm, grants.openGrantsOn),
    leases,
    inbox: inboxTable(db, realm, leases),
    outbox: outboxTable(db, realm, leases),
    posted: postedTable(db, realm),
    homes: homeTable(db, realm),
    teams: teamTable(db, realm),
    identity: identityTable(db, realm),
    gates: gateTable(db, realm),
    carried: carriedTable(db, realm),
    audit: auditTable(db, realm),
    search: auditSearch(db, realm),
    time: highestTime(db),
  };
}
type Tables = ReturnType<typeof openTables>;

export function storeReader(tables: Tables): StoreReader {
  const { requests, teams, identity, gates, carried, reviews, grants, holdings } = tables;
  const { inbox, outbox, posted, audit, search, time } = tables;
  return {
    countUnfinished: promised(inbox.countUnfinished),
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
    posted: promised(posted.posted),
    postedAt: promised(posted.postedAt),
    countUnsent: promised(outbox.countUnsent),
    audit: promised(search),
    auditEntries: () => streamed(promised(audit.rowsAfter)),
    auditHead: promised(audit.recordedHead),
    highestTime: promised(time.read),
  };
}

/** @param now stamps when inbox items and messages were done with (UTC epoch ms) */
function storeWriter(
  database: Database.Database,
  tables: Tables,
  now: () => number,
): Pick<Store, Writes> & { drain: () => Promise<void> } {
  const { holdings, identity, gates, carried, inbox, outbox, leases, audit, time } = tables;
  const write = groupWriter(database, audit.forgetHead);
  const hasInbox = promised(inbox.hasFree);
  const hasCarried = promised(carried.hasDue);
  const hasOutbox = promised(outbox.hasFree);
  const kept = <T>(work: () => T) => write((): Written<T> => ({ keep: true, result: work() }));
  return {
    commit: (batch) =>
      write(() => {
        const keep = writeBatch(tables, batch, now());
        return { keep, result: keep ? 'committed' : 'conflict' };
      }),
    receive: (item) => write(() => ({ keep: true, result: inbox.receive(item) }), 'now'),
    claim: (claim) => kept(() => holdings.claim(claim)),
    claimInbox: async (claim) => ((await hasInbox(claim.now)) ? kept(() => inbox.claim(claim)) : []),
    claimMessages: async (claim) => ((await hasOutbox(claim.now, claim.of)) ? kept(() => outbox.claim(claim)) : []),
    claimJob: (job) =>
      kept(() => {
        leases.forget(job.now);
        return leases.take(job.name, job) !== null;
      }),
    release: (names, replica, release) => kept(() => leases.release(names, replica, release)),
    wakeFailed: (at) => kept(() => holdings.wakeFailed(at)),
    forgetSignIns: (before) => kept(() => identity.forget(before)),
    forgetGates: (before) => kept(() => gates.forget(before)),
    carry: (sessions) => kept(() => carried.carry(sessions)),
    claimCarried: async (claim) => ((await hasCarried(claim.now)) ? kept(() => carried.claim(claim)) : []),
    saveHighestTime: (at) => kept(() => time.save(at)),
    /** Resolves when everything asked for before is written. */
    drain: () => kept(() => undefined),
  };
}

/** False as soon as something moved on; the caller undoes what was written by then. */
function writeBatch(
  { requests, teams, identity, gates, carried, grants, holdings, inbox, outbox, posted, homes, audit }: Tables,
  batch: Batch,
  now: number,
): boolean {
  const fits =
    (batch.requests ?? []).every((request) => requests.write(request)) &&
    (batch.grants ?? []).every((grant) => grants.write(grant)) &&
    (batch.holdings ?? []).every((holding) => holdings.write(holding)) &&
    (batch.teams ?? []).every((ask) => teams.write(ask)) &&
    identity.write(batch) &&
    gates.write(batch) &&
    carried.write(batch) &&
    (batch.inboxDone === undefined || inbox.finish(batch.inboxDone, now)) &&
    (batch.sent ?? []).every((key) => outbox.sent(key, now));
  if (!fits) return false;
  for (const item of batch.inbox ?? []) inbox.receive(item);
  for (const told of batch.teamsTold ?? []) teams.tell(told);
  posted.write(batch.posted ?? []);
  for (const home of batch.homes ?? []) homes.write(home);
  for (const message of batch.messages ?? []) outbox.queue(message);
  for (const message of homes.stirred(stirredBy(batch), now)) outbox.queue(message);
  audit.append(batch.audit.map((draft) => withCommitment(draft, requests.commitment)));
  return true;
}
