import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvLine } from '../../src/domain/csv.ts';
import { createLog } from '../../src/lib/logger.ts';
import { auditPage, parseAuditWords } from '../../src/usecases/report-audit.ts';
import { READ } from '../doubles/fake-cast.ts';
import { TEAM } from '../doubles/fake-slack.ts';
import { aWorld } from '../doubles/fake-world.ts';
import { nastyCells, nastyName, nastyText, nastyValue, tryDoor } from './generator.ts';
import { expectNoFormula } from './spreadsheet.ts';

const SECRET = 'sehr-geheim "=&\\n';
const filterWord = fc.oneof(
  fc.constantFrom('state:live', 'state:x', 'since:7d', 'since:', 'until:2026-02-30', '<@UANN>', '<@UBOB|bob>', 'prod'),
  fc.tuple(fc.constantFrom('since:', 'until:', 'state:', '<@', ''), nastyText).map((parts) => parts.join('')),
);
const filter = fc.array(filterWord, { maxLength: 4 }).map((words) => words.join(' '));

describe('the record and what leaves it', () => {
  it('audit filters: whatever is typed, the page holds only what fits, or one word is refused; nothing is ignored', async () => {
    const world = await aWorld();
    await world.lease('ann', READ);
    await world.lease('bob', 'db-reader');
    const before = [await world.tables(), await world.store.auditHead()];
    await tryDoor('audit filters', fc.tuple(filter, fc.constantFrom(0, -0, 1, 1_000_000)), async ([words, page]) => {
      const parsed = parseAuditWords(words, TEAM, world.clock.now());
      const said = await auditPage(world.ports, words, page);
      if (!parsed.ok) {
        expect(said).toMatchObject({ say: 'refused', refusal: parsed.refusal });
        return;
      }
      const { person, access, since, until, state } = parsed.filter;
      const read = [person, access, since, until, state].filter((part) => part !== null).length;
      expect(read).toBe(words.split(/\s+/).filter(Boolean).length);
      if (said?.say !== 'audit_page') throw new Error('no page');
      for (const { resource, at } of said.entries) {
        if (access !== null) expect(resource?.path.toLowerCase()).toContain(access.toLowerCase());
        expect(at).toBeGreaterThanOrEqual(since ?? at);
        expect(at).toBeLessThanOrEqual(until ?? at);
      }
    });
    expect([await world.tables(), await world.store.auditHead()]).toEqual(before);
    await world.store.close();
  }, 60_000);

  it('I21: CSV cells: no spreadsheet computes one, and all are there as they were, but for an apostrophe', async () => {
    await tryDoor('CSV cells', nastyCells, (cells) => expectNoFormula(csvLine, cells));
  });

  it('I28: log fields: whatever is logged, each line is one line of JSON without a secret, and logging never throws', async () => {
    const lines: string[] = [];
    const log = createLog({
      level: 'debug',
      secrets: [SECRET],
      destination: { write: (line) => void lines.push(line) },
    });
    const leak = fc.tuple(
      nastyName,
      fc.constantFrom(SECRET, encodeURIComponent(SECRET), 'xoxb-1-2', 'xapp-1', 'eyJhbGciOi.x.y'),
      nastyName,
    );
    const value = fc.oneof(
      nastyValue,
      leak.map((parts) => parts.join('')),
      leak.map((parts) => ({
        deep: [{ [parts.join('')]: parts }],
        error: new Error(parts.join(' '), { cause: new Error(SECRET) }),
      })),
      leak.map((parts) =>
        Object.assign(new Error('x'), { code: parts[1], cause: { message: SECRET, stack: SECRET, code: SECRET } }),
      ),
    );
    await tryDoor('log fields', fc.dictionary(nastyName, value, { maxKeys: 3 }), (fields) => {
      const before = lines.length;
      log.warn('event', fields);
      const written = lines.slice(before).join('');
      expect(written.trimEnd()).not.toContain('\n');
      expect(JSON.parse(written)).toMatchObject({ level: 'warn' });
      expect(written).not.toMatch(/xoxb-1-2|xapp-1|eyJhbGciOi\.x/);
      expect(written).not.toContain('sehr-geheim');
    });
  });
});
