import type { AccessRequest } from '../domain/request.ts';
import type { Ports } from './ports.ts';

/** The request alone, or every part of its bundle, in order. */
export const partsOf = async (
  { store }: Pick<Ports, 'store'>,
  request: AccessRequest,
): Promise<readonly AccessRequest[]> => (request.bundle === null ? [request] : store.bundle(request.bundle.id));
