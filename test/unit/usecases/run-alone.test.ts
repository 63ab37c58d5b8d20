import { expect, it } from '@jest/globals';
import { runAlone } from '../../../src/usecases/run-alone.ts';
import { aWorld } from '../../doubles/fake-world.ts';

/** Two replicas that share one record, and a job that counts how often it was done. */
async function twoReplicas() {
  const world = await aWorld();
  let done = 0;
  const turn = (replica: string, run = () => Promise.resolve(++done)) =>
    runAlone(
      { ...world.ports, settings: { ...world.ports.settings, replica } },
      { name: 'count', everySeconds: 60, run },
    );
  return { world, turn };
}

it('one replica does the job, the others’ turns pass until it is due again', async () => {
  const { world, turn } = await twoReplicas();
  expect(await Promise.all([turn('one'), turn('two')])).toEqual([1, null]);
  world.clock.advance(30);
  expect(await turn('two')).toBeNull();
  expect(await turn('one')).toBeNull();
  world.clock.advance(30);
  expect(await Promise.all([turn('two'), turn('one')])).toEqual([2, null]);
});

it('a job that failed is everybody’s at once', async () => {
  const { turn } = await twoReplicas();
  await expect(turn('one', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turn('two')).toBe(1);
});

it('I7: a replica that died in a job holds it up for half a minute, no longer', async () => {
  const { world, turn } = await twoReplicas();
  const { promise: forEver } = Promise.withResolvers<number>();
  const { promise: begun, resolve } = Promise.withResolvers<undefined>();
  void turn('one', () => {
    resolve(undefined);
    return forEver;
  });
  await begun;
  world.clock.advance(29.9);
  expect(await turn('two')).toBeNull();
  world.clock.advance(0.1);
  expect(await turn('two')).toBe(1);
});
