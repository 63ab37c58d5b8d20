import path from 'node:path';
import { spawnGuarded } from '../../scripts/guard.js';
import { withBoundedHeap } from '../../scripts/heap.js';

const root = path.dirname(path.dirname(import.meta.dirname));
const READY_MS = 20_000;

export type Bot = {
  /** Where `/metrics` and `/readyz` answer. */
  readonly url: string;
  readonly exited: Promise<number>;
  /** Its log, JSON lines, kept for whoever looks for what went wrong. */
  readonly logLines: () => readonly string[];
  stop(): Promise<number>;
};

/** Starts Leasehold exactly as `npm start` does, with nothing but its environment, and waits until it is ready. */
export async function startBot(env: Readonly<Record<string, string>>): Promise<Bot> {
  const child = await spawnGuarded(process.execPath, [path.join(root, 'src/main.ts')], {
    cwd: root,
    env: withBoundedHeap({ ...plainEnvironment(), ...env }),
    output: 'pipe',
  });
  const lines: string[] = [];
  const { promise: started, resolve } = Promise.withResolvers<string>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      lines.push(...chunk.split('\n').filter(Boolean));
      const line = lines.find((one) => one.includes('"msg":"started"'));
      if (line !== undefined) resolve((JSON.parse(line) as { readonly url: string }).url);
    });
  }
  const ended = child.exited.then((code) => {
    throw new Error(`Leasehold ended with code ${code}: ${lines.slice(-3).join(' ')}`);
  });
  const url = await Promise.race([started, ended]);
  await waitUntilReady(url);
  return { url, exited: child.exited, logLines: () => lines, stop: child.stop };
}

/** The shell's environment without variables that mean something to Leasehold. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const ours =
    /^(SLACK_|CHANNEL_LANGUAGE$|KEYCLOAK_|DATABASE_URL|HTTP_|ADMIN_GROUP|POLICY_FILE|OPA_URL|OIDC_|PUBLIC_URL|STEP_UP_ACR|GATE_SECRET|LOG_LEVEL|[A-Z_]+_SECONDS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

async function waitUntilReady(url: string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`${url}/readyz`);
    if (answer.ok) return;
    if (performance.now() > deadline) throw new Error(`Leasehold is not ready: ${await answer.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
