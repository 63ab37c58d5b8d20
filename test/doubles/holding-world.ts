import type { maySend, nextStep, resolved, Holding, Step } from '../../src/domain/holding.ts';
import type { Successor, World } from './holding-explorer.ts';
import { grantsOf, hasBegun, holdingOf, isOpen, key, lookOf, nameOf, NOW, rowOf } from './holding-state.ts';
import type { Call, Lease, Replica, Row, State } from './holding-state.ts';

/** The functions under test, and what is written down right before a call; a variant wraps one to drop its rule. */
export type Keeper = {
  readonly nextStep: typeof nextStep;
  readonly maySend: typeof maySend;
  readonly resolved: typeof resolved;
  readonly recorded: (planned: Holding, before: Holding) => Holding;
  readonly quarantineMs: number;
};

const TIMEOUT_MS = 5_000;
const CALLS: readonly Call[] = ['put', 'delete'];
const IDLE: Replica = { at: 'idle' };
const NEW_ROW: Row = { owned: null, puts: 0, deletes: 0, lastSend: 'never' };

const anyOpen = (state: State) => state.leases.some(isOpen);
const isDue = (state: State, index: number) => state.time > index;
const say = (call: Call) => call.toUpperCase();

/**
 * `faults`: how many things may go wrong; `hand`: somebody else may take the access away, once; `later`: lease 2 is
 * approved to begin later, not at once.
 */
export type Circumstances = {
  readonly memberBefore: boolean;
  readonly faults: number;
  readonly hand: boolean;
  readonly later: boolean;
};

/** Every interleaving of two replicas that keep one holding right with `keeper`. */
export function holdingWorld(keeper: Keeper, { memberBefore, faults, hand, later }: Circumstances): World<State> {
  return {
    start: {
      time: 0,
      member: memberBefore,
      late: { put: 0, delete: 0 },
      leases: ['planned', 'none'],
      row: NEW_ROW,
      rowLease: null,
      replicas: [IDLE, IDLE],
      taken: null,
      joined: false,
      faults: 0,
    },
    key,
    finished: (state) => !anyOpen(state),
    breach: (state) => {
      const { leases, member, taken } = state;
      if (memberBefore && !member) return 'took away access that was there before';
      if (!memberBefore && member && !leases.some(hasBegun))
        return anyOpen(state) ? 'access before its lease has begun' : 'orphan: access without an open lease';
      if (taken === null && leases.includes('drifted')) return 'called drift what nobody else did';
      const living = (index: number) => leases[index] === 'live' && !isDue(state, index);
      if (taken === null && !member && (living(0) || living(1))) return 'a lease called live has no access';
      if (taken === null && !member && state.joined && hasBegun(leases[1]) && !isDue(state, 1))
        return 'a gap between a lease and its extension';
      const revived = member && taken?.some((was, index) => was && living(index)) === true;
      return revived ? 'put back what another hand took away' : null;
    },
    successors: (state) =>
      [
        ...landings(state),
        ...state.replicas.flatMap((replica, index) => progress(keeper, state, replica, index)),
        ...passing(state, later),
        ...(hand ? taking(state) : []),
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

function passing(state: State, later: boolean): readonly Successor<State>[] {
  const successors: Successor<State>[] = [];
  const rows = [state.row, ...state.replicas.flatMap((replica) => (replica.at === 'idle' ? [] : [replica.row]))];
  // The quarantine is longer than a row lease and a late landing together.
  const sending = state.replicas.some((replica, index) => replica.at === 'send' && state.rowLease === index);
  if (rows.some((row) => row.lastSend === 'recent') && !sending && state.late.put + state.late.delete === 0) {
    const replicas = [older(state.replicas[0]), older(state.replicas[1])] as const;
    successors.push({ story: 'the quarantine passes', state: { ...state, row: past(state.row), replicas } });
  }
  if (state.time < 2 && !(state.time === 1 && state.leases[1] === 'ahead'))
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
    const story = later ? 'lease 2 is approved for later' : 'lease 2 is approved';
    successors.push({ story, state: later ? { ...state, leases: [state.leases[0], 'ahead'] } : begun(state) });
  }
  if (state.leases[1] === 'ahead') successors.push({ story: 'lease 2 begins', state: begun(state) });
  return successors;
}

/** Lease 2 is wanted from now on. */
const begun = (state: State): State => ({
  ...state,
  leases: [state.leases[0], 'planned'],
  joined: state.leases[0] === 'live' && !isDue(state, 0),
});

/** While a PUT of ours is on its way it could give back by itself what is taken, so nobody takes it then. */
function taking(state: State): readonly Successor<State>[] {
  const coming =
    state.late.put > 0 || state.replicas.some((replica) => replica.at === 'send' && replica.call === 'put');
  if (!state.member || state.taken !== null || coming) return [];
  const taken = [state.leases[0] === 'live', state.leases[1] === 'live'] as const;
  return [{ story: 'another hand takes the access away', state: { ...state, member: false, taken } }];
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
    // A PUT for a lease that is ahead does not make it begin.
    if (step.do === 'put') return step.grants.some(is) && lease !== 'ahead' ? 'provisional' : lease;
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
