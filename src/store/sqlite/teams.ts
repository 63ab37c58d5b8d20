import { and, eq, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { KeycloakUserId, TeamAskId } from '../../domain/ids.ts';
import type { Posted } from '../../domain/message.ts';
import type { TeamAsk } from '../../domain/team-ask.ts';
import { readTeamAsk } from '../rows.ts';
import { isAsking, slot, teamAsks } from './schema.ts';

/** Asks for many people. Every call runs in the caller's transaction, if there is one. */
export function teamTable(db: BetterSQLite3Database, realm: string) {
  const here = eq(teamAsks.realm, realm);
  const isIt = eq(teamAsks.id, sql.placeholder('id'));
  const byId = db
    .select({ body: teamAsks.body, channel: teamAsks.channel, ts: teamAsks.ts })
    .from(teamAsks)
    .where(and(isIt, here))
    .prepare();
  const openOf = db
    .select({ body: teamAsks.body })
    .from(teamAsks)
    .where(and(here, isAsking, eq(teamAsks.askerId, sql.placeholder('asker'))))
    .prepare();
  const insert = db
    .insert(teamAsks)
    .values({ id: sql.placeholder('id'), revision: 1, body: sql.placeholder('body') })
    .onConflictDoNothing()
    .prepare();
  const update = db
    .update(teamAsks)
    .set({ revision: slot(teamAsks.revision), body: slot(teamAsks.body) })
    .where(and(isIt, eq(teamAsks.revision, sql.placeholder('before'))))
    .prepare();
  const tell = db
    .update(teamAsks)
    .set({ channel: slot(teamAsks.channel), ts: slot(teamAsks.ts) })
    .where(isIt)
    .prepare();

  return {
    /** False when the stored revision is another, or this person's last one is not done yet. */
    write(ask: TeamAsk): boolean {
      const { id, revision } = ask;
      if (revision > 1) return update.run({ id, revision, body: ask, before: revision - 1 }).changes === 1;
      return insert.run({ id, body: ask }).changes === 1;
    },
    tell: ({ teamId: id, channel, ts }: Posted & { readonly teamId: TeamAskId }): void =>
      void tell.run({ id, channel, ts }),

    teamAsk: (id: TeamAskId) => readTeamAsk(byId.get({ id })),
    openTeamAsk: (asker: KeycloakUserId): TeamAsk | null => openOf.get({ asker })?.body ?? null,
  };
}
