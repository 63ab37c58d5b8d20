import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { App } from '../src/app.ts';
import { gateSecret } from './gate-world.ts';

const CALLS = 1000;

/**
 * Signed calls from outside Keycloak, as its provider sends them.
 *
 * @param isRight whether this is the answer that was to come; any other ends the bench
 * @returns answers a second
 */
export async function answersPerSecond(
  app: App,
  { path, call, atOnce }: { readonly path: string; readonly call: unknown; readonly atOnce: number },
  isRight: (answer: Readonly<Record<string, unknown>>) => boolean,
): Promise<number> {
  const body = JSON.stringify(call);
  let sent = 0;
  const one = async (): Promise<void> => {
    while (sent++ < CALLS) {
      const response = await fetch(app.url + path, { method: 'POST', body, headers: signed(path, body) });
      const answer = (await response.json()) as Record<string, unknown>;
      if (response.status !== 200 || !isRight(answer))
        throw new Error(`${path} answered ${response.status} ${JSON.stringify(answer)}`);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, one));
  return CALLS / ((performance.now() - startedAt) / 1000);
}

/** By docs/reference/gate-protocol.md. */
function signed(path: string, body: string): Record<string, string> {
  const [time, nonce] = [`${Date.now()}`, randomBytes(16).toString('hex')];
  const lines = ['leasehold-gate-call', time, nonce, 'POST', path, createHash('sha256').update(body).digest('hex')];
  const signature = createHmac('sha256', gateSecret).update(lines.join('\n')).digest('hex');
  return {
    'content-type': 'application/json',
    'leasehold-time': time,
    'leasehold-nonce': nonce,
    'leasehold-signature': signature,
  };
}
