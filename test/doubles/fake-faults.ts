/**
 * What can go wrong with a call. `unavailable`: it never got there; `lost`: it worked, its answer did not come; `late`: no
 * answer, it works a while later; `never`: no answer, it never works; `forbidden`: refused; `limited`: 429.
 */
export type Fault = 'unavailable' | 'lost' | 'late' | 'never' | 'forbidden' | 'limited';

export type Faults = {
  /** The next calls of this name go wrong so, one after the other. */
  next(call: string, ...faults: readonly Fault[]): void;
  /** Every call of this name goes wrong so until further notice; `*` means all calls. */
  always(call: string, fault: Fault): void;
  /** Calls of this name wait until `open` is called. */
  gate(call: string): { open(): void };
  heal(): void;
  /** What goes wrong with the call that is being made now, after its gate opened. */
  meet(call: string): Promise<Fault | null>;
  stands(call: string): Fault | null;
};

export function createFaults(): Faults {
  const once = new Map<string, Fault[]>();
  const standing = new Map<string, Fault>();
  const gates = new Map<string, Promise<void>>();
  const stands = (call: string): Fault | null => standing.get(call) ?? standing.get('*') ?? null;
  return {
    next: (call, ...faults) => void once.set(call, [...(once.get(call) ?? []), ...faults]),
    always: (call, fault) => void standing.set(call, fault),
    gate: (call) => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      gates.set(
        call,
        promise.then(() => undefined),
      );
      return {
        open: () => {
          gates.delete(call);
          resolve(undefined);
        },
      };
    },
    heal: () => {
      once.clear();
      standing.clear();
    },
    meet: async (call) => {
      await gates.get(call);
      return once.get(call)?.shift() ?? stands(call);
    },
    stands,
  };
}
