import { expect, it } from '@jest/globals';
import { createLoop } from '../../../src/scheduler/loops.ts';
import { recordedLog } from '../../doubles/log.ts';

/** Work whose runs are ended by hand; `started` is how many began. */
function manualWork() {
  const running: PromiseWithResolvers<undefined>[] = [];
  let awaited = Promise.withResolvers<undefined>();
  return {
    run: () => {
      const gate = Promise.withResolvers<undefined>();
      running.push(gate);
      awaited.resolve(undefined);
      awaited = Promise.withResolvers();
      return gate.promise;
    },
    started: () => running.length,
    nextStart: () => awaited.promise,
    end: (index: number) => running[index]?.resolve(undefined),
    fail: (index: number, error: Error) => running[index]?.reject(error),
  };
}

it('runs never overlap; waking during a run asks for exactly one more', async () => {
  const work = manualWork();
  const loop = createLoop({ name: 'work', run: work.run, log: recordedLog() });
  loop.wake();
  loop.wake();
  await work.nextStart();
  for (let times = 0; times < 5; times += 1) loop.wake();
  expect(work.started()).toBe(1);
  const second = work.nextStart();
  work.end(0);
  await second;
  expect(work.started()).toBe(2);
  work.end(1);
  await loop.stop();
  expect(work.started()).toBe(2);
});

it('a run that wakes its own loop is followed by another, not joined by it', async () => {
  let running = 0;
  let runs = 0;
  const done = Promise.withResolvers<undefined>();
  const loop = createLoop({
    name: 'self',
    log: recordedLog(),
    run: async () => {
      running += 1;
      expect(running).toBe(1);
      runs += 1;
      if (runs < 3) loop.wake();
      else done.resolve(undefined);
      await Promise.resolve();
      running -= 1;
    },
  });
  loop.wake();
  await done.promise;
  await loop.stop();
  expect(runs).toBe(3);
});

it('a run that fails is logged and stops nothing', async () => {
  const work = manualWork();
  const log = recordedLog();
  const loop = createLoop({ name: 'work', run: work.run, log });
  loop.wake();
  await work.nextStart();
  const second = work.nextStart();
  loop.wake();
  const error = new Error('broken');
  work.fail(0, error);
  await second;
  expect(log.lines).toEqual([{ level: 'error', event: 'loop.failed', fields: { loop: 'work', error } }]);
  work.end(1);
  await loop.stop();
});

it('stop waits for the present run and starts no other', async () => {
  const work = manualWork();
  const loop = createLoop({ name: 'work', run: work.run, log: recordedLog() });
  loop.wake();
  await work.nextStart();
  loop.wake();
  let stopped = false;
  const stopping = loop.stop().then(() => {
    stopped = true;
  });
  await Promise.resolve();
  expect(stopped).toBe(false);
  work.end(0);
  await stopping;
  loop.wake();
  await loop.stop();
  expect(work.started()).toBe(1);
});
