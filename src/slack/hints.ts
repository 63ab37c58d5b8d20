import { z } from 'zod';
import { MAX_PARTS } from '../domain/bundle.ts';
import { gateId, grantId, requestId } from '../domain/ids.ts';
import type { GateId, RequestId } from '../domain/ids.ts';
import { needsSignIn } from '../domain/request.ts';
import type { Resource, ResourceKind } from '../domain/resource.ts';
import type { AccessWord, PartSeen } from '../usecases/intent.ts';
import { openParts } from '../usecases/views.ts';
import type { CardView } from '../usecases/views.ts';

// What buttons, options and dialogs carry comes back through the client: hints, parsed here and checked by the use
// cases against the record. Short names, because an option's value has 150 characters.

const id = z.string().min(1).max(100);
const count = z.number().int().min(0).max(1_000_000);

/** The other parts of a bundle that a button decides: request, version and stage of each. */
const others = z
  .array(z.tuple([id.transform(requestId), count, count]))
  .max(MAX_PARTS - 1)
  .optional();

/** Which request a button belongs to, at which version and stage; `d` = the click opens a dialog first. */
const requestHint = z.object({
  r: id.transform(requestId),
  v: count,
  s: count,
  a: others,
  d: z.literal(1).optional(),
});
const withdrawHint = z.object({ r: id.transform(requestId) });
const againHint = z.object({
  r: id.transform(requestId),
  a: z
    .array(id.transform(requestId))
    .max(MAX_PARTS - 1)
    .optional(),
});
const grantHint = z.object({ g: id.transform(grantId) });
const dialogHint = z.object({ r: id.transform(requestId), v: count, s: count, a: others, c: id, t: id });
const questionHint = z.object({ r: id.transform(requestId), q: count });
const reviewHint = z.object({ r: id.transform(requestId), c: id, t: id });
const pageHint = z.object({ w: z.string().max(2000), p: count });

export type DialogHint = z.infer<typeof dialogHint>;
export type ReviewHint = z.infer<typeof reviewHint>;

export const readReviewHint = (value: string | undefined) => read(reviewHint, value);
export const readRequestHint = (value: string | undefined) => read(requestHint, value);
export const readWithdrawHint = (value: string | undefined) => read(withdrawHint, value);
export const readAgainHint = (value: string | undefined) => read(againHint, value);
export const readGrantHint = (value: string | undefined) => read(grantHint, value);
export const readDialogHint = (value: string | undefined) => read(dialogHint, value);
export const readQuestionHint = (value: string | undefined) => read(questionHint, value);
export const readPageHint = (value: string | undefined) => read(pageHint, value);

/** What a message's buttons decide: everything that it asks for now. */
export function requestHintOf(card: CardView): string {
  const open = openParts(card);
  // Whoever signs in to approve is asked again on the page there.
  const signsIn = open.some(({ request }) => needsSignIn(request));
  const asksAgain = !signsIn && open.some(({ request: { risk } }) => risk === 'high' || risk === 'critical');
  return JSON.stringify({ ...seenOn(card), ...(asksAgain ? { d: 1 } : {}) });
}

/** The same as its fields, for a dialog. */
export function seenOn(card: CardView): Pick<DialogHint, 'r' | 'v' | 's' | 'a'> {
  const [first = card, ...more] = openParts(card);
  const { id: r, version: v } = first.request;
  const one = { r, v, s: first.stage };
  if (card.bundle === null) return one;
  return { ...one, a: more.map(({ request, stage }) => [request.id, request.version, stage]) };
}

/** The other parts of a bundle that are decided together, as use cases know them. */
export const alsoOf = ({ a }: Pick<DialogHint, 'a'>): { readonly also?: readonly PartSeen[] } =>
  a === undefined ? {} : { also: a.map(([id, version, stage]) => ({ requestId: id, version, stage })) };

/** What is asked for again: one request, or several parts of a bundle. */
export const againHintOf = (r: RequestId, also: readonly RequestId[]): string =>
  JSON.stringify({ r, ...(also.length === 0 ? {} : { a: also }) });

/** Which question on which request; the value of Answer… and what its dialog carries. */
export const questionHintOf = (r: RequestId, q: number): string => JSON.stringify({ r, q });

/** A gate's buttons carry its id alone; null when it cannot be one. */
export const readGateHint = (value: string | undefined): GateId | null =>
  id.transform(gateId).safeParse(value).data ?? null;

const KINDS: Readonly<Record<ResourceKind, true>> = { group: true, 'realm-role': true, 'client-role': true };

/** An entry of the catalogue as an option's value: `kind:uuid`. */
export const accessValue = (resource: Resource): string => `${resource.kind}:${resource.id}`;

export function readAccessValue(value: string): AccessWord | null {
  const colon = value.indexOf(':');
  const kind = value.slice(0, colon);
  const rest = value.slice(colon + 1);
  return Object.hasOwn(KINDS, kind) && rest !== '' ? { by: 'id', kind: kind as ResourceKind, id: rest } : null;
}

function read<T>(schema: z.ZodType<T>, value: string | undefined): T | null {
  try {
    return schema.safeParse(JSON.parse(value ?? '')).data ?? null;
  } catch {
    return null;
  }
}
