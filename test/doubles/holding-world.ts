import { grantId, keycloakUserId, requestId, resourceId } from '../../src/domain/ids.ts';
import { openHolding } from '../../src/domain/holding.ts';
import type { maySend, nextStep, resolved, Holding, Look, Step } from '../../src/domain/holding.ts';
import type { GrantFacts, OpenGrant } from '../../src/domain/grant.ts';
import type { Successor, World } from './holding-explorer.ts';

/** The functions under test, and what is written down right before a call; a variant wraps one to drop its rule. */
export type Keeper = {
  readonly nextStep: typeof nextStep;
  readonly maySend: typeof maySend;
  readonly resolved: typeof resolved;
  readonly recorded: (planned: Holding, before: Holding) => Holding;
  readonly quarantineMs: number;
};

type Call = 'put' | 'delete';
type Lease = 'none' | 'planned' | 'provisional' | 'live' | 'ended' | 'drifted';
/** A holding as far as the world tells holdings apart; `past`: the quarantine after the last send is over. */
type Row = {
  readonly owned: boolean | null;
  readonly puts: number;
  readonly deletes: number;
  readonly lastSend: 'never' | 'recent' | 'past';
};
/**
 * What a replica has in memory under its claim. `row`: the committed one, but for calls answered since. `knows`: the
 * leases that it read; an approval since then moved the rows on, so that its next commit is refused and it reads again.
 */
type Claim = { readonly row: Row; readonly knows: 1 | 2; readonly deleteAnswered: boolean };
/** `early`: it was read before the quarantine passed. */
type Reading = { readonly present: boolean; readonly early: boolean };
type Replica =
  | { readonly at: 'idle' }
  | (Claim & { readonly at: 'step'; readonly look: Reading | null })
  | (Claim & { readonly at: 'send'; readonly call: Call; readonly lost: boolean });

/**
 * One person, one resource, two leases, two replicas. `time` 0: lease 1 may live; 1: lease 1 is due, lease 2 may live;
 * 2: both are due. `late` counts calls on their way whose caller no longer waits. A replica that `lost` its claim to the
 * other can commit nothing any more, so it is kept only while it may still send.
 */
type State = {
  readonly time: number;
  readonly member: boolean;
  readonly late: Readonly<Record<Call, number>>;
  readonly leases: readonly [Lease, Lease];
  readonly row: Row;
  readonly rowLease: number | null;
  readonly replicas: readonly [Replica, Replica];
  /** Crashes, lost answers and pauses beyond the row lease so far. */
  readonly faults: number;
};

const NOW = 1_000_000_000_000;
const HOUR_MS = 3_600_000;
const QUARANTINE_MS = 120_000;
const TIMEOUT_MS = 5_000;
const NAMES = ['A', 'B'] as const;
const CALLS: readonly Call[] = ['put', 'delete'];
const IDLE: Replica = { at: 'idle' };
const NEW_ROW: Row = { owned: null, puts: 0, deletes: 0, lastSend: 'never' };

const resource = { kind: 'group', id: resourceId('resource'), path: '/resource', clientUuid: null } as const;
const userId = keycloakUserId('holder');
const blank = openHolding('realm', userId, 'holder', resource, NOW);
const facts: Omit<GrantFacts, 'id' | 'approvedAt'> = {
  realm: 'realm',
  requestId: requestId('request'),
  person: { userId, username: 'holder', slack: { teamId: 'T1', userId: 'U1' } },
  resource,
  leaseSeconds: 3600,
  endSessions: false,
  digest: 'digest',
  approvers: [],
  endAsked: null,
  correlationId: 'correlation',
  revision: 1,
};

const isOpen = (lease: Lease) => lease === 'planned' || lease === 'provisional' || lease === 'live';
const anyOpen = (state: State) => state.leases.some(isOpen);
const isDue = (state: State, index: number) => state.time > index;
const say = (call: Call) => call.toUpperCase();

