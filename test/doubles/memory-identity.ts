import type { Link, LiveLink } from '../../src/domain/link.ts';
import { slackAttribute } from '../../src/domain/people.ts';
import type { SlackUser } from '../../src/domain/people.ts';
import type { CodedSignIn, SignIn } from '../../src/domain/sign-in.ts';
import type { IdentityStore, IdentityWrites } from '../../src/usecases/identity-store.ts';

type IdentityTables = { readonly signIns: Map<string, SignIn>; readonly links: Map<string, Link> };

/** The part of the record in memory that is about who is who, as far as it is of this realm. */
export function memoryIdentity(tables: IdentityTables, realm: string): IdentityStore {
  const signIns = (): readonly SignIn[] => [...tables.signIns.values()].filter((row) => row.realm === realm);
  const links = (): readonly LiveLink[] =>
    [...tables.links.values()].flatMap((row) => (row.realm === realm && row.state === 'live' ? [row] : []));
  return {
    signIn: (id) => Promise.resolve(signIns().find((row) => row.id === id) ?? null),
    signInSent: (state) =>
      Promise.resolve(signIns().find((row) => row.state === 'sent' && row.visit.state === state) ?? null),
    signInCoded: (slack) => {
      const coded = signIns().flatMap((row): readonly CodedSignIn[] =>
        row.state === 'coded' && isSame(row.slack, slack) ? [row] : [],
      );
      return Promise.resolve(coded.toSorted((a, b) => b.createdAt - a.createdAt)[0] ?? null);
    },
    countSignIns: (slack, since) =>
      Promise.resolve(signIns().filter((row) => isSame(row.slack, slack) && row.createdAt >= since).length),
    forgetSignIns: (before) => {
      for (const { id, expiresAt } of signIns()) if (expiresAt < before) tables.signIns.delete(id);
      return Promise.resolve();
    },
    linkOf: (slack) => Promise.resolve(links().find(({ person }) => isSame(person.slack, slack)) ?? null),
    linksTo: (users) => Promise.resolve(links().filter(({ person }) => users.includes(person.userId))),
    liveLinks: (afterId, limit) =>
      Promise.resolve(
        links()
          .filter(({ id }) => id > afterId)
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      ),
  };
}

/** Whether each follows what is stored, and no live link stands in another's way once all of them are written. */
export function identityFits({ signIns, links }: IdentityTables, batch: IdentityWrites): boolean {
  const written = new Map([...links, ...(batch.links ?? []).map((row) => [row.id, row] as const)]);
  const live = [...written.values()].filter(({ state }) => state === 'live');
  const isAlone = (row: Link): boolean =>
    row.state === 'ended' || !live.some((other) => other.id !== row.id && isRival(other, row));
  return (
    (batch.signIns ?? []).every((row) => follows(signIns.get(row.id), row)) &&
    (batch.links ?? []).every((row) => follows(links.get(row.id), row) && isAlone(row))
  );
}

const follows = (stored: { readonly revision: number } | undefined, row: { readonly revision: number }): boolean =>
  (stored?.revision ?? 0) === row.revision - 1;

const isRival = (a: Link, b: Link): boolean =>
  a.realm === b.realm && (a.person.userId === b.person.userId || isSame(a.person.slack, b.person.slack));

const isSame = (a: SlackUser, b: SlackUser): boolean => slackAttribute(a) === slackAttribute(b);
