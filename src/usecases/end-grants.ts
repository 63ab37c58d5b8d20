import { grantEntry, personActor, systemActor } from '../domain/audit-drafts.ts';
import { holdingKey } from '../domain/grant.ts';
import type { EndAsked } from '../domain/grant.ts';
import { slackAttribute } from '../domain/people.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, leaseLine, messagesOf, toAsker } from './answer.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';
import type { Batch, Claimed } from './store-port.ts';

/** The holder gives a lease back. Asks nobody in Keycloak: giving back must work while it is away. */
export async function releaseGrant(
  ports: Ports,
  item: InboxItem,
  intent: Extract<Intent, { intent: 'release' }>,
): Promise<CarriedOut> {
  const grant = await ports.store.grant(intent.grantId);
  if (grant === null || slackAttribute(grant.person.slack) !== slackAttribute(item.slack)) {
    return answerNo(ports, item, { refusal: 'not_yours' });
  }
  if (grant.state === 'ended' || grant.endAsked !== null) {
    return answerNo(ports, item, { refusal: 'nothing_live', path: grant.resource.path });
  }
  const known = await ports.store.holding(holdingKey(grant.realm, grant.person.userId, grant.resource));
  if (known === null) throw new Error(`grant ${grant.id} is open and has no holding`);
  const asked = askedToEnd(ports, item, [{ ...known, grants: [grant] }], {
    endedBy: 'release',
    by: grant.person,
  });
  const answer = toAsker(item, { notice: 'ending', resource: grant.resource, count: 1 });
  const message = messagesOf(item.key, ports.clock.now(), item.correlationId);
  return ports.store.commit({
    ...asked,
    inboxDone: item.key,
    messages: [...(asked.messages ?? []), message(answer)],
  });
}

/** Who wants the end, and why: nobody, where the holder left. */
type Asking = Without<EndAsked, 'at'>;
type Without<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

/** The part of a write that marks grants as no longer wanted and their holdings as due now; `converge` takes the access away. */
export function askedToEnd(
  ports: Pick<Ports, 'clock'>,
  cause: Pick<InboxItem, 'key' | 'correlationId'>,
  claimed: readonly Claimed[],
  asking: Asking,
): Batch {
  const at = ports.clock.now();
  const asked = claimed.flatMap(({ grants }) =>
    grants.map((grant) => ({ ...grant, endAsked: { ...asking, at }, revision: grant.revision + 1 })),
  );
  const actor = asking.by === null ? systemActor : personActor(asking.by);
  return {
    grants: asked,
    holdings: claimed.map(({ holding }) => ({ ...holding, nextLookAt: at, revision: holding.revision + 1 })),
    messages: asked.map((grant) =>
      messagesOf(
        `${cause.key}:${grant.id}`,
        at,
        cause.correlationId,
      )(leaseLine(grant, { line: 'end_asked', ...asking })),
    ),
    audit: asked.map((grant) => grantEntry('grant.end_asked', grant, actor, at)),
  };
}
