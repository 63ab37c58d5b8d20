import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Retry, Transport } from './delivery.ts';
import { isObject, parseJson, textIn, type JsonObject } from './json.ts';
import type { Methods } from './methods/method.ts';
import type { Ack, EnvelopeKind } from './model.ts';
import { violate, type World } from './world.ts';

const MOST_CONNECTIONS = 10;
const TICKET_LIFETIME_MS = 30_000;

type Connection = { readonly id: number; readonly socket: WebSocket; isOpen: boolean; isHalfOpen: boolean };

type Sent = {
  readonly message: JsonObject;
  readonly sentMs: number;
  /** How often it went out, and how often it was acked. */
  sends: number;
  acks: number;
  isOver: boolean;
  readonly settle: (body: JsonObject) => void;
};

/** Slack's side of Socket Mode, and the ways in which it goes wrong. */
export interface SocketMode extends Transport {
  readonly methods: Methods;
  /** Connections that have said hello and are still good. */
  readonly connections: number;
  /** Hellos since the start: rises at every reconnect. */
  readonly hellos: number;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Cuts lines without a word: the given one (0 is the oldest), or all. */
  drop(index?: number): void;
  /** The line stays up but nothing passes any more, pings neither. */
  halfOpen(index?: number): void;
  /** `warning`, then `refresh_requested`, as Slack does every few hours. */
  refresh(index?: number): void;
  /** Answers the next handshakes with 503. */
  refuseHandshakes(times: number): void;
  /** Sends the last payload again under the same envelope id. */
  redeliver(times?: number): void;
  stop(): void;
}

