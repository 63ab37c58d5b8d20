import type { RequestId } from '../domain/ids.ts';
import type { ThreadLine } from '../domain/message.ts';
import { deliverBundle, deliverBundleLine } from './deliver-bundle.ts';
import { deliverCard, deliverLine } from './deliver-card.ts';
import type { Delivered } from './deliver-card.ts';
import type { Ports } from './ports.ts';

/** Brings every message that shows a request, or its bundle, to its present state. */
export async function deliverRequest(ports: Ports, id: RequestId): Promise<Delivered> {
  const request = await ports.store.request(id);
  if (request === null) return {};
  return request.bundle === null ? deliverCard(ports, request) : deliverBundle(ports, request.bundle.id);
}

/** Tells a line of its story under each of them. `isRepeated`: it may stand under some already. */
export async function deliverStory(
  ports: Ports,
  id: RequestId,
  line: ThreadLine,
  isRepeated: boolean,
): Promise<Delivered> {
  const request = await ports.store.request(id);
  if (request === null) return {};
  const deliver = request.bundle === null ? deliverLine : deliverBundleLine;
  return deliver(ports, request, line, isRepeated);
}
