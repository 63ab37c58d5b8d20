import { createServer, request } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * `cut`: the line breaks before the call arrives. `hang`: it never arrives and is never answered. `lose_answer`: it is
 * carried out and the line breaks instead of an answer. `hold`: it arrives only at `release`, long after the caller gave
 * up. `fail`, `broken` and `limited`: answered 503, 500 and 429 without being carried out. `late`: it arrives after two
 * seconds, within the caller's patience.
 */
export type Trouble = 'cut' | 'hang' | 'lose_answer' | 'hold' | 'fail' | 'broken' | 'limited' | 'late';

const REFUSALS = { fail: 503, broken: 500, limited: 429 } as const;
const LATE_MS = 2000;

export type TroublesomeProxy = {
  readonly url: string;
  /** What happens to the calls that fit (`PUT /admin/…`) from now on; the newest rule that fits wins. */
  trouble(fits: RegExp, how: Trouble, times?: number): void;
  /** Nothing goes wrong any more; what is held stays held. */
  calm(): void;
  /** Delivers what was held. Resolves when Keycloak has answered all of it. */
  release(): Promise<void>;
  /** Every call that came in, `METHOD /path`. */
  readonly calls: readonly string[];
  /** Calls that met trouble so far. */
  readonly troubled: number;
  stop(): Promise<void>;
};

/** A way to a real server on which calls get lost, late or stuck. The Host header is its own: tokens are issued for it. */
export async function startTroublesomeProxy(target: string): Promise<TroublesomeProxy> {
  const { hostname, port } = new URL(target);
  let rules: { readonly fits: RegExp; readonly how: Trouble; left: number }[] = [];
  let held: (() => Promise<void>)[] = [];
  const calls: string[] = [];
  let troubled = 0;

  function troubleFor(call: string): Trouble | null {
    const rule = rules.findLast(({ fits, left }) => left > 0 && fits.test(call));
    if (rule === undefined) return null;
    rule.left -= 1;
    troubled += 1;
    return rule.how;
  }

  function pass(incoming: IncomingMessage, body: Buffer, response: ServerResponse | null): Promise<void> {
    return new Promise((resolve) => {
      const { method, url: path, headers } = incoming;
      const onward = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
        if (response !== null && !response.destroyed) {
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        } else answer.resume();
        answer.once('close', resolve);
      });
      onward.on('error', () => {
        response?.destroy();
        resolve();
      });
      onward.end(body);
    });
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
    calls.push(call);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const how = troubleFor(call);
    switch (how) {
      case null:
        return pass(incoming, body, response);
      case 'cut':
        response.destroy();
        return;
      case 'fail':
      case 'broken':
      case 'limited':
        response.writeHead(REFUSALS[how]).end();
        return;
      case 'late':
        await sleep(LATE_MS);
        return pass(incoming, body, response);
      case 'hang':
        return;
      case 'hold':
        held.push(() => pass(incoming, body, null));
        return;
      case 'lose_answer':
        await pass(incoming, body, null);
        response.destroy();
        return;
    }
  }

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    trouble: (fits, how, times = Infinity) => void rules.push({ fits, how, left: times }),
    calm: () => void (rules = []),
    release: async () => {
      const late = held;
      held = [];
      await Promise.all(late.map((deliver) => deliver()));
    },
    calls,
    get troubled() {
      return troubled;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
