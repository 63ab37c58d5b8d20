/**
 * Leasehold's side of docs/reference/gate-protocol.md as a test needs it: says what it is told to say, keeps what it was
 * asked, and can answer wrongly in every way that a network or an attacker might. Written from the page alone.
 */
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { waitingRoom, type GateCall, type WaitingRoom } from './gate-waiting-room.ts';

/** The ways to be wrong. `hang` never answers; `replay` sends the whole answer to an earlier call. */
export type Fault =
  | 'unsigned'
  | 'wrong-secret'
  | 'wrong-nonce'
  | 'wrong-status'
  | 'changed-body'
  | 'old'
  | 'future'
  | 'replay'
  | 'hang'
  | '500'
  | '503'
  | 'redirect'
  | 'oversized'
  | 'not-json'
  | 'unknown-answer'
  | 'cut-off';

type Answer = Readonly<Record<string, unknown>>;
type Script = (call: GateCall) => Answer;
type Sent = { readonly status: number; readonly body: string; readonly headers: Record<string, string> };

const sha256 = (body: string) => createHash('sha256').update(body).digest('hex');
const sign = (secret: string, lines: readonly (string | number)[]) =>
  createHmac('sha256', secret).update(lines.join('\n')).digest('hex');

/** Listens on a port of its own, which it keeps over `stop` and `start`. Unless told otherwise every sign-in may go on. */
export async function startGateService(secret: string = crypto.randomUUID()) {
  let calls: readonly GateCall[] = [];
  let fault: { readonly verb: string | null; readonly fault: Fault } | null = null;
  let earlier: Sent | null = null;
  const room: WaitingRoom = waitingRoom();
  const scripts = new Map<string, Script>([
    ['ask', () => ({ answer: 'go', actions: [] })],
    ['look', room.look],
    ['spend', room.spend],
    ['leave', room.leave],
  ]);
  let server = createServer();
  let port = 0;

  /** Null: nothing is answered. */
  function answerTo(call: GateCall): Sent | null {
    const wrong = fault !== null && (fault.verb === null || fault.verb === call.verb) ? fault.fault : null;
    if (wrong === 'hang') return null;
    if (wrong === 'replay' && earlier !== null) return earlier;
    const script = scripts.get(call.verb);
    const answer = !call.signed ? { error: 'signature' } : (script?.(call) ?? { error: 'path' });
    const status =
      'error' in answer ? (call.signed ? 404 : 401) : wrong === '500' || wrong === '503' ? Number(wrong) : 200;
    const sent =
      wrong === null ? seal(secret, call, status, JSON.stringify(answer)) : spoil(wrong, call, status, answer);
    earlier ??= sent;
    return sent;
  }

  function spoil(wrong: Fault, call: GateCall, status: number, answer: Answer): Sent {
    const whole = seal(secret, call, status, JSON.stringify(answer));
    switch (wrong) {
      case 'unsigned':
        return { ...whole, headers: { 'content-type': 'application/json' } };
      case 'wrong-secret':
        return seal(`${secret}!`, call, status, whole.body);
      case 'wrong-nonce':
        return seal(secret, { ...call, nonce: 'f'.repeat(32) }, status, whole.body);
      case 'wrong-status':
        return { ...seal(secret, call, 201, whole.body), status: 200 };
      case 'changed-body':
        return { ...whole, body: `${whole.body} ` };
      case 'old':
        return seal(secret, call, status, whole.body, Date.now() - 61_000);
      case 'future':
        return seal(secret, call, status, whole.body, Date.now() + 65_000);
      case 'redirect':
        fault = null; // whoever follows it with the same signed call gets the right answer there
        return { ...seal(secret, call, 307, ''), headers: { location: `http://127.0.0.1:${port}/gate/${call.verb}` } };
      case 'oversized':
        return seal(secret, call, status, JSON.stringify({ ...answer, padding: 'x'.repeat(200_000) }));
      case 'not-json':
        return seal(secret, call, status, '<html>Sign in to the hotel network</html>');
      case 'unknown-answer':
        return seal(secret, call, status, JSON.stringify({ answer: 'perhaps', state: 'perhaps', spent: 'perhaps' }));
      case 'replay':
      case 'hang':
      case '500':
      case '503':
      case 'cut-off':
        return whole;
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = readCall(secret, request, await text(request));
    calls = [...calls, call];
    const sent = answerTo(call);
    if (sent === null) return;
    response.writeHead(sent.status, sent.headers);
    if (fault?.fault === 'cut-off') response.write(sent.body.slice(0, 5), () => request.socket.destroy());
    else response.end(sent.body);
  }

  async function start(): Promise<void> {
    if (server.listening) return;
    server = createServer((request, response) => void handle(request, response)).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }

  async function stop(): Promise<void> {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    secret,
    room,
    start,
    stop,
    /** The calls so far, of one verb or all. */
    calls: (verb?: string): readonly GateCall[] => calls.filter((call) => verb === undefined || call.verb === verb),
    /** What the verb answers from now on. */
    says: (verb: string, answer: Answer | Script) =>
      void scripts.set(verb, typeof answer === 'function' ? answer : () => answer),
    /** From now on whoever comes waits in `room`. */
    halts: (options: Parameters<WaitingRoom['open']>[1] = {}) =>
      void scripts.set('ask', (call) => room.open(call, options)),
    /** Answers wrongly from now on; `null` for right again. `verb`: that one alone. */
    fails: (next: Fault | null, verb: string | null = null) => {
      fault = next === null ? null : { verb, fault: next };
    },
    /** As at the start, but for what is in `room`. */
    reset: () => {
      calls = [];
      fault = null;
      scripts.set('ask', () => ({ answer: 'go', actions: [] }));
    },
  };
}

function readCall(secret: string, request: IncomingMessage, body: string): GateCall {
  const header = (name: string) => String(request.headers[name] ?? '');
  const [time, nonce] = [header('leasehold-time'), header('leasehold-nonce')];
  const path = request.url ?? '';
  const lines = ['leasehold-gate-call', time, nonce, request.method ?? '', path, sha256(body)];
  const isFresh = Math.abs(Date.now() - Number(time)) < 60_000 && /^[0-9a-f]{32}$/.test(nonce);
  const signed = isFresh && header('leasehold-signature') === sign(secret, lines);
  return { verb: path.replace('/gate/', ''), body: JSON.parse(body) as GateCall['body'], nonce, signed };
}

function seal(secret: string, { nonce }: GateCall, status: number, body: string, time = Date.now()): Sent {
  const lines = ['leasehold-gate-answer', time, nonce, status, sha256(body)];
  const headers = { 'leasehold-time': String(time), 'leasehold-signature': sign(secret, lines) };
  return { status, body, headers: { 'content-type': 'application/json', ...headers } };
}
