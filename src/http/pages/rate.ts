const WINDOW_MS = 60_000;
const PER_ADDRESS = 60;
const IN_ALL = 300;

/**
 * Takes a call, or says how long to wait until one is taken again.
 * @returns whole seconds from 1 to 60; null when the call is taken
 */
export type Rate = (address: string) => number | null;

/**
 * Within any minute 60 calls from one address, and 300 in all: it remembers 300 at most. An address over its own limit uses
 * nothing of what is there for all. The address is that of the connection: `X-Forwarded-For` can be anything, so that
 * behind a proxy everybody shares the 60.
 * @param nowMs a clock that never goes back
 */
export function createRate(nowMs: () => number): Rate {
  const taken: { readonly address: string; readonly at: number }[] = [];
  return (address) => {
    const now = nowMs();
    while (taken[0] !== undefined && taken[0].at + WINDOW_MS <= now) taken.shift();
    const own = taken.filter((call) => call.address === address);
    const inTheWay = own.length >= PER_ADDRESS ? own[0] : taken.length >= IN_ALL ? taken[0] : undefined;
    if (inTheWay !== undefined) return Math.ceil((inTheWay.at + WINDOW_MS - now) / 1000);
    taken.push({ address, at: now });
    return null;
  };
}
