import type { JsonObject } from './json.ts';

/** What happens to a Web API call instead of an ordinary answer. */
export type ApiFault =
  | { readonly kind: 'error'; readonly error: string; readonly extra?: JsonObject }
  | { readonly kind: 'http'; readonly status: number }
  | { readonly kind: 'rate_limit'; readonly retryAfterSeconds: number }
  /** Neither performed nor answered. */
  | { readonly kind: 'hang' }
  /** Performed, but the connection is cut before the answer. */
  | { readonly kind: 'lose_answer' }
  | { readonly kind: 'delay'; readonly delayMs: number };

/** Arms faults for the next calls. A method of `*` fits every method. */
export interface Faults {
  api(method: string, fault: ApiFault, times?: number): void;
  /** Answers the armed fault for this call, if any, and counts it off. */
  take(method: string): ApiFault | undefined;
  /** Disarms everything. */
  clear(): void;
  /** How many armed faults have not happened yet. */
  readonly pending: number;
}

export function createFaults(): Faults {
  const armed: { readonly method: string; readonly fault: ApiFault; left: number }[] = [];
  return {
    api(method, fault, times = 1) {
      armed.push({ method, fault, left: times });
    },
    take(method) {
      const index = armed.findIndex((entry) => entry.method === method || entry.method === '*');
      const entry = armed[index];
      if (entry === undefined) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) armed.splice(index, 1);
      return entry.fault;
    },
    clear() {
      armed.length = 0;
    },
    get pending() {
      return armed.reduce((sum, entry) => sum + entry.left, 0);
    },
  };
}
