import type { EpochMs } from '../../domain/ids.ts';

/** A call counts within 60 s on either side of its time: after 120 s its time refuses it. */
const MEMORY_MS = 120_000;
/** About 800 calls each second, some 20 MB: 200 browsers that look twice a second make 400. */
const MOST = 200_000;

/** `full`: too many are remembered to take another one now, for none is forgotten early. */
export type Nonces = (nonce: string, now: EpochMs) => 'new' | 'seen' | 'full';

/** Remembers the nonces of signed calls. A restart forgets them: what may be done once only, the record itself knows. */
export function createNonces(most = MOST): Nonces {
  // Two generations, the older one dropped as a whole: each is remembered for 120 to 240 s, and no call pays for the rest.
  let [young, old] = [new Set<string>(), new Set<string>()];
  let bornAt = 0;
  return (nonce, now) => {
    if (Math.abs(now - bornAt) > MEMORY_MS) {
      [young, old] = [new Set(), young];
      bornAt = now;
    }
    if (young.has(nonce) || old.has(nonce)) return 'seen';
    if (young.size + old.size >= most) return 'full';
    young.add(nonce);
    return 'new';
  };
}