export function createSocketMode(world: World): SocketMode {
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const tickets = new Map<string, number>();
  const connections: Connection[] = [];
  const sent = new Map<string, Sent>();
  let lastEnvelope: Sent | undefined;
  let turn = 0;
  let hellos = 0;
  let refusals = 0;

  const pings = setInterval(() => {
    for (const { socket, isHalfOpen } of connections) if (!isHalfOpen) socket.ping(`Ping from ${String(Date.now())}`);
  }, world.settings.pingIntervalMs);
  pings.unref();

  function openConnection(): JsonObject {
    const ticket = randomUUID();
    tickets.set(ticket, Date.now());
    return { url: `${world.baseUrl.replace(/^http/, 'ws')}/link/?ticket=${ticket}&app_id=${world.app.id}` };
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? '/', world.baseUrl).searchParams.get('ticket') ?? '';
    const issuedMs = tickets.get(ticket);
    tickets.delete(ticket);
    const isGood = issuedMs !== undefined && Date.now() - issuedMs < TICKET_LIFETIME_MS;
    if (!isGood || refusals > 0) {
      const status = isGood ? '503 Service Unavailable' : '404 Not Found';
      if (isGood) refusals -= 1;
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    server.handleUpgrade(request, socket, head, accept);
  }

  function accept(socket: WebSocket): void {
    if (connections.length >= MOST_CONNECTIONS) {
      sayGoodbye(socket, 'too_many_websockets');
      return;
    }
    hellos += 1;
    const connection: Connection = { id: hellos, socket, isOpen: true, isHalfOpen: false };
    connections.push(connection);
    socket.on('message', (data: Buffer) => {
      if (!connection.isHalfOpen) receive(data.toString());
    });
    socket.on('ping', (data) => {
      if (!connection.isHalfOpen) socket.pong(data);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => forget(connection));
    socket.send(JSON.stringify(hello()));
    world.bus.changed();
  }

  function hello(): JsonObject {
    return {
      type: 'hello',
      num_connections: connections.length,
      debug_info: { host: 'applink-sandbox', build_number: 1, approximate_connection_time: 18_060 },
      connection_info: { app_id: world.app.id },
    };
  }

  function forget(connection: Connection): void {
    connection.isOpen = false;
    const index = connections.indexOf(connection);
    if (index >= 0) connections.splice(index, 1);
    world.bus.changed();
  }

  function send(kind: EnvelopeKind, payload: JsonObject, retry?: Retry): Promise<Ack> {
    const sentMs = performance.now();
    return new Promise((resolve) => {
      const latencyMs = (): number => performance.now() - sentMs;
      const message = {
        envelope_id: randomUUID(),
        type: kind,
        payload,
        accepts_response_payload: kind !== 'events_api',
        ...(kind === 'events_api' ? { retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' } : {}),
      };
      const envelope: Sent = { message, sentMs, sends: 0, acks: 0, isOver: false, settle };
      lastEnvelope = envelope;
      sent.set(message.envelope_id, envelope);
      const timer = setTimeout(() => {
        envelope.isOver = true;
        resolve({ outcome: 'operation_timeout', body: {}, latencyMs: latencyMs(), detail: 'no ack in time' });
      }, world.settings.ackTimeoutMs);
      function settle(body: JsonObject): void {
        clearTimeout(timer);
        resolve({ outcome: 'acked', body, latencyMs: latencyMs() });
      }
      if (!transmit(envelope)) {
        clearTimeout(timer);
        resolve({ outcome: 'not_connected', body: {}, latencyMs: latencyMs(), detail: 'no connection is open' });
      }
    });
  }

  /** To any one of the connections, in turn: a half-open one swallows it, as in life. */
  function transmit(envelope: Sent): boolean {
    const good = connections.filter((connection) => connection.isOpen);
    const connection = good[turn++ % Math.max(1, good.length)];
    if (connection === undefined) return false;
    envelope.sends += 1;
    if (!connection.isHalfOpen) connection.socket.send(JSON.stringify(envelope.message));
    return true;
  }

  function receive(text: string): void {
    const message = parseJson(text);
    if (!isObject(message)) {
      violate(world, 'ack_not_json', text.slice(0, 200));
      return;
    }
    const envelopeId = textIn(message, 'envelope_id') ?? '';
    const envelope = sent.get(envelopeId);
    if (envelope === undefined) {
      violate(world, 'unknown_envelope', envelopeId);
      return;
    }
    envelope.acks += 1;
    world.bus.changed();
    if (envelope.acks > envelope.sends) violate(world, 'second_ack', describe(envelope));
    if (envelope.isOver && envelope.acks === 1)
      violate(world, 'late_ack', `${describe(envelope)} after ${Math.round(performance.now() - envelope.sentMs)} ms`);
    if (envelope.acks === 1 && !envelope.isOver)
      envelope.settle(isObject(message['payload']) ? message['payload'] : {});
    if (sent.size > 20_000) sent.delete(sent.keys().next().value ?? '');
  }

  function chosen(index: number | undefined): readonly Connection[] {
    return index === undefined ? [...connections] : connections.slice(index, index + 1);
  }

  return {
    methods: { 'apps.connections.open': { token: 'app', tier: 3, run: openConnection } },
    get connections() {
      return connections.length;
    },
    get hellos() {
      return hellos;
    },
    send,
    upgrade,
    drop(index) {
      for (const connection of chosen(index)) {
        forget(connection);
        connection.socket.terminate();
      }
    },
    halfOpen(index) {
      for (const connection of chosen(index)) connection.isHalfOpen = true;
    },
    refresh(index) {
      for (const connection of chosen(index)) {
        connection.isOpen = false;
        connection.socket.send(JSON.stringify({ type: 'disconnect', reason: 'warning', debug_info: {} }));
        sayGoodbye(connection.socket, 'refresh_requested');
      }
    },
    refuseHandshakes(times) {
      refusals = times;
    },
    redeliver(times = 1) {
      for (let count = 0; count < times; count += 1) if (lastEnvelope !== undefined) transmit(lastEnvelope);
    },
    stop() {
      clearInterval(pings);
      for (const { socket } of connections) socket.terminate();
      server.close();
    },
  };
}

function sayGoodbye(socket: WebSocket, reason: string): void {
  socket.on('error', () => undefined);
  socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'applink-sandbox' } }));
  socket.close();
}

function describe(envelope: Sent): string {
  return `${String(envelope.message['type'])} ${String(envelope.message['envelope_id'])}`;
}
