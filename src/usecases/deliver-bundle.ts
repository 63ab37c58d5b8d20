import type { RequestId } from '../domain/ids.ts';
import { isCard, isOfLease, lineRole } from '../domain/message.ts';
import type { Posted, PostedMessage, ThreadLine } from '../domain/message.ts';
import { progress } from '../domain/request.ts';
import type { AccessRequest } from '../domain/request.ts';
import { NO_STAGE, nowhereToEscalate, placesOf, SOON_MS } from './deliver-card.ts';
import type { Card, Delivered, Place } from './deliver-card.ts';
import type { Ports } from './ports.ts';
import { viewBundle } from './shown.ts';
import { openParts } from './views.ts';

/** A Slack message and the parts and stages for which it is on record. */
type Shared<Row extends PostedMessage> = { readonly place: Posted; readonly rows: readonly Row[] };
/** Where the card of a part's current stage belongs. */
type Wanted = Place & { readonly request: AccessRequest; readonly stage: number };

/**
 * Brings every message of a bundle to its present state, and posts one for each channel in which parts wait that have none
 * yet: parts that begin to wait there at the same time share it. Level triggered, as the card of a single request is.
 */
export async function deliverBundle(ports: Ports, id: RequestId): Promise<Delivered> {
  const parts = await ports.store.bundle(id);
  const cards = (await postedOf(ports, parts)).filter(isCard);
  const wanted = await wantedOf(ports, parts, cards);
  for (const { place, rows } of shared(cards)) {
    // After its plan changed the stage may belong to another group, which reads another channel.
    const left = rows.filter((row) => !wanted.some((one) => isFor(one, row) && one.channel !== row.channel));
    const drawn = left.length > 0 ? left : rows.map((row) => ({ ...row, stage: NO_STAGE }));
    await ports.conversation.updateCard(place, await viewBundle(ports, parts, drawn));
  }
  const missing = wanted.filter((one) => !cards.some((card) => isFor(one, card) && card.channel === one.channel));
  const posted: PostedMessage[] = [];
  const stirs = missing.map(({ seat }) => seat);
  try {
    for (const [channel, begun] of Map.groupBy(missing, (one) => one.channel)) {
      if (channel === null) continue;
      const rows = begun.map(({ request, stage, role }) => ({ requestId: request.id, stage, role }));
      const place = await ports.conversation.postCard(channel, await viewBundle(ports, parts, rows));
      posted.push(...rows.map((row) => ({ ...row, ...place, line: null })));
    }
  } catch (error) {
    // One channel took its message and another one did not: only that one is tried again.
    if (posted.length > 0) await ports.store.commit({ posted, stirs, audit: [] });
    throw error;
  }
  const nowhere = wanted.filter(({ channel }) => channel === null);
  return { posted, stirs, messages: nowhere.map(({ request }) => nowhereToEscalate(request, ports.clock.now())) };
}

const isFor = ({ request, stage, role }: Wanted, row: PostedMessage): boolean =>
  row.requestId === request.id && row.stage === stage && row.role === role;

/**
 * Adds a line to the thread under each message of a bundle that it concerns: a line about a lease under those that show the
 * part, a reminder where something waits, anything else under all of them.
 */
export async function deliverBundleLine(
  ports: Ports,
  request: AccessRequest,
  told: ThreadLine,
  isRepeated: boolean,
): Promise<Delivered> {
  const parts = await ports.store.bundle(request.bundle?.id ?? request.id);
  const all = await postedOf(ports, parts);
  const cards = shared(all.filter(isCard));
  if (cards.length === 0) return request.state === 'pending' ? { againAt: ports.clock.now() + SOON_MS } : {};
  const line: ThreadLine = isOfLease(told) ? { ...told, of: [request.resource.path] } : told;
  const posted: PostedMessage[] = [];
  try {
    for (const card of cards) {
      if (isOfLease(line) && !card.rows.some(({ requestId }) => requestId === request.id)) continue;
      const view = await viewBundle(ports, parts, card.rows);
      const isOpen = openParts(view).length > 0;
      if (line.line === 'reminder' && !isOpen) continue;
      const before = shared(all.filter((one) => !isCard(one) && card.rows.some((row) => isUnder(one, row))));
      if (isRepeated && before.some(({ rows }) => JSON.stringify(rows[0]?.line) === JSON.stringify(line))) continue;
      // What can be repeated comes first: the new line is posted once, also when Slack makes us try again.
      for (const { place, rows } of before) {
        const old = rows[0]?.line ?? null;
        if (old !== null) await ports.conversation.retireLine(place, old);
      }
      const place = await ports.conversation.postLine(card.place, line, isOpen ? view : null);
      posted.push(...card.rows.map((row) => ({ ...row, ...place, role: lineRole(row.role), line })));
    }
  } catch (error) {
    if (posted.length > 0) await ports.store.commit({ posted, audit: [] });
    throw error;
  }
  return { posted };
}

const isUnder = (line: PostedMessage, card: Card): boolean =>
  line.requestId === card.requestId && line.stage === card.stage && line.role === lineRole(card.role);

const postedOf = async (ports: Ports, parts: readonly AccessRequest[]): Promise<readonly PostedMessage[]> =>
  (await Promise.all(parts.map(({ id }) => ports.store.posted(id)))).flat();

/** The messages behind these rows, in the order of what they show first. */
const shared = <Row extends PostedMessage>(rows: readonly Row[]): readonly Shared<Row>[] =>
  [...Map.groupBy(rows, ({ channel, ts }) => `${channel} ${ts}`).values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ place: { channel: first.channel, ts: first.ts }, rows: same }];
  });

async function wantedOf(
  ports: Ports,
  parts: readonly AccessRequest[],
  cards: readonly Card[],
): Promise<readonly Wanted[]> {
  const wanted: Wanted[] = [];
  for (const request of parts) {
    const current = request.state === 'pending' ? progress(request) : null;
    if (current === null) continue;
    const { index: stage } = current;
    const here = cards.filter((card) => card.requestId === request.id && card.stage === stage);
    const places = await placesOf(ports, request, current.stage, here);
    wanted.push(...places.map((place) => ({ ...place, request, stage })));
  }
  return wanted;
}
