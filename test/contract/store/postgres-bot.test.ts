import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { createDatabase } from '../../doubles/postgres-server.ts';
import { startBotProcess } from '../../doubles/e2e-bot.ts';
import type { BotProcess } from '../../doubles/e2e-bot.ts';

const nowhere = 'http://127.0.0.1:1';

async function urlOf(bot: BotProcess): Promise<string> {
  for (;;) {
    const started = bot.started();
    if (started !== null) return started.url;
    const ended = await Promise.race([bot.exited.then(() => true), sleep(50, false)]);
    if (ended) throw new Error(`the bot ended: ${bot.said()}`);
  }
}

it('two bots start on one PostgreSQL, with Slack and Keycloak away, and tell no password (I28)', async () => {
  const { url, drop } = await createDatabase();
  const env = {
    SLACK_BOT_TOKEN: 'xoxb-test',
    SLACK_SIGNING_SECRET: 'signing-secret',
    SLACK_API_URL: `${nowhere}/api/`,
    KEYCLOAK_URL: nowhere,
    KEYCLOAK_REALM: 'acme',
    KEYCLOAK_CLIENT_ID: 'leasehold',
    KEYCLOAK_CLIENT_SECRET: 'client-secret',
    DATABASE_URL: url,
    HTTP_PORT: '0',
    LOG_LEVEL: 'debug',
  };
  const bots = await Promise.all([startBotProcess(env), startBotProcess(env)]);
  try {
    for (const bot of bots) {
      const answer = await fetch(`${await urlOf(bot)}/readyz`);
      expect(await answer.json()).toMatchObject({ status: 'not ready', database: 'ok' });
    }
    expect(await Promise.all(bots.map((bot) => bot.stop()))).toEqual([0, 0]);
    for (const bot of bots) expect(bot.said()).not.toContain(decodeURIComponent(new URL(url).password));
  } finally {
    await Promise.all(bots.map((bot) => bot.kill()));
    await drop();
  }
}, 120_000);
