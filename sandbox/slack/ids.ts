import { randomBytes } from 'node:crypto';

export interface Ids {
  /** A message's timestamp, `1700000000.000100`: unique in the workspace and rising. */
  ts(): string;
  /** A letter and ten characters, such as `V0A1B2C3D4E`. */
  id(letter: string): string;
  secret(): string;
}

export function createIds(): Ids {
  let lastMicros = 0;
  let count = 0;
  return {
    ts() {
      lastMicros = Math.max(Date.now() * 1000, lastMicros + 1);
      const seconds = Math.floor(lastMicros / 1_000_000);
      return `${seconds}.${String(lastMicros % 1_000_000).padStart(6, '0')}`;
    },
    id(letter) {
      count += 1;
      return `${letter}0${count.toString(36).toUpperCase().padStart(9, '0')}`;
    },
    secret: () => randomBytes(12).toString('hex'),
  };
}
