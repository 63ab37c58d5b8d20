import { barredFromReview } from '../domain/break-glass.ts';
import type { SlackUser } from '../domain/people.ts';
import { slackAttribute } from '../domain/people.ts';
import type { Person } from '../domain/people.ts';
import { seatKey } from '../domain/plan.ts';
import type { SeatKey } from '../domain/plan.ts';
import { barredFrom, progress } from '../domain/request.ts';
import { hasCode } from '../lib/errors.ts';
import type { Delivered } from './deliver-card.ts';
import { DECISIONS } from './homes.ts';
import { identify, identityNeed } from './identify.ts';
import type { InboxItem } from './intent.ts';
import { messagesOf } from './answer.ts';
import type { CarriedOut } from './answer.ts';
import type { Ports } from './ports.ts';
import type { HomeView, Waiting } from './views.ts';

const WAITING_MAX = 20;
const REVIEWS_MAX = 10;
const DECIDED_MAX = 5;
/** So many of a person's newest entries are looked through for what he decided lately. */
const LATELY = 100;
/** While Keycloak is away a Home that could not be drawn whole is drawn again after this time. */
const AWAY_MS = 60_000;

/** Somebody opens his App Home: from now on he has one, and it is drawn. */
export async function openHome(ports: Ports, item: InboxItem): Promise<CarriedOut> {
  const message = messagesOf(item.key, ports.clock.now(), item.correlationId);
  return ports.store.commit({
    homes: [{ slack: item.slack, groups: null }],
    inboxDone: item.key,
    messages: [message({ to: 'home', slack: item.slack, opened: true })],
    audit: [],
  });
}

/**
 * Draws one person's App Home from what is on record and publishes it. That the drawing begins is written down before
 * anything is read: what changes from then on queues it again.
 */
export async function deliverHome(ports: Ports, slack: SlackUser): Promise<Delivered> {
  const owner = await beginDrawing(ports, slack);
  const [waiting, reviews, open, pending, decided] = await Promise.all([
    owner.known ? waitingFor(ports, owner.person, owner.groups) : owner,
    owner.known ? reviewsFor(ports, owner.person, owner.groups) : [],
    ports.store.openGrantsOf(slack),
    ports.store.pendingRequestsOf(slack),
    decidedBy(ports, slack),
  ]);
  await ports.conversation.publishHome(slack, { waiting, reviews, open, pending, decided });
  const isWhole = waiting.known || waiting.because !== 'keycloak_away';
  return isWhole ? {} : { againAt: ports.clock.now() + AWAY_MS };
}

type Owner =
  | { readonly known: true; readonly person: Person; readonly groups: readonly SeatKey[] }
  | Extract<Waiting, { known: false }>;

async function beginDrawing(ports: Ports, slack: SlackUser): Promise<Owner> {
  let owner: Owner | null = null;
  try {
    owner = await ownerOf(ports, slack);
    return owner;
  } finally {
    await ports.store.commit({ homes: [{ slack, groups: owner?.known === true ? owner.groups : null }], audit: [] });
  }
}

/** Who he is in Keycloak and which groups he is in, live; he is the manager of those whose manager he is. */
async function ownerOf(ports: Ports, slack: SlackUser): Promise<Owner> {
  try {
    const who = await identify(ports, slack, 'email');
    if (!who.ok) return { known: false, because: who.refusal };
    const { person } = who;
    return { known: true, person, groups: [...(await ports.directory.groupsOf(person.userId)), person.userId] };
  } catch (error) {
    return away(error);
  }
}

/** What he may decide now. A request whose card is not on record yet is not there to be decided. */
async function waitingFor(ports: Ports, person: Person, groups: readonly SeatKey[]): Promise<Waiting> {
  const found = await ports.store.requestsToDecide(person.userId, groups, WAITING_MAX + 1);
  const mayDecide = found.filter((request) => barredFrom(request, person) === null);
  const needLink = mayDecide.filter(({ risk }) => identityNeed(risk) === 'linked');
  try {
    const isLinked = needLink.length > 0 && (await identify(ports, person.slack, 'linked')).ok;
    const shown = mayDecide.filter((request) => isLinked || !needLink.includes(request)).slice(0, WAITING_MAX);
    const cards = await Promise.all(shown.map(({ id }) => ports.store.posted(id)));
    return {
      known: true,
      requests: shown.flatMap((request, index) => {
        const current = progress(request);
        // Whoever has it by the escalation alone may not be in the channel of the first card.
        const role = current !== null && groups.includes(seatKey(current.stage)) ? 'card' : 'escalation_card';
        const card = cards[index]?.find((message) => message.role === role && message.stage === current?.index);
        return card === undefined ? [] : [{ request, card }];
      }),
      more: found.length > WAITING_MAX,
    };
  } catch (error) {
    return away(error);
  }
}

/** What was taken and waits for his signature, once its card is on record. */
async function reviewsFor(
  ports: Pick<Ports, 'store'>,
  person: Person,
  groups: readonly SeatKey[],
): Promise<HomeView['reviews']> {
  const found = await ports.store.reviewsToSign(person.userId, groups, REVIEWS_MAX);
  const mayBeSigned = found.filter((request) => barredFromReview(request, person) === null);
  const shown = mayBeSigned.map(async (request) => {
    const card = (await ports.store.posted(request.id)).find(({ role }) => role === 'card');
    return card === undefined ? [] : [{ request, card }];
  });
  return (await Promise.all(shown)).flat();
}

function away(error: unknown): Extract<Waiting, { known: false }> {
  if (hasCode(error, 'keycloak_unavailable')) return { known: false, because: 'keycloak_away' };
  if (hasCode(error, 'keycloak_forbidden')) return { known: false, because: 'keycloak_refuses' };
  throw error;
}

async function decidedBy(ports: Pick<Ports, 'store'>, slack: SlackUser): Promise<HomeView['decided']> {
  const everything = { person: slack, access: null, since: null, until: null, state: null };
  const entries = (await ports.store.audit(everything, 0, LATELY)).filter(
    ({ kind, actor }) => DECISIONS.has(kind) && actor.kind === 'person' && actor.slack === slackAttribute(slack),
  );
  const decided = await Promise.all(
    entries.slice(0, DECIDED_MAX).map(async ({ kind, at, requestId }) => {
      const request = requestId === null ? null : await ports.store.request(requestId);
      return request === null ? [] : [{ request, kind: kind === 'request.denied' ? 'deny' : 'approve', at } as const];
    }),
  );
  return decided.flat();
}
