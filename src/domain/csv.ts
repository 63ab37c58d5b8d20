// A cell that starts with such a sign is a formula to a spreadsheet: also behind blanks, quotes and unseen characters, in
// its full-width form, and behind what the spreadsheet of another country takes for the end of a cell. The sign is looked
// for first, so that a long text of blanks costs nothing.
const FORMULA = /[=+\-@|%\uFF1D\uFF0B\uFF0D\uFF20](?<=(?:^|[;\t\r\n])[\s\p{C}\p{Default_Ignorable_Code_Point}"]*.)/gu;

/** One CSV line (RFC 4180, CRLF). Every text is quoted; a sign with which a spreadsheet would begin to compute gets an apostrophe (I21). */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : csvText(cell ?? ''))).join(',')}\r\n`;
}

const csvText = (text: string): string => `"${text.replace(FORMULA, "'$&").replaceAll('"', '""')}"`;
