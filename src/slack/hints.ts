import { z } from 'zod';
import { grantId, requestId } from '../domain/ids.ts';
import type { RequestId } from '../domain/ids.ts';
import type { Resource, ResourceKind } from '../domain/resource.ts';
import type { AccessWord } from '../usecases/intent.ts';
import type { CardView } from '../usecases/views.ts';

// What buttons, options and dialogs carry comes back through the client: hints, parsed here and checked by the use
// cases against the record. Short names, because an option's value has 150 characters.

const id = z.string().min(1).max(100);
const count = z.number().int().min(0).max(1_000_000);

/** Which request a button belongs to, at which version and stage; `d` = the click opens a dialog first. */
const requestHint = z.object({ r: id.transform(requestId), v: count, s: count, d: z.literal(1).optional() });
const withdrawHint = z.object({ r: id.transform(requestId) });
const grantHint = z.object({ g: id.transform(grantId) });
const dialogHint = z.object({ r: id.transform(requestId), v: count, s: count, c: id, t: id });
const questionHint = z.object({ r: id.transform(requestId), q: count });
const reviewHint = z.object({ r: id.transform(requestId), c: id, t: id });
const pageHint = z.object({ w: z.string().max(2000), p: count });

export type DialogHint = z.infer<typeof dialogHint>;
export type ReviewHint = z.infer<typeof reviewHint>;

export const readReviewHint = (value: string | undefined) => read(reviewHint, value);
export const readRequestHint = (value: string | undefined) => read(requestHint, value);
export const readWithdrawHint = (value: string | undefined) => read(withdrawHint, value);
export const readGrantHint = (value: string | undefined) => read(grantHint, value);
export const readDialogHint = (value: string | undefined) => read(dialogHint, value);
export const readQuestionHint = (value: string | undefined) => read(questionHint, value);
export const readPageHint = (value: string | undefined) => read(pageHint, value);

export function requestHintOf(card: CardView): string {
  const { id: r, version: v, risk } = card.request;
  const asksAgain = risk === 'high' || risk === 'critical';
  return JSON.stringify({ r, v, s: card.stage, ...(asksAgain ? { d: 1 } : {}) });
}

/** Which question on which request; the value of Answer… and what its dialog carries. */
export const questionHintOf = (r: RequestId, q: number): string => JSON.stringify({ r, q });

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
