import { CodedError } from '../../lib/errors.ts';
import { again, storeError } from './errors.ts';

/** What becomes of one member of a group: its result, or an error that is its own. */
export type Verdict<Out> = { readonly result: Out } | { readonly error: unknown };

const GROUP_LIMIT = 50;

type Waiting<In, Out> = {
  readonly value: In;
  readonly resolve: (result: Out) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Collects what is asked for while the last group is being written, and writes it together: one transaction, one wait for
 * the disk. Groups follow one another in the order in which they were asked for.
 * @param writeGroup all verdicts in order, once they are durable; when it throws nothing of the group was written
 */
export function inGroups<In, Out>(
  writeGroup: (values: readonly In[]) => Promise<readonly Verdict<Out>[]>,
): { write: (value: In) => Promise<Out>; drain: () => Promise<void> } {
  const waiting: Waiting<In, Out>[] = [];
  let running: Promise<void> | null = null;

  const work = async (): Promise<void> => {
    while (waiting.length > 0) await settle(waiting.splice(0, GROUP_LIMIT), writeGroup);
    running = null;
  };
  return {
    write: (value) =>
      new Promise((resolve, reject) => {
        waiting.push({ value, resolve, reject });
        // Not at once: whoever asks in this turn of the event loop comes along.
        running ??= new Promise<void>((go) => setImmediate(go)).then(work);
      }),
    drain: async () => running ?? undefined,
  };
}

async function settle<In, Out>(
  group: readonly Waiting<In, Out>[],
  writeGroup: (values: readonly In[]) => Promise<readonly Verdict<Out>[]>,
): Promise<void> {
  try {
    const verdicts = await again(() => writeGroup(group.map(({ value }) => value)));
    group.forEach(({ resolve, reject }, place) => {
      const verdict = verdicts[place] ?? { error: new Error('a member without a verdict') };
      if ('error' in verdict) reject(verdict.error);
      else resolve(verdict.result);
    });
  } catch (error) {
    const told = storeError(error);
    if (group.length === 1 || told instanceof CodedError) {
      for (const { reject } of group) reject(told);
      return;
    }
    // One of them cannot be written; the others shall not suffer from it.
    for (const member of group) await settle([member], writeGroup);
  }
}
