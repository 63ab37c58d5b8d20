import type { EpochMs } from '../../domain/ids.ts';

/** A call counts within 60 s on either side of its time: after 120 s its time refuses it. */
const MEMORY_MS = 120_000;
/** About 1,600 calls each second for two minutes, some 20 MB: 200 browsers that look twice a second make 400. */
const MOST = 200_000;

/** `full`: too many are remembered to take another one now, for none is forgotten early. */
export type Nonces = (nonce: string, now: EpochMs) => 'new' | 'seen' | 'full';

/** Remembers the nonces of signed calls. A restart forgets them: what may be done once only, the record itself knows. */
export function createNonces(most = MOST): Nonces {
  const seen = new Map<string, EpochMs>();
  return (nonce, now) => {
    for (const [old, at] of seen) {
      if (at >= now - MEMORY_MS) break;
      seen.delete(old);
    }
    if (seen.has(nonce)) return 'seen';
    if (seen.size >= most) return 'full';
    seen.set(nonce, now);
    return 'new';
  };
}