/** Every interleaving of two replicas that keep one holding right with `keeper`, with at most `faults` things going wrong. */
export function holdingWorld(keeper: Keeper, memberBefore: boolean, faults: number): World<State> {
  return {
    start: {
      time: 0,
      member: memberBefore,
      late: { put: 0, delete: 0 },
      leases: ['planned', 'none'],
      row: NEW_ROW,
      rowLease: null,
      replicas: [IDLE, IDLE],
      faults: 0,
    },
    key,
    finished: (state) => !anyOpen(state),
    breach: (state) => {
      if (memberBefore && !state.member) return 'took away access that was there before';
      if (!memberBefore && state.member && !anyOpen(state)) return 'orphan: access without an open lease';
      if (state.leases.includes('drifted')) return 'called drift what nobody else did';
      const hollow = state.leases.some((lease, index) => lease === 'live' && !isDue(state, index) && !state.member);
      return hollow ? 'a lease called live has no access' : null;
    },
    successors: (state) =>
      [
        ...landings(state),
        ...state.replicas.flatMap((replica, index) => progress(keeper, state, replica, index)),
        ...passing(state),
        ...state.replicas.flatMap((replica, index) => claim(state, replica, index)),
        ...(state.faults < faults ? state.replicas.flatMap((replica, index) => crash(state, replica, index)) : []),
      ].filter((successor) => successor.state.faults <= faults),
  };
}

// ---------------------------------------------------------------- what the world does

const landings = (state: State): readonly Successor<State>[] =>
  CALLS.filter((call) => state.late[call] > 0).flatMap((call) => {
    const late = { ...state.late, [call]: state.late[call] - 1 };
    return [
      { story: `a late ${say(call)} lands`, state: { ...state, late, member: call === 'put' } },
      { story: `a late ${say(call)} never lands`, state: { ...state, late } },
    ];
  });

function passing(state: State): readonly Successor<State>[] {
  const successors: Successor<State>[] = [];
  const rows = [state.row, ...state.replicas.flatMap((replica) => (replica.at === 'idle' ? [] : [replica.row]))];
  // The quarantine is longer than a row lease and a late landing together.
  const sending = state.replicas.some((replica, index) => replica.at === 'send' && state.rowLease === index);
  if (rows.some((row) => row.lastSend === 'recent') && !sending && state.late.put + state.late.delete === 0) {
    const replicas = [older(state.replicas[0]), older(state.replicas[1])] as const;
    successors.push({ story: 'the quarantine passes', state: { ...state, row: past(state.row), replicas } });
  }
  if (state.time < 2)
    successors.push({ story: `lease ${state.time + 1} falls due`, state: { ...state, time: state.time + 1 } });
  if (state.rowLease !== null) {
    const idle = state.replicas[state.rowLease]?.at === 'idle';
    const faults = state.faults + (idle ? 0 : 1);
    successors.push({
      story: `${nameOf(state.rowLease)}'s row lease runs out`,
      state: { ...state, rowLease: null, faults },
    });
  }
  if (state.leases[1] === 'none' && state.time < 2) {
    successors.push({ story: 'lease 2 is approved', state: { ...state, leases: [state.leases[0], 'planned'] } });
  }
  return successors;
}

const past = (row: Row): Row => (row.lastSend === 'recent' ? { ...row, lastSend: 'past' } : row);

function older(replica: Replica): Replica {
  if (replica.at === 'idle') return replica;
  const row = past(replica.row);
  if (replica.at === 'send' || replica.look === null || row === replica.row) return { ...replica, row };
  return { ...replica, row, look: { ...replica.look, early: true } };
}

function claim(state: State, replica: Replica, index: number): readonly Successor<State>[] {
  if (replica.at !== 'idle' || state.rowLease !== null || !anyOpen(state)) return [];
  const other = 1 - index;
  const rival = state.replicas[other] ?? IDLE;
  const alone = withReplica(state, other, rival.at === 'send' ? { ...rival, lost: true } : IDLE);
  const fresh: Replica = { at: 'step', row: state.row, knows: leasesOf(state), look: null, deleteAnswered: false };
  return [{ story: `${nameOf(index)} claims`, state: withReplica({ ...alone, rowLease: index }, index, fresh) }];
}

