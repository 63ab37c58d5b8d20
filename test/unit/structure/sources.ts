import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The sources that match, by path from the repository's root. */
export function sources(pattern: string): readonly { readonly file: string; readonly text: string }[] {
  return globSync(pattern, { cwd: root })
    .sort()
    .map((file) => ({ file, text: readFileSync(`${root}${file}`, 'utf8') }));
}
