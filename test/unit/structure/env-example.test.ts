import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { CONFIG_VARIABLES, readConfig } from '../../../src/config.ts';

const lines = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8').split('\n');
const settings = lines.flatMap((line, index) => {
  const match = /^(#?)([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
  return match === null
    ? []
    : [{ set: match[1] === '', name: match[2] ?? '', value: match[3] ?? '', above: lines[index - 1] ?? '' }];
});

it('.env.example equals the config schema, in its order', () => {
  expect(settings.map(({ name }) => name)).toEqual(CONFIG_VARIABLES);
});

it('each variable of .env.example has its one-line comment', () => {
  for (const { name, above } of settings) expect([name, above]).toEqual([name, expect.stringMatching(/^# .+\.$/)]);
});

it('the defaults shown in .env.example are the defaults', () => {
  const required = Object.fromEntries(
    settings.filter(({ set }) => set).map(({ name, value }) => [name, value || 'secret']),
  );
  const shown = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
  expect(readConfig({ ...shown, ...required })).toEqual(readConfig(required));
  expect(readConfig(required)).toMatchObject({ ok: true });
});