const leasesOf = (state: State): 1 | 2 => (state.leases[1] === 'none' ? 1 : 2);

const crash = (state: State, replica: Replica, index: number): readonly Successor<State>[] =>
  replica.at === 'idle'
    ? []
    : [
        {
          story: `${nameOf(index)} is killed`,
          state: withReplica({ ...state, faults: state.faults + 1 }, index, IDLE),
        },
      ];

// ---------------------------------------------------------------- what a replica does

function progress(keeper: Keeper, state: State, replica: Replica, index: number): readonly Successor<State>[] {
  if (replica.at === 'idle') return [];
  return replica.at === 'step' ? nextSteps(keeper, state, replica, index) : send(keeper, state, replica, index);
}

function nextSteps(
  keeper: Keeper,
  state: State,
  replica: Replica & { at: 'step' },
  index: number,
): readonly Successor<State>[] {
  const name = nameOf(index);
  const seen = { look: replica.look === null ? null : lookOf(replica.look), deleteAnswered: replica.deleteAnswered };
  const before = holdingOf(state, replica.row, index);
  const step = keeper.nextStep(before, grantsOf(state, replica.knows), seen, NOW, keeper.quarantineMs);
  if (step.do === 'look') {
    const look = { present: state.member, early: false };
    return [
      {
        story: `${name} reads ${state.member ? 'access' : 'no access'}`,
        state: withReplica(state, index, { ...replica, look }),
      },
    ];
  }
  if (step.do === 'end-sessions') throw new Error('no lease here asks for it');
  const moved = replica.knows !== leasesOf(state);
  if (moved && step.do !== 'wait') {
    const deleteAnswered = replica.deleteAnswered && step.do !== 'settle';
    const again: Replica = { ...replica, knows: leasesOf(state), look: null, deleteAnswered };
    return [{ story: `${name} reads the rows again`, state: withReplica(state, index, again) }];
  }
  const committed = { ...state, leases: afterStep(state.leases, step) };
  if (step.do === 'put' || step.do === 'delete') {
    const row = rowOf(keeper.recorded(step.holding, before));
    const { knows, deleteAnswered } = replica;
    const sender: Replica = { at: 'send', row: rowOf(step.holding), knows, deleteAnswered, call: step.do, lost: false };
    return [{ story: `${name} records a ${say(step.do)}`, state: withReplica({ ...committed, row }, index, sender) }];
  }
  const story = step.do === 'wait' ? `${name} waits` : `${name} settles`;
  return [{ story, state: released({ ...committed, row: rowOf(step.holding) }, index) }];
}

function send(
  keeper: Keeper,
  state: State,
  replica: Replica & { at: 'send' },
  index: number,
): readonly Successor<State>[] {
  const name = nameOf(index);
  const { call, lost, knows } = replica;
  const holding = holdingOf(state, replica.row, index);
  const row = rowOf(keeper.resolved(holding, call));
  const letGo = (last: Row) => (lost ? withReplica(state, index, IDLE) : released({ ...state, row: last }, index));
  if (!keeper.maySend(call, holding, grantsOf(state, knows), name, NOW, TIMEOUT_MS)) {
    return [{ story: `${name} may not send the ${say(call)}`, state: letGo(row) }];
  }
  const deleteAnswered = replica.deleteAnswered || call === 'delete';
  const answered: Replica = lost ? IDLE : { at: 'step', row, knows, look: null, deleteAnswered };
  const late = { ...state.late, [call]: state.late[call] + 1 };
  const faults = state.faults + 1;
  return [
    {
      story: `${name}'s ${say(call)} is answered`,
      state: withReplica({ ...state, member: call === 'put' }, index, answered),
    },
    { story: `${name}'s ${say(call)} is not answered`, state: { ...letGo(replica.row), late, faults } },
    {
      story: `${name} is killed after sending the ${say(call)}`,
      state: withReplica({ ...state, late, faults }, index, IDLE),
    },
  ];
}

