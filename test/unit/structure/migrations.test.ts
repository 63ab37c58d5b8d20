import { readdirSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const namesIn = (engine: string): readonly string[] =>
  readdirSync(new URL(`../../../migrations/${engine}/`, import.meta.url)).sort();

it('both engines have the same migrations, numbered without a gap', () => {
  const names = namesIn('sqlite');
  expect(namesIn('postgres')).toEqual(names);
  expect(names.map((name) => Number(/^(\d{4})_[a-z_]+\.sql$/.exec(name)?.[1]))).toEqual(
    names.map((_, index) => index + 1),
  );
});
