import type { Row } from './row.ts';
import { DISK_ROWS } from './rows/disk.ts';
import { KEYCLOAK_ROWS } from './rows/keycloak.ts';
import { KILL_ROWS } from './rows/kill.ts';
import { POSTGRES_ROWS } from './rows/postgres.ts';
import { REALM_ROWS } from './rows/realm.ts';
import { REPLICA_ROWS } from './rows/replicas.ts';
import { SLACK_ROWS } from './rows/slack.ts';
import { TIME_ROWS } from './rows/time.ts';
import { WEEK_ROWS } from './rows/week.ts';

/** Every row, in the order of the table. */
export const ROWS: readonly Row[] = [
  ...KILL_ROWS,
  ...KEYCLOAK_ROWS,
  ...REALM_ROWS,
  ...SLACK_ROWS,
  ...DISK_ROWS,
  ...POSTGRES_ROWS,
  ...REPLICA_ROWS,
  ...TIME_ROWS,
  ...WEEK_ROWS,
];
