import { csvLine } from '../domain/csv.ts';
import { parseDuration } from '../domain/duration.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { EpochMs } from '../domain/ids.ts';
import { refuse } from '../domain/refusal.ts';
import type { Outcome } from '../domain/refusal.ts';
import { AUDIT_STATES } from './audit-filter.ts';
import type { AuditFilter } from './audit-filter.ts';
import type { Ports } from './ports.ts';
import type { Words } from './views.ts';

const PAGE = 10;
const CSV_PAGE = 500;
const CSV_MOST = 100_000;

/**
 * Reads the words behind `/access-audit`: a mention, `since:7d` or `since:2026-11-01`, `until:…`, `state:live`, and a
 * part of a path, each once. A word that cannot be read is refused, never ignored: a filter too wide would mislead.
 */
export function parseAuditWords(
  words: string,
  homeTeamId: string,
  now: EpochMs,
): Outcome<{ readonly filter: AuditFilter }> {
  let filter: AuditFilter = { person: null, access: null, since: null, until: null, state: null };
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const mention = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/.exec(word);
    const option = /^(since|until|state):(.*)$/.exec(word);
    if (mention?.[1] !== undefined && filter.person === null) {
      filter = { ...filter, person: { teamId: homeTeamId, userId: mention[1] } };
    } else if (option?.[1] === 'state' && filter.state === null) {
      const state = AUDIT_STATES.find((one) => one === option[2]);
      if (state === undefined) return refuse({ refusal: 'bad_filter', word });
      filter = { ...filter, state };
    } else if ((option?.[1] === 'since' || option?.[1] === 'until') && filter[option[1]] === null) {
      const at = readTime(option[2] ?? '', now);
      if (at === null) return refuse({ refusal: 'bad_filter', word });
      filter = { ...filter, [option[1]]: at };
    } else if (filter.access === null && !word.startsWith('@') && !word.startsWith('<') && !word.includes(':')) {
      filter = { ...filter, access: word };
    } else {
      return refuse({ refusal: 'bad_filter', word });
    }
  }
  return { ok: true, filter };
}

/** `7d` ago, or a day in UTC. */
function readTime(text: string, now: EpochMs): EpochMs | null {
  const ago = parseDuration(text);
  if (ago !== null) return now - ago * 1000;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const day = Date.parse(`${text}T00:00:00Z`);
  // A day that does not exist is read as one of the next month.
  return !Number.isNaN(day) && new Date(day).toISOString().startsWith(text) ? day : null;
}

/** One page of entries, newest first. The words were checked when they were asked. */
export async function auditPage(ports: Ports, words: string, page: number): Promise<Words | null> {
  const parsed = parseAuditWords(words, ports.slackPeople.homeTeamId(), ports.clock.now());
  if (!parsed.ok) return { say: 'refused', refusal: parsed.refusal, link: null };
  const { person } = parsed.filter;
  const entries = await ports.store.audit(parsed.filter, page * PAGE, PAGE + 1);
  return { say: 'audit_page', entries: entries.slice(0, PAGE), words, person, page, more: entries.length > PAGE };
}

/** What policy knew of a person, his groups and attributes, stays in the database: whoever reads the file need not know it. */
const told = (data: AuditEntry['data']): AuditEntry['data'] =>
  Object.fromEntries(Object.entries(data).filter(([name]) => name !== 'ruled'));

/** The entries that fit as CSV (RFC 4180, UTF-8, newest first); at most 100,000, the rest is in the database. */
export async function auditCsv(ports: Pick<Ports, 'store' | 'slackPeople' | 'clock'>, words: string): Promise<string> {
  const parsed = parseAuditWords(words, ports.slackPeople.homeTeamId(), ports.clock.now());
  if (!parsed.ok) return '';
  const lines = [
    csvLine(['seq', 'time', 'what', 'actor', 'person', 'resource', 'request', 'grant', 'data', 'correlation', 'hash']),
  ];
  for (let offset = 0; offset < CSV_MOST; offset += CSV_PAGE) {
    const entries = await ports.store.audit(parsed.filter, offset, CSV_PAGE);
    lines.push(...entries.map(csvEntry));
    if (entries.length < CSV_PAGE) break;
  }
  return lines.join('');
}

function csvEntry(entry: AuditEntry): string {
  const { actor } = entry;
  return csvLine([
    entry.seq,
    new Date(entry.at).toISOString(),
    entry.kind,
    actor.kind === 'person' ? actor.username : actor.kind === 'slack' ? actor.slack : 'leasehold',
    entry.subject?.username ?? null,
    entry.resource?.path ?? null,
    entry.requestId,
    entry.grantId,
    JSON.stringify(told(entry.data)),
    entry.correlationId,
    entry.hash,
  ]);
}
