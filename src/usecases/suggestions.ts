import type { CatalogueItem, Entitlement } from '../domain/entitlement.ts';
import type { EpochMs, KeycloakUserId } from '../domain/ids.ts';
import { slackAttribute } from '../domain/people.ts';
import type { SlackUser } from '../domain/people.ts';
import type { ResourceRef } from '../domain/resource.ts';
import { readAhead, SUGGESTIONS, suggest } from './ask.ts';
import { identify } from './identify.ts';
import type { ApproverGroup } from './keycloak-port.ts';
import type { Ports } from './ports.ts';
import type { Suggestion } from './views.ts';

/** So many lines at most of what the person had, and of what his colleagues have. */
const SHOWN = 5;
/** Some of what was held is no longer offered: so many are looked through. */
const LOOKED_THROUGH = 20;
/** So many groups of a person, and of each so many people: a larger group is no team. */
const GROUPS_MAX = 5;
const MEMBERS_MAX = 200;
/** What a single colleague has would be known to be his. */
const COLLEAGUES_MIN = 2;
const REMEMBERED_MS = 300_000;
const PEOPLE_MAX = 1000;

/** Who shares a group with a person, and the paths of those groups. */
type Team = { readonly users: readonly KeycloakUserId[]; readonly paths: readonly string[] };
const NOBODY: Team = { users: [], paths: [] };

export type Suggester = {
  /** The form is open: reads what it will be asked for. */
  readAhead(slack: SlackUser): Promise<void>;
  /** The typeahead's lines: what fits, or before anything is typed what the person had lately and his colleagues have. */
  suggest(query: string, slack: SlackUser): Promise<readonly Suggestion[]>;
};

/**
 * Slack waits 3 s for the typeahead, so it never waits for Keycloak: colleagues are read when the form is opened, and left
 * out while they are not known. Nobody learns from it who has what.
 */
export function createSuggester(ports: Ports): Suggester {
  const teams = new Map<string, { readonly team: Team; readonly until: EpochMs }>();

  async function readTeam(slack: SlackUser): Promise<void> {
    const owner = slackAttribute(slack);
    const now = ports.clock.now();
    if ((teams.get(owner)?.until ?? 0) > now) return;
    const team = await orElse(ports, () => teamOf(ports, slack), null);
    if (team === null) return;
    teams.delete(owner);
    teams.set(owner, { team, until: now + REMEMBERED_MS });
    for (const [oldest] of teams) {
      if (teams.size <= PEOPLE_MAX) break;
      teams.delete(oldest);
    }
  }

  return {
    async readAhead(slack) {
      await Promise.all([readAhead(ports), readTeam(slack)]);
    },
    async suggest(query, slack) {
      if (query.trim() !== '') return suggest(ports, query);
      const { users, paths } = teams.get(slackAttribute(slack))?.team ?? NOBODY;
      const [all, had, common] = await Promise.all([
        suggest(ports, ''),
        orElse(ports, () => ports.store.latelyHeld(slack, LOOKED_THROUGH), []),
        orElse(ports, () => (users.length === 0 ? Promise.resolve([]) : commonlyHeld(ports, users)), []),
      ]);
      const offered = await offeredBy(ports);
      const found = (refs: readonly ResourceRef[]): readonly Entitlement[] =>
        refs.flatMap((ref) => offered.get(keyOf(ref)) ?? []);
      const lately = found(had).slice(0, SHOWN);
      const colleagues = found(common)
        .filter((one) => !lately.includes(one) && mayAsk(one, paths))
        .slice(0, SHOWN);
      const first = new Set([...lately, ...colleagues].map(({ resource }) => keyOf(resource)));
      return [
        ...lately.map((entitlement) => ({ entitlement, because: 'lately' as const })),
        ...colleagues.map((entitlement) => ({ entitlement, because: 'colleagues' as const })),
        ...all.filter(({ entitlement }) => !first.has(keyOf(entitlement.resource))),
      ].slice(0, SUGGESTIONS);
    },
  };
}

const keyOf = ({ kind, id }: ResourceRef): string => `${kind}/${id}`;

const commonlyHeld = (ports: Ports, users: readonly KeycloakUserId[]) =>
  ports.store.commonlyHeld(users, LOOKED_THROUGH);

async function offeredBy(ports: Ports): Promise<ReadonlyMap<string, Entitlement>> {
  const items = await ports.catalogue.latest();
  return new Map(
    items.flatMap((item) => (item.requestable ? [[keyOf(item.entitlement.resource), item.entitlement] as const] : [])),
  );
}

/** A guess that costs nothing; whether he really may is checked when he asks. */
const mayAsk = ({ eligibleGroup }: Entitlement, paths: readonly string[]): boolean =>
  eligibleGroup === null || paths.some((path) => isNamed(path, eligibleGroup));

const isNamed = (path: string, word: string): boolean => path === word || path.endsWith(`/${word}`);

/** Groups that are access themselves, or that decide about it, make nobody a colleague. */
async function teamOf(ports: Ports, slack: SlackUser): Promise<Team> {
  const who = await identify(ports, slack, 'email');
  if (!who.ok) return NOBODY;
  const items = await ports.catalogue.latest();
  const offered = new Set<string>(items.map((item) => resourceOf(item).id));
  const ids = (await ports.directory.groupsOf(who.person.userId)).filter((id) => !offered.has(id)).slice(0, GROUPS_MAX);
  const groups = await Promise.all(ids.map((id) => ports.directory.smallGroup(id, MEMBERS_MAX)));
  const approvers = [
    ports.settings.adminGroup,
    ...items.flatMap((item) => (item.requestable ? item.entitlement.stages.map((stage) => stage.approverGroup) : [])),
  ];
  const isTeam = ({ path, slackChannel }: ApproverGroup): boolean =>
    slackChannel === null && !approvers.some((name) => isNamed(path, name));
  const known = groups.flatMap((group) => (group !== null && isTeam(group) ? [group] : []));
  const users = new Set(known.flatMap(({ members }) => members.map(({ userId }) => userId)));
  users.delete(who.person.userId);
  return { users: users.size < COLLEAGUES_MIN ? [] : [...users], paths: known.map(({ path }) => path) };
}

const resourceOf = (item: CatalogueItem) => (item.requestable ? item.entitlement.resource : item.resource);

/** A suggestion that cannot be made is left out. */
async function orElse<T>(ports: Pick<Ports, 'log'>, read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    ports.log.warn('suggestion left out', { error });
    return otherwise;
  }
}
