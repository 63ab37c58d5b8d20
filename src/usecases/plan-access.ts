import type { Actor, AuditDraft } from '../domain/audit.ts';
import { grantEntry, requestEntry } from '../domain/audit-drafts.ts';
import { isTaken } from '../domain/break-glass.ts';
import type { JsonObject } from '../domain/canonical.ts';
import { planGrant } from '../domain/grant.ts';
import type { PlannedGrant } from '../domain/grant.ts';
import { openHolding } from '../domain/holding.ts';
import type { Holding } from '../domain/holding.ts';
import { grantId } from '../domain/ids.ts';
import type { ApprovedRequest } from '../domain/request.ts';
import type { Ports } from './ports.ts';

/**
 * What an approved request becomes: its grant, the holding on which that is a reason, asked to be looked at now, and their
 * entries. `extra`: what the request's entry is to tell besides.
 */
export async function planAccess(
  ports: Pick<Ports, 'store' | 'ids'>,
  request: ApprovedRequest,
  actor: Actor,
  at: number,
  extra: JsonObject = {},
): Promise<{ readonly grant: PlannedGrant; readonly holding: Holding; readonly audit: readonly AuditDraft[] }> {
  const grant = planGrant(grantId(ports.ids.uuid()), request);
  const kind = isTaken(request) ? 'request.taken' : request.plan.length === 0 ? 'request.allowed' : 'request.approved';
  const audit = [requestEntry(kind, request, actor, at, extra), grantEntry('grant.planned', grant, actor, at)];
  return { grant, holding: await holdingFor(ports, request, at), audit };
}

async function holdingFor(ports: Pick<Ports, 'store'>, request: ApprovedRequest, at: number): Promise<Holding> {
  const { realm, beneficiary, resource } = request;
  const fresh = openHolding(realm, beneficiary.userId, beneficiary.username, resource, at);
  const known = await ports.store.holding(fresh.key);
  if (known === null) return fresh;
  return { ...known.holding, resource, nextLookAt: at, revision: known.holding.revision + 1 };
}
