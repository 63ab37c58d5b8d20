import { requestEntry, systemActor } from '../domain/audit-drafts.ts';
import { holdingKey } from '../domain/grant.ts';
import type { MessageBody } from '../domain/message.ts';
import { unlink } from '../domain/link.ts';
import { slackAttribute } from '../domain/people.ts';
import type { Person, SlackUser } from '../domain/people.ts';
import { withdrawFor } from '../domain/request.ts';
import type { PendingRequest } from '../domain/request.ts';
import { CodedError } from '../lib/errors.ts';
import type { CarriedOut } from './answer.ts';
import { messagesOf, tellThread, toBoth } from './answer.ts';
import { askedToEnd } from './end-grants.ts';
import type { InboxItem } from './intent.ts';
import { linkEntry } from './link-account.ts';
import { together } from './parts.ts';
import type { Ports } from './ports.ts';
import type { Batch, Claimed } from './store-port.ts';

type Gone = 'deactivated' | 'guest';

const PAGE = 500;
/** Slack allows a hundred such questions a minute, and others ask, too. */
const PEOPLE_AT_ONCE = 50;
/** So often his rows are read anew when they change meanwhile: else he would keep everything until he is asked about again. */
const TRIES = 3;

/** Slack says that somebody left. What it said may be old or forged, so it is asked. */
export async function leaveWorkspace(ports: Ports, item: InboxItem): Promise<CarriedOut> {
  const gone = await hasLeft(ports, item.slack);
  if (gone === null) return ports.store.commit({ inboxDone: item.key, audit: [] });
  return endMembership(ports, item, item.slack, gone, { inboxDone: item.key });
}

/**
 * Asks whether some of those who hold leases have left, in case Slack's event was lost: everybody, or where they are many
 * as many as Slack may be asked of, others each time.
 * @returns how many have left
 */
export async function findLeavers(ports: Ports): Promise<number> {
  const people = [...(await leaseholders(ports))].sort(([a], [b]) => (a < b ? -1 : 1));
  const from = people.length > PEOPLE_AT_ONCE ? Number.parseInt(ports.ids.uuid().slice(0, 8), 16) % people.length : 0;
  let count = 0;
  for (const [name, slack] of [...people.slice(from), ...people.slice(0, from)].slice(0, PEOPLE_AT_ONCE)) {
    try {
      const gone = await hasLeft(ports, slack);
      if (gone === null) continue;
      const key = `left:${name}:${ports.clock.now()}`;
      for (let tries = 0; tries < TRIES; tries++) {
        if ((await endMembership(ports, { key, correlationId: key }, slack, gone, {})) === 'conflict') continue;
        count++;
        break;
      }
    } catch (error) {
      if (!(error instanceof CodedError) || error.code === 'store_unavailable') throw error;
      ports.log.warn('cannot ask Slack who left', { code: error.code });
      return count;
    }
  }
  return count;
}

/** Only what Slack positively says counts: who cannot be found may be hidden from us. */
async function hasLeft(ports: Pick<Ports, 'slackPeople'>, slack: SlackUser): Promise<Gone | null> {
  const profile = await ports.slackPeople.profile(slack);
  if (profile === null || slackAttribute(profile.slack) !== slackAttribute(slack)) return null;
  if (profile.deleted) return 'deactivated';
  return profile.guest ? 'guest' : null;
}

async function leaseholders(ports: Pick<Ports, 'store'>): Promise<ReadonlyMap<string, SlackUser>> {
  const people = new Map<string, SlackUser>();
  for (let after = ''; ;) {
    const page = await ports.store.openHoldings(after, PAGE);
    for (const { grants } of page)
      for (const { endAsked, person } of grants)
        if (endAsked === null) people.set(slackAttribute(person.slack), person.slack);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return people;
    after = last.holding.key;
  }
}

/** Everything that ends with somebody's membership, in one write: leases, planned ones too, and requests of and for him. */
async function endMembership(
  ports: Ports,
  cause: Pick<InboxItem, 'key' | 'correlationId'>,
  who: SlackUser,
  because: Gone,
  base: Pick<Batch, 'inboxDone'>,
): Promise<'committed' | 'conflict'> {
  const at = ports.clock.now();
  const [requests, claimed, link] = await Promise.all([
    ports.store.pendingRequestsAbout(who),
    openLeases(ports, who),
    ports.store.linkOf(who),
  ]);
  const unlinked = link === null ? [] : [unlink(link, 'left', at)];
  const leases = claimed.reduce((sum, { grants }) => sum + grants.length, 0);
  const asked = askedToEnd(ports, cause, claimed, { endedBy: 'person_gone', by: null });
  const withdrawn = requests.map((request) => withdrawFor(request, leaverIn(request, who), at));
  const alarm: MessageBody = {
    to: 'operators',
    alarm: { alarm: 'left', who, because, leases, requests: requests.length },
  };
  const bodies = [
    ...together(requests).flatMap(([request]) => tellOf(request, who)),
    ...(leases + requests.length > 0 ? [alarm] : []),
  ];
  const committed = await ports.store.commit({
    ...base,
    ...asked,
    requests: withdrawn,
    links: unlinked,
    messages: [...(asked.messages ?? []), ...bodies.map(messagesOf(cause.key, at, cause.correlationId))],
    audit: [
      ...asked.audit,
      ...unlinked.map((ended) => linkEntry('identity.unlinked', ended, null, at, cause.correlationId)),
      ...withdrawn.map((request) => requestEntry('request.withdrawn', request, systemActor, at, { because })),
    ],
  });
  if (committed === 'committed')
    for (const { submittedAt } of requests) ports.metrics.requestEnded('withdrawn', (at - submittedAt) / 1000);
  return committed;
}

/** The open leases of this account that nobody asked to end, with their holdings. */
async function openLeases(ports: Pick<Ports, 'store'>, who: SlackUser): Promise<readonly Claimed[]> {
  const open = await ports.store.openGrantsOf(who);
  const keys = new Set(open.map(({ realm, person, resource }) => holdingKey(realm, person.userId, resource)));
  const known = await Promise.all([...keys].map((key) => ports.store.holding(key)));
  return known
    .flatMap((one) => one ?? [])
    .map(({ holding, grants }) => ({
      holding,
      grants: grants.filter(({ endAsked, person }) => endAsked === null && isOf(who, person)),
    }))
    .filter(({ grants }) => grants.length > 0);
}

const isOf = (who: SlackUser, person: Person): boolean => slackAttribute(person.slack) === slackAttribute(who);

const leaverIn = ({ requester, beneficiary }: PendingRequest, who: SlackUser): Person =>
  isOf(who, requester) ? requester : beneficiary;

const tellOf = (request: PendingRequest, who: SlackUser): readonly MessageBody[] => [
  ...tellThread(request, { line: 'left', who: leaverIn(request, who) }),
  ...toBoth(request, { notice: 'decided', requestId: request.id }),
];
