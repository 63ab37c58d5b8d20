import { describe, expect, it } from '@jest/globals';
import { createLimiter } from '../../../src/lib/limiter.ts';

describe('the limiter', () => {
  it('runs no more at once than its size, and interactive before background', async () => {
    const limiter = createLimiter(2);
    const started: string[] = [];
    const gates = new Map<string, () => void>();
    const task = (name: string) => () => {
      started.push(name);
      return new Promise<void>((resolve) => gates.set(name, resolve));
    };
    const running = [
      limiter.run('background', task('b1')),
      limiter.run('background', task('b2')),
      limiter.run('background', task('b3')),
      limiter.run('interactive', task('i1')),
      limiter.run('interactive', task('i2')),
    ];
    const finish = async (name: string) => {
      gates.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    await new Promise((resolve) => setImmediate(resolve));
    expect(started).toEqual(['b1', 'b2']);
    await finish('b1');
    expect(started).toEqual(['b1', 'b2', 'i1']);
    await finish('i1');
    await finish('b2');
    expect(started).toEqual(['b1', 'b2', 'i1', 'i2', 'b3']);
    await finish('i2');
    await finish('b3');
    await Promise.all(running);
  });

  it('a task that fails gives its place back', async () => {
    const limiter = createLimiter(1);
    await expect(limiter.run('background', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(limiter.run('background', () => Promise.resolve('yes'))).resolves.toBe('yes');
  });

  it('when its size shrinks nobody follows those who run; when it grows the new places are filled', async () => {
    let size = 3;
    const limiter = createLimiter(() => size);
    const started: string[] = [];
    const gates = new Map<string, () => void>();
    const running = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) =>
      limiter.run('background', () => {
        started.push(name);
        return new Promise<void>((resolve) => gates.set(name, resolve));
      }),
    );
    const finish = async (name: string) => {
      gates.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    await new Promise((resolve) => setImmediate(resolve));
    size = 1;
    await finish('a');
    await finish('b');
    expect(started).toEqual(['a', 'b', 'c']);
    await finish('c');
    expect(started).toEqual(['a', 'b', 'c', 'd']);
    size = 3;
    await finish('d');
    expect(started).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
    for (const name of ['e', 'f', 'g']) await finish(name);
    await Promise.all(running);
  });
});
