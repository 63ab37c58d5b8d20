export type InTurn = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** Tasks of one key run one after the other, in the order in which they came, whatever becomes of those before; keys know nothing of each other. */
export function createInTurn(): InTurn {
  const last = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(task, task);
    last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (last.get(key) === mine) last.delete(key);
    }
  };
}
