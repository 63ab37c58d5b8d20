import { disowned, resolved } from '../domain/holding.ts';
import type { Holding } from '../domain/holding.ts';
import type { Ports } from './ports.ts';
import type { Batch, Claimed } from './store-port.ts';

/** Rows of one write about a holding: the row as it should be, its grants, and what goes with them. */
export type Rows = Omit<Batch, 'holdings' | 'grants' | 'audit'> & {
  readonly holding: Holding;
  readonly grants?: Batch['grants'];
  readonly audit?: Batch['audit'];
};

export type Work = {
  now(): Claimed;
  /** `moved`: somebody else changed the rows, they were read again; `lost`: another replica has the row now. */
  write(rows: Rows): Promise<'written' | 'moved' | 'lost'>;
  resolve(call: 'put' | 'delete'): void;
  /** A PUT of this claim certainly never took effect. */
  disown(): void;
  markSent(call: 'put' | 'delete'): void;
  sent(call: 'put' | 'delete'): boolean;
};

/** The rows under one row lease, with what is already known about answered attempts but not yet written. */
export function createWork(ports: Ports, claimed: Claimed): Work {
  const { epoch } = claimed.holding;
  let current = claimed;
  let answered: readonly ('put' | 'delete')[] = [];
  const sent = new Set<string>();
  const withAnswers = (holding: Holding): Holding => answered.reduce(resolved, holding);

  return {
    now: () => current,
    resolve: (call) => {
      answered = [...answered, call];
      current = { ...current, holding: resolved(current.holding, call) };
    },
    disown: () => {
      current = { ...current, holding: disowned(current.holding, current.grants) };
    },
    markSent: (call) => sent.add(call),
    sent: (call) => sent.has(call),
    write: async ({ holding, grants = [], audit = [], ...rest }) => {
      const next = { ...holding, revision: current.holding.revision + 1 };
      const result = await ports.store.commit({ ...rest, holdings: [next], grants, audit });
      if (result === 'committed') {
        const changed = new Map(grants.map((grant) => [grant.id, grant]));
        const open = current.grants
          .map((grant) => changed.get(grant.id) ?? grant)
          .filter((grant) => grant.state !== 'ended');
        current = { holding: next, grants: open };
        answered = [];
        return 'written';
      }
      const fresh = await ports.store.holding(holding.key);
      if (fresh?.holding.epoch !== epoch) return 'lost';
      current = { holding: withAnswers(fresh.holding), grants: fresh.grants };
      return 'moved';
    },
  };
}
