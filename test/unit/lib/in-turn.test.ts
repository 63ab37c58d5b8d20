import { expect, it } from '@jest/globals';
import { createInTurn } from '../../../src/lib/in-turn.ts';

const gate = () => Promise.withResolvers<string>();

it('a task waits for those of its key that came before, and for no other', async () => {
  const [inTurn, done] = [createInTurn(), [] as string[]];
  const [first, other] = [gate(), gate()];
  const task = (waitFor: Promise<string>) => async () => void done.push(await waitFor);
  const all = [
    inTurn('a', task(first.promise)),
    inTurn('a', task(Promise.resolve('second'))),
    inTurn('b', task(other.promise)),
  ];
  other.resolve('other');
  await all[2];
  expect(done).toEqual(['other']);
  first.resolve('first');
  await Promise.all(all);
  expect(done).toEqual(['other', 'first', 'second']);
});

it('one that fails fails alone', async () => {
  const inTurn = createInTurn();
  const broken = inTurn('a', () => Promise.reject(new Error('broken')));
  const next = inTurn('a', () => Promise.resolve('next'));
  await expect(broken).rejects.toThrow('broken');
  expect(await next).toBe('next');
});
