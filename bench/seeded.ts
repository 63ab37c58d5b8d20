import { openHolding } from '../src/domain/holding.ts';
import { grantId, keycloakUserId, requestId, resourceId } from '../src/domain/ids.ts';
import type { EpochMs } from '../src/domain/ids.ts';
import { openSqliteStore } from '../src/store/sqlite/open.ts';
import { aLiveGrant } from '../test/builders/domain.ts';
import { silent } from './world.ts';

/** One live lease of a user on a group. */
export type Lease = { readonly userId: string; readonly slackId: string; readonly expiresAt: EpochMs };

/** Writes live leases, with their holdings, into the database that a bot is going to open. */
export async function seedLeases(
  file: string,
  realm: string,
  group: { readonly id: string; readonly path: string },
  leases: readonly Lease[],
): Promise<void> {
  const store = await openSqliteStore({ file, realm, now: Date.now, log: silent });
  const resource = { kind: 'group', id: resourceId(group.id), path: group.path, clientUuid: null } as const;
  await Promise.all(
    leases.map(async ({ userId, slackId, expiresAt }, index) => {
      const person = {
        userId: keycloakUserId(userId),
        username: `u${index}`,
        slack: { teamId: 'T0SANDBOX', userId: slackId },
      };
      const facts = { realm, id: grantId(`grant-${index}`), requestId: requestId(`request-${index}`) };
      const grant = aLiveGrant({ ...facts, person, resource, liveAt: expiresAt - 3_600_000 });
      const holding = openHolding(realm, person.userId, person.username, resource, expiresAt);
      await store.commit({ grants: [grant], holdings: [{ ...holding, owned: true }], audit: [] });
    }),
  );
  await store.close();
}
