import { optionalText, type Args } from '../args.ts';
import type { JsonObject } from '../json.ts';
import { refuse } from '../refusal.ts';
import type { World } from '../world.ts';
import type { Methods } from './method.ts';

function authTest(world: World): JsonObject {
  return {
    url: `${world.baseUrl}/`,
    team: world.team.name,
    user: world.people.get(world.app.botUserId)?.name ?? world.app.name,
    team_id: world.team.id,
    user_id: world.app.botUserId,
    bot_id: world.app.botId,
    is_enterprise_install: false,
  };
}

function teamInfo(world: World): JsonObject {
  return { team: { ...world.team, email_domain: '', icon: { image_default: true } } };
}

function botsInfo(world: World, args: Args): JsonObject {
  const bot = optionalText(args, 'bot');
  if (bot !== undefined && bot !== world.app.botId) throw refuse('bot_not_found');
  const { app } = world;
  return { bot: { id: app.botId, app_id: app.id, user_id: app.botUserId, name: app.name, deleted: false, updated: 0 } };
}

export const workspaceMethods: Methods = {
  'auth.test': { token: 'bot', tier: 4, run: authTest },
  'team.info': { token: 'bot', scope: 'team:read', tier: 3, run: teamInfo },
  'bots.info': { token: 'bot', scope: 'users:read', tier: 3, run: botsInfo },
  'api.test': { token: 'bot', tier: 4, run: (_world, args) => ({ args }) },
};
