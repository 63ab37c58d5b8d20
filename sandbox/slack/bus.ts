/** Tells everybody who waits that something in the workspace changed. */
export interface Bus {
  changed(): void;
  /** Called at most once per turn of the event loop, however much changed in it. Returns the way to stop listening. */
  onChange(listener: () => void): () => void;
  /** Resolves with the first truthy answer of `look`, asked now and after every change; rejects after `timeoutMs`. */
  until<T>(look: () => T | undefined | null | false | 0, timeoutMs?: number): Promise<T>;
  /** False when the workspace was closed before the time was over. */
  sleep(delayMs: number): Promise<boolean>;
  close(): void;
}

export function createBus(): Bus {
  const listeners = new Set<() => void>();
  const sleepers = new Map<NodeJS.Timeout, (isOver: boolean) => void>();
  let announced = false;

  function announce(): void {
    announced = false;
    for (const listener of [...listeners]) listener();
  }
  function onChange(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }
  return {
    onChange,
    changed() {
      if (announced || listeners.size === 0) return;
      announced = true;
      setImmediate(announce);
    },
    sleep(delayMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          sleepers.delete(timer);
          resolve(true);
        }, delayMs);
        sleepers.set(timer, resolve);
      });
    },
    close() {
      for (const [timer, resolve] of sleepers) {
        clearTimeout(timer);
        resolve(false);
      }
      sleepers.clear();
    },
    until<T>(look: () => T | undefined | null | false | 0, timeoutMs = 30_000) {
      const asked = new Error(
        `The workspace did not come to the awaited state within ${timeoutMs} ms: ${look.toString()}`,
      );
      return new Promise<T>((resolve, reject) => {
        const timer = setTimeout(() => settle(() => reject(asked)), timeoutMs);
        const stop = onChange(check);
        function settle(how: () => void): void {
          clearTimeout(timer);
          stop();
          how();
        }
        function check(): void {
          try {
            const found = look();
            if (found) settle(() => resolve(found));
          } catch (error) {
            settle(() => reject(error instanceof Error ? error : new Error(String(error))));
          }
        }
        check();
      });
    },
  };
}
