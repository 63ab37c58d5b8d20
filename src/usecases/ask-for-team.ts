import { teamEntry } from '../domain/audit-drafts.ts';
import { formatDuration } from '../domain/duration.ts';
import { teamAskId } from '../domain/ids.ts';
import { slackAttribute } from '../domain/people.ts';
import { MAX_TEAM, onceEach } from '../domain/team-ask.ts';
import type { TeamAsk } from '../domain/team-ask.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo } from './answer.ts';
import { checkDuration, checkJustification, findAccess } from './ask.ts';
import { flooding } from './flooding.ts';
import { identify, identityNeed } from './identify.ts';
import type { InboxItem, Intent } from './intent.ts';
import type { Ports } from './ports.ts';

type Ask = Extract<Intent, { intent: 'team_request' }>;

/**
 * Somebody asks for many people at once. What would be wrong for all of them is said at once; then each person's part is an
 * envelope of its own, in a lane beside the asker's, and goes through every check of a request on behalf of somebody else.
 */
export async function askForTeam(ports: Ports, item: InboxItem, intent: Ask): Promise<CarriedOut> {
  const { clock, settings, store } = ports;
  const people = onceEach(intent.people);
  if (people.length > MAX_TEAM)
    return answerNo(ports, item, { refusal: 'too_many_people', count: people.length, limit: MAX_TEAM });
  if ((intent.also ?? []).length > 0) return answerNo(ports, item, { refusal: 'bundle_for_many' });
  if (intent.start !== undefined) return answerNo(ports, item, { refusal: 'start_for_many' });
  const found = findAccess(await ports.catalogue.list(), intent.access);
  const who = await identify(ports, item.slack, found.ok ? identityNeed(found.entitlement.risk) : 'email');
  if (!who.ok) return answerNo(ports, item, who.refusal);
  if (!found.ok) return answerNo(ports, item, found.refusal);
  const { entitlement } = found;
  const { resource } = entitlement;
  const duration = checkDuration(entitlement, intent.duration, settings.minSeconds);
  if (!duration.ok) return answerNo(ports, item, duration.refusal, { resource });
  const justified = checkJustification(entitlement, intent.justification);
  if (!justified.ok) return answerNo(ports, item, justified.refusal, { resource });
  const underWay = await store.openTeamAsk(who.person.userId);
  if (underWay !== null)
    return answerNo(ports, item, { refusal: 'team_under_way', path: underWay.resources[0]?.path ?? resource.path });
  const flooded = await flooding(ports, who.person, 1);
  if (flooded !== null) return answerNo(ports, item, flooded, { resource });

  const at = clock.now();
  const { correlationId } = item;
  const ask: TeamAsk = {
    id: teamAskId(ports.ids.uuid()),
    realm: settings.realm,
    asker: who.person,
    resources: [resource],
    askedSeconds: duration.seconds,
    people: people.map((slack) => ({ slack, part: 'waiting' })),
    submittedAt: at,
    correlationId,
    revision: 1,
    state: 'asking',
  };
  return store.commit({
    teams: [ask],
    inbox: ask.people.map(({ slack }) => partOf(ask, slack, justified.justification)),
    inboxDone: item.key,
    messages: [{ key: `team:${ask.id}`, at, correlationId, body: { to: 'team', teamId: ask.id } }],
    audit: [teamEntry('team.submitted', ask)],
  });
}

/** One person's part, as if the asker had sent it: the same ask and the same person always have the same key. */
function partOf(ask: TeamAsk, beneficiary: TeamAsk['asker']['slack'], justification: string): InboxItem {
  const { id: teamId, asker, resources, askedSeconds, submittedAt, correlationId } = ask;
  const [first] = resources;
  if (first === undefined) throw new Error(`${teamId} asks for nothing`);
  const access = { by: 'id', kind: first.kind, id: first.id } as const;
  const duration = formatDuration(askedSeconds);
  return {
    key: `team:${teamId}:${slackAttribute(beneficiary)}`,
    receivedAt: submittedAt,
    slack: asker.slack,
    reply: { slack: asker.slack, responseUrl: null },
    correlationId,
    intent: { intent: 'request', access, duration, justification, beneficiary, teamId },
  };
}
