import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();

/** Everything logged on the way, however deep, carries this id unless it names another. */
export const correlated = <T>(correlationId: string, task: () => T): T => current.run(correlationId, task);

/** The id of what is being worked on now, or undefined. */
export const correlationId = (): string | undefined => current.getStore();
