import type { DatabaseConfig } from '../config.ts';
import { holdingKey } from '../domain/grant.ts';
import type { OpenGrant } from '../domain/grant.ts';
import type { DirectoryUser } from '../domain/people.ts';
import { CodedError } from '../lib/errors.ts';
import { openReader } from '../store/open.ts';
import type { ExplainStore } from '../usecases/explain.ts';
import type { Log } from '../usecases/ports.ts';

/** What a record says of one user; nothing, with the reason, where there is none to be read. */
type OpenRecord = {
  readonly store: ExplainStore;
  readonly problem: string | null;
  readonly close: () => Promise<void>;
};

const NOTHING: ExplainStore = {
  requestsFor: () => Promise.resolve({ requests: 0, denied: 0 }),
  openGrantsOf: () => Promise.resolve([]),
  bundle: () => Promise.resolve([]),
  pendingRequest: () => Promise.resolve(null),
  pendingRequestsOf: () => Promise.resolve([]),
  countRequestsSince: () => Promise.resolve(0),
};

/** Opens the record to be looked at, beside a running bot or offline. */
export async function openRecord({
  database,
  realm,
  user: { userId },
  log,
}: {
  readonly database: DatabaseConfig;
  readonly realm: string;
  readonly user: DirectoryUser;
  readonly log: Log;
}): Promise<OpenRecord> {
  try {
    const reader = await openReader(database, log);
    // The record finds leases by Slack account, and of a Keycloak user that is not always known.
    const openGrantsOf = async (): Promise<readonly OpenGrant[]> => {
      const grants: OpenGrant[] = [];
      for (const resource of await reader.managedResources())
        grants.push(...((await reader.holding(holdingKey(realm, userId, resource)))?.grants ?? []));
      return grants;
    };
    return { store: { ...reader, openGrantsOf }, problem: null, close: () => reader.close() };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { store: NOTHING, problem: error.message, close: () => Promise.resolve() };
  }
}
