import { describe } from '@jest/globals';
import { storeContract } from './contract.ts';
import { oldRowContract } from './old-rows.ts';
import { sqliteHarness } from './sqlite-harness.ts';

storeContract('SQLite', sqliteHarness);

const AGE = `UPDATE requests SET body = json_set(json_remove(body, '$.remindAt', '$.questions', '$.escalateAt', '$.escalatedTo', '$.stuck', '$.bundle'), '$.remindedAt', iif(body ->> '$.description' = 'reminded', 1, NULL))`;
describe('SQLite: rows of before', () => oldRowContract(sqliteHarness, AGE));
