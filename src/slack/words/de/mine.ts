import type { Catalogue } from '../catalogue.ts';
import { duration } from './common.ts';

const leases = (count: number): string =>
  count === 0 ? 'keinen befristeten Zugriff' : count === 1 ? '1 befristeten Zugriff' : `${count} befristete Zugriffe`;

const decisions = (count: number): string =>
  count === 0 ? 'keine Entscheidung' : count === 1 ? '1 Entscheidung' : `${count} Entscheidungen`;

export const mine: Catalogue['mine'] = {
  title: 'Dein Zugriff',
  nothing: 'Du hast keinen befristeten Zugriff und wartest auf keinen. Mit /request-access kannst du anfragen.',
  summary: (held, awaited) => `Du hast ${leases(held)} und wartest auf ${decisions(awaited)}.`,
  ending: 'wird gerade entzogen',
  live: (until) => `aktiv bis ${until}`,
  notLiveYet: 'genehmigt, noch nicht aktiv',
  leaseOf: (seconds) => `befristet auf ${duration(seconds)}`,
  waiting: (what, who, group, until) =>
    `${what}${who === null ? '' : ` für ${who}`} · wartet${group === null ? '' : ` auf ${group}`} bis ${until}`,
  askedFor: (seconds) => `angefragt für ${duration(seconds)}`,
};
