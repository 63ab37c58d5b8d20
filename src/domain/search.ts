import type { Entitlement } from './entitlement.ts';

/** What a person's words mean among things that have a path. */
export type Match<T> =
  | { readonly match: 'one'; readonly found: T }
  | { readonly match: 'none' }
  | { readonly match: 'many'; readonly paths: readonly string[] };

const MANY_SHOWN = 5;

/**
 * Finds what `/request-access <access> …` means: the exact path, else the exact last name, else a part that fits exactly
 * one path. A word that fits several never picks one of them.
 */
export function matchAccess<T extends { readonly path: string }>(things: readonly T[], word: string): Match<T> {
  const wanted = word.trim();
  if (wanted === '') return { match: 'none' };
  const lower = wanted.toLowerCase();
  const tests: readonly ((path: string) => boolean)[] = [
    (path) => path === wanted,
    (path) => path.toLowerCase() === lower || path.toLowerCase() === `/${lower}`,
    (path) => lastName(path) === lower,
    (path) => path.toLowerCase().includes(lower),
  ];
  for (const test of tests) {
    const found = things.filter((thing) => test(thing.path));
    const [first, second] = found;
    if (first === undefined) continue;
    if (second === undefined) return { match: 'one', found: first };
    return { match: 'many', paths: found.slice(0, MANY_SHOWN).map((thing) => thing.path) };
  }
  return { match: 'none' };
}

/** The typeahead: every blank-separated part must occur in path, kind or description; name matches come first. */
export function suggestAccess(
  entitlements: readonly Entitlement[],
  query: string,
  limit: number,
): readonly Entitlement[] {
  const parts = query.toLowerCase().split(/\s+/); // an empty one fits everything alike
  const scored: { readonly score: number; readonly entitlement: Entitlement }[] = [];
  for (const entitlement of entitlements) {
    const path = entitlement.resource.path.toLowerCase();
    const text = `${path} ${entitlement.resource.kind} ${entitlement.description.toLowerCase()}`;
    if (!parts.every((part) => text.includes(part))) continue;
    const name = lastName(path);
    const score = parts.reduce(
      (sum, part) => sum + (name.startsWith(part) ? 3 : name.includes(part) ? 2 : path.includes(part) ? 1 : 0),
      0,
    );
    scored.push({ score, entitlement });
  }
  scored.sort((a, b) => b.score - a.score || compare(a.entitlement.resource.path, b.entitlement.resource.path));
  return scored.slice(0, limit).map(({ entitlement }) => entitlement);
}

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1).toLowerCase();
const compare = (a: string, b: string): number => (a < b ? -1 : 1);
