import { escalate, nextReminder } from '../domain/request.ts';
import type { PendingRequest } from '../domain/request.ts';
import type { Refusal } from '../domain/refusal.ts';
import { CodedError } from '../lib/errors.ts';
import { messagesOf, tellThread } from './answer.ts';
import type { PolicyPorts } from './ask-policy.ts';
import { drawUp } from './draw-up.ts';
import type { Drawn } from './draw-up.ts';
import { escalated } from './escalate.ts';
import { asOne, together } from './parts.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';
import { reopened } from './reopen-request.ts';
import { unreachable } from './seats.ts';
import { toldStuck, whoLeft } from './stuck.ts';

const BATCH = 50;

export type Reminding = PolicyPorts &
  Pick<Ports, 'store' | 'metrics' | 'catalogue' | 'slackPeople' | 'conversation' | 'settings'>;

/**
 * Reminds of requests that nobody decided, at growing distances; what was missed meanwhile is said once. Each is looked at
 * again first: nobody is reminded of what he cannot decide. @returns how many
 */
export async function remindApprovers(ports: Reminding): Promise<number> {
  const at = ports.clock.now();
  const due = await ports.store.requestsToRemind(at, BATCH);
  for (const parts of together(due)) {
    const found = await Promise.all(parts.map((request) => look(ports, request)));
    const next = parts.map((part) => ({ ...part, remindAt: nextReminder(part, at) }));
    await ports.store.commit(asOne(next.map((part, index) => reminded(part, found[index] ?? null, at))));
  }
  return due.length;
}

/** What has become of a waiting request: it can be decided as it stands (`null`: it could not be looked at), or not. */
type Found =
  | { readonly fine: true }
  | { readonly changed: Drawn }
  | { readonly stuck: Refusal }
  | { readonly escalates: true }
  | null;

async function look(ports: Reminding, request: PendingRequest): Promise<Found> {
  try {
    const drew = await drawUp(ports, 'approval', request, request);
    if (!drew.ok) {
      const wider = escalate(request);
      const helps = wider !== null && (await drawUp(ports, 'approval', wider, wider)).ok;
      return helps ? { escalates: true } : { stuck: drew.refusal };
    }
    const isSame = drew.drawn.digest === request.digest;
    const stuck = (await whoLeft(ports, request)) ?? (await unreachable(ports, drew.drawn, request));
    if (stuck !== null) return { stuck };
    return isSame ? { fine: true } : { changed: drew.drawn };
  } catch (error) {
    if (error instanceof CodedError) return null;
    throw error;
  }
}

function reminded(request: PendingRequest, found: Found, at: number): Batch {
  if (found !== null && 'changed' in found) return reopened(request, found.changed, `remind:${request.id}:${at}`, at);
  if (found !== null && 'escalates' in found) return escalated([request], at) ?? { audit: [] };
  const stuck = found !== null && 'stuck' in found ? toldStuck(request, found.stuck, at) : null;
  if (stuck !== null && stuck.requests.length > 0) return { ...stuck, audit: [] };
  const message = messagesOf(`remind:${request.id}:${at}`, at, request.correlationId);
  return {
    requests: [
      { ...request, ...(found !== null && stuck === null ? { stuck: null } : {}), revision: request.revision + 1 },
    ],
    messages: stuck === null ? tellThread(request, { line: 'reminder', at }).map(message) : [],
    audit: [],
  };
}
