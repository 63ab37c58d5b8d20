import { hasCode } from '../lib/errors.ts';
import type { SlackPeople } from '../usecases/slack-port.ts';
import type { Self } from './self.ts';
import type { Web } from './web.ts';

const UNKNOWN = new Set(['user_not_found', 'user_not_visible', 'users_not_found']);

/** People as `users.info` tells them, asked afresh each time: decisions rest on it. */
export function slackPeople(web: Web, self: Self): SlackPeople {
  return {
    homeTeamId: () => self.teamId(),
    homeTeamName: () => self.teamName(),
    async byEmail(email) {
      try {
        const { user } = await web.call('users.lookupByEmail', (client) => client.users.lookupByEmail({ email }));
        return user?.id === undefined ? null : { teamId: user.team_id ?? self.teamId(), userId: user.id };
      } catch (error) {
        if (hasCode(error, 'slack_refused') && UNKNOWN.has(error.message)) return null;
        throw error;
      }
    },
    async profile(slack) {
      try {
        const { user } = await web.call('users.info', (client) => client.users.info({ user: slack.userId }));
        if (user === undefined) return null;
        return {
          // An outsider who shares a channel with us is told apart by the team only: `is_stranger` is false for him.
          slack: { teamId: user.team_id ?? slack.teamId, userId: user.id ?? slack.userId },
          name: user.real_name ?? user.name ?? slack.userId,
          deleted: user.deleted ?? false,
          bot: user.is_bot ?? false,
          guest: (user.is_restricted ?? false) || (user.is_ultra_restricted ?? false) || (user.is_stranger ?? false),
          email: user.profile?.email ?? null,
          emailConfirmed: user.is_email_confirmed ?? false,
          timeZone: user.tz ?? null,
        };
      } catch (error) {
        if (hasCode(error, 'slack_refused') && UNKNOWN.has(error.message)) return null;
        throw error;
      }
    },
  };
}
