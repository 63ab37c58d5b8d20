export type Priority = 'interactive' | 'background';

export type Limiter = {
  /** Runs the task when a place is free; waiting interactive tasks go before waiting background ones. */
  run<T>(priority: Priority, task: () => Promise<T>): Promise<T>;
};

/** At most `size` tasks at once, first come first served within a priority. */
export function createLimiter(size: number): Limiter {
  let free = size;
  const waiting: Record<Priority, (() => void)[]> = { interactive: [], background: [] };

  const enter = async (priority: Priority): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return;
    }
    const { promise, resolve } = Promise.withResolvers<undefined>();
    waiting[priority].push(() => resolve(undefined));
    await promise;
  };
  // A place is handed straight on, so that nobody who comes later can take it.
  const leave = (): void => {
    const next = waiting.interactive.shift() ?? waiting.background.shift();
    if (next === undefined) free += 1;
    else next();
  };

  return {
    run: async (priority, task) => {
      await enter(priority);
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}
