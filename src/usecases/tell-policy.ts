import type { PolicyDecision } from '../domain/policy.ts';
import { messagesOf, ownEntry } from './answer.ts';
import type { PolicyStatus } from './policy-port.ts';
import type { Ports } from './ports.ts';
import type { Store } from './store-port.ts';

/** Replicas that share a file find the same a moment apart: it is told once in this time. */
const ONCE_MS = 600_000;
const BROKEN_ONCE_MS = 3_600_000;

type Telling = Pick<Ports, 'clock'> & { readonly store: Pick<Store, 'commit'> };

/** Another policy is in force. Which one decided about what can be told from the audit. */
export async function tellPolicyChanged(ports: Telling, { source, hash }: PolicyStatus): Promise<void> {
  const at = ports.clock.now();
  const cause = `policy:${hash ?? ''}:${Math.floor(at / ONCE_MS)}`;
  await ports.store.commit({
    messages: [messagesOf(cause, at, cause)({ to: 'operators', alarm: { alarm: 'policy_changed', source } })],
    audit: [ownEntry('policy.changed', at, cause, null, { hash })],
  });
}

/** A changed policy is wrong, and what was in force before still is. `problem`: with lines and columns. */
export async function tellPolicyWrong(ports: Telling, source: string, problem: string): Promise<void> {
  const at = ports.clock.now();
  const cause = `policy-wrong:${problem}:${Math.floor(at / ONCE_MS)}`;
  const alarm = { alarm: 'policy_wrong', source, problem } as const;
  await ports.store.commit({ messages: [messagesOf(cause, at, cause)({ to: 'operators', alarm })], audit: [] });
}

/** A rule could not be evaluated, which denies: each is told once an hour. */
export async function tellBroken(ports: Telling, { broken, reasons }: PolicyDecision): Promise<void> {
  const at = ports.clock.now();
  const messages = broken.map((rule) => {
    const cause = `policy-broken:${rule}:${Math.floor(at / BROKEN_ONCE_MS)}`;
    const because = reasons.find((one) => one.effect === 'broken' && (one.rule === rule || one.rule === null))?.because;
    return messagesOf(
      cause,
      at,
      cause,
    )({ to: 'operators', alarm: { alarm: 'policy_broken', rule, because: because ?? '' } });
  });
  if (messages.length > 0) await ports.store.commit({ messages, audit: [] });
}
