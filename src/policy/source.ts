import { LineCounter, isAlias, isMap, isScalar, parseDocument, visit } from 'yaml';
import type { Document, Node } from 'yaml';

export const MAX_FILE_BYTES = 256 * 1024;
type Path = readonly PropertyKey[];

/** A YAML text with the place of everything in it. */
export type Source = {
  /** What the text says, as plain values. */
  readonly value: unknown;
  /** `12:5`, the line and column at which something stands, or its nearest surroundings. `key`: of that key in it. */
  readonly placeOf: (path: Path, key?: string) => string;
  /** The place of a character of a text, as well as the way in which it is written allows. */
  readonly placeIn: (path: Path, offset: number) => string;
};

/** Reads YAML of which nothing is ambiguous: no aliases, no tags, no key twice. Problems begin with line and column. */
export function readYaml(
  text: string,
): { readonly ok: true; readonly source: Source } | { readonly ok: false; readonly problems: readonly string[] } {
  if (Buffer.byteLength(text) > MAX_FILE_BYTES)
    return { ok: false, problems: [`1:1: the file is larger than ${MAX_FILE_BYTES / 1024} KiB`] };
  const lines = new LineCounter();
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true, uniqueKeys: true });
    const problems = [...document.errors, ...document.warnings].map(
      ({ pos: [offset], message }) => `${place(offset)}: ${firstLine(message)}`,
    );
    visit(document, {
      Node: (_, node) => {
        if (isAlias(node) || node.anchor !== undefined)
          problems.push(`${place(node.range?.[0] ?? 0)}: anchors and aliases are not read here; write it out`);
      },
    });
    if (problems.length > 0) return { ok: false, problems };
    const placeIn = (path: Path, offset: number): string => {
      const start = offsetOf(document, path);
      const node = document.getIn(path, true);
      if (!isScalar(node) || typeof node.value !== 'string') return place(start);
      return place(start + charAt(text.slice(start, node.range?.[1] ?? start), node.value, offset));
    };
    const value: unknown = document.toJS();
    return { ok: true, source: { value, placeOf: (...at) => place(offsetOf(document, ...at)), placeIn } };
  } catch (error) {
    // Nested too deeply for the parser.
    return { ok: false, problems: [`1:1: cannot be read (${error instanceof Error ? error.message : String(error)})`] };
  }
}

function offsetOf(document: Document, path: Path, key?: string): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    if (!isNode(node)) continue;
    const named =
      depth === path.length && isMap(node) ? node.items.find(({ key: one }) => nameOf(one) === key) : undefined;
    const from = isNode(named?.key) ? named.key : node;
    return from.range?.[0] ?? 0;
  }
  return 0;
}

/** Where the character stands in the text as written: exact for one line, and for blocks whose lines are kept. */
function charAt(written: string, value: string, offset: number): number {
  const whole = written.indexOf(value);
  if (whole >= 0) return whole + offset;
  const before = value.slice(0, offset).split('\n');
  const lines = value.split('\n');
  let from = 0;
  for (const [index, line] of lines.entries()) {
    const found = written.indexOf(line, from);
    if (found < 0) return 0;
    if (index === before.length - 1) return found + (before.at(-1)?.length ?? 0);
    from = found + line.length;
  }
  return 0;
}

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'range' in value;
const nameOf = (key: unknown): unknown => (isScalar(key) ? key.value : key);
const firstLine = (message: string): string => message.split('\n')[0] ?? message;
