import { requestEntry, systemActor } from '../domain/audit-drafts.ts';
import { close, nextReminder } from '../domain/request.ts';
import { messagesOf, tellThread, toBoth } from './answer.ts';
import type { Ports } from './ports.ts';

const BATCH = 50;

/** Ends requests that nobody decided in time. @returns how many */
export async function expireRequests(ports: Pick<Ports, 'store' | 'clock' | 'metrics'>): Promise<number> {
  const at = ports.clock.now();
  const due = await ports.store.requestsPastWaiting(at, BATCH);
  const results = await Promise.all(
    due.map(async (request) => {
      const expired = close(request, 'expired', at);
      const message = messagesOf(`expire:${request.id}`, at, request.correlationId);
      const result = await ports.store.commit({
        requests: [expired],
        messages: [
          ...tellThread(expired, { line: 'expired' }),
          ...toBoth(request, { notice: 'decided', requestId: request.id }),
        ].map(message),
        audit: [requestEntry('request.expired', expired, systemActor, at)],
      });
      if (result === 'committed') ports.metrics.requestEnded('expired', (at - request.submittedAt) / 1000);
      return result;
    }),
  );
  // A conflict means that somebody decided at the last moment; that request is simply no longer pending.
  return results.filter((result) => result === 'committed').length;
}

/** Reminds of requests that nobody decided, at growing distances; what was missed meanwhile is said once. @returns how many */
export async function remindApprovers(ports: Pick<Ports, 'store' | 'clock'>): Promise<number> {
  const at = ports.clock.now();
  const due = await ports.store.requestsToRemind(at, BATCH);
  for (const request of due) {
    const message = messagesOf(`remind:${request.id}:${at}`, at, request.correlationId);
    await ports.store.commit({
      requests: [{ ...request, remindAt: nextReminder(request, at), revision: request.revision + 1 }],
      messages: tellThread(request, { line: 'reminder', at }).map(message),
      audit: [],
    });
  }
  return due.length;
}
