import { describe } from '@jest/globals';
import { tamperContract } from './audits.ts';
import { chainContract } from './chains.ts';
import { carriedContract } from './carried.ts';
import { commitContract } from './commits.ts';
import { decidingContract } from './deciding.ts';
import { gateContract } from './gates.ts';
import type { OpenStore } from './harness.ts';
import { holdingContract } from './holdings.ts';
import { homeContract } from './homes.ts';
import { identityContract } from './identity.ts';
import { interleavingContract } from './interleavings.ts';
import { laneContract } from './lanes.ts';
import { queueContract } from './queues.ts';
import { teamContract } from './teams.ts';
import { reviewContract } from './reviews.ts';

/** What every database guarantees. `open` gives a fresh, empty one each time. */
export function storeContract(name: string, open: OpenStore): void {
  portContract(name, open);
  describe(`${name}: tampering`, () => tamperContract(open));
}

/** What the port promises, whatever is behind it: all but what takes a client of the database to see. */
export function portContract(name: string, open: OpenStore): void {
  describe(`${name}: commits`, () => commitContract(open));
  describe(`${name}: holdings`, () => holdingContract(open));
  describe(`${name}: queues`, () => queueContract(open));
  describe(`${name}: lanes`, () => laneContract(open));
  describe(`${name}: teams`, () => teamContract(open));
  describe(`${name}: identity`, () => identityContract(open));
  describe(`${name}: gates`, () => gateContract(open));
  describe(`${name}: carried leases`, () => carriedContract(open));
  describe(`${name}: homes`, () => homeContract(open));
  describe(`${name}: deciding`, () => decidingContract(open));
  describe(`${name}: reviews`, () => reviewContract(open));
  describe(`${name}: audit`, () => chainContract(open));
  describe(`${name}: interleavings`, () => interleavingContract(open));
}
