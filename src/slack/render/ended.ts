import type { EndedBy } from '../../domain/grant.ts';
import type { EpochMs } from '../../domain/ids.ts';
import { roleName } from '../../domain/privilege.ts';
import type { KeptRole } from '../../domain/resource.ts';
import type { EndedWords } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Ready } from '../words/ready.ts';
import { escapeMrkdwn } from './escape.ts';
import { mention, strong, when } from './pieces.ts';

/** A lease is over: why, and what follows. */
export function endedWords(say: Catalogue, words: EndedWords): string {
  const { resource, endedAt, endedBy } = words.grant;
  const [what, at] = [strong(resource.path), when(say, endedAt)];
  if (words.holder !== undefined) return say.person.endedOf(mention(words.holder), what, at, endedBy);
  return `${say.person.ended(what, at, endedBy)} ${afterwards(say, words)}`;
}

/** Whether the access is gone, what is left of it, and how it goes on. */
export function afterwards(say: Catalogue, words: EndedWords): string {
  const { endedBy, liveAt } = words.grant;
  if (words.kept) {
    const { heldUntil } = words;
    return heldUntil === null ? say.person.kept : say.holding.keptUntil(when(say, heldUntil));
  }
  const gone = liveAt === null && endedBy === 'release' ? say.holding.nothingGiven : isGone(say, words);
  return [gone, ...stillKept(say, words.keeps), ...goesOn(say, words)].join(' ');
}

const isGone = (say: Catalogue, { grant: { endedAt, endedBy }, tokensUntil }: EndedWords): string =>
  tokensUntil === undefined ? say.person.gone : goneFromTokens(say, tokensUntil, endedAt, endedBy);

/** What only tokens carried: at its expiry they are over with it, before it their sessions end. */
export const goneFromTokens = (say: Catalogue, tokensUntil: EpochMs, endedAt: EpochMs, endedBy: EndedBy): string =>
  endedBy === 'expiry' ? say.tokens.goneInTime : say.tokens.gone(tokensUntil > endedAt ? when(say, tokensUntil) : null);

/** Only what was seen; that something is not kept is never claimed. */
function stillKept(say: Catalogue, keeps: readonly KeptRole[]): readonly string[] {
  if (keeps.length === 0) return [];
  const ways = new Map<string | null, Ready[]>();
  for (const { role, through } of keeps)
    ways.set(through, [...(ways.get(through) ?? []), escapeMrkdwn(roleName(role), 60)]);
  const told = [...ways].map(([through, roles]) => ({
    roles,
    through: through === null ? null : escapeMrkdwn(through, 200),
  }));
  return [say.holding.stillKept(told)];
}

/** Whether a new lease on it is asked for, was approved too late to leave no gap, or begins later. */
function goesOn(say: Catalogue, { askedAgain, coming, grant }: EndedWords): readonly string[] {
  if (coming !== null)
    return [
      coming.startsAt === null ? say.holding.approvedTooLate : say.holding.nextBegins(when(say, coming.startsAt)),
    ];
  if (!askedAgain) return [];
  return [grant.endedBy === 'expiry' ? say.holding.askedForMore : say.person.askedAgain];
}
