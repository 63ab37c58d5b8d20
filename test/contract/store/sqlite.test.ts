import { storeContract } from './contract.ts';
import { sqliteHarness } from './sqlite-harness.ts';

storeContract('SQLite', sqliteHarness);
