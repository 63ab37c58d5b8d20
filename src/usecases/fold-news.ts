import { isCard, newsOf } from '../domain/message.ts';
import type { Digest, Message, MessageBody, News } from '../domain/message.ts';
import type { SlackUser } from '../domain/people.ts';
import { messagesOf } from './answer.ts';
import type { Ports } from './ports.ts';
import type { Claim, OutboxLane } from './store-port.ts';

/** More pieces of news than this for one place at once are told together (I29). */
const MOST_SINGLE = 20;
const MOST_NAMED = 12;
/** One place hears at most one digest in this time; news that cannot go out at once waits for the same moments. */
const TURN_MS = 10_000;

/** When news that has to wait is looked at again: all of it at the same moment, so that it is seen how much it is. */
export const nextTurn = (after: number): number => (Math.floor(after / TURN_MS) + 1) * TURN_MS;

/** Where news is told: a channel or a person, named like the lane of what is said there. */
type Place = { readonly name: string; readonly telling: (digest: Digest) => MessageBody };
/** A lane whose news may be told together with other lanes', and in which places: one for each card, or the person. */
type Foldable = { readonly lane: OutboxLane; readonly news: readonly Message[]; readonly places: readonly Place[] };

/**
 * Where much news waits for one place, a digest takes the place of the single messages: queued in the same write that
 * records them as sent, so that a crash loses and doubles nothing. Cards are left in their lanes: they come to their
 * present state later.
 * @param lanes held by this replica until `claim.until`
 * @returns those that are to be worked off message by message; the others are given back
 */
export async function foldNews(
  ports: Ports,
  claim: Claim,
  lanes: readonly OutboxLane[],
): Promise<readonly OutboxLane[]> {
  const count = lanes.reduce((sum, lane) => sum + newsIn(lane).length, 0);
  if (count <= MOST_SINGLE) return lanes;
  const foldable = (await Promise.all(lanes.map((lane) => foldableOf(ports, lane)))).flatMap((one) => one ?? []);
  const crowded = crowdedPlaces(foldable);
  const due = new Set<string>();
  for (const name of crowded) if (await isItsTurn(ports, claim, name)) due.add(name);
  const inCrowd = foldable.filter(({ places }) => places.some(({ name }) => crowded.has(name)));
  const mayFold = inCrowd.filter(({ places }) => places.every(({ name }) => due.has(name) || !crowded.has(name)));
  if (mayFold.length > 0) await fold(ports, mayFold, claim.now);
  const mayNot = inCrowd.filter((one) => !mayFold.includes(one));
  await giveBack(ports, claim, mayFold, null);
  await giveBack(ports, claim, mayNot, nextTurn(claim.now));
  const returned = new Set(inCrowd.map(({ lane }) => lane));
  return lanes.filter((lane) => !returned.has(lane));
}

const newsIn = ({ messages }: OutboxLane): readonly Message[] => messages.filter(({ body }) => newsOf(body) !== null);

/** Null when it has no news, when something in the thread has to be said by itself first, or when it has no card yet. */
async function foldableOf(ports: Ports, lane: OutboxLane): Promise<Foldable | null> {
  const news = newsIn(lane);
  const body = news[0]?.body;
  if (body?.to === 'person') {
    const reply = { ...body.reply, responseUrl: null };
    const telling = (digest: Digest): MessageBody => ({ to: 'person', reply, notice: { notice: 'digest', digest } });
    return { lane, news, places: [{ name: lane.lane, telling }] };
  }
  if (body?.to !== 'thread' || lane.messages.some((one) => one.body.to === 'thread' && newsOf(one.body) === null)) {
    return null;
  }
  const about = new Set(news.flatMap((message) => (message.body.to === 'thread' ? [message.body.requestId] : [])));
  const posted = await Promise.all([...about].map((id) => ports.store.posted(id)));
  const cards = posted.flat().filter(isCard);
  const places = [...new Set(cards.map((card) => card.channel))].map((channel): Place => ({
    name: `channel ${channel}`,
    telling: (digest) => ({ to: 'channel', channel, digest }),
  }));
  return places.length === 0 ? null : { lane, news, places };
}

function crowdedPlaces(foldable: readonly Foldable[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const { places, news } of foldable)
    for (const { name } of places) counts.set(name, (counts.get(name) ?? 0) + news.length);
  return new Set([...counts].flatMap(([name, count]) => (count > MOST_SINGLE ? [name] : [])));
}

const isItsTurn = (ports: Ports, { replica, now }: Claim, place: string): Promise<boolean> =>
  ports.store.claimJob({ name: `job digest for ${place}`, replica, now, until: nextTurn(now) });

async function fold(ports: Ports, foldable: readonly Foldable[], at: number): Promise<void> {
  const places = new Map<string, { readonly place: Place; readonly news: Message[] }>();
  for (const one of foldable) {
    for (const place of one.places) {
      const known = places.get(place.name) ?? { place, news: [] };
      known.news.push(...one.news);
      places.set(place.name, known);
    }
  }
  const messages = await Promise.all(
    [...places.values()].map(async ({ place, news }) => {
      const [first] = news;
      const queue = messagesOf(`digest:${place.name}:${first?.key ?? ''}`, at, first?.correlationId ?? '');
      return queue(place.telling(await digestOf(ports, news)));
    }),
  );
  const sent = foldable.flatMap(({ news }) => news.map((message) => message.key));
  // A conflict means that another replica has said one of them meanwhile: the rest is looked at again.
  await ports.store.commit({ messages, sent, audit: [] });
}

async function digestOf(ports: Ports, messages: readonly Message[]): Promise<Digest> {
  const counts: Partial<Record<News, number>> = {};
  for (const { body } of messages) {
    const news = newsOf(body);
    if (news !== null) counts[news] = (counts[news] ?? 0) + 1;
  }
  const named = await Promise.all(messages.slice(0, MOST_NAMED).map((message) => nameOf(ports, message)));
  return { counts, named: named.flatMap((one) => one ?? []) };
}

async function nameOf(ports: Ports, { body }: Message): Promise<Digest['named'][number] | null> {
  const news = newsOf(body);
  const about = await aboutOf(ports, body);
  return news === null || about === null ? null : { news, path: about.path, holder: about.holder };
}

/** The access and the person that a piece of news is about. */
async function aboutOf(
  ports: Ports,
  body: MessageBody,
): Promise<{ readonly path: string; readonly holder: SlackUser } | null> {
  if (body.to === 'person' && (body.notice.notice === 'live' || body.notice.notice === 'ended')) {
    const grant = await ports.store.grant(body.notice.grantId);
    return grant && { path: grant.resource.path, holder: grant.person.slack };
  }
  const id =
    body.to === 'thread'
      ? body.requestId
      : body.to === 'person' && 'requestId' in body.notice
        ? body.notice.requestId
        : null;
  const request = id === null ? null : await ports.store.request(id);
  return request && { path: request.resource.path, holder: request.beneficiary.slack };
}

const giveBack = (
  ports: Ports,
  { replica }: Claim,
  foldable: readonly Foldable[],
  until: number | null,
): Promise<void> =>
  ports.store.release(
    foldable.map(({ lane }) => lane.lane),
    replica,
    { until, attempts: 0 },
  );
