import { describe, expect, it } from '@jest/globals';
import { csvLine } from '../../../src/domain/csv.ts';
import { FORMULAS } from '../../hostile/corpus.ts';
import { cellsOf, formulasIn } from '../../hostile/spreadsheet.ts';

describe('a CSV line', () => {
  it('quotes every text, doubles the quotes in it, leaves numbers bare, and ends as RFC 4180 wants', () => {
    expect(csvLine([1, 'a "b" c', null, ''])).toBe('1,"a ""b"" c","",""\r\n');
    expect(csvLine([])).toBe('\r\n');
    expect(cellsOf(csvLine(['x,y', 'line\nbreak', 7]), ',').slice(0, 3)).toEqual(['x,y', 'line\nbreak', '7']);
  });

  it.each(FORMULAS)('I21: %j is no formula, wherever a spreadsheet splits the line', (text) => {
    expect(formulasIn(csvLine([1, text, 'end']))).toEqual([]);
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['  =1', "  '=1"],
    ['a;-1', "a;'-1"],
    ['a\n"@x', 'a\n"\'@x'],
    ['\u200B\uFF1D1', "\u200B'\uFF1D1"],
    ['+', "'+"],
    ['|x', "'|x"],
    ['%0A', "'%0A"],
    ['\uFF0B \uFF0D', "'\uFF0B \uFF0D"],
    ['a\r\uFF0D1', "a\r'\uFF0D1"],
    ['a\t\uFF20', "a\t'\uFF20"],
  ])('I21: an apostrophe stands before the sign: %j', (text, shown) => {
    expect(csvLine([text])).toBe(`"${shown.replaceAll('"', '""')}"\r\n`);
  });

  it('what is no formula stays as it is', () => {
    for (const text of ['/prod/read-only', 'a = b', 'x, -y', 'ann@acme.example', '{"a":-1,"b":[1]}', "it's", '50 %']) {
      expect(csvLine([text])).toBe(`"${text.replaceAll('"', '""')}"\r\n`);
    }
  });

  it.each([' ', '\u200B', '\n', '"', '='])(
    'a text of 100,000 times %j is written before the test is given up',
    (sign) => {
      expect(csvLine([`${sign.repeat(100_000)}=`, sign.repeat(100_000)]).length).toBeGreaterThan(200_000);
    },
  );
});
