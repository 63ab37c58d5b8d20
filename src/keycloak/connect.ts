import type { DirectoryUser } from '../domain/people.ts';
import { hasCode } from '../lib/errors.ts';
import type { Priority } from '../lib/limiter.ts';
import type { Access, Catalogue, KeycloakDirectory } from '../usecases/keycloak-port.ts';
import type { Log } from '../usecases/ports.ts';
import { createBackchannel } from './backchannel-channel.ts';
import type { BackchannelChannel } from '../usecases/backchannel-port.ts';
import { createAccess } from './access.ts';
import { cached } from './cached.ts';
import { createCatalogue } from './catalogue.ts';
import { readListing } from './catalogue-list.ts';
import { openConnection } from './connection.ts';
import type { ConnectionOptions, Lane } from './connection.ts';
import { createDirectory, readByUsername } from './directory.ts';
import { examine } from './doctor.ts';
import type { DoctorReport } from './doctor.ts';
import { readWriters } from './profile.ts';
import { readTokenSeconds } from './realm.ts';

const LISTING_MS = 60_000;
const TOKEN_SECONDS_MS = 60_000;
const PROFILE_MS = 5 * 60_000;
/** What Keycloak sets in a new realm; assumed where the realm may not be read. */
const USUAL_TOKEN_SECONDS = 300;

export type KeycloakOptions = ConnectionOptions & {
  /** Path of the group whose members administer Leasehold. */
  readonly adminGroup: string;
  /** The shortest lease. */
  readonly minSeconds: number;
};

export type KeycloakPorts = {
  readonly catalogue: Catalogue;
  readonly directory: KeycloakDirectory;
  readonly access: Access;
  readonly backchannel: BackchannelChannel;
};

export type Keycloak = {
  /** For people who wait: goes first. */
  readonly interactive: KeycloakPorts;
  readonly background: KeycloakPorts;
  /** Users with exactly this username or e-mail, enabled or not, live; never service accounts. */
  named(name: string): Promise<readonly DirectoryUser[]>;
  doctor(): Promise<DoctorReport>;
  /** One cheap call; true when Keycloak answers. */
  probe(): Promise<boolean>;
  /** Lets running calls end and frees the sockets. */
  close(): Promise<void>;
};

/** Keycloak as the use cases know it. Nothing is sent before the first call; Keycloak may be away. */
export function connectKeycloak(options: KeycloakOptions): Keycloak {
  const { now, log } = options;
  const connection = openConnection(options);
  const shared = connection.lane('interactive');
  const listing = cached(() => readListing(shared, options), {
    ttlMs: LISTING_MS,
    now,
    onFailure: (error) => log.warn('catalogue.not-read', { error }),
  });
  const writers = cached(() => readWriters(shared), { ttlMs: PROFILE_MS, now }).fresh;
  const tokenSeconds = cached(() => tokenSecondsOrUsual(shared, log), { ttlMs: TOKEN_SECONDS_MS, now }).fresh;

  const portsOf = (priority: Priority): KeycloakPorts => {
    const lane = connection.lane(priority);
    return {
      catalogue: createCatalogue(lane, listing, options),
      directory: createDirectory(lane, connection.lane('background'), async () => {
        const of = await writers();
        return (attribute) => of(attribute) !== 'users';
      }),
      access: createAccess(lane, connection, tokenSeconds),
      backchannel: createBackchannel(lane, options),
    };
  };
  const background = portsOf('background');
  const interactive = portsOf('interactive');
  return {
    interactive,
    background,
    named: async (name) => {
      const byEmail = name.includes('@') ? await interactive.directory.byEmail(name) : [];
      const found = [...byEmail, ...(await readByUsername(shared, name))];
      return [...new Map(found.map((user) => [user.userId, user])).values()];
    },
    doctor: () => examine(connection.lane('background'), options),
    probe: () => background.access.probe(),
    close: () => connection.close(),
  };
}

async function tokenSecondsOrUsual(lane: Lane, log: Log): Promise<number> {
  try {
    return await readTokenSeconds(lane);
  } catch (error) {
    if (!hasCode(error, 'keycloak_forbidden')) throw error;
    log.warn('keycloak.token-lifespan-unknown', { assumedSeconds: USUAL_TOKEN_SECONDS });
    return USUAL_TOKEN_SECONDS;
  }
}
