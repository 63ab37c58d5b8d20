import { gateEntry, systemActor } from '../domain/audit-drafts.ts';
import { BACKCHANNEL_TAB, answered, closeUntaken, spendGate } from '../domain/gate.ts';
import type { ApprovedGate, Gate } from '../domain/gate.ts';
import type { GateId } from '../domain/ids.ts';
import { roleName } from '../domain/privilege.ts';
import { askedAgain } from '../lib/retry.ts';
import { messagesOf } from './answer.ts';
import type { BackchannelChannel, BackchannelTaken } from './backchannel-port.ts';
import { closeGateAs } from './close-gate.ts';
import type { Delivered } from './deliver-card.ts';
import type { Ports } from './ports.ts';

const AGAIN_MS = 1000;
const UNSENT_MS = 500;

type Answering = Pick<Ports, 'store' | 'clock' | 'log' | 'metrics'> & { readonly backchannel: BackchannelChannel };

/**
 * Tells Keycloak what was decided about a backchannel request. A second answer would make Keycloak drop the request: an approval
 * is on record as used before it leaves, and leaves again only if it certainly never did.
 */
export async function answerBackchannel(ports: Answering, id: GateId): Promise<Delivered> {
  const gate = await ports.store.gate(id);
  const bearer = gate?.backchannel?.bearer ?? null;
  if (gate === null || bearer === null) return {};
  const now = ports.clock.now();
  if (now >= gate.waitsUntil) return gate.state === 'approved' ? takeBack(ports, gate) : keep(ports, answered(gate));
  if (gate.state === 'denied') return tellNo(ports, gate, bearer);
  if (gate.state !== 'approved') return {};
  if (!(await carriesTheSame(ports, gate))) {
    if (await closeGateAs(ports, gate, 'changed')) await ports.backchannel.answer(bearer, 'CANCELLED', null);
    return {};
  }
  return tellYes(ports, gate, bearer);
}

/** Whether the token would still carry what the approver saw. */
async function carriesTheSame(ports: Answering, { client, person, scopes, backchannel }: Gate): Promise<boolean> {
  const preview = await ports.backchannel.preview(client, person.userId, scopes);
  if (preview === null || preview.unheld.length > 0) return false;
  const roles = preview.roles.map(roleName).sort();
  return JSON.stringify(roles) === JSON.stringify(backchannel?.roles);
}

async function tellNo(ports: Answering, gate: Gate, bearer: string): Promise<Delivered> {
  const taken = await ports.backchannel.answer(bearer, 'UNAUTHORIZED', null);
  if (taken === 'not_sent') return { againAt: ports.clock.now() + AGAIN_MS };
  return keep(ports, answered(gate));
}

async function tellYes(ports: Answering, gate: ApprovedGate, bearer: string): Promise<Delivered> {
  const at = ports.clock.now();
  const spent = spendGate(gate, BACKCHANNEL_TAB, at);
  if (spent === null) return takeBack(ports, gate);
  const message = messagesOf(`gate-spent:${spent.id}`, at, spent.correlationId);
  const committed = await ports.store.commit({
    gates: [spent],
    messages: [message({ to: 'gate', gateId: spent.id })],
    audit: [gateEntry('gate.spent', spent, systemActor, at)],
  });
  if (committed === 'conflict') return { againAt: at };
  const taken = await sentOnce(ports, spent, bearer);
  if (taken === 'taken' || taken === 'unknown') {
    if (taken === 'unknown') ports.log.warn('nobody knows whether Keycloak took an approval', { gateId: gate.id });
    return {};
  }
  ports.log.warn('Keycloak did not take an approval', { gateId: gate.id, taken });
  return takeBack(ports, spent);
}

/** Again only while it certainly never left. */
async function sentOnce(ports: Answering, gate: Gate, bearer: string): Promise<BackchannelTaken> {
  const send = () => ports.backchannel.answer(bearer, 'SUCCEED', gate.id);
  const isOver = (taken: BackchannelTaken): boolean => taken !== 'not_sent';
  return (await askedAgain(send, isOver, waitsUntil(ports.clock, gate.waitsUntil))) ?? 'not_sent';
}

function* waitsUntil(clock: Ports['clock'], end: number): Generator<number> {
  yield 0;
  while (clock.now() + UNSENT_MS < end) yield UNSENT_MS;
}

/** Nothing was issued: the approval counts for nothing, and the card says so. */
async function takeBack({ store, clock }: Answering, gate: ApprovedGate): Promise<Delivered> {
  const at = clock.now();
  for (let now: Gate | null = gate; now?.state === 'approved'; now = await store.gate(gate.id)) {
    const closed = closeUntaken(now, at);
    const message = messagesOf(`gate-untaken:${gate.id}`, at, gate.correlationId);
    const messages = [message({ to: 'gate', gateId: gate.id })];
    const audit = [gateEntry('gate.untaken', closed, systemActor, at)];
    if ((await store.commit({ gates: [closed], messages, audit })) === 'committed') return {};
  }
  return {};
}

async function keep({ store, clock }: Answering, gate: Gate): Promise<Delivered> {
  const committed = await store.commit({ gates: [gate], audit: [] });
  return committed === 'committed' ? {} : { againAt: clock.now() };
}
