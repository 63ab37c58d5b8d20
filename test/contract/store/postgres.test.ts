import { afterAll, beforeAll } from '@jest/globals';
import { storeContract } from './contract.ts';
import { openDatabase, postgresHarness } from './postgres-harness.ts';
import type { PostgresDatabase } from './postgres-harness.ts';

let database: PostgresDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.drop());

storeContract(
  'PostgreSQL',
  postgresHarness(() => database),
);
