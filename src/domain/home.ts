import type { SlackUser } from './people.ts';
import type { SeatKey } from './plan.ts';

/**
 * Somebody's App Home that is opened, or about to be drawn from what is on record after this write. `groups`: the Keycloak
 * groups whose direct member he is, and his own id, for what he decides as a manager; null while that is not known, then those of the last drawing stay.
 */
export type Home = { readonly slack: SlackUser; readonly groups: readonly SeatKey[] | null };
