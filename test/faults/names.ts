import { randomUUID } from 'node:crypto';

/** A name that no other row of this or an earlier run has used. */
export const unique = (name: string): string => `${name}-${randomUUID().slice(0, 8)}`;
