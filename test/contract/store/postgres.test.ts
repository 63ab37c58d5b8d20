import { afterAll, beforeAll, describe } from '@jest/globals';
import { storeContract } from './contract.ts';
import { oldRowContract } from './old-rows.ts';
import { openDatabase, postgresHarness } from './postgres-harness.ts';
import type { PostgresDatabase } from './postgres-harness.ts';

let database: PostgresDatabase;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(() => database.drop());

const harness = postgresHarness(() => database);
storeContract('PostgreSQL', harness);

const AGE = `UPDATE requests SET body = (body - 'remindAt' - 'questions' - 'escalateAt' - 'escalatedTo' - 'stuck' - 'bundle') || jsonb_build_object('remindedAt', CASE WHEN body ->> 'description' = 'reminded' THEN 1 END)`;
describe('PostgreSQL: rows of before', () => oldRowContract(harness, AGE));
