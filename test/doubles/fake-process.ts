import { createConverger } from '../../src/usecases/converge-due.ts';
import { createDeliverer } from '../../src/usecases/deliver.ts';
import { createSessionEnder } from '../../src/usecases/end-carried.ts';
import { tellInTime } from '../../src/usecases/in-time.ts';
import { findLeavers } from '../../src/usecases/leave-workspace.ts';
import type { Ports } from '../../src/usecases/ports.ts';
import { sweep } from '../../src/usecases/sweep.ts';
import { createInboxWorker } from '../../src/usecases/work-inbox.ts';

/** What one running bot does, each part when a test says so. */
export type BotProcess = {
  inbox(): Promise<void>;
  converge(): Promise<void>;
  sessions(): Promise<void>;
  deliver(): Promise<void>;
  requests(): Promise<void>;
  sweep(): Promise<void>;
};

export function startProcess(ports: Ports): BotProcess {
  const converger = createConverger(ports);
  const sessions = createSessionEnder(ports);
  let returned = 0;
  const count = (): number => returned;
  const deliverer = createDeliverer(ports, () => (returned += 1));
  const worker = createInboxWorker(ports, () => undefined);
  return {
    inbox: async () => {
      await worker.run();
      await worker.idle();
    },
    converge: () => converger.run(),
    sessions: () => sessions.run(),
    deliver: async () => {
      for (const worker of [deliverer.words, deliverer.cards, deliverer.homes]) {
        for (let before = -1; before !== count();) {
          before = count();
          await worker.run();
          await worker.idle();
        }
      }
    },
    requests: async () => {
      await tellInTime(ports);
    },
    sweep: async () => {
      await sweep(ports);
      await findLeavers(ports);
    },
  };
}

/** Answers that are no promise; a dying process is cut at the others. */
const AT_ONCE = new Set(['endsSessionsFirst', 'homeTeamId', 'homeTeamName', 'auditEntries']);

/**
 * The ports of a process that is killed at its `dieAt`th call to the outside, before the call has its effect or right
 * after it: from then on nothing answers. `died` resolves at that moment.
 */
export function mortal(
  ports: Ports,
  dieAt: number,
  when: 'before' | 'after',
): { readonly ports: Ports; readonly died: Promise<void>; readonly isDead: () => boolean } {
  const { promise: died, resolve } = Promise.withResolvers<undefined>();
  const forEver = new Promise<never>(() => undefined);
  let count = 0;
  let dead = false;
  const die = (): Promise<never> => {
    dead = true;
    resolve(undefined);
    return forEver;
  };
  const cut = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function' || AT_ONCE.has(String(name))) return value;
        const call = value as (...args: readonly unknown[]) => Promise<unknown>;
        return async (...args: readonly unknown[]): Promise<unknown> => {
          if (dead) return forEver;
          count += 1;
          if (count === dieAt && when === 'before') return die();
          const mine = count;
          const answer = await call(...args);
          return mine === dieAt ? die() : answer;
        };
      },
    });
  return {
    died: died.then(() => undefined),
    isDead: () => dead,
    ports: {
      ...ports,
      store: cut(ports.store),
      access: cut(ports.access),
      catalogue: cut(ports.catalogue),
      directory: cut(ports.directory),
      conversation: cut(ports.conversation),
      slackPeople: cut(ports.slackPeople),
    },
  };
}
