import type { GroupId } from './ids.ts';
import type { SlackUser } from './people.ts';

/**
 * Somebody's App Home that is opened, or about to be drawn from what is on record after this write. `groups`: the Keycloak
 * groups whose direct member he is; null while that is not known, then those of the last drawing stay.
 */
export type Home = { readonly slack: SlackUser; readonly groups: readonly GroupId[] | null };
