import { endReason } from '../domain/grant.ts';
import type { OpenGrant } from '../domain/grant.ts';
import type { Holding } from '../domain/holding.ts';
import type { EpochMs } from '../domain/ids.ts';
import type { Resource } from '../domain/resource.ts';
import { hasCode } from '../lib/errors.ts';
import { messagesOf, ownEntry } from './answer.ts';
import type { Ports } from './ports.ts';

const PAGE = 500;
const MASS_COUNT = 5;
const MASS_SHARE = 0.2;

export type SweepReport = {
  readonly looked: number;
  readonly woken: number;
  readonly withheld: number;
  readonly orphans: number;
};

/**
 * The periodic pass over everything managed: finds what no holding asked to look at. It changes nothing in Keycloak: a
 * difference is only woken, so that `converge` reads it again under the row lease.
 */
export async function sweep(ports: Ports): Promise<SweepReport> {
  const open = await collect(
    (after) => ports.store.openHoldings(after, PAGE),
    (claimed) => claimed.holding.key,
  );
  const resting = await collect(
    (after) => ports.store.restingHoldings(after, PAGE),
    (holding) => holding.key,
  );
  const resources = new Map<string, Resource>();
  for (const { resource } of [...open.map((one) => one.holding), ...resting])
    resources.set(`${resource.kind}/${resource.id}`, resource);
  const seen = new Map<string, Holders>();
  for (const [key, resource] of resources) seen.set(key, await holdersOf(ports, resource));
  const holders = (holding: Holding): Holders =>
    seen.get(`${holding.resource.kind}/${holding.resource.id}`) ?? 'unreadable';

  const now = ports.clock.now();
  const wanted = open.filter(({ grants }) => grants.some((grant) => isWanted(grant, now)));
  const missing = wanted.filter(({ holding }) => isMissing(holding, holders(holding)));
  const disabled = wanted.filter(({ holding }) => isDisabled(holding, holders(holding)));
  const withheld = await withholdMassDrift(ports, missing.length, wanted.length);
  const different = withheld ? disabled : [...missing, ...disabled];
  for (const { holding } of different) await wake(ports, holding);
  let orphans = 0;
  for (const holding of resting) {
    const there = holders(holding);
    if (there !== 'unreadable' && there.has(holding.userId) && (await takeOrphan(ports, holding))) orphans++;
  }
  const report = {
    looked: resources.size,
    woken: different.length,
    withheld: withheld ? missing.length : 0,
    orphans,
  };
  ports.log.info('sweep', report);
  return report;
}

/** Who holds a resource and is enabled: user id → enabled. `unreadable` says nothing about anybody. */
type Holders = ReadonlyMap<string, boolean> | 'unreadable';

async function holdersOf(ports: Ports, resource: Resource): Promise<Holders> {
  try {
    return new Map((await ports.access.holders(resource)).map((holder) => [holder.userId, holder.enabled]));
  } catch (error) {
    if (hasCode(error, 'keycloak_not_found')) return new Map();
    // One resource that Keycloak chokes on must not blind the sweep for all others.
    const alone = hasCode(error, 'keycloak_unavailable') && (await ports.access.probe());
    if (!alone && !hasCode(error, 'keycloak_forbidden')) throw error;
    ports.log.error('sweep cannot read holders', { resource: resource.path, error });
    return 'unreadable';
  }
}

/** A live lease that is not due; the others are looked at without us. */
const isWanted = (grant: OpenGrant, now: EpochMs): boolean => grant.state === 'live' && endReason(grant, now) === null;

const isMissing = (holding: Holding, there: Holders): boolean => there !== 'unreadable' && !there.has(holding.userId);

const isDisabled = (holding: Holding, there: Holders): boolean =>
  there !== 'unreadable' && there.get(holding.userId) === false;

/** So much drift at once is more likely a narrowed permission or a wrong realm than so many hands: ends none, alarms. */
async function withholdMassDrift(ports: Ports, count: number, open: number): Promise<boolean> {
  if (count <= MASS_COUNT || count <= open * MASS_SHARE) return false;
  const at = ports.clock.now();
  const cause = `mass-drift:${at}`;
  await ports.store.commit({
    messages: [messagesOf(cause, at, cause)({ to: 'operators', alarm: { alarm: 'mass_drift', count, open } })],
    audit: [ownEntry('drift.withheld', at, cause, null, { count, open })],
  });
  return true;
}

async function wake(ports: Ports, holding: Holding): Promise<void> {
  // A conflict means that it is being looked at just now.
  await ports.store.commit({
    holdings: [{ ...holding, nextLookAt: ports.clock.now(), revision: holding.revision + 1 }],
    audit: [],
  });
}

/**
 * Access without an open grant on a holding that once was ours. Taken away only if Keycloak's own record names us as the
 * giver; otherwise another hand gave it, which is told once.
 */
async function takeOrphan(ports: Ports, holding: Holding): Promise<boolean> {
  if (holding.held !== null || holding.owned === false) return false;
  const at = ports.clock.now();
  const ours = await ports.access.givenByUs(holding);
  const cause = `orphan:${holding.key}:${holding.epoch}`;
  const changed = ours
    ? { ...holding, owned: true, nextLookAt: at }
    : { ...holding, held: 'another hand gave this access; Leasehold leaves it alone' };
  const { username, resource } = holding;
  const result = await ports.store.commit({
    holdings: [{ ...changed, revision: holding.revision + 1 }],
    messages: [
      messagesOf(cause, at, cause)({ to: 'operators', alarm: { alarm: 'orphan', username, resource, removed: ours } }),
    ],
    audit: [ownEntry('orphan.found', at, cause, holding, { ours })],
  });
  return result === 'committed' && ours;
}

async function collect<T>(
  page: (after: string) => Promise<readonly T[]>,
  keyOf: (row: T) => string,
): Promise<readonly T[]> {
  const all: T[] = [];
  let after = '';
  for (;;) {
    const rows = await page(after);
    all.push(...rows);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return all;
    after = keyOf(last);
  }
}
