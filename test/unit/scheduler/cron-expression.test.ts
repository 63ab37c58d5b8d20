import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTask } from 'node-cron';
import { cronExpression } from '../../../src/scheduler/cron-expression.ts';

it.each([
  [1, '*/1 * * * * *'],
  [5, '*/5 * * * * *'],
  [7, '*/6 * * * * *'],
  [60, '0 */1 * * * *'],
  [90, '0 */1 * * * *'],
  [900, '0 */15 * * * *'],
  [3600, '0 0 */1 * * *'],
  [86_400, '0 0 0 * * *'],
])('every %i seconds is %s', (everySeconds, expression) => {
  expect(cronExpression(everySeconds)).toBe(expression);
});

it('node-cron never waits longer than asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 86_400 }), (everySeconds) => {
      const task = createTask(cronExpression(everySeconds), () => undefined, { timezone: 'UTC' });
      const runs = task.getNextRuns(5).map((run) => run.getTime());
      void task.destroy();
      const gaps = runs.slice(1).map((run, index) => run - (runs[index] ?? 0));
      return gaps.every((gap) => gap > 0 && gap <= everySeconds * 1000);
    }),
    { numRuns: 50 },
  );
});
