export type ErrorCode =
  | 'config_invalid'
  | 'policy_invalid'
  | 'keycloak_unavailable'
  | 'keycloak_forbidden'
  | 'keycloak_not_found'
  | 'store_unavailable'
  | 'store_locked'
  | 'slack_rate_limited'
  | 'slack_unavailable'
  | 'slack_refused'
  | 'response_url_spent'
  | 'lane_over';

/** Breakage with a stable code and its cause; anything without a code is a bug and shown as one generic sentence. */
export class CodedError extends Error {
  override readonly name = 'CodedError';
  readonly code: ErrorCode;
  /** Milliseconds to wait before the next try, where the other side said so (429 Retry-After). */
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

export const hasCode = (error: unknown, code: ErrorCode): error is CodedError =>
  error instanceof CodedError && error.code === code;
