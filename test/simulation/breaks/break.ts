import type { Ports } from '../../../src/usecases/ports.ts';
import type { Batch, Store } from '../../../src/usecases/store-port.ts';
import type { Settings } from '../../../src/usecases/settings.ts';
import type { Parts } from '../replica.ts';
import type { Scene } from '../scene.ts';

/** One deliberate break of the code: it changes a port or puts another function in a use case's place. */
export type Break = {
  readonly name: string;
  /** The promise that it breaks; the simulation must complain of it, or of one of `also`, which are the same seen elsewhere. */
  readonly invariant: string;
  readonly also?: readonly string[];
  /** In one sentence, for people. */
  readonly what: string;
  /** Puts something between the use cases of one process and the outside. Called once for each process. */
  readonly ports?: (ports: Ports, scene: Scene) => Ports;
  readonly parts?: Partial<Parts>;
  readonly settings?: Partial<Settings>;
  readonly door?: 'ack first';
  /** Acts of the plot, and faults of single calls, that are to happen more often, so that it does not take hundreds of runs. */
  readonly climate?: number;
  readonly stir?: Readonly<Partial<Record<string, number>>>;
};

type Changed<Name extends keyof Ports> = (port: Ports[Name]) => Partial<Ports[Name]>;

/** The ports with some functions of one of them replaced. */
export const altered = <Name extends 'store' | 'access' | 'catalogue' | 'directory' | 'conversation' | 'clock'>(
  ports: Ports,
  name: Name,
  change: Changed<Name>,
): Ports => ({ ...ports, [name]: { ...ports[name], ...change(ports[name]) } });

/** The ports with every write changed before it is written. */
export const rewritten = (ports: Ports, change: (batch: Batch) => Batch): Ports =>
  altered(ports, 'store', (store: Store) => ({ commit: (batch) => store.commit(change(batch)) }));
