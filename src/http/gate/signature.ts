import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/** A secret shared with Keycloak; calls that any of several fits count, the newest first. */
export type Secrets = readonly [string, ...string[]];

type Call = {
  /** As sent, UTC epoch ms in digits. */
  readonly time: string;
  readonly nonce: string;
  readonly method: string;
  /** As sent, without a query. */
  readonly path: string;
  readonly body: Uint8Array;
};

/** docs/reference/gate-protocol.md, "Signed both ways". */
const signature = (secret: string, lines: readonly string[]): Buffer =>
  createHmac('sha256', secret).update(lines.join('\n')).digest();

const callLines = ({ time, nonce, method, path, body }: Call): readonly string[] => [
  ...['leasehold-gate-call', time, nonce, method, path],
  hash('sha256', body, 'hex'),
];

/**
 * The secret that a call was signed with, or null.
 * @param given 64 hex digits
 */
export function signedWith(secrets: Secrets, call: Call, given: string): string | null {
  const lines = callLines(call);
  const bytes = Buffer.from(given, 'hex');
  return secrets.find((secret) => timingSafeEqual(signature(secret, lines), bytes)) ?? null;
}

/** The signature (64 hex digits) of an answer to the call of this nonce. */
export const signAnswer = (
  secret: string,
  answer: { readonly time: string; readonly nonce: string; readonly status: number; readonly body: string },
): string => {
  const { time, nonce, status, body } = answer;
  return signature(secret, [
    'leasehold-gate-answer',
    time,
    nonce,
    String(status),
    hash('sha256', body, 'hex'),
  ]).toString('hex');
};
