import { and, eq, sql } from 'drizzle-orm';
import type { KeycloakUserId, TeamAskId } from '../../domain/ids.ts';
import type { Posted } from '../../domain/message.ts';
import type { TeamAsk } from '../../domain/team-ask.ts';
import { readTeamAsk } from '../rows.ts';
import type { Db } from './connection.ts';
import { isAsking, teamAsks } from './schema.ts';

/** Looks for asks for many people. */
export function teamTable(db: Db, realm: string) {
  const here = eq(teamAsks.realm, realm);
  const byId = db
    .select({ body: teamAsks.body, channel: teamAsks.channel, ts: teamAsks.ts })
    .from(teamAsks)
    .where(and(eq(teamAsks.id, sql.placeholder('id')), here))
    .prepare('team_ask');
  const openOf = db
    .select({ body: teamAsks.body })
    .from(teamAsks)
    .where(and(here, isAsking, eq(teamAsks.askerId, sql.placeholder('asker'))))
    .prepare('open_team_ask');
  return {
    teamAsk: async (id: TeamAskId) => readTeamAsk((await byId.execute({ id }))[0]),
    openTeamAsk: async (asker: KeycloakUserId): Promise<TeamAsk | null> =>
      (await openOf.execute({ asker }))[0]?.body ?? null,
  };
}

/** Records where it is told how an ask for many people goes. */
export async function tellTeams(db: Db, told: readonly (Posted & { readonly teamId: TeamAskId })[]): Promise<void> {
  for (const { teamId, channel, ts } of told)
    await db.update(teamAsks).set({ channel, ts }).where(eq(teamAsks.id, teamId));
}
