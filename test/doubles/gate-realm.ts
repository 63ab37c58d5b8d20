import { setUpGate, type GateOptions } from '../../keycloak/gate-setup.js';
import { startGateService } from './gate-service.ts';
import { APP, newVisitor, type Tab } from './gate-visitor.ts';
import type { TestRealm } from './keycloak-realm.ts';
import { sharedKeycloak } from './keycloak-server.ts';

/** What comes to the gate, and how; the rest is the test's own. */
export type Gating = Omit<Partial<GateOptions>, 'url' | 'realm' | 'token' | 'leasehold'>;

export type GatedRealm = Awaited<ReturnType<typeof gatedRealm>>;

/** Clients whose whole sign-in ends at `APP`. */
export const GATED = 'grafana';
export const UNGATED = 'wiki';
export const GATED_SCOPE = 'production';

/**
 * A realm with a gated and an ungated client, a scope that both may ask for, whatever `prepare` adds, and a service beside it that says what the
 * test wants. Without `clients`, `scopes`, `actions` every sign-in comes to the gate.
 */
export async function gatedRealm(
  gating: Gating,
  json: object = {},
  prepare: (realm: TestRealm) => Promise<void> = () => Promise.resolve(),
) {
  const keycloak = sharedKeycloak();
  const service = await startGateService();
  const realm = await keycloak.createRealm({ json: { ...EVENTS, ...json } });
  await realm.send('POST', '/client-scopes', { name: GATED_SCOPE, protocol: 'openid-connect' });
  for (const clientId of [GATED, UNGATED]) await addClient(realm, clientId);
  await prepare(realm);
  const options = {
    url: keycloak.url,
    realm: realm.name,
    token: keycloak.adminToken,
    leasehold: service.url,
    secret: service.secret,
  };
  const setUp = (more: Gating = {}) => setUpGate({ ...options, ...gating, ...more });
  const before = await realm.get('');
  const first = await setUp();
  return {
    ...{ realm, service, setUp, before, first },
    visitor: () => newVisitor(realm.realmUrl),
    /** Opens a client in a new browser and signs in; ends at whatever comes then. */
    comes: async (username: string, clientId = GATED, more: Record<string, string> = {}): Promise<Tab> => {
      const tab = await newVisitor(realm.realmUrl).open(clientId, more);
      await tab.signIn(username);
      return tab;
    },
    /** The newest events of these types, as Keycloak keeps them. */
    events: async (...types: readonly string[]): Promise<readonly SignInEvent[]> =>
      (await realm.list(
        `/events?${types.map((type) => `type=${type}`).join('&')}`,
      )) as unknown as readonly SignInEvent[],
    close: service.stop,
  };
}

export type SignInEvent = {
  readonly type: string;
  readonly error?: string;
  readonly clientId?: string;
  readonly userId?: string;
  readonly details?: Readonly<Record<string, string>>;
};

const EVENTS = { eventsEnabled: true };

/** A confidential client that may do everything a client can. */
async function addClient(realm: TestRealm, clientId: string) {
  await realm.send('POST', '/clients', {
    clientId,
    name: clientId.toUpperCase(),
    secret: `${clientId}-secret`,
    redirectUris: [APP],
    directAccessGrantsEnabled: true,
    serviceAccountsEnabled: true,
    defaultClientScopes: ['basic', 'acr', 'profile', 'roles'],
    optionalClientScopes: [GATED_SCOPE, 'email', 'offline_access'],
    attributes: {
      'standard.token.exchange.enabled': 'true',
      'oauth2.device.authorization.grant.enabled': 'true',
    },
  });
}
