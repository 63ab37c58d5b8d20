import { requestEntry, systemActor } from '../domain/audit-drafts.ts';
import { closeAll, waiting } from '../domain/bundle.ts';
import { messagesOf, tellThread, toBoth } from './answer.ts';
import { partsOf, together } from './parts.ts';
import type { Ports } from './ports.ts';

const BATCH = 50;

/** Ends requests that nobody decided in time, of a bundle all. @returns how many */
export async function expireRequests(ports: Pick<Ports, 'store' | 'clock' | 'metrics'>): Promise<number> {
  const at = ports.clock.now();
  const due = await ports.store.requestsPastWaiting(at, BATCH);
  const results = await Promise.all(
    together(due).map(async ([request]) => {
      const expired = closeAll(waiting(await partsOf(ports, request)), 'expired', at);
      const message = messagesOf(`expire:${request.id}`, at, request.correlationId);
      const result = await ports.store.commit({
        requests: expired,
        messages: [
          ...tellThread(request, { line: 'expired' }),
          ...toBoth(request, { notice: 'decided', requestId: request.id }),
        ].map(message),
        audit: expired.map((part) => requestEntry('request.expired', part, systemActor, at)),
      });
      if (result === 'committed')
        for (const part of expired) ports.metrics.requestEnded('expired', (at - part.submittedAt) / 1000);
      return result;
    }),
  );
  // A conflict means that somebody decided at the last moment; that request is simply no longer pending.
  return results.filter((result) => result === 'committed').length;
}
