/** Keycloak's own limits are 10 to 100 and differ from list to list; both `first` and `max` must be given to be heeded. */
type Page = { readonly first: number; readonly max: number };

/** Every item of a paged list. An item that moved between two pages may come twice, so callers key by id. */
export async function everyPage<T>(max: number, read: (page: Page) => Promise<readonly T[]>): Promise<T[]> {
  const all: T[] = [];
  for (let first = 0; ; first += max) {
    const page = await read({ first, max });
    all.push(...page);
    if (page.length < max) return all;
  }
}
