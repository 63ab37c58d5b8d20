import { REALM, START } from '../../builders/domain.ts';
import { createMemoryStore } from '../../doubles/memory-store.ts';
import { portContract } from './contract.ts';

portContract('memory', () => {
  const store = createMemoryStore({ realm: REALM, now: () => START });
  return Promise.resolve({
    store,
    // The one thing that the port's contract does as another client.
    asClient: () => {
      store.eraseJustifications();
      return Promise.resolve();
    },
    tamper: () => {
      throw new Error('there is no database to tamper with');
    },
    end: () => store.close(),
  });
});
