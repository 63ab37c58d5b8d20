export type Priority = 'interactive' | 'background';

export type Limiter = {
  /** Runs the task when a place is free; waiting interactive tasks go before waiting background ones. */
  run<T>(priority: Priority, task: () => Promise<T>): Promise<T>;
};

/**
 * At most `size()` tasks at once, first come first served within a priority. The size is asked for whenever a task comes or
 * ends: when it shrinks, those that run go on and nobody follows them; when it grows, waiting ones fill the new places.
 */
export function createLimiter(size: number | (() => number)): Limiter {
  const places = typeof size === 'number' ? () => size : size;
  let taken = 0;
  const waiting: Record<Priority, (() => void)[]> = { interactive: [], background: [] };

  // A place is handed straight on, so that nobody who comes later can take it.
  const admit = (): void => {
    while (taken < places()) {
      const next = waiting.interactive.shift() ?? waiting.background.shift();
      if (next === undefined) return;
      taken += 1;
      next();
    }
  };
  const enter = async (priority: Priority): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    waiting[priority].push(() => resolve(undefined));
    admit();
    await promise;
  };

  return {
    run: async (priority, task) => {
      await enter(priority);
      try {
        return await task();
      } finally {
        taken -= 1;
        admit();
      }
    },
  };
}
