import { z } from 'zod';
import { isRequestable } from '../domain/entitlement.ts';
import { hasCode } from '../lib/errors.ts';
import type { Lane } from './connection.ts';
import { createReader, orNull } from './reader.ts';
import { groupTreeSchema, parsed } from './representations.ts';
import type { Group, GroupTree } from './representations.ts';

/** A group and those above it, nearest first. */
export type Chain = readonly [Group, ...Group[]];

/**
 * Keycloak's time for full representations grows with the square of the page: 3,000 groups take 7 s in one piece and 1 s
 * by the two hundred. Their bare outlines take 0.3 s in one piece.
 */
const GROUPS_PER_PAGE = 200;

/**
 * Every group that carries `requestable`, with the groups above it. Keycloak's answers are forests in which the groups
 * that match are wrapped in those above them, attributes and all, so that no parent needs a call of its own. Pages are
 * sorted by name alone, and namesakes (`/a/read`, `/b/read`) change places between two pages: of 3,000 groups over a
 * hundred were missing. So an outline of all, in one piece, says what there is, and what no page held is read by its id.
 * `q` fails open in several ways, hence the second look at each attribute.
 */
export async function requestableGroups(lane: Lane): Promise<readonly Chain[]> {
  const [outline, pages] = await Promise.all([groupForest(lane, { briefRepresentation: true }), everyGroupPage(lane)]);
  const byId = new Map(flat(pages).map((group) => [group.id, group]));
  const missing = flat(outline).filter((group) => !byId.has(group.id));
  for (const group of await Promise.all(missing.map((bare) => readInFull(lane, bare)))) {
    if (group !== null) byId.set(group.id, group);
  }
  const above = (group: Group): readonly Group[] => {
    const parent = group.parentId === undefined ? undefined : byId.get(group.parentId);
    return parent === undefined ? [] : [parent, ...above(parent)];
  };
  const marked = [...byId.values()].filter((group) => isRequestable(group.attributes ?? {}));
  return marked.map((group): Chain => [group, ...above(group)]);
}

async function everyGroupPage(lane: Lane): Promise<readonly GroupTree[]> {
  const all: GroupTree[] = [];
  // A page counts matches, its answer holds trees: only an empty one is surely the last.
  for (let first = 0; ; first += GROUPS_PER_PAGE) {
    const page = await groupForest(lane, { briefRepresentation: false, first, max: GROUPS_PER_PAGE });
    if (page.length === 0) return all;
    all.push(...page);
  }
}

type ForestQuery = { readonly briefRepresentation: boolean; readonly first?: number; readonly max?: number };

function groupForest(lane: Lane, query: ForestQuery): Promise<readonly GroupTree[]> {
  const asked = { q: 'requestable:true', subGroupsCount: false, ...query };
  return lane.read('groups.list', async (client) =>
    parsed(z.array(groupTreeSchema), 'groups', await client.groups.find(asked)),
  );
}

const flat = (forest: readonly GroupTree[]): readonly Group[] =>
  forest.flatMap(({ subGroups, ...group }) => [group, ...flat(subGroups)]);

/** The group itself; its outline, without attributes, where it may not be viewed; null when it is gone. */
async function readInFull(lane: Lane, outline: Group): Promise<Group | null> {
  try {
    return await orNull(createReader(lane).group(outline.id));
  } catch (error) {
    if (hasCode(error, 'keycloak_forbidden')) return { ...outline, attributes: undefined };
    throw error;
  }
}
