import type { Row } from './row.ts';
import { KEYCLOAK_ROWS } from './rows/keycloak.ts';
import { KILL_ROWS } from './rows/kill.ts';
import { REALM_ROWS } from './rows/realm.ts';

/** Every row, in the order of the table. */
export const ROWS: readonly Row[] = [...KEYCLOAK_ROWS, ...REALM_ROWS, ...KILL_ROWS];
