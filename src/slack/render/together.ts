import type { KnownBlock } from '@slack/types';
import type { EpochMs } from '../../domain/ids.ts';
import type { EndedWords, EndingSoonWords, LiveWords, Parts } from '../../usecases/views.ts';
import type { Catalogue } from '../words/catalogue.ts';
import type { Which } from '../words/en/together.ts';
import { againButton, extendButton, releaseButton } from './buttons.ts';
import { afterwards, endedWords } from './ended.ts';
import { isToTheSecond, whenLeased } from './facts.ts';
import { actions, bold, mention, packed, section, strong, when } from './pieces.ts';
import type { Rendered } from './pieces.ts';

const MINUTE_MS = 60_000;
/** UTF-16 units of a path where all of them stand in one sentence. */
const PATH_MAX = 120;
const BLOCKS_MAX = 20;

type Part = { readonly grant: { readonly resource: { readonly path: string } } };

const counted = (parts: readonly Part[]): Which => ({ count: parts.length, names: null });
const named = (parts: readonly Part[]): Which => ({
  count: parts.length,
  names: parts.map(({ grant }) => bold(grant.resource.path, PATH_MAX)),
});

const isOne = (all: readonly (string | number)[]): boolean => new Set(all).size === 1;

/**
 * The moment that stands for all of them: times are told to the minute, and what was given or taken together is seconds
 * apart. The first of them, so that no access is promised for longer than it lasts. null: they are too far apart.
 */
function oneMoment(all: readonly EpochMs[]): EpochMs | null {
  const first = Math.min(...all);
  return Math.max(...all) - first < MINUTE_MS ? first : null;
}

/** Several parts of a bundle are live: until when, and what to do when an application does not know it. */
export function liveParts(say: Catalogue, parts: Parts<LiveWords>): Rendered {
  const [{ grant: first }] = parts;
  const isAlike = isOne(parts.map(({ grant }) => grant.leaseSeconds)) && !isToTheSecond(first);
  const until = isAlike ? oneMoment(parts.map(({ grant }) => grant.expiresAt)) : null;
  const head = (which: Which): string =>
    until === null ? say.together.liveEach(which) : say.together.live(which, when(say, until), first.leaseSeconds);
  const groups = parts.flatMap(({ grant }): KnownBlock[] => {
    const { id, resource, leaseSeconds } = grant;
    const what = strong(resource.path);
    const ownUntil = whenLeased(say, grant, grant.expiresAt);
    const line = until === null ? say.together.until(what, ownUntil, leaseSeconds) : what;
    return [section(line), actions([releaseButton(say, id, resource.path), extendButton(say, id, resource.path)])];
  });
  const longest = Math.max(0, ...parts.map(({ grant, effectiveUntil }) => effectiveUntil - grant.expiresAt));
  const tokenSeconds = Math.round(longest / 1000);
  const help = [
    say.together.notSeenYet(tokenSeconds),
    ...(tokenSeconds > 0 ? [say.together.tokens(tokenSeconds)] : []),
  ];
  return { text: head(named(parts)), blocks: [section(head(counted(parts))), ...groups, section(...help)] };
}

/** Several parts of a bundle end soon. */
export function endingSoonParts(say: Catalogue, parts: Parts<EndingSoonWords>): Rendered {
  const end = oneMoment(parts.map(({ grant }) => grant.expiresAt));
  const leftSeconds = Math.min(...parts.map((part) => part.leftSeconds));
  const head = (which: Which): string =>
    end === null ? say.together.endSoonEach(which) : say.together.endSoon(which, leftSeconds, when(say, end));
  const groups = parts.flatMap(
    ({ grant: { id, resource, expiresAt }, leftSeconds: left, askedAgain }): KnownBlock[] => {
      const what = strong(resource.path);
      const release = releaseButton(say, id, resource.path);
      return [
        section(
          end === null ? say.person.endsSoon(what, left, when(say, expiresAt)) : what,
          ...(askedAgain ? [say.person.askedForMore] : []),
        ),
        actions(askedAgain ? [release] : [extendButton(say, id, resource.path), release]),
      ];
    },
  );
  const help = parts.every(({ askedAgain }) => askedAgain) ? [] : [section(say.person.extendAsks)];
  return { text: head(named(parts)), blocks: [section(head(counted(parts))), ...groups, ...help] };
}

/** Several parts of a bundle are over: why, and of each whether the access is gone, what is left of it and how it goes on. */
export function endedParts(say: Catalogue, parts: Parts<EndedWords>): Rendered {
  const [{ grant: first, holder }] = parts;
  const whose = holder === undefined ? null : mention(holder);
  const isAlike = isOne(parts.map(({ grant }) => grant.endedBy));
  const end = isAlike ? oneMoment(parts.map(({ grant }) => grant.endedAt)) : null;
  const head = (which: Which): string =>
    end === null
      ? say.together.endedEach(which, whose)
      : say.together.ended(which, whose, when(say, end), first.endedBy);
  const [again, ...others] = parts.filter(({ askedAgain }) => !askedAgain).map(({ grant }) => grant);
  return {
    text: head(named(parts)),
    blocks: [
      ...packed(say, [head(counted(parts)), ...endedLines(say, parts, end !== null)], BLOCKS_MAX),
      ...(again === undefined ? [] : [actions([againButton(say, again.requestId, again.resource.path, ids(others))])]),
    ],
  };
}

const ids = (grants: readonly EndedWords['grant'][]) => grants.map(({ requestId }) => requestId);

/** What is the same for all of them is said once. */
function endedLines(say: Catalogue, parts: readonly EndedWords[], isAlike: boolean): readonly string[] {
  if (!isAlike) return parts.map((part) => `• ${endedWords(say, part)}`);
  const names = parts.map(({ grant }) => strong(grant.resource.path));
  const rest = parts.map((part) => (part.holder === undefined ? afterwards(say, part) : ''));
  if (!isOne(rest)) return names.map((name, index) => `• ${name}: ${rest[index] ?? ''}`);
  return [...names.map((name) => `• ${name}`), ...rest.slice(0, 1).filter((line) => line !== '')];
}
