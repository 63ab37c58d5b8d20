export type GateCall = {
  /** `ask`, `look`, `spend`, `leave`, `form`, `request`. */
  readonly verb: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly nonce: string;
  /** Whether its signature fits our secret. */
  readonly signed: boolean;
};

type Answer = Readonly<Record<string, unknown>>;
type Gate = {
  readonly id: string;
  readonly code: string;
  readonly person: string;
  readonly client: string;
  readonly session: string;
  readonly until: number;
  state: string;
  readonly tabs: Set<string>;
  readonly spent: Set<string>;
};

export type WaitingRoom = ReturnType<typeof waitingRoom>;

/** Where sign-ins wait until a test decides. As the protocol says: a gate is its person's and its browser's alone. */
export function waitingRoom() {
  const gates: Gate[] = [];
  const newest = (): Gate => {
    const gate = gates.at(-1);
    if (gate === undefined) throw new Error('Nobody waits.');
    return gate;
  };

  const stateOf = (gate: Gate): string =>
    ['waiting', 'approved'].includes(gate.state) && Date.now() >= gate.until ? 'expired' : gate.state;
  const secondsLeft = ({ until }: Gate) => Math.max(0, Math.ceil((until - Date.now()) / 1000));
  const shown = (gate: Gate): Answer => {
    const state = stateOf(gate);
    return { state, ...(['waiting', 'approved'].includes(state) && { secondsLeft: secondsLeft(gate) }) };
  };
  const found = ({ body }: GateCall): Gate | undefined =>
    gates.find(
      ({ id, person, session }) => id === body['gate'] && person === body['person'] && session === body['session'],
    );

  return {
    /** The answer to `ask`. */
    open: (
      { body }: GateCall,
      { seconds = 300, asked = '/approvers/platform', actions = [] }: OpenOptions = {},
    ): Answer => {
      const person = (body['person'] as { readonly id: string }).id;
      const [client, session] = [(body['client'] as { readonly id: string }).id, String(body['session'])];
      const isSame = (gate: Gate) =>
        gate.person === person && gate.client === client && gate.session === session && stateOf(gate) === 'waiting';
      let gate = gates.find(isSame);
      if (gate === undefined) {
        const code = String(100_000 + gates.length * 7919);
        const fresh = { id: crypto.randomUUID(), code, until: Date.now() + seconds * 1000, state: 'waiting' };
        gate = { ...fresh, person, client, session, tabs: new Set(), spent: new Set() };
        gates.push(gate);
      }
      gate.tabs.add(String(body['tab']));
      const { id, code } = gate;
      return { answer: 'wait', gate: id, code, secondsLeft: secondsLeft(gate), asked, actions };
    },
    look: (call: GateCall): Answer => {
      const gate = found(call);
      return gate === undefined ? { state: 'unknown' } : shown(gate);
    },
    leave: (call: GateCall): Answer => {
      const gate = found(call);
      if (gate === undefined) return { state: 'unknown' };
      if (stateOf(gate) === 'waiting') gate.state = 'withdrawn';
      return shown(gate);
    },
    spend: (call: GateCall): Answer => {
      const gate = found(call);
      if (gate === undefined) return { spent: false, state: 'unknown' };
      const tab = String(call.body['tab']);
      if (stateOf(gate) !== 'approved' || !gate.tabs.has(tab)) return { spent: false, state: stateOf(gate) };
      if (gate.spent.has(tab)) return { spent: false, state: 'spent' };
      gate.spent.add(tab);
      return { spent: true, approvers: ['eve'] };
    },
    /** Decides the newest. */
    decide: (state: 'approved' | 'denied' | 'expired' | 'withdrawn' | 'superseded' | 'unreachable') => {
      newest().state = state;
    },
    newest: (): Readonly<Pick<Gate, 'id' | 'code' | 'state' | 'session' | 'client'>> => newest(),
    count: () => gates.length,
  };
}

export type OpenOptions = {
  readonly seconds?: number;
  readonly asked?: string | null;
  readonly actions?: readonly string[];
};
