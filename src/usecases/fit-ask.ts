import type { Entitlement } from '../domain/entitlement.ts';
import { refuse } from '../domain/refusal.ts';
import type { Refusal } from '../domain/refusal.ts';
import { isForAnother } from '../domain/request.ts';
import type { RequestFacts } from '../domain/request.ts';
import type { PolicyPorts } from './ask-policy.ts';
import { checkDuration } from './ask.ts';
import { drawUp } from './draw-up.ts';
import type { DrewUp } from './draw-up.ts';
import { flooding } from './flooding.ts';
import { identityNeed } from './identify.ts';
import type { Ports } from './ports.ts';
import type { Store } from './store-port.ts';

type People = Pick<RequestFacts, 'requester' | 'beneficiary'>;
type MinSeconds = { readonly settings: Pick<Ports['settings'], 'minSeconds'> };
type Barring = Pick<Ports, 'directory' | 'clock'> & {
  readonly store: Pick<Store, 'pendingRequest' | 'pendingRequestsOf' | 'countRequestsSince'>;
};

/**
 * Draws up what is asked for, for as long as is asked: the same when somebody asks and when it is explained what would
 * come of it.
 * @param ask its `duration` as typed; empty: the usual one
 * @param cached the entitlement that was meant; what it allows is taken from the one just read
 */
export async function drawAsk(
  ports: PolicyPorts & Pick<Ports, 'catalogue'> & MinSeconds,
  {
    duration,
    ...ask
  }: People &
    Pick<RequestFacts, 'startsAt' | 'justification'> & {
      readonly duration: string;
      readonly bundle: readonly string[];
    },
  cached: Entitlement,
): Promise<DrewUp<{ readonly seconds: number }>> {
  const { minSeconds } = ports.settings;
  const self = await ports.directory.self();
  if (ask.requester.userId === self || ask.beneficiary.userId === self)
    return refuse({ refusal: 'beneficiary_is_bot' });
  const cheap = checkDuration(cached, duration, minSeconds);
  if (!cheap.ok) return cheap;
  const draw = (askedSeconds: number) =>
    drawUp(ports, 'request', { ...ask, resource: cached.resource, askedSeconds }, null);
  const first = await draw(cheap.seconds);
  if (!first.ok) return first;
  // Policy may shorten what somebody gets who named no length.
  const usual = checkDuration(first.drawn.entitlement, duration, minSeconds);
  if (!usual.ok) return usual;
  const drew = usual.seconds === cheap.seconds ? first : await draw(usual.seconds);
  if (!drew.ok) return drew;
  const { drawn } = drew;
  // The person was identified as strongly as the cached entry asks for.
  if (identityNeed(drawn.entitlement.risk) !== identityNeed(cached.risk))
    return refuse({ refusal: 'changed_meanwhile' });
  const checked = checkDuration(drawn.entitlement, duration, minSeconds);
  if (!checked.ok) return checked;
  if (checked.seconds !== usual.seconds) return refuse({ refusal: 'changed_meanwhile' });
  return { ok: true, drawn, seconds: checked.seconds };
}

/**
 * What keeps these people from asking now, whoever would decide; each is looked at when it is its turn.
 * @param more how many requests this would be; null: they count for nothing
 */
export async function* barriers(
  ports: Barring,
  entitlement: Entitlement,
  people: People,
  more: number | null,
): AsyncGenerator<Refusal, void> {
  const barred = await notEligible(ports, entitlement, people);
  if (barred !== null) yield barred;
  const twin = await pendingTwin(ports, { beneficiary: people.beneficiary, resource: entitlement.resource });
  if (twin !== null) yield twin;
  const flood = more === null ? null : await flooding(ports, people.requester, more);
  if (flood !== null) yield flood;
}

/** Why this person may not ask for it at all, or null. */
export async function notEligible(
  ports: Pick<Ports, 'directory'>,
  entitlement: Entitlement,
  people: People,
): Promise<Refusal | null> {
  const { beneficiary } = people;
  const { eligibleGroup, resource } = entitlement;
  if (eligibleGroup === null) return null;
  const group = await ports.directory.group(eligibleGroup);
  if (typeof group !== 'string' && group.members.some((user) => user.userId === beneficiary.userId)) return null;
  if (isForAnother(people)) return { refusal: 'not_for_them', person: beneficiary.slack, because: 'not_eligible' };
  return { refusal: 'not_eligible', path: resource.path, group: eligibleGroup };
}

/** The same is asked for already. */
export async function pendingTwin(
  ports: { readonly store: Pick<Store, 'pendingRequest'> },
  ask: Pick<RequestFacts, 'beneficiary' | 'resource'>,
): Promise<Refusal | null> {
  const first = await ports.store.pendingRequest(ask.beneficiary.userId, ask.resource);
  return first === null ? null : { refusal: 'already_pending', path: ask.resource.path, link: first.id };
}
