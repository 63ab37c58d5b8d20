import type { EndedBy } from '../../src/domain/grant.ts';
import { grantId, requestId, resourceId } from '../../src/domain/ids.ts';
import type { EndedWords, EndingSoonWords, LiveWords, Parts } from '../../src/usecases/views.ts';
import { ann, AT, ended, ENDED_BY, live, over, production, role } from './samples.ts';

// The same news of several parts of one bundle, in one message.

const PATHS = ['/environments/production/production-read', '/tools/grafana-viewer', '/vault/audit'] as const;
const LONGEST = Array.from({ length: 10 }, (_, index) => `/${'environment-'.repeat(60)}/part-${index}`);
const LATER = AT + 86_400_000;

/** What is said of one lease, of leases on each of these; `of` says what is different. */
function each<Words extends LiveWords | EndingSoonWords | EndedWords>(
  words: Words,
  paths: readonly string[] = PATHS,
  of: (
    index: number,
  ) => Partial<Omit<Words, 'say' | 'grant'>> & { readonly grant?: Partial<Words['grant']> } = () => ({}),
): Parts<Words> {
  const all = paths.map((path, index): Words => {
    const { grant = {}, ...facts } = of(index);
    const own = { id: grantId(`${live.id}-${index}`), requestId: requestId(`${live.requestId}-${index}`) };
    const resource = { ...production, id: resourceId(`k-${path}`), path };
    return { ...words, ...facts, grant: { ...words.grant, ...own, resource, ...grant } };
  });
  const [first = words, ...rest] = all;
  return [first, ...rest];
}

const isSecond = (index: number): boolean => index === 1;
const alive: LiveWords = { say: 'live', grant: live, effectiveUntil: live.expiresAt + 300_000 };
const ending: EndingSoonWords = { say: 'ending_soon', grant: live, leftSeconds: 900, askedAgain: false };
const overBy = (endedBy: EndedBy): EndedWords => ({ say: 'ended', grant: ended(endedBy), ...over });
const ofAnn = (endedBy: EndedBy): EndedWords => ({ ...overBy(endedBy), holder: ann.slack });
const keeps = [
  { role: role('grafana-viewer'), through: '/teams/engineering' },
  { role: role('view', 'billing'), through: null },
];

export const PARTS_LIVE = {
  'parts of a bundle are live': { parts: each(alive) },
  'parts of a bundle are live, without tokens that outlive them': {
    parts: each({ ...alive, effectiveUntil: live.expiresAt }),
  },
  'parts of a bundle are live, for different times': {
    parts: each(alive, PATHS, (index) =>
      isSecond(index) ? { grant: { expiresAt: LATER, leaseSeconds: 86_400 }, effectiveUntil: LATER + 300_000 } : {},
    ),
  },
  'parts of a bundle are live, for seconds': { parts: each({ ...alive, grant: { ...live, leaseSeconds: 45 } }) },
  'ten parts of a bundle are live': { parts: each(alive, LONGEST) },
};

export const PARTS_ENDING_SOON = {
  'parts of a bundle end soon': { parts: each(ending) },
  'parts of a bundle end soon, one is asked for again': {
    parts: each(ending, PATHS, (index) => ({ askedAgain: isSecond(index) })),
  },
  'parts of a bundle end soon, all are asked for again': { parts: each({ ...ending, askedAgain: true }) },
  'parts of a bundle end soon, at different times': {
    parts: each(ending, PATHS, (index) =>
      isSecond(index) ? { leftSeconds: 840, grant: { expiresAt: live.expiresAt - 60_000 } } : {},
    ),
  },
  'ten parts of a bundle end soon': { parts: each(ending, LONGEST) },
};

export const PARTS_ENDED = {
  ...Object.fromEntries(
    ENDED_BY.map((endedBy) => [`parts of a bundle ended: ${endedBy}`, { parts: each(overBy(endedBy)) }]),
  ),
  'parts of a bundle ended, one is kept and of one something': {
    parts: each(overBy('expiry'), PATHS, (index) => (isSecond(index) ? { kept: true, heldUntil: LATER } : { keeps })),
  },
  'parts of a bundle ended, one is asked for again': {
    parts: each(overBy('expiry'), PATHS, (index) => ({ askedAgain: isSecond(index) })),
  },
  'parts of a bundle ended, all are asked for again': { parts: each({ ...overBy('expiry'), askedAgain: true }) },
  'parts of a bundle ended, each for another reason': {
    parts: each(overBy('expiry'), PATHS, (index) => ({ grant: { endedBy: ENDED_BY[index] ?? 'drift' } })),
  },
  'ten parts of a bundle ended': {
    parts: each(overBy('expiry'), LONGEST, (index) => (isSecond(index) ? { kept: true } : { keeps })),
  },
  'parts of a bundle ended, of somebody you asked for': {
    parts: each(ofAnn('not_activated')),
  },
  'parts of a bundle ended for different reasons, of somebody you asked for': {
    parts: each(ofAnn('release'), PATHS, (index) =>
      isSecond(index) ? { grant: { endedBy: 'not_activated' as const } } : {},
    ),
  },
};
