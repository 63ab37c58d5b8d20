import type { SlackUser } from '../../../domain/people.ts';
import type { Intent } from '../../../usecases/intent.ts';
import { askFor } from '../whom.ts';

// What people type after a command. With should_escape Slack writes `&amp;` `&lt;` `&gt;`, `<@U1|ann>`, `<#C1|general>`
// and `<https://…>`; a name that is not such a mention is mere text and can be anybody's.

/** Mentions right after the access are whom it is for; anywhere else one is a word among others. */
const FOR_SOMEBODY = /^\s*(["“”„][^"“”„]+["“”]|\S+)\s+((?:<@[UW][A-Z0-9]+(?:\|[^>]*)?>[\s,]+)+)(.*)$/su;
const MENTION = /<@([UW][A-Z0-9]+)/gu;

/** Stands for every access; in quotes it is the name of one. */
const EVERYTHING = 'everything';

const QUOTED = /^["“”„]([^"“”„]+)["“”]\s*/u;

/** When it is to begin, right after the duration; anywhere else it is a word among others. */
const FROM = /^from:(\S+)\s+(.*)$/isu;

/** One access, and others joined to it by a plus between blanks: no duration is one, and a name may hold one. */
const SEVERAL =
  /^\s*(["“”„][^"“”„]+["“”]|[^\s"“”„]\S*)((?:\s+\+\s+(?:["“”„][^"“”„]+["“”]|[^\s"“”„]\S*))+)(?=\s)(.*)$/su;

/**
 * `<access> [+ <access> …] [<@person> …] <duration> [from:<start>] <justification>`; quotes around an access allow blanks
 * in it.
 */
export function requestIntent(text: string, home: SlackUser): Intent {
  const [, first, others, rest] = SEVERAL.exec(text) ?? [];
  if (first === undefined || others === undefined || rest === undefined) return oneIntent(text, home);
  const intent = oneIntent(`${first}${rest}`, home);
  if (intent.intent !== 'request' && intent.intent !== 'team_request') return intent;
  const also = [...others.matchAll(/\s\+\s+(["“”„][^"“”„]+["“”]|[^\s"“”„]\S*)/gu)].map(([, word = '']) => ({
    by: 'text' as const,
    text: plainWords(word).replace(QUOTED, '$1').trim(),
  }));
  return { ...intent, also };
}

function oneIntent(text: string, home: SlackUser): Intent {
  const [, access, mentions, rest] = FOR_SOMEBODY.exec(text) ?? [];
  if (access === undefined || mentions === undefined || rest === undefined) return ownIntent(text);
  const intent = ownIntent(`${access} ${rest}`);
  if (intent.intent !== 'request') return intent;
  const { teamId } = home;
  const people = Array.from(mentions.matchAll(MENTION), ([, userId = '']) => ({ teamId, userId }));
  const { access: word, duration, start, justification } = intent;
  return askFor(people, { access: word, duration, ...(start === undefined ? {} : { start }), justification });
}

function ownIntent(text: string): Intent {
  const words = plainWords(text);
  const quoted = QUOTED.exec(words);
  const [, access, rest] =
    quoted === null ? (/^(\S+)\s+(.*)$/su.exec(words) ?? []) : [null, quoted[1], words.slice(quoted[0].length)];
  const [, duration, justification] = /^(\S+)\s+(.*)$/su.exec(rest ?? '') ?? [];
  // A plus joins accesses; where a duration should stand, something is missing between them.
  if (access === undefined || duration === undefined || duration === '+' || justification === undefined) {
    return { intent: 'misused', command: '/request-access' };
  }
  const asked = { intent: 'request', access: { by: 'text', text: access.trim() }, duration } as const;
  const [, start, why] = FROM.exec(justification) ?? [];
  if (start !== undefined && why !== undefined)
    return { ...asked, start: { by: 'text', text: start }, justification: why };
  // A start and nothing after it says when, and not why.
  if (/^from:\S+$/iu.test(justification.trim())) return { intent: 'misused', command: '/request-access' };
  return { ...asked, justification };
}

/** `<access> <justification>`; what is missing is asked for in a form. */
function glassIntent(text: string): Intent {
  const words = plainWords(text);
  const quoted = QUOTED.exec(words);
  const [, access = '', justification = ''] =
    quoted === null ? (/^(\S*)\s*(.*)$/su.exec(words) ?? []) : [null, quoted[1], words.slice(quoted[0].length)];
  return { intent: 'break_glass', access: { by: 'text', text: access.trim() }, justification: justification.trim() };
}

/** `@person <access> [<duration>]`; quotes around an access allow blanks in it. */
function explainIntent(text: string, home: SlackUser): Intent {
  const [, userId, rest] = /^\s*<@([UW][A-Z0-9]+)(?:\|[^>]*)?>\s+(\S.*)$/su.exec(text) ?? [];
  const words = plainWords(rest ?? '');
  const quoted = QUOTED.exec(words);
  const [, access, duration = ''] =
    quoted === null
      ? (/^(\S+)(?:\s+(\S+))?$/su.exec(words) ?? [])
      : [null, quoted[1]?.trim(), words.slice(quoted[0].length).trim()];
  if (userId === undefined || access === undefined || access === '' || /\s/u.test(duration))
    return { intent: 'misused', command: '/access' };
  return { intent: 'explain', person: { teamId: home.teamId, userId }, access, duration };
}

/** Nothing, or `@person`. */
function unlinkIntent(text: string, home: SlackUser): Intent {
  const [, userId] = /^\s+<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/u.exec(text) ?? [];
  if (text !== '' && userId === undefined) return { intent: 'misused', command: '/access' };
  return { intent: 'unlink', person: userId === undefined ? null : { teamId: home.teamId, userId } };
}

/** `''`, `help`, `link`, `unlink [<@person>]`, `links`, `break-glass …`, `explain …`, `revoke <@person | everyone> <access | everything>`, `revoke everything`. */
export function accessIntent(text: string, home: SlackUser): Intent {
  const words = text.trim();
  if (words === '') return { intent: 'my_access' };
  if (words.toLowerCase() === 'help') return { intent: 'help' };
  if (/^links?$/iu.test(words)) return { intent: words.toLowerCase() === 'link' ? 'link' : 'links' };
  if (/^unlink(\s|$)/iu.test(words)) return unlinkIntent(words.slice('unlink'.length), home);
  if (/^break-glass(\s|$)/iu.test(words)) return glassIntent(words.slice('break-glass'.length));
  if (/^explain(\s|$)/iu.test(words)) return explainIntent(words.slice('explain'.length), home);
  const [, rest] = /^revoke\s+(\S.*)$/isu.exec(words) ?? [];
  if (rest === undefined) return { intent: 'misused', command: '/access' };
  const revoke = { intent: 'revoke', confirmation: null } as const;
  if (rest.toLowerCase() === EVERYTHING) return { ...revoke, person: null, access: null };
  const [, userId, everyone, what] = /^(?:<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|(everyone))\s+(\S.*)$/isu.exec(rest) ?? [];
  if (what === undefined || (userId === undefined && everyone === undefined))
    return { intent: 'misused', command: '/access' };
  const person = userId === undefined ? null : { teamId: home.teamId, userId };
  const access = what.toLowerCase() === EVERYTHING ? null : plainWords(what).replace(/^["“”„](.+)["“”]$/u, '$1');
  return { ...revoke, person, access };
}

/**
 * `verify`, `csv` with or without words, or words that narrow; a mention stays `<@U…>` in them, and nothing that was typed
 * can pass for one (I20).
 */
export function auditIntent(text: string): Intent {
  const given = text
    .replace(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/gu, '<@$1>')
    .split(/\s+/u)
    .filter((word) => word !== '');
  const words = given.map(unescape);
  if (words.some((word, index) => word.startsWith('<@') && given[index] !== word))
    return { intent: 'misused', command: '/access-audit' };
  if (words.length === 1 && words[0]?.toLowerCase() === 'verify') return { intent: 'audit_verify' };
  const narrowing = words.filter((word) => word.toLowerCase() !== 'csv');
  const joined = narrowing.join(' ');
  return narrowing.length < words.length
    ? { intent: 'audit_csv', words: joined }
    : { intent: 'audit', words: joined, page: 0 };
}

/** The words as the person typed them, mentions and links as plain text. */
function plainWords(text: string): string {
  const links = text
    .replace(/<([@#])[A-Z0-9]+\|([^>]*)>/gu, '$1$2')
    .replace(/<(?:mailto:|tel:)[^|>]*\|([^>]*)>/gu, '$1')
    .replace(/<(https?:[^|>]*)(?:\|[^>]*)?>/gu, '$1');
  return unescape(links).trim();
}

const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
