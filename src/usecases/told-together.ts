import { endReason, isWanted } from '../domain/grant.ts';
import type { Grant } from '../domain/grant.ts';
import type { EpochMs } from '../domain/ids.ts';
import type { LeaseNews, LeaseNotice, Message, MessageBody } from '../domain/message.ts';
import type { Ports } from './ports.ts';
import type { Words } from './views.ts';
import { wordsFor } from './words.ts';

/**
 * So long the first news of a bundle waits for that of its other parts. Keycloak takes them one after the other, each in
 * less than a second; nobody misses three seconds of hours, and whatever else the person is to hear waits as long.
 */
const GATHER_MS = 3000;
/** Whoever sends looks again at each beat, which comes every second. */
const LOOK_AGAIN_MS = 500;

/** Messages without content. */
const DRAWN: ReadonlySet<MessageBody['to']> = new Set(['card', 'home', 'team', 'gate']);

/** Some queued messages that are told as one; each is done with when it is sent. */
export type Together = readonly [Message, ...Message[]];

/**
 * The first of some queued messages, with those that are told by the same one. What is drawn from the record shows the
 * state it found: that is all that the other ones in its lane could have shown. The same news of several parts of a bundle
 * is one message, too.
 */
export function toldTogether(first: Message, others: readonly Message[]): Together {
  const { to } = first.body;
  if (DRAWN.has(to)) return [first, ...others.filter(({ body }) => body.to === to)];
  const part = partOf(first);
  if (part === null) return [first];
  return [
    first,
    ...others.filter((other) => {
      const notice = partOf(other);
      return notice?.notice === part.notice && notice.bundle === part.bundle;
    }),
  ];
}

/**
 * When to look again, because the same news of other parts is about to be queued; null: it is to be told now. Whatever
 * comes later is told by itself.
 */
export async function gatherUntil(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  together: Together,
): Promise<EpochMs | null> {
  const part = partOf(together[0]);
  const now = clock.now();
  const until = Math.min(...together.map(({ at }) => at)) + GATHER_MS;
  if (part === null || now >= until) return null;
  const known = new Set(together.map((message) => partOf(message)?.grantId));
  const requests = await store.bundle(part.bundle);
  const grants = await Promise.all(requests.map(({ id }) => store.grantOfRequest(id)));
  const isComing = grants.some((grant) => grant !== null && !known.has(grant.id) && mayCome(part, grant, now, until));
  return isComing ? Math.min(until, now + LOOK_AGAIN_MS) : null;
}

/** Whether this news of a lease may be queued by `until`, or was a moment ago. */
function mayCome({ notice }: LeaseNews, grant: Grant, now: EpochMs, until: EpochMs): boolean {
  const isYoung = (at: EpochMs): boolean => at > now - GATHER_MS;
  switch (notice) {
    case 'live':
      return grant.state === 'live' ? isYoung(grant.liveAt) : grant.state === 'planned' && isWanted(grant, until);
    case 'ending_soon':
      // Whether its holder was warned long ago or just now is not on record; minutes before the end a moment matters little.
      return grant.state === 'live' && grant.endAsked === null && (grant.warnAt ?? 0) <= until;
    case 'ended':
      return grant.state === 'ended' ? isYoung(grant.endedAt) : endReason(grant, until) !== null;
  }
}

function partOf({ body }: Message): (LeaseNotice & Required<Pick<LeaseNotice, 'bundle'>>) | null {
  if (body.to !== 'person' || !('bundle' in body.notice)) return null;
  const { notice } = body;
  return notice.bundle === undefined ? null : { ...notice, bundle: notice.bundle };
}

/** What they say, with every fact it needs, read now; null when what they speak of is gone. */
export async function wordsOfAll(ports: Ports, together: Together): Promise<Words | null> {
  const read = together.flatMap(({ body }) =>
    body.to === 'person' ? [wordsFor(ports, body.reply.slack, body.notice)] : [],
  );
  const [first = null, ...others] = (await Promise.all(read)).filter((one) => one !== null);
  if (first === null || others.length === 0) return first;
  if (first.say === 'live') return { say: 'parts_live', parts: [first, ...others.filter((one) => one.say === 'live')] };
  if (first.say === 'ended')
    return { say: 'parts_ended', parts: [first, ...others.filter((one) => one.say === 'ended')] };
  if (first.say !== 'ending_soon') throw new Error(`${first.say} is told by itself`);
  return { say: 'parts_ending_soon', parts: [first, ...others.filter((one) => one.say === 'ending_soon')] };
}
