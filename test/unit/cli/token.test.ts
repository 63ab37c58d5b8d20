import { describe, expect, it } from '@jest/globals';
import { tokenOptions } from '../../../src/cli/token-options.ts';
import { runCommand } from '../../../src/cli/run-command.ts';

const least = ['--scope', 'deploy', '--for', 'ann'];
const given = { scope: 'deploy', person: 'ann', duration: null, why: null, message: null, timeoutSeconds: null };

describe('leasehold token reads what it is told', () => {
  it('the least, and all of it', () => {
    expect(tokenOptions(least)).toEqual({ ...given, json: false, run: null });
    const all = ['--duration', '2h', '--why', 'build 17', '--message', 'a-1', '--timeout', '90', '--json'];
    expect(tokenOptions(['--scope', ' deploy  db ', '--for', 'ann', ...all])).toEqual({
      ...{ scope: 'deploy db', person: 'ann', duration: '2h', why: 'build 17', message: 'a-1', timeoutSeconds: 90 },
      ...{ json: true, run: null },
    });
  });

  it("what follows --run is the command's own", () => {
    const command = ['make', '--json', '--run', '-h', '--', ''];
    expect(tokenOptions([...least, '--run', ...command])).toMatchObject({ json: false, run: command });
  });

  it('--help asks for nothing', () => {
    expect(tokenOptions(['--help'])).toBe('help');
    expect(tokenOptions([...least, '-h'])).toBe('help');
  });

  it.each([
    [[], '--scope is missing'],
    [['--scope', ' ', '--for', 'ann'], '--scope is missing'],
    [['--scope', 'a"b', '--for', 'ann'], '--scope takes names'],
    [['--scope', 'a\nb', '--for', 'ann'], '--scope takes names'],
    [['--scope', 'deploy'], '--for is missing'],
    [[...least, '--duration', '15'], '--duration takes'],
    [[...least, '--duration', '0m'], '--duration takes'],
    [[...least, '--why', 'x'.repeat(201)], '--why takes at most 200'],
    [[...least, '--message', 'two words'], '--message takes'],
    [[...least, '--message', 'a:b'], '--message takes'],
    [[...least, '--message', 'x'.repeat(51)], '--message takes'],
    [[...least, '--message', ''], '--message takes'],
    [[...least, '--timeout', '0'], '--timeout takes'],
    [[...least, '--timeout', '1.5'], '--timeout takes'],
    [[...least, '--run'], '--run needs a command'],
    [[...least, '--json', '--run', 'make'], '--json and --run'],
    [[...least, '--loud'], "Unknown option '--loud'"],
    [[...least, 'more'], 'Unexpected argument'],
    [['--scope'], "Option '--scope <value>' argument missing"],
  ])('%j: one sentence, exit 2', async (args, sentence) => {
    const complained: string[] = [];
    const say = () => {
      throw new Error('It says something.');
    };
    const code = await runCommand(['token', ...args], { env: {}, say, complain: (line) => complained.push(line) });
    expect({ code, complained }).toEqual({ code: 2, complained: [expect.stringContaining(sentence)] });
    expect(complained[0]).not.toContain('\n');
  });
});
