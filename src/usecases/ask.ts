import { parseDuration } from '../domain/duration.ts';
import { asksManager } from '../domain/entitlement.ts';
import type { CatalogueItem, Entitlement } from '../domain/entitlement.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { SlackUser } from '../domain/people.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import type { Resource } from '../domain/resource.ts';
import { matchAccess, suggestAccess } from '../domain/search.ts';
import { checkStart } from '../domain/start.ts';
import { MAX_TEXT_POINTS, cleanText, countPoints } from '../domain/text.ts';
import { matches } from '../lib/match.ts';
import type { Field } from './desk.ts';
import type { AccessWord, StartWord } from './intent.ts';
import type { Ports } from './ports.ts';
import type { AccessPreview, Suggestion } from './views.ts';

/** Slack shows no more lines. */
export const SUGGESTIONS = 100;
const DURATIONS = [15 * 60, 30 * 60, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 86_400, 3 * 86_400, 7 * 86_400];

/** Lengths to offer: the usual ones up to the limit, the default and the limit itself among them, ascending. */
export function offeredDurations(entitlement: Entitlement, minSeconds: number): readonly number[] {
  const offered = [...DURATIONS, entitlement.defaultSeconds, entitlement.maxSeconds];
  return [...new Set(offered)]
    .filter((seconds) => seconds >= minSeconds && seconds <= entitlement.maxSeconds)
    .sort((a, b) => a - b);
}

/** Finds the entitlement that a word means. */
export function findAccess(
  items: readonly CatalogueItem[],
  access: AccessWord,
): Outcome<{ readonly entitlement: Entitlement }> {
  if (access.by === 'id') {
    const item = items.find((one) => {
      const resource = one.requestable ? one.entitlement.resource : one.resource;
      return resource.kind === access.kind && resource.id === access.id;
    });
    if (item === undefined) return refuse({ refusal: 'unknown_access', asked: 'that entry' });
    if (!item.requestable)
      return refuse({ refusal: 'not_requestable', path: item.resource.path, because: item.because });
    return { ok: true, entitlement: item.entitlement };
  }
  const offered = items.flatMap((item) =>
    item.requestable ? [{ path: item.entitlement.resource.path, entitlement: item.entitlement }] : [],
  );
  const match = matchAccess(offered, access.text);
  if (match.match === 'one') return { ok: true, entitlement: match.found.entitlement };
  if (match.match === 'many') return refuse({ refusal: 'ambiguous_access', asked: access.text, matches: match.paths });
  const spoilt = items.find((item) => !item.requestable && item.resource.path === access.text.trim());
  if (spoilt !== undefined && !spoilt.requestable) {
    return refuse({ refusal: 'not_requestable', path: spoilt.resource.path, because: spoilt.because });
  }
  return refuse({ refusal: 'unknown_access', asked: access.text });
}

/** The length a person asked for; an empty text means the entitlement's default. */
export function checkDuration(
  entitlement: Entitlement,
  text: string,
  minSeconds: number,
): Outcome<{ readonly seconds: number }> {
  const seconds = text.trim() === '' ? entitlement.defaultSeconds : parseDuration(text);
  if (seconds === null) return refuse({ refusal: 'bad_duration', asked: text });
  if (seconds < minSeconds) return refuse({ refusal: 'too_short', minSeconds });
  if (seconds > entitlement.maxSeconds) {
    return refuse({ refusal: 'too_long', path: entitlement.resource.path, maxSeconds: entitlement.maxSeconds });
  }
  return { ok: true, seconds };
}

/** The justification as it will be kept: cleaned, within the limit, and fitting the entitlement's pattern. */
export function checkJustification(
  entitlement: Entitlement,
  text: string,
): Outcome<{ readonly justification: string }> {
  const points = countPoints(text);
  if (points > MAX_TEXT_POINTS)
    return refuse({ refusal: 'justification_too_long', points, maxPoints: MAX_TEXT_POINTS });
  const justification = cleanText(text);
  if (justification === '') return refuse({ refusal: 'justification_missing' });
  const { justificationPattern: pattern } = entitlement;
  if (pattern !== null && !matches(pattern, justification))
    return refuse({ refusal: 'justification_pattern', pattern });
  return { ok: true, justification };
}

