const KEPT = 20_000;

/** What happened, in lines that a person can follow; the last ones are told when something is wrong. */
export type Story = {
  /**
   * @param who a replica, a person, or what acts by itself
   * @param what put into words only when somebody wants to read it
   */
  tell(who: string, what: string | (() => string)): void;
  last(count: number): readonly string[];
};

export function createStory(now: () => number): Story {
  const lines: { readonly at: number; readonly who: string; readonly what: string | (() => string) }[] = [];
  const written = (what: string | (() => string)): string => (typeof what === 'string' ? what : what());
  return {
    tell: (who, what) => {
      lines.push({ at: now(), who, what });
      if (lines.length > 2 * KEPT) lines.splice(0, KEPT);
    },
    last: (count) => lines.slice(-count).map(({ at, who, what }) => `${timeOf(at)}  ${who.padEnd(9)} ${written(what)}`),
  };
}

/** `1:02:03.456` since the start. */
function timeOf(ms: number): string {
  const two = (n: number): string => String(Math.floor(n) % 60).padStart(2, '0');
  return `${Math.floor(ms / 3_600_000)}:${two(ms / 60_000)}:${two(ms / 1000)}.${String(ms % 1000).padStart(3, '0')}`;
}
