import { CodedError } from '../../src/lib/errors.ts';
import type { CallOutcome, KeycloakDirectory } from '../../src/usecases/keycloak-port.ts';
import type { Ports } from '../../src/usecases/ports.ts';
import type { FakeKeycloak } from '../doubles/fake-keycloak.ts';
import type { FakeSlack } from '../doubles/fake-slack.ts';
import type { Chance } from './chance.ts';
import type { Story } from './story.ts';
import type { Owner, Timeline } from './timeline.ts';
import type { Side, Trouble, Weather } from './weather.ts';

/** As the Keycloak adapter does it: a change is sent within this time or not at all. */
const SEND_WITHIN_MS = 5000;
const TIMEOUT_MS = 15_000;
/** Answers that are no promise, or a stream; they come at once. */
const AT_ONCE = new Set(['endsSessionsFirst', 'homeTeamId', 'homeTeamName', 'auditEntries']);

/** With narrowed permissions Keycloak shows nothing instead of refusing; the adapter throws only where it can tell. */
const EMPTY: Readonly<Record<string, unknown>> = {
  read: null,
  list: [],
  byEmail: [],
  bySlackId: [],
  group: 'missing',
  groupById: null,
  managerOf: 'unknown',
  person: null,
  keptRoles: [],
};

/** Where calls come from: it may be paused or killed at any of its calls and answers. */
export type Caller = Owner & {
  readonly name: string;
  /** Told at each call and each answer, before anything happens; may pause or kill itself. */
  onStep(): void;
};

/** The ways to the outside, shared by all replicas, on which everything takes its time and may go wrong. */
export type Network = {
  connect(caller: Caller, outside: Outside): Outside;
  /** Its calls that have not left yet: some still go, some never will, and no answer finds anybody. */
  cut(caller: Caller): void;
};
export type Outside = Pick<Ports, 'store' | 'access' | 'catalogue' | 'conversation' | 'slackPeople'> & {
  readonly directory: KeycloakDirectory;
};

type Call = { readonly side: Side; readonly name: string; readonly args: readonly unknown[]; readonly sentAt: number };

export function createNetwork({
  timeline,
  chance,
  weather,
  keycloak,
  slack,
  story,
  onLeave,
  onRepeat,
}: {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly keycloak: Pick<FakeKeycloak, 'faults'>;
  readonly slack: Pick<FakeSlack, 'faults'>;
  readonly story: Story;
  /** A call of this replica is about to reach the other side. */
  readonly onLeave: (caller: Caller, name: string, args: readonly unknown[]) => void;
  /** Something was said, or written, and the one who said it does not know: he may say it again. */
  readonly onRepeat: () => void;
}): Network {
  const leaving = new Map<Caller, Set<() => void>>();
  /** Mostly milliseconds; sometimes long enough for others to get in between. */
  const delay = (side: Side): number => {
    if (side === 'store') return chance.happens(0.03) ? chance.between(5, 400) : chance.between(0, 4);
    return chance.happens(0.05) ? chance.between(100, 2500) : chance.between(2, 40);
  };

  /** What the other side does and says; settled within this moment. */
  const meet = async (
    caller: Caller,
    { side, name, args, sentAt }: Call,
    trouble: Trouble | null,
    act: Act,
  ): Promise<Answer> => {
    const isChange = name === 'give' || name === 'take';
    if (isChange && timeline.now() - sentAt > SEND_WITHIN_MS) return { value: 'not_sent' satisfies CallOutcome };
    onLeave(caller, name, args);
    if (side === 'store') return meetStore(name, trouble, act, args);
    if (name === 'probe') return { value: trouble === null || trouble === 'slow' || trouble === 'forbidden' };
    if (side === 'keycloak' && weather.isBlind() && name in EMPTY) return { value: EMPTY[name] };
    if (trouble !== null && trouble !== 'slow') (side === 'keycloak' ? keycloak : slack).faults.next(name, trouble);
    return caught(act, args);
  };
  const travel = (caller: Caller, call: Call, act: Act): Promise<unknown> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const answer = (outcome: Answer, at: number): void => {
      timeline.plan({
        at,
        kind: 'call',
        owner: caller,
        run: () => {
          caller.onStep();
          if (caller.dead) return;
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.value);
        },
      });
    };
    const arrive = (isHeard: boolean): void => {
      const trouble = weather.meet(call.side, call.name, resourceOf(call.args));
      const now = timeline.now();
      if ((call.side === 'slack' && trouble === 'lost') || (call.name === 'commit' && trouble !== null)) onRepeat();
      void meet(caller, call, trouble, act).then((outcome) => {
        story.tell(caller.name, () => describe(call, trouble, outcome, isHeard));
        if (isHeard)
          answer(outcome, isLate(trouble) ? now + TIMEOUT_MS : now + delay(call.side) + slowness(trouble, chance));
      });
    };
    const set = leaving.get(caller) ?? new Set();
    leaving.set(caller, set);
    const inFlight = (): void => arrive(false);
    const isDead = (): boolean => caller.dead;
    set.add(inFlight);
    timeline.plan({
      at: timeline.now() + delay(call.side),
      kind: 'call',
      owner: caller,
      run: () => {
        if (caller.dead || !set.delete(inFlight)) return;
        caller.onStep();
        if (isDead()) set.add(inFlight);
        else if (caller.pausedUntil > timeline.now())
          timeline.plan({ at: caller.pausedUntil, kind: 'call', owner: caller, run: () => arrive(true) });
        else arrive(true);
        if (isDead()) cut(caller);
      },
    });
    return promise;
  };
  const through = <T extends object>(caller: Caller, side: Side, port: T): T =>
    new Proxy(port, {
      get: (target, name, receiver) => {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function' || typeof name !== 'string' || AT_ONCE.has(name)) return value;
        return (...args: readonly unknown[]) =>
          travel(caller, { side, name, args, sentAt: timeline.now() }, value as Act);
      },
    });
  const cut = (caller: Caller): void => {
    for (const go of leaving.get(caller) ?? [])
      if (chance.happens(0.5))
        timeline.plan({ at: timeline.now() + delay('keycloak'), kind: 'call', owner: null, run: go });
    leaving.delete(caller);
  };
  return {
    cut,
    connect: (caller, outside) => ({
      store: through(caller, 'store', outside.store),
      access: through(caller, 'keycloak', outside.access),
      catalogue: through(caller, 'keycloak', outside.catalogue),
      directory: through(caller, 'keycloak', outside.directory),
      conversation: through(caller, 'slack', outside.conversation),
      slackPeople: through(caller, 'slack', outside.slackPeople),
    }),
  };
}

