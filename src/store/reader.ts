import type { Store } from '../usecases/store-port.ts';

export type Writes =
  | 'commit'
  | 'receive'
  | 'claim'
  | 'claimInbox'
  | 'claimMessages'
  | 'claimJob'
  | 'release'
  | 'wakeFailed'
  | 'forgetSignIns'
  | 'forgetGates'
  | 'carry'
  | 'claimCarried'
  | 'saveHighestTime';

/** The record, to be looked at only. */
export type StoreReader = Omit<Store, Writes | 'shared' | 'close'>;

/** A reader that is let go of when it is done with. */
export type OpenReader = StoreReader & { close(): Promise<void> };
