import { z } from 'zod';
import { CodedError } from '../lib/errors.ts';
import type { Lane } from './connection.ts';
import { present } from './guard.ts';
import { createReader, orNull } from './reader.ts';
import { groupSchema, parsed } from './representations.ts';
import type { Group } from './representations.ts';

/**
 * The groups that a written name may mean: the one at a path (`/approvers/platform`), or all of that bare name anywhere
 * in the tree. Never the first hit of a search: names repeat under different parents and Keycloak's search is a
 * "contains" whose `exact` still finds every namesake.
 * @throws keycloak_forbidden, keycloak_unavailable
 */
export async function groupsNamed(lane: Lane, pathOrName: string): Promise<readonly Group[]> {
  const written = present(pathOrName, 'group path or name').trim();
  if (written.startsWith('/')) {
    const group = await orNull(createReader(lane).groupAt(written));
    return group?.path === written ? [group] : [];
  }
  const found = await search(lane, { search: written, exact: true });
  const named = found.filter((group) => group.name === written);
  if (named.length === 0) await assertSeesGroups(lane);
  return named;
}

/** With query-groups alone Keycloak answers every search with an empty 200. */
async function assertSeesGroups(lane: Lane): Promise<void> {
  if ((await search(lane, { max: 1 })).length > 0) return;
  throw new CodedError('keycloak_forbidden', 'Keycloak shows the service account no group at all.');
}

const search = (lane: Lane, query: { search?: string; exact?: boolean; max?: number }): Promise<readonly Group[]> =>
  lane.read('groups.search', async (client) =>
    parsed(
      z.array(groupSchema),
      'groups',
      await client.groups.find({ ...query, populateHierarchy: false, briefRepresentation: false }),
    ),
  );
