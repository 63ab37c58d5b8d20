import { createMetrics } from '../src/http/metrics.ts';
import type { Access } from '../src/usecases/keycloak-port.ts';
import type { Ports } from '../src/usecases/ports.ts';
import type { Store } from '../src/usecases/store-port.ts';
import { silent } from './world.ts';

/** What taking away needs; everything else says so when it is used. */
export function revokingPorts(options: {
  readonly store: Store;
  readonly access: Access;
  readonly realm: string;
  readonly replica: string;
}): Ports {
  const { store, access, realm, replica } = options;
  const unused = (name: string): never => {
    throw new Error(`revoking needs no ${name}`);
  };
  return {
    store,
    access,
    clock: { now: Date.now },
    ids: { uuid: () => unused('ids') },
    metrics: createMetrics().metrics,
    log: silent,
    get catalogue() {
      return unused('catalogue');
    },
    get directory() {
      return unused('directory');
    },
    get backchannel() {
      return unused('backchannel');
    },
    get slackPeople() {
      return unused('Slack');
    },
    get conversation() {
      return unused('Slack');
    },
    policy: null,
    signIn: null,
    settings: {
      realm,
      adminGroup: '/access-admins',
      approvalsChannel: null,
      publicUrl: null,
      stepUpAcr: null,
      minSeconds: 60,
      requestTtlSeconds: 86_400,
      quarantineSeconds: 120,
      replica,
    },
  };
}
