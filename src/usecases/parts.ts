import type { AccessRequest, PendingRequest } from '../domain/request.ts';
import type { Ports } from './ports.ts';

/** The request alone, or every part of its bundle, in order. */
export const partsOf = async (
  { store }: Pick<Ports, 'store'>,
  request: AccessRequest,
): Promise<readonly AccessRequest[]> => (request.bundle === null ? [request] : store.bundle(request.bundle.id));

/** Parts of one bundle are looked after together. */
export const together = (due: readonly PendingRequest[]): readonly [PendingRequest, ...PendingRequest[]][] =>
  [...Map.groupBy(due, ({ id, bundle }) => bundle?.id ?? id).values()] as [PendingRequest, ...PendingRequest[]][];
