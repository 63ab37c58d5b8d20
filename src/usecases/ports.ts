import type { EpochMs } from '../domain/ids.ts';
import type { BackchannelChannel } from './backchannel-port.ts';
import type { Access, Catalogue, Directory } from './keycloak-port.ts';
import type { Metrics } from './metrics.ts';
import type { Policy } from './policy-port.ts';
import type { Settings } from './settings.ts';
import type { BrowserSignIn } from './sign-in-port.ts';
import type { Conversation, SlackPeople } from './slack-port.ts';
import type { Store } from './store-port.ts';

/** The one source of time: UTC epoch ms that never runs slower than monotonic time, nor behind the highest time persisted. */
export interface Clock {
  now(): EpochMs;
}

export interface Ids {
  /** A fresh random id (UUID v4). */
  uuid(): string;
}

/** Structured log lines. Never a secret, token or people's free text in `fields`. */
export interface Log {
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** Everything a use case may reach. Each takes the part it needs: `Pick<Ports, 'store' | 'clock'>`. */
export type Ports = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly catalogue: Catalogue;
  readonly directory: Directory;
  readonly access: Access;
  /** Keycloak's side of tokens that are asked for without a browser. */
  readonly backchannel: BackchannelChannel;
  readonly slackPeople: SlackPeople;
  readonly conversation: Conversation;
  readonly store: Store;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly settings: Settings;
  /** null: nobody can prove in a browser who he is, because that is not set up. */
  readonly signIn: BrowserSignIn | null;
  /** null: the attributes of each entitlement are all the policy there is. */
  readonly policy: Policy | null;
};
