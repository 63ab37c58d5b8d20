import type { Gate } from '../../src/domain/gate.ts';
import type { Grant, OpenGrant } from '../../src/domain/grant.ts';
import { holdingKey } from '../../src/domain/grant.ts';
import type { Holding } from '../../src/domain/holding.ts';
import { groupId } from '../../src/domain/ids.ts';
import type { Link } from '../../src/domain/link.ts';
import type { Message, Posted, PostedMessage } from '../../src/domain/message.ts';
import type { AccessRequest, PendingRequest } from '../../src/domain/request.ts';
import { slackAttribute } from '../../src/domain/people.ts';
import type { SignIn } from '../../src/domain/sign-in.ts';
import type { TeamAsk } from '../../src/domain/team-ask.ts';
import { homeMessage } from '../../src/usecases/homes.ts';
import type { Stirred } from '../../src/usecases/homes.ts';
import type { CarriedSession } from '../../src/usecases/carried-store.ts';
import type { Batch } from '../../src/usecases/store-port.ts';
import { carriedFit, writeCarried } from './memory-carried.ts';
import { gatesFit } from './memory-gates.ts';
import { identityFits } from './memory-identity.ts';

/** The rows of the memory store. Values are never changed in place, so a row can be handed out as it is. */
export type Tables = ReturnType<typeof createTables>;

export function createTables() {
  const requests = new Map<string, AccessRequest>();
  const grants = new Map<string, Grant>();
  const holdings = new Map<string, Holding>();
  const posted = new Map<string, PostedMessage>();
  const teams = new Map<string, { readonly ask: TeamAsk; readonly told: Posted | null }>();
  const signIns = new Map<string, SignIn>();
  const links = new Map<string, Link>();
  const gates = new Map<string, Gate>();
  const carried = new Map<string, CarriedSession>();
  const homes = new Map<string, { readonly drawn: number; readonly groups: readonly string[] }>();
  const openOn = (key: string): readonly OpenGrant[] => oldestFirst([...grants.values()].filter(isOn(key)));

  /** Whether every row fits what is stored: the revision is the next one, ids and what must be unique are free. */
  const fits = (batch: Batch): boolean =>
    (batch.requests ?? []).every(requestFits) &&
    (batch.grants ?? []).every(grantFits) &&
    (batch.holdings ?? []).every(holdingFits) &&
    (batch.teams ?? []).every(teamFits) &&
    identityFits({ signIns, links }, batch) &&
    gatesFit(gates, batch) &&
    carriedFit(carried, batch);

  const requestFits = (row: AccessRequest): boolean => {
    const known = requests.get(row.id);
    if (row.revision > 1) return known?.revision === row.revision - 1;
    return known === undefined && (row.state !== 'pending' || pendingTwin(row) === null);
  };
  const pendingTwin = (row: Pick<AccessRequest, 'beneficiary' | 'resource'>): PendingRequest | null =>
    pending().find(
      ({ beneficiary, resource: { kind, id } }) =>
        beneficiary.userId === row.beneficiary.userId && kind === row.resource.kind && id === row.resource.id,
    ) ?? null;
  const pending = (): readonly PendingRequest[] => [...requests.values()].filter((row) => row.state === 'pending');
  const grantFits = (row: Grant): boolean => {
    if (row.revision > 1) return grants.get(row.id)?.revision === row.revision - 1;
    return !grants.has(row.id) && ![...grants.values()].some((grant) => grant.requestId === row.requestId);
  };
  const openTeam = (asker: string): TeamAsk | null =>
    [...teams.values()].find(({ ask }) => ask.state === 'asking' && ask.asker.userId === asker)?.ask ?? null;
  const teamFits = (row: TeamAsk): boolean => {
    const known = teams.get(row.id)?.ask;
    if (row.revision > 1) return known?.revision === row.revision - 1;
    return known === undefined && (row.state !== 'asking' || openTeam(row.asker.userId) === null);
  };
  const holdingFits = (row: Holding): boolean => {
    const known = holdings.get(row.key);
    if (row.revision === 1) return known === undefined;
    return known?.revision === row.revision - 1 && known.epoch === row.epoch;
  };

  return {
    requests,
    grants,
    holdings,
    posted,
    homes,
    teams,
    signIns,
    links,
    gates,
    carried,
    openTeam,
    openOn,
    fits,
    pending,
    pendingTwin,
    stirred: ({ people, groups }: Stirred, at: number): readonly Message[] =>
      [...homes].flatMap(([slack, home]) =>
        people.has(slack) || home.groups.some((group) => groups.has(groupId(group)))
          ? [homeMessage({ slack, drawn: home.drawn }, at)]
          : [],
      ),
    write: (batch: Batch): void => {
      for (const { slack, groups } of batch.homes ?? []) {
        const known = homes.get(slackAttribute(slack));
        homes.set(slackAttribute(slack), {
          drawn: (known?.drawn ?? -1) + 1,
          groups: groups ?? known?.groups ?? [],
        });
      }
      for (const row of batch.requests ?? []) requests.set(row.id, row);
      for (const row of batch.grants ?? []) grants.set(row.id, row);
      for (const row of batch.holdings ?? []) holdings.set(row.key, row);
      for (const ask of batch.teams ?? []) teams.set(ask.id, { ask, told: teams.get(ask.id)?.told ?? null });
      for (const { teamId, ...told } of batch.teamsTold ?? []) {
        const known = teams.get(teamId);
        if (known !== undefined) teams.set(teamId, { ...known, told });
      }
      for (const row of batch.signIns ?? []) signIns.set(row.id, row);
      for (const row of batch.links ?? []) links.set(row.id, row);
      for (const row of batch.gates ?? []) gates.set(row.id, row);
      writeCarried(carried, batch);
      // One message per request, role and stage; what a message showed before no longer counts.
      for (const row of batch.posted ?? [])
        for (const [key, old] of posted) if (old.channel === row.channel && old.ts === row.ts) posted.delete(key);
      for (const row of batch.posted ?? []) posted.set(`${row.requestId}/${row.role}/${row.stage}`, row);
    },
  };
}

const isOn =
  (key: string) =>
  (grant: Grant): grant is OpenGrant =>
    grant.state !== 'ended' && holdingKey(grant.realm, grant.person.userId, grant.resource) === key;

export const oldestFirst = (grants: readonly OpenGrant[]): readonly OpenGrant[] =>
  grants.toSorted((a, b) => a.approvedAt - b.approvedAt);
