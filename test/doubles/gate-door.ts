import { createHmac, hash, randomBytes } from 'node:crypto';
import type { GateOptions } from '../../src/http/gate/serve.ts';
import type { GateCalls } from '../../src/usecases/gate-port.ts';

export const GATE_SECRET = '0123456789abcdef0123456789abcdef';

/** No secret is set, and nobody looks at what is counted. */
export const closedGate: Omit<GateOptions, 'log'> = {
  door: null,
  realm: 'acme',
  now: () => Date.now(),
  metrics: { gateCallRefused: () => undefined },
};

/** How Keycloak would sign; written from docs/reference/gate-protocol.md and not by the code under test. */
export type Signing = {
  readonly secret?: string;
  readonly time?: number;
  readonly nonce?: string;
  readonly method?: string;
  /** What the signature is over, where that is not what is sent. */
  readonly path?: string;
};
const hmac = (secret: string, lines: readonly (string | number)[]): string =>
  createHmac('sha256', secret).update(lines.join('\n')).digest('hex');

/** The headers of a call. */
export function signedHeaders(path: string, body: string | Uint8Array, signing: Signing = {}) {
  const { secret = GATE_SECRET, time = Date.now(), method = 'POST' } = signing;
  const nonce = signing.nonce ?? randomBytes(16).toString('hex');
  const over = ['leasehold-gate-call', time, nonce, method, signing.path ?? path, hash('sha256', body, 'hex')];
  return {
    'leasehold-time': String(time),
    'leasehold-nonce': nonce,
    'leasehold-signature': hmac(secret, over),
  };
}

/** The signature that an answer ought to have. */
export const answerSignature = (
  secret: string,
  answer: { readonly time: string | null; readonly nonce: string; readonly status: number; readonly body: string },
): string => {
  const { time, nonce, status, body } = answer;
  return hmac(secret, ['leasehold-gate-answer', time ?? '', nonce, status, hash('sha256', body, 'hex')]);
};

export type GateAsked = readonly [verb: keyof GateCalls, asked: unknown];

/** Use cases that answer as they are told, and what was asked of them. */
export function gateCalls(told: Partial<GateCalls> = {}): { readonly calls: GateCalls; readonly asked: GateAsked[] } {
  const asked: GateAsked[] = [];
  const answers: GateCalls = {
    ask: () => Promise.resolve({ answer: 'go', actions: [] }),
    look: () => Promise.resolve({ state: 'waiting', secondsLeft: 7 }),
    spend: () => Promise.resolve({ spent: true, approvers: ['eve'] }),
    leave: () => Promise.resolve({ state: 'withdrawn' }),
    form: () => Promise.resolve({ form: 'closed', because: 'not_linked' }),
    request: () => Promise.resolve({ asked: true }),
    leases: () => Promise.resolve({ leases: [], approval: null }),
    token: () => Promise.resolve({ answer: 'allow' }),
    ...told,
  };
  const note = (verb: keyof GateCalls, given: unknown): void => void asked.push([verb, given]);
  return {
    asked,
    calls: {
      ask: (given) => (note('ask', given), answers.ask(given)),
      look: (given) => (note('look', given), answers.look(given)),
      spend: (given) => (note('spend', given), answers.spend(given)),
      leave: (given) => (note('leave', given), answers.leave(given)),
      form: (given) => (note('form', given), answers.form(given)),
      request: (given) => (note('request', given), answers.request(given)),
      leases: (given) => (note('leases', given), answers.leases(given)),
      token: (given) => (note('token', given), answers.token(given)),
    },
  };
}

const person = { id: '5d0c1a52-7b1e-4c3d-9a2b-5d6e7f8091a2', username: 'ann' };
const ref = { realm: 'acme', gate: 'g-1', person: person.id, session: 'ab'.repeat(32) };

/** A body for each path, as docs/reference/gate-protocol.md shows it. */
export const BODIES = {
  '/gate/ask': {
    ...{ realm: 'acme', person, client: { id: 'grafana', name: 'Grafana' }, scopes: ['openid'], reached: ['silver'] },
    ...{ ip: '10.1.2.3', device: 'Firefox on Linux', action: null, trigger: 'client' },
    ...{ session: ref.session, tab: 'tab-1', waitSeconds: 300 },
    account: { emailVerified: true, termsAccepted: false, otp: false, ageDays: 400, filled: ['email', 'firstName'] },
  },
  '/gate/look': ref,
  '/gate/spend': { ...ref, tab: 'tab-1' },
  '/gate/leave': ref,
  '/gate/form': { realm: 'acme', person },
  '/gate/leases': { realm: 'acme', person, client: 'grafana', scopes: ['openid'], session: 's-1', approval: null },
  '/gate/token': {
    ...{ realm: 'acme', person, client: { id: 'ci', name: null }, scopes: ['openid', 'deploy'] },
    ...{ grant: 'password', ip: '10.1.2.3', session: null, approval: null },
  },
  '/gate/request': {
    ...{ realm: 'acme', person, access: { by: 'id', kind: 'group', id: 'g-billing' }, seconds: 3600 },
    justification: 'INC-1: look at the bills',
  },
} as const;
