import { and, asc, desc, eq, gt, gte, lt, sql } from 'drizzle-orm';
import type { BetterSQLite3Database } from 'drizzle-orm/better-sqlite3';
import type { EpochMs, KeycloakUserId, SignInId } from '../../domain/ids.ts';
import type { LiveLink } from '../../domain/link.ts';
import { slackAttribute } from '../../domain/people.ts';
import type { SlackUser } from '../../domain/people.ts';
import type { CodedSignIn, SignIn } from '../../domain/sign-in.ts';
import type { IdentityWrites } from '../../usecases/identity-store.ts';
import { inTurn, readLiveLinks } from '../rows.ts';
import { isLinked, isSent, links, signIns } from './schema.ts';
import { swapIn } from './swap.ts';

/** Sign-ins and links. Every call runs in the caller's transaction, if there is one. */
export function identityTable(db: BetterSQLite3Database, realm: string) {
  const given = { slack: sql.placeholder('slack'), time: sql.placeholder('time') };
  const signInHere = eq(signIns.realm, realm);
  const linkHere = and(eq(links.realm, realm), isLinked);
  const rows = () => db.select({ body: signIns.body }).from(signIns);
  const live = () => db.select({ body: links.body }).from(links);

  const byId = rows()
    .where(and(eq(signIns.id, sql.placeholder('id')), signInHere))
    .prepare();
  const sent = rows()
    .where(and(signInHere, isSent, eq(signIns.visitState, sql.placeholder('state'))))
    .prepare();
  const coded = rows()
    .where(and(signInHere, eq(signIns.slack, given.slack), eq(signIns.state, 'coded')))
    .orderBy(desc(signIns.createdAt))
    .limit(1)
    .prepare();
  const countSince = db
    .select({ count: sql<number>`count(*)` })
    .from(signIns)
    .where(and(signInHere, eq(signIns.slack, given.slack), gte(signIns.createdAt, given.time)))
    .prepare();
  const forget = db
    .delete(signIns)
    .where(and(signInHere, lt(signIns.expiresAt, given.time)))
    .prepare();

  const ofSlack = live()
    .where(and(linkHere, eq(links.personSlack, given.slack)))
    .prepare();
  const ofUsers = live()
    .where(and(linkHere, sql`${links.personId} IN (SELECT value FROM json_each(${sql.placeholder('users')}))`))
    .prepare();
  const after = live()
    .where(and(linkHere, gt(links.id, sql.placeholder('after'))))
    .orderBy(asc(links.id))
    .limit(sql.placeholder('limit'))
    .prepare();

  const writeSignIn = swapIn(db, signIns);
  const writeLink = swapIn(db, links);

  return {
    /** False when a stored revision is another, or a Slack account or Keycloak user has another live link. */
    write: (batch: IdentityWrites): boolean =>
      (batch.signIns ?? []).every(writeSignIn) &&
      inTurn(batch.links ?? [])
        .flat()
        .every(writeLink),
    forget: (before: EpochMs): void => void forget.run({ time: before }),

    signIn: (id: SignInId): SignIn | null => byId.get({ id })?.body ?? null,
    signInSent: (state: string): SignIn | null => sent.get({ state })?.body ?? null,
    signInCoded: (slack: SlackUser) =>
      (coded.get({ slack: slackAttribute(slack) })?.body ?? null) as CodedSignIn | null,
    countSignIns: (slack: SlackUser, since: EpochMs) =>
      countSince.get({ slack: slackAttribute(slack), time: since })?.count ?? 0,
    linkOf: (slack: SlackUser): LiveLink | null =>
      readLiveLinks(ofSlack.all({ slack: slackAttribute(slack) }))[0] ?? null,
    linksTo: (users: readonly KeycloakUserId[]) => readLiveLinks(ofUsers.all({ users: JSON.stringify(users) })),
    liveLinks: (afterId: string, limit: number) => readLiveLinks(after.all({ after: afterId, limit })),
  };
}
