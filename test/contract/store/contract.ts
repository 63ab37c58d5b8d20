import { describe } from '@jest/globals';
import { auditContract } from './audits.ts';
import { commitContract } from './commits.ts';
import type { OpenStore } from './harness.ts';
import { holdingContract } from './holdings.ts';
import { interleavingContract } from './interleavings.ts';
import { laneContract } from './lanes.ts';
import { queueContract } from './queues.ts';

/** What every store guarantees, whatever database is behind it. `open` gives a fresh, empty one each time. */
export function storeContract(name: string, open: OpenStore): void {
  describe(`${name}: commits`, () => commitContract(open));
  describe(`${name}: holdings`, () => holdingContract(open));
  describe(`${name}: queues`, () => queueContract(open));
  describe(`${name}: lanes`, () => laneContract(open));
  describe(`${name}: audit`, () => auditContract(open));
  describe(`${name}: interleavings`, () => interleavingContract(open));
}
