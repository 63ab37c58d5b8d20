/** A finite world to be walked through completely. The first successor is what happens when nothing goes wrong. */
export type World<State> = {
  readonly start: State;
  readonly key: (state: State) => string;
  readonly successors: (state: State) => readonly Successor<State>[];
  /** The promise that this state breaks, or null. */
  readonly breach: (state: State) => string | null;
  /** True when nothing is left to do. */
  readonly finished: (state: State) => boolean;
};
export type Successor<State> = { readonly story: string; readonly state: State };

/** `story` is a shortest way from the start to the first breach found; `stuck` one to a state that calm never finishes. */
export type Exploration = {
  readonly states: number;
  readonly breach: { readonly name: string; readonly story: readonly string[] } | null;
  readonly stuck: readonly string[] | null;
};

type Visit = { readonly from: string | null; readonly story: string; calm: string | null };

/** Walks breadth first through every state that can be reached; a breach stops it. */
export function explore<State>(world: World<State>): Exploration {
  const startKey = world.key(world.start);
  const visits = new Map<string, Visit>([[startKey, { from: null, story: '', calm: null }]]);
  let frontier = new Map([[startKey, world.start]]);
  while (frontier.size > 0) {
    const found = new Map<string, State>();
    for (const [from, state] of frontier) {
      const name = world.breach(state);
      if (name !== null) return { states: visits.size, breach: { name, story: storyOf(visits, from) }, stuck: null };
      for (const [index, successor] of world.successors(state).entries()) {
        const key = world.key(successor.state);
        if (index === 0 && !world.finished(state)) visitOf(visits, from).calm = key;
        if (visits.has(key)) continue;
        visits.set(key, { from, story: successor.story, calm: null });
        found.set(key, successor.state);
        if (world.finished(successor.state)) visitOf(visits, key).calm = DONE;
      }
    }
    frontier = found;
  }
  return { states: visits.size, breach: null, stuck: findStuck(visits) };
}

const DONE = 'done';

/** Follows the calm successors from every state: each must come to an end. */
function findStuck(visits: ReadonlyMap<string, Visit>): readonly string[] | null {
  const ends = new Set([DONE]);
  for (const key of visits.keys()) {
    const path = new Set<string>();
    let at: string | null = key;
    while (at !== null && !ends.has(at) && !path.has(at)) {
      path.add(at);
      at = visitOf(visits, at).calm;
    }
    if (at === null || path.has(at)) return storyOf(visits, key);
    for (const step of path) ends.add(step);
  }
  return null;
}

function storyOf(visits: ReadonlyMap<string, Visit>, end: string): readonly string[] {
  const story: string[] = [];
  for (let visit = visitOf(visits, end); visit.from !== null; visit = visitOf(visits, visit.from)) {
    story.unshift(visit.story);
  }
  return story;
}

function visitOf(visits: ReadonlyMap<string, Visit>, key: string): Visit {
  const visit = visits.get(key);
  if (visit === undefined) throw new Error(`never visited: ${key}`);
  return visit;
}
