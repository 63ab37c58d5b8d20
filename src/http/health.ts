import type { Log } from '../usecases/ports.ts';

/** Each part is `ok` or the reason why it is not; reasons are shown to whoever can reach the port. */
export type Health = {
  readonly keycloak: string;
  readonly database: string;
  readonly slack: string;
  /** Told, and no reason not to be ready: a policy that was right goes on, and without one that answers ends still come. */
  readonly policy?: string;
};

/** The body of `/readyz`. */
type Readiness = { readonly status: 'ok' | 'not ready' } & (Health | { readonly reason: string });

const MAX_WAIT_MS = 5000;

/** Ready when every part is ok. A check that fails or lasts over 5 s is an answer too. */
export async function readiness(check: () => Promise<Health>, log: Log): Promise<Readiness> {
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, MAX_WAIT_MS, null);
  try {
    const health = await Promise.race([check(), late]);
    if (health === null) return { status: 'not ready', reason: 'the check did not end in time' };
    const ready = [health.keycloak, health.database, health.slack].every((part) => part === 'ok');
    return { status: ready ? 'ok' : 'not ready', ...health };
  } catch (error) {
    log.error('http.check_failed', { error });
    return { status: 'not ready', reason: 'the check failed' };
  } finally {
    clearTimeout(timer);
  }
}
