import { endReason, isAhead } from '../domain/grant.ts';
import type { OpenGrant } from '../domain/grant.ts';
import type { Holding } from '../domain/holding.ts';
import type { EpochMs, KeycloakUserId } from '../domain/ids.ts';
import type { Resource } from '../domain/resource.ts';
import { CodedError, hasCode } from '../lib/errors.ts';
import { messagesOf, ownEntry } from './answer.ts';
import type { Ports } from './ports.ts';
import type { Claimed } from './store-port.ts';

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
  const { wanted, inToken, ahead } = await openLeases(ports);
  const seen = new Map<string, Holders>();
  const resources = await ports.store.managedResources();
  for (const resource of resources) seen.set(nameOf(resource), await holdersOf(ports, resource));
  const holders = (resource: Resource): Holders => seen.get(nameOf(resource)) ?? 'unreadable';

  const missing = wanted.filter(({ userId, resource }) => isMissing(userId, holders(resource)));
  const disabled = wanted.filter(({ userId, resource }) => isDisabled(userId, holders(resource)));
  const withheld = await withholdMassDrift(ports, missing.length, wanted.length);
  const different = withheld ? disabled : [...missing, ...disabled];
  for (const { key } of different) await wake(ports, key);
  let orphans = 0;
  for (const resource of resources) orphans += await takeOrphans(ports, resource, holders(resource));
  for (const { key, userId, resource } of ahead) {
    const there = holders(resource);
    if (there !== 'unreadable' && there.has(userId) && (await takeEarly(ports, key))) orphans++;
  }
  const over = await goneFromUnder(ports, inToken);
  for (const { key } of over) await wake(ports, key);
  const report = {
    looked: resources.length,
    woken: different.length + over.length,
    withheld: withheld ? missing.length : 0,
    orphans,
  };
  ports.log.info('sweep', report);
  return report;
}

/** What the sweep keeps of a holding; there may be many. */
type Wanted = Pick<Holding, 'key' | 'userId' | 'resource'>;

const nameOf = ({ kind, id }: Resource): string => `${kind}/${id}`;

/** Holdings with a lease that lives, those of them that only tokens carry apart, and those that rest until their first one begins. */
async function openLeases(ports: Ports): Promise<{
  readonly wanted: readonly Wanted[];
  readonly inToken: readonly Wanted[];
  readonly ahead: readonly Wanted[];
}> {
  const wanted: Wanted[] = [];
  const inToken: Wanted[] = [];
  const ahead: Wanted[] = [];
  for (let after = ''; ;) {
    const page = await ports.store.openHoldings(after, PAGE);
    const now = ports.clock.now();
    for (const claimed of page) {
      const { key, userId, resource } = claimed.holding;
      const isHere = resource.inToken !== true;
      if (claimed.grants.some((grant) => isLiving(grant, now)))
        (isHere ? wanted : inToken).push({ key, userId, resource });
      else if (isHere && restsUntilItBegins(claimed, now)) ahead.push({ key, userId, resource });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return { wanted, inToken, ahead };
    after = last.holding.key;
  }
}

/** Who holds a resource and is enabled: user id → enabled. `unreadable` says nothing about anybody. */
type Holders = ReadonlyMap<KeycloakUserId, boolean> | 'unreadable';

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
const isLiving = (grant: OpenGrant, now: EpochMs): boolean => grant.state === 'live' && endReason(grant, now) === null;

/** Every lease on it is ahead, and nothing of ours is there or on its way. */
const restsUntilItBegins = ({ holding, grants }: Claimed, now: EpochMs): boolean =>
  holding.owned !== true && holding.puts + holding.deletes === 0 && grants.every((grant) => isAhead(grant, now));

const isMissing = (userId: KeycloakUserId, there: Holders): boolean => there !== 'unreadable' && !there.has(userId);

const isDisabled = (userId: KeycloakUserId, there: Holders): boolean =>
  there !== 'unreadable' && there.get(userId) === false;

/**
 * Of what only tokens carry that whose person is disabled or gone, or whose role is gone: nobody holds it in Keycloak, so each is
 * looked at. What cannot be read says nothing.
 */
async function goneFromUnder({ access, log }: Ports, inToken: readonly Wanted[]): Promise<readonly Wanted[]> {
  const over: Wanted[] = [];
  for (const one of inToken) {
    try {
      const { user, resource } = await access.look(one);
      if (user !== 'enabled' || resource === 'gone') over.push(one);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      log.error('sweep cannot look', { holding: one.key, code: error.code });
      if (error.code === 'keycloak_unavailable') return over;
    }
  }
  return over;
}

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

async function wake(ports: Ports, key: string): Promise<void> {
  const found = await ports.store.holding(key);
  if (found === null) return;
  const { holding } = found;
  // A conflict means that it is being looked at just now.
  await ports.store.commit({
    holdings: [{ ...holding, nextLookAt: ports.clock.now(), revision: holding.revision + 1 }],
    audit: [],
  });
}

/** Those who have the resource although their holding on it is at rest. */
async function takeOrphans(ports: Ports, resource: Resource, there: Holders): Promise<number> {
  if (there === 'unreadable') return 0;
  const users = [...there.keys()];
  let taken = 0;
  for (let from = 0; from < users.length; from += PAGE) {
    for (const holding of await ports.store.restingHoldings(resource, users.slice(from, from + PAGE)))
      if (await takeOrphan(ports, holding)) taken++;
  }
  return taken;
}

/** Access of ours that is there before the lease has begun. What another hand gave stays, and is that hand's business. */
async function takeEarly(ports: Ports, key: string): Promise<boolean> {
  const known = await ports.store.holding(key);
  if (known === null || !restsUntilItBegins(known, ports.clock.now())) return false;
  return (await ports.access.givenByUs(known.holding)) && takeOrphan(ports, known.holding);
}

/**
 * Access without an open grant on a holding that once was ours. Taken away only if Keycloak's own record names us as the
 * giver; otherwise another hand gave it, which is told once.
 */
async function takeOrphan(ports: Ports, holding: Holding): Promise<boolean> {
  if (holding.held !== null) return false;
  const ours = await ports.access.givenByUs(holding);
  // It was there before our last lease, and stays, unless that found an orphan of ours.
  if (!ours && holding.owned === false) return false;
  // Who held it was read before the holding: a lease may have ended in between.
  if (!(await ports.access.look(holding, 'presence')).present) return false;
  const at = ports.clock.now();
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
