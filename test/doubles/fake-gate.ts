import { randomUUID } from 'node:crypto';
import type { Gate } from '../../src/domain/gate.ts';
import type { GateId } from '../../src/domain/ids.ts';
import { keycloakUserId } from '../../src/domain/ids.ts';
import type { Posted } from '../../src/domain/message.ts';
import { createGate } from '../../src/usecases/gate.ts';
import type { GateAsk, GateRef } from '../../src/usecases/gate-port.ts';
import type { Policy } from '../../src/usecases/policy-port.ts';
import type { Ports } from '../../src/usecases/ports.ts';
import { AN_ACCOUNT, aPolicy } from '../builders/policy.ts';
import { aWorld } from './fake-world.ts';

/** Whoever signs in to Grafana waits for one of the platform. */
export const ASK_FIRST = `
  - name: dashboards ask first
    doors: [login]
    when: has(context.client) && context.client == "grafana"
    stages: [{ approvers: /approvers/platform }]`;

export type GateWorld = Awaited<ReturnType<typeof aGateWorld>>;

/** The fake world with a Keycloak that asks at the gate; what is counted there stands in `counted`. */
export async function aGateWorld(policy: Policy | null = aPolicy(ASK_FIRST)) {
  const world = await aWorld({ policy });
  const counted: string[] = [];
  const ports: Ports = {
    ...world.ports,
    metrics: {
      ...world.ports.metrics,
      gateAsked: (trigger, verdict) => void counted.push(`${trigger} ${verdict}`),
      tokenAsked: (grant, verdict) => void counted.push(`${grant} ${verdict}`),
      gateClosed: (outcome, seconds) => void counted.push(`${outcome} ${seconds}`),
    },
  };
  world.restart('one', ports);
  const calls = createGate(ports, () => undefined);

  const userOf = (username: string) => world.keycloak.users.get(username)?.userId ?? keycloakUserId(username);
  const asking = (username: string, facts: Partial<GateAsk> = {}): GateAsk => ({
    ...{ nonce: randomUUID(), person: { userId: userOf(username), username } },
    ...{ client: 'grafana', clientName: 'Grafana', scopes: ['openid'], reached: [], ip: null, device: null },
    ...{ action: null, trigger: 'client', session: `browser of ${username}`, tab: 'first', waitSeconds: 300 },
    account: AN_ACCOUNT,
    ...facts,
  });
  const ask = (username: string, facts: Partial<GateAsk> = {}) => calls.ask(asking(username, facts));
  /** Somebody comes to the gate and waits; the card is posted. */
  const wait = async (username: string, facts: Partial<GateAsk> = {}): Promise<GateRef & { readonly code: string }> => {
    const { person, session } = asking(username, facts);
    const verdict = await ask(username, facts);
    if (verdict === 'replayed' || verdict.answer !== 'wait') throw new Error(JSON.stringify(verdict));
    await world.run();
    return { gate: verdict.gate, userId: person.userId, session, code: verdict.code };
  };
  const read = async (id: GateId): Promise<Gate> => {
    const gate = await world.store.gate(id);
    if (gate === null) throw new Error(`no gate ${id}`);
    return gate;
  };
  const click = async (
    intent: 'gate_approve' | 'gate_deny',
    name: string,
    { gate }: GateRef,
    message?: Posted,
  ): Promise<void> => {
    const { card } = await read(gate);
    await world.act(name, { intent, gateId: gate, message: message ?? card ?? { channel: 'C0', ts: '0' } });
  };
  return {
    ...{ world, ports, calls, counted, asking, ask, wait, read },
    approve: (name: string, ref: GateRef, message?: Posted) => click('gate_approve', name, ref, message),
    deny: (name: string, ref: GateRef, message?: Posted) => click('gate_deny', name, ref, message),
    spend: (ref: GateRef, tab = 'first') => calls.spend({ ...ref, tab }),
    kinds: async () => (await world.audit()).map(({ kind }) => kind).filter((kind) => kind !== 'instance.created'),
    saidTo: (name: string) =>
      world.told(name).map((words) => (words.say === 'refused' ? words.refusal.refusal : words.say)),
  };
}
