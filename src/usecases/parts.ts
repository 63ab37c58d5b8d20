import type { AccessRequest, PendingRequest } from '../domain/request.ts';
import type { Ports } from './ports.ts';
import type { Batch } from './store-port.ts';

/** The request alone, or every part of its bundle, in order. */
export const partsOf = async (
  { store }: Pick<Ports, 'store'>,
  request: AccessRequest,
): Promise<readonly AccessRequest[]> => (request.bundle === null ? [request] : store.bundle(request.bundle.id));

/** Parts of one bundle are looked after together. */
export const together = (due: readonly PendingRequest[]): readonly [PendingRequest, ...PendingRequest[]][] =>
  [...Map.groupBy(due, ({ id, bundle }) => bundle?.id ?? id).values()] as [PendingRequest, ...PendingRequest[]][];

/** What is written about the parts of one bundle as one write: what several of them tell one thread, or its card, is told once. */
export function asOne(batches: readonly Batch[]): Batch {
  const messages = batches.flatMap((batch) => batch.messages ?? []);
  return {
    requests: batches.flatMap(({ requests = [] }) => requests),
    messages: [
      ...new Map(messages.toReversed().map((message) => [JSON.stringify(message.body), message])).values(),
    ].toReversed(),
    stirs: batches.flatMap(({ stirs = [] }) => stirs),
    audit: batches.flatMap(({ audit }) => audit),
  };
}
