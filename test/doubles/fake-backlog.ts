import type { LiveGrant } from '../../src/domain/grant.ts';
import type { PostedMessage } from '../../src/domain/message.ts';
import type { ApprovedRequest } from '../../src/domain/request.ts';
import { aHolding, aLiveGrant, aRequest } from '../builders/domain.ts';
import { PLATFORM } from './fake-cast.ts';
import { TEAM } from './fake-slack.ts';
import type { World } from './fake-world.ts';

const AT_ONCE = 500;

/**
 * Live leases of `people` people on `resources` groups each, as if they had been asked for and approved, with a card in
 * the platform channel; the nth of them ends `gapMs` × n after the world's time.
 */
export async function manyLeases(
  world: World,
  { people, resources, gapMs = 0 }: { readonly people: number; readonly resources: number; readonly gapMs?: number },
): Promise<readonly LiveGrant[]> {
  const at = world.clock.now();
  const names = Array.from({ length: people }, (_, index) => `p${String(index)}`);
  const paths = Array.from({ length: resources }, (_, index) => `/many/${String(index)}`);
  world.keycloak.thing('group', '/many');
  const things = paths.map((path) => world.keycloak.thing('group', path, { requestable: 'true' }));
  const leases: { request: ApprovedRequest; grant: LiveGrant; card: PostedMessage }[] = [];
  for (const name of names) {
    const { userId } = world.keycloak.user(name);
    world.slack.person(name);
    const person = { userId, username: name, slack: { teamId: TEAM, userId: `U${name.toUpperCase()}` } };
    for (const { resource } of things) {
      world.keycloak.join(name, resource.path, 'leasehold');
      const pending = aRequest({ requester: person, resource, submittedAt: at });
      const request: ApprovedRequest = { ...pending, state: 'approved', decidedAt: at, leaseSeconds: 3600 };
      const grant = aLiveGrant({
        requestId: request.id,
        person,
        resource,
        expiresAt: at + leases.length * gapMs,
        liveAt: at - 3_600_000,
      });
      const view = {
        request,
        grant,
        heldUntil: null,
        others: null,
        lastLease: null,
        stage: 0,
        tokenSeconds: 300,
        bundle: null,
        anchor: { seq: 1, hash: 'a' },
      };
      const posted = await world.slack.conversation.postCard(PLATFORM, view);
      leases.push({ request, grant, card: { ...posted, requestId: request.id, role: 'card', stage: 0, line: null } });
    }
  }
  for (let from = 0; from < leases.length; from += AT_ONCE) {
    const some = leases.slice(from, from + AT_ONCE);
    await world.store.commit({
      requests: some.map(({ request }) => request),
      grants: some.map(({ grant }) => grant),
      holdings: some.map(({ grant }) => aHolding({ owned: true, nextLookAt: grant.expiresAt }, grant)),
      posted: some.map(({ card }) => card),
      audit: [],
    });
  }
  return leases.map(({ grant }) => grant);
}
