// A replica that takes away what is due, in a process of its own, with a Keycloak that answers every call after 20 ms, eight
// at once: node bench/replica.ts <DATABASE_URL> [stall]. Tells its parent when it is ready, begins at "go", and says in the
// end what it took. With `stall` its Keycloak never answers.
import { holdingKey } from '../src/domain/grant.ts';
import { createLimiter } from '../src/lib/limiter.ts';
import { createConverger } from '../src/usecases/converge-due.ts';
import type { Access, Target } from '../src/usecases/keycloak-port.ts';
import { REALM, openAt } from './engines.ts';
import { revokingPorts } from './revoking-ports.ts';

export type ReplicaSays =
  | { readonly say: 'ready' }
  | { readonly say: 'stalled' }
  /** `at`: when the last of what it took was on record (epoch ms). */
  | { readonly say: 'done'; readonly taken: readonly string[]; readonly at: number };

const ANSWER_MS = 20;
const AT_ONCE = 8;
const BEAT_MS = 1000;

const [url = '', mode = ''] = process.argv.slice(2);
const tell = (said: ReplicaSays): void => void process.send?.(said);
const limiter = createLimiter(AT_ONCE);
const taken: string[] = [];
const absent = new Set<string>();

const answered = <T>(answer: () => T): Promise<T> =>
  limiter.run('background', async () => {
    if (mode === 'stall') {
      tell({ say: 'stalled' });
      await new Promise(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    return answer();
  });
const keyOf = ({ userId, resource }: Target): string => holdingKey(REALM, userId, resource);
const unused = (): never => {
  throw new Error('taking away needs no such call');
};
const access: Access = {
  look: (target) => answered(() => ({ present: !absent.has(keyOf(target)), user: 'enabled', resource: 'there' })),
  take: (target) =>
    answered(() => {
      taken.push(keyOf(target));
      absent.add(keyOf(target));
      return 'done';
    }),
  give: unused,
  endSessions: unused,
  endSession: unused,
  endsSessionsFirst: () => false,
  holders: unused,
  givenByUs: unused,
  tokenSeconds: () => Promise.resolve(300),
  probe: () => Promise.resolve(true),
  timeoutMs: 10_000,
};

const store = await openAt(url);
const converger = createConverger(revokingPorts({ store, access, realm: REALM, replica: `replica-${process.pid}` }));
process.on('disconnect', () => process.exit(0));
process.once('message', () => void work());
tell({ say: 'ready' });

async function work(): Promise<void> {
  let at = Date.now();
  for (;;) {
    const before = taken.length;
    await converger.run();
    if (taken.length > before) at = Date.now();
    const { count } = await store.overdue(Date.now());
    if (count === 0) break;
    await new Promise((resolve) => setTimeout(resolve, BEAT_MS)); // as the heartbeat does
  }
  tell({ say: 'done', taken, at });
}
