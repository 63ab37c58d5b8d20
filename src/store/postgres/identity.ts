import { and, asc, desc, eq, gt, gte, lt, sql } from 'drizzle-orm';
import type { EpochMs, KeycloakUserId, SignInId } from '../../domain/ids.ts';
import type { Link, LiveLink } from '../../domain/link.ts';
import { slackAttribute } from '../../domain/people.ts';
import type { SlackUser } from '../../domain/people.ts';
import type { CodedSignIn, SignIn } from '../../domain/sign-in.ts';
import type { IdentityWrites } from '../../usecases/identity-store.ts';
import { inTurn, readLiveLinks } from '../rows.ts';
import type { Db } from './connection.ts';
import { isTaken } from './errors.ts';
import { isLinked, isSent, links, signIns } from './schema.ts';
import { swapRows } from './swap.ts';

/** Looks for sign-ins and links. */
export function identityTable(db: Db, realm: string) {
  const given = { slack: sql.placeholder('slack'), time: sql.placeholder('time') };
  const signInHere = eq(signIns.realm, realm);
  const linkHere = and(eq(links.realm, realm), isLinked);
  const rows = () => db.select({ body: signIns.body }).from(signIns);
  const live = () => db.select({ body: links.body }).from(links);

  const byId = rows()
    .where(and(eq(signIns.id, sql.placeholder('id')), signInHere))
    .prepare('sign_in');
  const sent = rows()
    .where(and(signInHere, isSent, eq(signIns.visitState, sql.placeholder('state'))))
    .prepare('sign_in_sent');
  const coded = rows()
    .where(and(signInHere, eq(signIns.slack, given.slack), eq(signIns.state, 'coded')))
    .orderBy(desc(signIns.createdAt))
    .limit(1)
    .prepare('sign_in_coded');
  const countSince = db
    .select({ count: sql`count(*)`.mapWith(Number) })
    .from(signIns)
    .where(and(signInHere, eq(signIns.slack, given.slack), gte(signIns.createdAt, given.time)))
    .prepare('count_sign_ins');

  const ofSlack = live()
    .where(and(linkHere, eq(links.personSlack, given.slack)))
    .prepare('link_of');
  const ofUsers = live()
    .where(and(linkHere, sql`${links.personId} = ANY (${sql.placeholder('users')}::text[])`))
    .prepare('links_to');
  const after = live()
    .where(and(linkHere, gt(links.id, sql.placeholder('after'))))
    .orderBy(asc(links.id))
    .limit(sql.placeholder('limit'))
    .prepare('live_links');

  return {
    signIn: async (id: SignInId): Promise<SignIn | null> => (await byId.execute({ id }))[0]?.body ?? null,
    signInSent: async (state: string): Promise<SignIn | null> => (await sent.execute({ state }))[0]?.body ?? null,
    signInCoded: async (slack: SlackUser) =>
      ((await coded.execute({ slack: slackAttribute(slack) }))[0]?.body ?? null) as CodedSignIn | null,
    countSignIns: async (slack: SlackUser, since: EpochMs) =>
      (await countSince.execute({ slack: slackAttribute(slack), time: since }))[0]?.count ?? 0,
    linkOf: async (slack: SlackUser): Promise<LiveLink | null> =>
      readLiveLinks(await ofSlack.execute({ slack: slackAttribute(slack) }))[0] ?? null,
    linksTo: async (users: readonly KeycloakUserId[]) => readLiveLinks(await ofUsers.execute({ users })),
    liveLinks: async (afterId: string, limit: number) => readLiveLinks(await after.execute({ after: afterId, limit })),
  };
}

/**
 * False when a stored revision is another, or a Slack account or Keycloak user has another live link. Runs in the
 * caller's transaction, which then has to be undone.
 */
export async function writeIdentity(db: Db, batches: readonly IdentityWrites[]): Promise<boolean> {
  const given = batches.flatMap((batch) => batch.signIns ?? []);
  const parts = inTurn(batches.flatMap((batch) => batch.links ?? []));
  try {
    if (!(await swapRows(db, signIns, given.map(revised)))) return false;
    for (const part of parts) if (!(await swapRows(db, links, part.map(revised)))) return false;
    return true;
  } catch (error) {
    if (isTaken(error)) return false;
    throw error;
  }
}

/** Deletes those that were over before `before` (epoch ms). */
export async function forgetSignIns(db: Db, realm: string, before: EpochMs): Promise<void> {
  await db.delete(signIns).where(and(eq(signIns.realm, realm), lt(signIns.expiresAt, before)));
}

const revised = (body: SignIn | Link) => ({ id: body.id, revision: body.revision, body });