/** Reads the catalogue before the typeahead is asked: thousands of entitlements take longer than Slack waits. */
export async function readAhead(ports: Pick<Ports, 'catalogue' | 'log'>): Promise<void> {
  try {
    await ports.catalogue.latest();
  } catch (error) {
    ports.log.warn('catalogue not read ahead', { error });
  }
}

/** The typeahead's answers to what was typed. */
export async function suggest(ports: Pick<Ports, 'catalogue'>, query: string): Promise<readonly Suggestion[]> {
  const items = await ports.catalogue.latest();
  const entitlements = items.flatMap((item) => (item.requestable ? [item.entitlement] : []));
  return suggestAccess(entitlements, query, SUGGESTIONS).map((entitlement) => ({ entitlement }));
}

/** The facts shown below the form once an access is chosen. */
export async function preview(
  ports: Pick<Ports, 'catalogue' | 'settings' | 'store'>,
  access: AccessWord,
  slack: SlackUser,
): Promise<Outcome<{ readonly preview: AccessPreview }>> {
  const found = findAccess(await ports.catalogue.latest(), access);
  if (!found.ok) return found;
  const { entitlement } = found;
  const stages = entitlement.stages.map((rule) => ({
    groupPath: asksManager(rule) ? null : rule.approverGroup,
    required: rule.required,
  }));
  const open = (await ports.store.openGrantsOf(slack)).filter(isOn(entitlement.resource));
  const ends = open.flatMap((grant) => (grant.state === 'live' && grant.endAsked === null ? [grant.expiresAt] : []));
  return {
    ok: true,
    preview: {
      entitlement,
      stages,
      durations: offeredDurations(entitlement, ports.settings.minSeconds),
      heldUntil: ends.length === 0 ? null : Math.max(...ends),
      isPending: (await ports.store.pendingRequestsOf(slack)).some(isOn(entitlement.resource)),
    },
  };
}

const isOn =
  (resource: Resource) =>
  (one: { readonly resource: Resource }): boolean =>
    one.resource.kind === resource.kind && one.resource.id === resource.id;

/**
 * Everything about a filled form that can be told within Slack's three seconds, field by field, and is the same when Slack
 * delivers it again: not that the person has asked already.
 */
export async function checkForm(
  ports: Pick<Ports, 'catalogue' | 'settings' | 'clock'>,
  form: {
    readonly access: AccessWord;
    readonly also?: readonly AccessWord[];
    readonly duration: string;
    readonly start?: StartWord;
    readonly justification: string;
  },
): Promise<readonly { readonly field: Field; readonly refusal: Refusal }[]> {
  const catalogue = await ports.catalogue.latest();
  const problems = new Map<Field, Refusal>();
  const note = (field: Field, checked: Outcome<object>): void => {
    if (!checked.ok && !problems.has(field)) problems.set(field, checked.refusal);
  };
  for (const access of [form.access, ...(form.also ?? [])]) {
    const found = findAccess(catalogue, access);
    note('access', found);
    if (!found.ok) continue;
    note('duration', checkDuration(found.entitlement, form.duration, ports.settings.minSeconds));
    note('justification', checkJustification(found.entitlement, form.justification));
  }
  const start = form.start?.by === 'time' ? checkStart(form.start.at, ports.clock.now()) : null;
  if (start?.ok === false) note('start', refuse({ refusal: 'bad_start', asked: '', because: start.because }));
  const refused = problems.get('access');
  if (refused !== undefined) return [{ field: 'access', refusal: refused }];
  return [...problems].map(([field, refusal]) => ({ field, refusal }));
}
