import type { Log } from '../usecases/ports.ts';

/** Work that is done again whenever somebody says that there may be some. */
export type Loop = {
  /** Asks for a run; during a run: for one more after it. */
  wake(): void;
  /** Starts no further run and waits for the present one. */
  stop(): Promise<void>;
};

/** Runs never overlap, and one that fails is logged and stops nothing. */
export function createLoop({
  name,
  run,
  log,
}: {
  readonly name: string;
  readonly run: () => Promise<void>;
  readonly log: Log;
}): Loop {
  let wanted = false;
  let stopped = false;
  let running: Promise<void> | null = null;

  const cycle = async () => {
    while (wanted && !stopped) {
      wanted = false;
      try {
        await run();
      } catch (error) {
        log.error('loop.failed', { loop: name, error });
      }
    }
    running = null;
  };

  return {
    wake() {
      wanted = true;
      // Not at once: a run that wakes its own loop must find it running.
      running ??= Promise.resolve().then(cycle);
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
