import { expect, it } from '@jest/globals';
import { sources } from './sources.ts';

it('the environment is read at the entries alone, and only to hand it to the configuration', () => {
  const readers = sources('src/**/*.ts').filter(({ text }) => /process\.env|process\['env'\]/.test(text));
  expect(readers.map(({ file }) => file)).toEqual(['src/cli/main.ts', 'src/main.ts']);
});
