// A cell that starts like this is a formula to a spreadsheet, also behind blanks.
const FORMULA = /^[\s]*[=+\-@\t\r|%]/u;

/** One CSV line (RFC 4180, CRLF). Every cell is quoted; one that a spreadsheet would compute starts with an apostrophe (I21). */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : csvText(cell ?? ''))).join(',')}\r\n`;
}

function csvText(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return `"${harmless.replaceAll('"', '""')}"`;
}
