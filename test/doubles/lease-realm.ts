import { setUpGate } from '../../keycloak/gate-setup.js';
import { startGateService } from './gate-service.ts';
import { sharedKeycloak } from './keycloak-server.ts';
import { tokenRealm, type Setting } from './token-realm.ts';

export type LeaseRealm = Awaited<ReturnType<typeof leaseRealm>>;

/** One lease as `/gate/leases` tells it; `endsAt` epoch ms. */
export type ToldLease = Readonly<Record<string, unknown>> & { readonly endsAt: number };

/**
 * A realm of `tokenRealm` whose tokens ask a scripted Leasehold, which tells of no leases and allows every token until it is
 * told otherwise.
 */
export async function leaseRealm(setting: Setting) {
  const keycloak = sharedKeycloak();
  const service = await startGateService();
  const tokens = await tokenRealm();
  // The address and the secret stand in the gate before a client that nothing else is about.
  await tokens.realm.send('POST', '/clients', { clientId: 'door', secret: 'door' });
  await setUpGate({
    ...{ url: keycloak.url, realm: tokens.realm.name, token: keycloak.adminToken },
    ...{ leasehold: service.url, secret: service.secret, clients: ['door'] },
  });
  await tokens.setUp(setting);
  const calm = (): void => {
    service.fails(null);
    service.says('leases', { leases: [], approval: null });
    service.says('token', { answer: 'allow' });
  };
  calm();
  return {
    ...tokens,
    service,
    calm,
    /** From now on these are the leases of everybody. */
    leases: (...leases: readonly ToldLease[]) => service.says('leases', { leases, approval: null }),
    close: service.stop,
  };
}

/** A lease on something that Keycloak itself gives, unless `more` says otherwise. */
export const toldLease = (seconds: number, more: object = {}): ToldLease => ({
  ...{ id: 'l-1', kind: 'group', resource: 'g-1', access: '/environments/production' },
  ...{ endsAt: Date.now() + seconds * 1000, approvers: ['chen'], limits: { rows: 100 }, inToken: false },
  ...more,
});