type Act = (...args: readonly unknown[]) => Promise<unknown>;
type Answer = { readonly value: unknown } | { readonly error: unknown };

const caught = (act: Act, args: readonly unknown[]): Promise<Answer> =>
  act(...args).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );

/** `lost`: written, and nobody knows. */
async function meetStore(name: string, trouble: Trouble | null, act: Act, args: readonly unknown[]): Promise<Answer> {
  if (trouble === null || trouble === 'slow') return caught(act, args);
  if (trouble === 'lost') await caught(act, args);
  return { error: new CodedError('store_unavailable', `${name} was not answered`) };
}

const isLate = (trouble: Trouble | null): boolean => trouble === 'lost' || trouble === 'late' || trouble === 'never';
const slowness = (trouble: Trouble | null, chance: Chance): number =>
  trouble === 'slow' ? chance.between(1000, 12_000) : 0;

/** The resource that a call is about, if any. */
function resourceOf([first]: readonly unknown[]): string | null {
  if (typeof first !== 'object' || first === null) return null;
  if ('resource' in first && typeof first.resource === 'object' && first.resource !== null && 'id' in first.resource)
    return String(first.resource.id);
  return 'kind' in first && 'path' in first && 'id' in first ? String(first.id) : null;
}

function describe({ name, args }: Call, trouble: Trouble | null, outcome: Answer, isHeard: boolean): string {
  const said = 'error' in outcome ? `✗ ${codeOf(outcome.error)}` : `→ ${brief(outcome.value)}`;
  return `${name} ${args.map(brief).join(' ')} ${said}${trouble === null ? '' : ` (${trouble})`}${isHeard ? '' : ' (nobody hears it)'}`;
}

const codeOf = (error: unknown): string => (error instanceof CodedError ? error.code : String(error));

/** A value in a few words. */
function brief(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.map(brief).join(', ').slice(0, 200)}]`;
  if (typeof value !== 'object' || value === null) return String(value).slice(0, 60);
  const facts = value as Partial<Record<string, unknown>>;
  const named = [
    'do',
    'key',
    'username',
    'path',
    'state',
    'present',
    'user',
    'revision',
    'epoch',
    'puts',
    'deletes',
    'owned',
    'kind',
    'nextLookAt',
    'endedBy',
  ];
  const own = named.flatMap((name) => (name in facts ? [`${name}:${shortened(facts[name])}`] : []));
  const inner = [
    'requests',
    'grants',
    'holdings',
    'messages',
    'sent',
    'inboxDone',
    'audit',
    'holding',
    'resource',
    'message',
    'request',
    'person',
    'body',
    'intent',
    'words',
    'say',
    'notice',
  ];
  const deep = inner.flatMap((name) => {
    const one = facts[name];
    return one === undefined || (Array.isArray(one) && one.length === 0) ? [] : [`${name}=${brief(one)}`];
  });
  return `{${[...own, ...deep].join(' ').slice(0, 400)}}`;
}

const shortened = (value: unknown): string =>
  String(value).replaceAll(/([0-9a-f]{4})[0-9a-f]{4}-[0-9a-f-]{27}/g, '$1…');
