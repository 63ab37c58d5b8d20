import { expect } from '@jest/globals';
import type { csvLine } from '../../src/domain/csv.ts';

// How a spreadsheet reads a CSV file, by its own rules: it may split at another sign than we do (a semicolon, where people
// write 1,5 for one and a half), and it computes whatever starts like a formula.

const FORMULA = /^[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20]/u;
const SKIPPED = /^[\s\p{C}\p{Default_Ignorable_Code_Point}]+/u;

/** The cells of a file, quoted or not; a quote opens a cell only at its very start. */
export function cellsOf(file: string, separator: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  let fresh = true;
  for (let at = 0; at < file.length; at += 1) {
    const sign = file.charAt(at);
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (file.charAt(at + 1) === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && fresh) {
      quoted = true;
      fresh = false;
    } else if (sign === separator || sign === '\n' || sign === '\r') {
      cells.push(cell);
      cell = '';
      fresh = true;
    } else {
      cell += sign;
      fresh = false;
    }
  }
  return [...cells, cell];
}

/** The cells that would be computed, by a spreadsheet that splits at comma, semicolon or tab. */
export function formulasIn(file: string): readonly string[] {
  return [',', ';', '\t'].flatMap((separator) =>
    cellsOf(file, separator).filter((cell) => FORMULA.test(cell) || FORMULA.test(cell.replace(SKIPPED, ''))),
  );
}

/** No spreadsheet computes a cell of this line, and all are there as they were, but for an apostrophe. */
export function expectNoFormula(write: typeof csvLine, cells: Parameters<typeof csvLine>[0]): void {
  const line = write([1, ...cells]);
  const texts = [line.slice(0, line.lastIndexOf('\r\n')), line].map((file) =>
    file.replaceAll(/(?<=^|,)-\d+(?=,|$)/gm, '0'),
  );
  expect(formulasIn(texts[0] ?? '')).toEqual([]);
  const plain = (text: string): string => text.replaceAll("'", '');
  const wanted = ['1', ...cells.map((value) => String(value ?? ''))].map(plain);
  expect(cellsOf(line, ',').slice(0, wanted.length).map(plain)).toEqual(wanted);
}
