import type { JsonObject } from './json.ts';
import type { Person } from './model.ts';
import type { World } from './world.ts';

/** A person as users.info shows them. The e-mail address needs the scope users:read.email, otherwise it is missing. */
export function userJson(world: World, person: Person): JsonObject {
  const showsEmail = world.app.scopes?.includes('users:read.email') ?? true;
  return {
    id: person.id,
    team_id: person.teamId,
    name: person.name,
    deleted: person.deleted,
    real_name: person.realName,
    tz: person.tz,
    tz_offset: offsetSeconds(person.tz),
    profile: {
      real_name: person.realName,
      real_name_normalized: person.realName,
      display_name: person.name,
      display_name_normalized: person.name,
      title: person.title ?? '',
      team: person.teamId,
      ...(showsEmail && person.email !== undefined ? { email: person.email } : {}),
    },
    is_bot: person.isBot,
    is_app_user: false,
    ...(person.deleted ? {} : lively(person)),
    // An outsider who shares a channel with the app is no stranger.
    ...(person.teamId === world.team.id ? {} : { is_stranger: false }),
    updated: 1_700_000_000,
  };
}

function lively(person: Person): JsonObject {
  return {
    is_admin: person.isAdmin,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: person.isRestricted || person.isUltraRestricted,
    is_ultra_restricted: person.isUltraRestricted,
    is_email_confirmed: person.isEmailConfirmed,
  };
}

/** Seconds east of Greenwich, now. */
function offsetSeconds(timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(Date.now());
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(name);
  if (match === null) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60;
  return match[1] === '-' ? -seconds : seconds;
}
