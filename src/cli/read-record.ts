import type { DatabaseConfig } from '../config.ts';
import { CodedError } from '../lib/errors.ts';
import { openReader } from '../store/open.ts';
import type { ExplainStore } from '../usecases/explain.ts';
import type { Log } from '../usecases/ports.ts';
import type { Store } from '../usecases/store-port.ts';

type ReadStore = ExplainStore & Pick<Store, 'linkOf' | 'linksTo'>;

/** What a record says; nothing, with the reason, where there is none to be read. */
type OpenRecord = {
  readonly store: ReadStore;
  readonly problem: string | null;
  readonly close: () => Promise<void>;
};

const NOTHING: ReadStore = {
  linkOf: () => Promise.resolve(null),
  linksTo: () => Promise.resolve([]),
  requestsFor: () => Promise.resolve({ requests: 0, denied: 0 }),
  liveGrantsOf: () => Promise.resolve([]),
  bundle: () => Promise.resolve([]),
  pendingRequest: () => Promise.resolve(null),
  pendingRequestsOf: () => Promise.resolve([]),
  countRequestsSince: () => Promise.resolve(0),
};

/** Opens the record to be looked at, beside a running bot or offline. */
export async function openRecord(database: DatabaseConfig, log: Log): Promise<OpenRecord> {
  try {
    const store = await openReader(database, log);
    return { store, problem: null, close: () => store.close() };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { store: NOTHING, problem: error.message, close: () => Promise.resolve() };
  }
}
