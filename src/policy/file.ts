import { open, stat } from 'node:fs/promises';
import type { PolicyDecision, PolicyInput } from '../domain/policy.ts';
import { CodedError } from '../lib/errors.ts';
import type { Policy, PolicyStatus } from '../usecases/policy-port.ts';
import { evaluator } from './evaluate.ts';
import { readPolicy } from './read-policy.ts';
import type { LoadedPolicy } from './read-policy.ts';
import { MAX_FILE_BYTES } from './source.ts';

export type FilePolicyOptions = {
  readonly file: string;
  /** How often the file is looked at, ms. A change counts once it has stood still from one look to the next. */
  readonly everyMs?: number;
  /** Epoch ms. */
  readonly now: () => number;
  /** The file changed and is in force; not called at the start. */
  readonly onChange?: (status: PolicyStatus) => void;
  /** The file is wrong or gone, and what was in force before still is. Called once for each problem. */
  readonly onProblem?: (problem: string) => void;
};

/** `look` is one look at the file, as the timer does it. */
export type FilePolicy = Policy & { readonly look: () => Promise<void> };

const EVERY_MS = 5000;

/**
 * Decides by a policy file, and follows its changes by looking at the path anew: a link that turns to another file, as in
 * a ConfigMap of Kubernetes, is seen like an edit.
 * @throws CodedError policy_invalid, with every problem as `file:line:column: …` on a line of its own
 */
export async function openFilePolicy(options: FilePolicyOptions): Promise<FilePolicy> {
  const { file, everyMs = EVERY_MS, now } = options;
  const first = await load(file);
  if (!first.ok) throw new CodedError('policy_invalid', first.problem);
  let inForce = { policy: first.policy, decide: evaluator(first.policy), loadedAt: now() };
  let problem: string | null = null;
  let mark = first.mark;
  let isSettled = true;

  const status = (): PolicyStatus => {
    const { loadedAt, policy } = inForce;
    return { source: file, loadedAt, hash: policy.hash, problem };
  };
  const fail = (found: string): void => {
    if (found === problem) return;
    problem = found;
    options.onProblem?.(found);
  };
  const take = (policy: LoadedPolicy): void => {
    const isOther = policy.hash !== inForce.policy.hash;
    const wasWrong = problem !== null;
    problem = null;
    if (isOther) inForce = { policy, decide: evaluator(policy), loadedAt: now() };
    if (isOther || wasWrong) options.onChange?.(status());
  };
  const look = async (): Promise<void> => {
    const seen = await markOf(file);
    if (seen !== mark) {
      // Half of a file that is being written may well be a policy, with fewer rules.
      mark = seen;
      isSettled = false;
      return;
    }
    if (isSettled) return;
    isSettled = true;
    const read = await load(file);
    if (read.mark !== mark) isSettled = false;
    else if (read.ok) take(read.policy);
    else fail(read.problem);
  };

  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();
  const follow = (): void => {
    timer = setTimeout(() => {
      looking = look()
        .catch((error: unknown) => fail(`${file}: cannot be read (${unreadable(error)})`))
        .then(() => {
          if (!isClosed) follow();
        });
    }, everyMs).unref();
  };
  follow();

  return {
    decide: (input: PolicyInput): Promise<PolicyDecision> => Promise.resolve(inForce.decide(input)),
    adminResources: () => inForce.policy.adminResources,
    status,
    look,
    close: () => {
      isClosed = true;
      clearTimeout(timer);
      return looking;
    },
  };
}

type Loaded = { readonly mark: string } & (
  { readonly ok: true; readonly policy: LoadedPolicy } | { readonly ok: false; readonly problem: string }
);

/** Reads and compiles a file; `mark` is that of the very bytes that were read. */
async function load(file: string): Promise<Loaded> {
  const mark = await markOf(file);
  const no = (problem: string): Loaded => ({ ok: false, mark, problem });
  let text: string;
  try {
    text = await readBounded(file);
  } catch (error) {
    return no(`${file}: cannot be read (${unreadable(error)})`);
  }
  const read = readPolicy(text);
  return read.ok
    ? { ok: true, mark, policy: read.policy }
    : no(read.problems.map((one) => `${file}:${one}`).join('\n'));
}

/** The text of a regular file, as long as it is no longer than a policy may be. */
export async function readBounded(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const about = await handle.stat();
    if (!about.isFile()) throw new Error('it is no file');
    if (about.size > MAX_FILE_BYTES) throw new Error(`it is larger than ${MAX_FILE_BYTES / 1024} KiB`);
    return new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile());
  } finally {
    await handle.close();
  }
}

/** Why a file could not be read, for people: the system's code where there is one. */
export function unreadable(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}

/** What changes whenever the file does, or what the path leads to. */
async function markOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    return `no file: ${unreadable(error)}`;
  }
}
