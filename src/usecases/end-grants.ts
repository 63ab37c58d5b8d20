import { grantEntry, personActor } from '../domain/audit-drafts.ts';
import { holdingKey } from '../domain/grant.ts';
import type { EndAsked, OpenGrant } from '../domain/grant.ts';
import type { Person } from '../domain/people.ts';
import { slackAttribute } from '../domain/people.ts';
import { matchAccess } from '../domain/search.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo, messagesOf, toAsker } from './answer.ts';
import { identifyAdmin } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';

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
  return askEnd(ports, item, [grant], grant.person, 'release');
}

/** An admin ends every lease that somebody has on one access. */
export async function revokeAccess(
  ports: Ports,
  item: InboxItem,
  intent: Extract<Intent, { intent: 'revoke' }>,
): Promise<CarriedOut> {
  const admin = await identifyAdmin(ports, item.slack);
  if (!admin.ok) return answerNo(ports, item, admin.refusal);
  const open = (await ports.store.openGrantsOf(intent.person)).filter((grant) => grant.endAsked === null);
  const paths = [...new Set(open.map((grant) => grant.resource.path))];
  const match = matchAccess(
    paths.map((path) => ({ path })),
    intent.access,
  );
  if (match.match === 'many')
    return answerNo(ports, item, { refusal: 'ambiguous_access', asked: intent.access, matches: match.paths });
  if (match.match === 'none') return answerNo(ports, item, { refusal: 'nothing_live', path: intent.access });
  const grants = open.filter((grant) => grant.resource.path === match.found.path);
  return askEnd(ports, item, grants, admin.person, 'revocation');
}

/** Marks the grants as no longer wanted and their holdings as due now; `converge` takes the access away. */
async function askEnd(
  ports: Ports,
  item: InboxItem,
  grants: readonly OpenGrant[],
  by: Person,
  endedBy: EndAsked['endedBy'],
): Promise<CarriedOut> {
  const at = ports.clock.now();
  const asked = grants.map((grant) => ({ ...grant, endAsked: { endedBy, by, at }, revision: grant.revision + 1 }));
  const keys = [...new Set(grants.map((grant) => holdingKey(grant.realm, grant.person.userId, grant.resource)))];
  const holdings = (await Promise.all(keys.map((key) => ports.store.holding(key)))).flatMap((known) => known ?? []);
  const message = messagesOf(item.key, at, item.correlationId);
  const [first] = grants;
  return ports.store.commit({
    grants: asked,
    holdings: holdings.map(({ holding }) => ({ ...holding, nextLookAt: at, revision: holding.revision + 1 })),
    inboxDone: item.key,
    messages: [
      ...grants.map((grant) =>
        message({ to: 'thread', requestId: grant.requestId, line: { line: 'end_asked', by, endedBy } }),
      ),
      ...(first === undefined
        ? []
        : [message(toAsker(item, { notice: 'ending', resource: first.resource, count: grants.length }))]),
    ],
    audit: asked.map((grant) => grantEntry('grant.end_asked', grant, personActor(by), at)),
  });
}