function afterStep(leases: State['leases'], step: Step): State['leases'] {
  const change = (lease: Lease, index: number): Lease => {
    const is = (grant: { readonly id: string }) => grant.id === String(index);
    if (step.do === 'put') return step.grants.some(is) ? 'provisional' : lease;
    if (step.do !== 'settle') return lease;
    const ended = step.ended.find(is);
    if (ended !== undefined) return ended.endedBy === 'drift' ? 'drifted' : 'ended';
    return step.live.some(is) ? 'live' : lease;
  };
  return [change(leases[0], 0), change(leases[1], 1)];
}

const released = (state: State, index: number): State =>
  withReplica(state.rowLease === index ? { ...state, rowLease: null } : state, index, IDLE);

const withReplica = (state: State, index: number, replica: Replica): State => ({
  ...state,
  replicas: index === 0 ? [replica, state.replicas[1]] : [state.replicas[0], replica],
});

const nameOf = (index: number): string => NAMES[index] ?? 'nobody';

// ---------------------------------------------------------------- between the world and the domain's values

const lookOf = ({ present, early }: Reading): Look => ({
  at: early ? NOW - 1 : NOW,
  present,
  user: 'enabled',
  resource: 'there',
  refused: new Map(),
});

function holdingOf(state: State, row: Row, index: number): Holding {
  const { owned, puts, deletes } = row;
  const lastSendAt = { never: null, recent: NOW - 1, past: NOW - QUARANTINE_MS }[row.lastSend];
  // Its memory tells it until when it has the row lease, whoever has it now.
  const rowLease = { replica: nameOf(index), until: state.rowLease === index ? NOW + HOUR_MS : NOW };
  return { ...blank, owned, puts, deletes, lastSendAt, rowLease };
}

function rowOf(holding: Holding): Row {
  const { owned, puts, deletes, lastSendAt } = holding;
  const lastSend = lastSendAt === null ? 'never' : lastSendAt > NOW - QUARANTINE_MS ? 'recent' : 'past';
  return { owned, puts, deletes, lastSend };
}

function grantsOf(state: State, knows: 1 | 2): readonly OpenGrant[] {
  return state.leases.slice(0, knows).flatMap((lease, index): OpenGrant[] => {
    if (!isOpen(lease)) return [];
    const due = state.time > index;
    const approvedAt = due ? NOW - 2 * HOUR_MS : NOW;
    const expiresAt = due ? NOW : NOW + HOUR_MS;
    const grant = { ...facts, id: grantId(String(index)), approvedAt };
    if (lease === 'live') return [{ ...grant, state: 'live', liveAt: approvedAt, expiresAt }];
    return [{ ...grant, state: 'planned', expiresAt: lease === 'planned' ? null : expiresAt }];
  });
}

// ---------------------------------------------------------------- keys

const LEASES: readonly Lease[] = ['none', 'planned', 'provisional', 'live', 'ended', 'drifted'];
const flag = (value: boolean | null): number => (value === null ? 0 : value ? 1 : 2);

const rowKey = ({ owned, puts, deletes, lastSend }: Row): string =>
  String.fromCharCode(((flag(owned) * 3 + ['never', 'recent', 'past'].indexOf(lastSend)) * 16 + puts) * 16 + deletes);

function replicaKey(replica: Replica): string {
  if (replica.at === 'idle') return '-';
  const claimed = `${replica.knows}${flag(replica.deleteAnswered)}${rowKey(replica.row)}`;
  if (replica.at === 'send') return `${claimed}${replica.call}${flag(replica.lost)}`;
  return `${claimed}${replica.look === null ? '' : `${flag(replica.look.present)}${flag(replica.look.early)}`}`;
}

const key = ({ time, member, late, leases, row, rowLease, replicas, faults }: State): string =>
  `${time}${flag(member)}${late.put}${late.delete}${LEASES.indexOf(leases[0])}${LEASES.indexOf(leases[1])}${rowKey(row)}${
    rowLease ?? '-'
  }${replicaKey(replicas[0])}/${replicaKey(replicas[1])}${faults}`;
