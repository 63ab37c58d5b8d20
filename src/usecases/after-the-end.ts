import { holdingKey, isAhead } from '../domain/grant.ts';
import type { EndedBy, EndedGrant } from '../domain/grant.ts';
import type { KeptRole } from '../domain/resource.ts';
import { CodedError } from '../lib/errors.ts';
import type { Ports } from './ports.ts';
import type { EndedWords } from './views.ts';

/** So many roles are named; a bot that lists all of them is read by nobody. */
const NAMED_MAX = 3;
/** After these somebody may wonder what he still has; after the others there is nobody, or nothing, to look for. */
const TAKEN_AWAY: ReadonlySet<EndedBy> = new Set<EndedBy>(['expiry', 'release', 'revocation', 'drift']);

/** How it goes on for the holder after the end of a lease, as it is when he is told. */
export async function afterTheEnd(
  ports: Pick<Ports, 'store' | 'directory' | 'clock' | 'log'>,
  grant: EndedGrant,
  kept: boolean,
): Promise<Pick<EndedWords, 'askedAgain' | 'heldUntil' | 'coming' | 'keeps'>> {
  const { realm, person, resource } = grant;
  const [again, known, keeps] = await Promise.all([
    ports.store.pendingRequest(person.userId, resource),
    ports.store.holding(holdingKey(realm, person.userId, resource)),
    kept ? [] : whatIsKept(ports, grant),
  ]);
  const others = (known?.grants ?? []).filter((other) => other.endAsked === null);
  const ends = others.flatMap((other) => (other.state === 'live' ? [other.expiresAt] : []));
  const planned = others.filter((other) => other.state === 'planned');
  const now = ports.clock.now();
  const next =
    planned.find((other) => !isAhead(other, now)) ??
    planned.toSorted((a, b) => (a.startsAt ?? 0) - (b.startsAt ?? 0))[0];
  return {
    askedAgain: again !== null,
    heldUntil: ends.length === 0 ? null : Math.max(...ends),
    coming: next === undefined ? null : { startsAt: isAhead(next, now) ? next.startsAt : null },
    keeps,
  };
}

/** What of a lease its holder has all the same, read live. Where that cannot be read nothing is claimed. */
async function whatIsKept(
  ports: Pick<Ports, 'store' | 'directory' | 'log'>,
  { requestId, person, endedBy, liveAt, correlationId }: EndedGrant,
): Promise<readonly KeptRole[]> {
  if (liveAt === null || !TAKEN_AWAY.has(endedBy)) return [];
  const roles = (await ports.store.request(requestId))?.roles ?? [];
  if (roles.length === 0) return [];
  try {
    const [kept, open] = await Promise.all([
      ports.directory.keptRoles(person.userId, roles, NAMED_MAX),
      ports.store.openGrantsOf(person.slack),
    ]);
    // His own by a lease of its own: he has its message, and it will end, too.
    const leased = new Set<string>(open.map(({ resource }) => resource.id));
    return kept.filter(({ role, through }) => through !== null || !leased.has(role.id));
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    ports.log.info('what is kept is not known', { code: error.code, correlationId });
    return [];
  }
}
