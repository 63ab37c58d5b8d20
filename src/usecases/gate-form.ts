import { formatDuration } from '../domain/duration.ts';
import type { CatalogueItem, Entitlement } from '../domain/entitlement.ts';
import type { GatePerson } from '../domain/gate.ts';
import type { IdentityNeed } from '../domain/identity.ts';
import type { SlackUser } from '../domain/people.ts';
import type { Refusal } from '../domain/refusal.ts';
import { CodedError } from '../lib/errors.ts';
import { checkDuration, checkJustification, findAccess, offeredDurations } from './ask.ts';
import { barriers } from './fit-ask.ts';
import type { FormAsk, FormAsked, FormClosed, FormEntry, FormView } from './gate-port.ts';
import { identityNeed } from './identify.ts';
import type { Ports } from './ports.ts';
import { accountOf } from './seats.ts';

/** A page with more lines is no form; others are asked for by name. */
const ENTRIES = 100;

type Opening = Pick<Ports, 'catalogue' | 'directory' | 'slackPeople' | 'settings'>;
type Asking = Opening &
  Pick<Ports, 'store' | 'clock' | 'ids' | 'log'> & {
    /** There is something in the inbox. */
    readonly onReceived: () => void;
  };

/** The Slack account of whoever signs in, and how well it is tied to him. */
type Account = { readonly slack: SlackUser; readonly tie: IdentityNeed };

/**
 * What this person may ask for at a login page. What asks for a linked account is left out for one that is known by its
 * e-mail alone, and what asks for a group that he is not seen to be in.
 * @throws keycloak_unavailable, keycloak_forbidden
 */
export async function openForm(ports: Opening, person: GatePerson): Promise<FormView> {
  const [account, items, facts] = await Promise.all([
    accountFor(ports, person),
    ports.catalogue.latest(),
    ports.directory.factsOf(person.userId),
  ]);
  if (typeof account === 'string') return { form: 'closed', because: account };
  const fit = offered(items).filter(
    (one) => isTied(account, one) && isEligible(one.eligibleGroup, facts?.groups ?? []),
  );
  if (fit.length === 0) return { form: 'closed', because: 'nothing_offered' };
  const sorted = fit.toSorted((a, b) => (a.resource.path < b.resource.path ? -1 : 1));
  const entries = sorted.slice(0, ENTRIES).map((one) => entryOf(one, ports.settings.minSeconds));
  return { form: 'open', entries, more: fit.length > ENTRIES };
}

/**
 * Asks for access by the form: everything that can be told at once is told on the page, and nothing was asked; else it goes
 * the way of every request, as the person's Slack account, and is checked there again. The same signed call asks once.
 * @throws store_unavailable, keycloak_unavailable, keycloak_forbidden: nothing is known then
 */
export async function askByForm(ports: Asking, ask: FormAsk): Promise<FormAsked> {
  const [account, items] = await Promise.all([accountFor(ports, ask.person), ports.catalogue.latest()]);
  if (typeof account === 'string') return { asked: false, field: null, because: account, limit: null };
  const duration = formatDuration(ask.seconds);
  const found = findAccess(items, ask.access);
  if (!found.ok) return no('access', found.refusal);
  const { entitlement } = found;
  if (!isTied(account, entitlement)) return no('access', { refusal: 'link_needed' });
  const lasting = checkDuration(entitlement, duration, ports.settings.minSeconds);
  if (!lasting.ok) return no('duration', lasting.refusal);
  const justified = checkJustification(entitlement, ask.justification);
  if (!justified.ok) return no('justification', justified.refusal);
  const person = { ...ask.person, slack: account.slack };
  for await (const barrier of barriers(ports, entitlement, { requester: person, beneficiary: person }, 1))
    return no('limit' in barrier ? null : 'access', barrier);

  const key = `form:${ask.nonce}`;
  const correlationId = ports.ids.uuid();
  await ports.store.receive({
    ...{ key, receivedAt: ports.clock.now(), slack: account.slack, correlationId },
    reply: { slack: account.slack, responseUrl: null },
    intent: {
      ...{ intent: 'request', askedAs: ask.person.userId, access: ask.access },
      ...{ duration, justification: ask.justification },
    },
  });
  ports.log.info('form received', { key, correlationId, userId: ask.person.userId });
  ports.onReceived();
  return { asked: true };
}

/** The one Slack account that is certainly his, or why he cannot ask here. */
async function accountFor(ports: Opening, { userId }: GatePerson): Promise<Account | FormClosed> {
  const user = await ports.directory.person(userId);
  if (user === null) return 'not_linked';
  try {
    const linked = await accountOf(ports, user, 'linked');
    if (typeof linked !== 'string') return { slack: linked, tie: 'linked' };
    const known = linked === 'link_needed' ? await accountOf(ports, user, 'email') : linked;
    return typeof known === 'string' ? 'not_linked' : { slack: known, tie: 'email' };
  } catch (error) {
    if (error instanceof CodedError && error.code.startsWith('slack_')) return 'slack_away';
    throw error;
  }
}

const offered = (items: readonly CatalogueItem[]): readonly Entitlement[] =>
  items.flatMap((item) => (item.requestable ? [item.entitlement] : []));

const isTied = ({ tie }: Account, { risk }: Entitlement): boolean => tie === 'linked' || identityNeed(risk) === 'email';

/** @param group path or bare name; `groups`: paths of those that he is seen to be in */
const isEligible = (group: string | null, groups: readonly string[]): boolean =>
  group === null || groups.some((path) => path === group || path.endsWith(`/${group}`));

const entryOf = (entitlement: Entitlement, minSeconds: number): FormEntry => ({
  kind: entitlement.resource.kind,
  id: entitlement.resource.id,
  path: entitlement.resource.path,
  description: entitlement.description,
  durations: offeredDurations(entitlement, minSeconds),
  defaultSeconds: entitlement.defaultSeconds,
});

type Field = Extract<FormAsked, { asked: false }>['field'];

const no = (field: Field, refusal: Refusal): FormAsked => ({
  asked: false,
  field,
  because: refusal.refusal,
  limit: limitOf(refusal),
});

/** What the sentence on the page names: seconds, how many, or a pattern. */
function limitOf(refusal: Refusal): string | number | null {
  if (refusal.refusal === 'too_long') return refusal.maxSeconds;
  if ('minSeconds' in refusal) return refusal.minSeconds;
  if ('maxPoints' in refusal) return refusal.maxPoints;
  if ('pattern' in refusal) return refusal.pattern;
  return 'limit' in refusal ? refusal.limit : null;
}
