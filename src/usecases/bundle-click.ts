import { waiting } from '../domain/bundle.ts';
import type { Person } from '../domain/people.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome, Refusal, RefusedPart } from '../domain/refusal.ts';
import { progress } from '../domain/request.ts';
import type { AccessRequest, PendingRequest, Progress } from '../domain/request.ts';
import { CARD_MS, DECISION_MS } from './card-click.ts';
import type { CarriedOut } from './answer.ts';
import { answerNo } from './answer.ts';
import { identify, identityNeed } from './identify.ts';
import type { InboxItem, Intent, PartSeen } from './intent.ts';
import type { Ports } from './ports.ts';
import { settledOrOver, shownBy } from './shown.ts';

export type BundleIntent = Extract<Intent, { intent: 'approve' | 'deny' }>;

/** A part that asks for a decision in the message that was clicked, as it was shown there. */
export type OpenPart = { readonly request: PendingRequest; readonly current: Progress };

/** A click on the recorded message of a bundle, by somebody who is known to Keycloak. */
export type BundleClick = {
  /** Every part of the bundle, in order. */
  readonly parts: readonly PendingRequest[];
  /** Those that may be decided now, at least one. */
  readonly open: readonly OpenPart[];
  /** Those that the message shows and that cannot be, and why. */
  readonly refused: readonly RefusedPart[];
  readonly person: Person;
  readonly no: (refusal: Refusal) => Promise<CarriedOut>;
  readonly isLate: () => boolean;
  readonly drop: () => Promise<CarriedOut>;
};

/** Reads what a click on a bundle's message is about, part by part; where none of them can count that is answered. */
export async function readBundleClick(
  ports: Ports,
  item: InboxItem,
  intent: BundleIntent,
): Promise<BundleClick | CarriedOut> {
  const first = await ports.store.request(intent.requestId);
  const about = { request: first };
  const no = (refusal: Refusal): Promise<CarriedOut> =>
    answerNo(ports, item, refusal, { kind: 'decision.refused', ...about });
  const isLate = (): boolean => ports.clock.now() - item.receivedAt > DECISION_MS;
  const drop = (): Promise<CarriedOut> =>
    answerNo(ports, item, { refusal: 'too_late_to_check' }, { kind: 'decision.dropped', ...about });
  if (first === null || first.bundle === null) return no({ refusal: 'old_message', link: first?.id ?? null });

  const all = await ports.store.bundle(first.bundle.id);
  const seen = await readSeen(ports, item, intent, all);
  if (seen === 'later') return 'later';
  if (seen === 'unknown') return no({ refusal: 'old_message', link: first.id });
  const parts = waiting(all);
  if (parts.length < all.length || ports.clock.now() >= first.waitsUntil) return no(settledOrOver(first));
  const asShown = seen.flatMap((one) => asItWasShown(parts, one));
  // Where somebody else was quicker there is nothing left to decide; what has changed in Keycloak is to be looked at again.
  const changed = seen.filter(({ part, stage, version }) => stage === null || version !== part.version);
  if (asShown.length === 0) return no({ refusal: 'changed_meanwhile' });
  if (isLate()) return drop();

  const who = await identified(ports, item, asShown);
  if (!who.ok) return no(who.refusal);
  const { person, open, refused } = who;
  const stale = changed.map(({ part }) => ({
    path: part.resource.path,
    refusal: { refusal: 'changed_meanwhile' } as const,
  }));
  return { parts, open, refused: [...refused, ...stale], person, no, isLate, drop };
}

/** `stage`: the one for which the message is on record. */
type Seen = Pick<PartSeen, 'version'> & { readonly part: AccessRequest; readonly stage: number | null };

/** Every part that the click names, with what the message is on record for (I13); 'unknown' when it was never one of these. */
async function readSeen(
  ports: Ports,
  item: InboxItem,
  intent: BundleIntent,
  all: readonly AccessRequest[],
): Promise<readonly Seen[] | 'later' | 'unknown'> {
  const named: readonly PartSeen[] = [intent, ...(intent.also ?? [])];
  const seen: Seen[] = [];
  for (const { requestId, version, stage } of named) {
    const part = all.find(({ id }) => id === requestId);
    if (part === undefined || seen.some((one) => one.part === part)) return 'unknown';
    const shown = await shownBy(ports, part, intent.message);
    if (shown === 'later' && ports.clock.now() - item.receivedAt < CARD_MS) return 'later';
    if (shown === 'later' || shown === null) return 'unknown';
    seen.push({ part, version, stage: shown.stage === stage ? stage : null });
  }
  return seen;
}

function asItWasShown(parts: readonly PendingRequest[], { part, stage, version }: Seen): readonly OpenPart[] {
  const request = parts.find(({ id }) => id === part.id);
  const current = request === undefined ? null : progress(request);
  return request === undefined || current?.index !== stage || request.version !== version ? [] : [{ request, current }];
}

/** Who clicked, and for which parts he is known as surely as they ask for. */
async function identified(
  ports: Ports,
  { slack }: InboxItem,
  asShown: readonly OpenPart[],
): Promise<Outcome<Pick<BundleClick, 'person' | 'open' | 'refused'>>> {
  const isRisky = ({ request }: OpenPart): boolean => identityNeed(request.risk) === 'linked';
  const linked = asShown.some(isRisky) ? await identify(ports, slack, 'linked') : null;
  if (linked?.ok === true) return { ok: true, person: linked.person, open: asShown, refused: [] };
  const open = asShown.filter((part) => !isRisky(part));
  if (linked !== null && open.length === 0) return refuse(linked.refusal);
  const who = await identify(ports, slack, 'email');
  if (!who.ok) return refuse(who.refusal);
  const refused = linked === null ? [] : asShown.filter(isRisky).map((part) => refusedPart(part, linked.refusal));
  return { ok: true, person: who.person, open, refused };
}

export const refusedPart = ({ request }: OpenPart, refusal: Refusal): RefusedPart => ({
  path: request.resource.path,
  refusal,
});
