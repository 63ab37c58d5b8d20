import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startBotProcess } from '../doubles/e2e-bot.ts';
import type { BotProcess } from '../doubles/e2e-bot.ts';
import { offer } from '../doubles/e2e-cast.ts';
import { startTroublesomeProxy } from '../doubles/e2e-proxy.ts';
import type { TroublesomeProxy } from '../doubles/e2e-proxy.ts';
import { readAudit } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const WHY = 'zebra crossing at midnight';
const COMMENT = 'ask the giraffe';
const seed = async (realm: TestRealm) => ({
  given: await offer(realm, '/given'),
  denied: await offer(realm, 'denied'),
});

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
let proxy: TroublesomeProxy;
let bot: BotProcess;
beforeAll(async () => {
  const via = async (url: string) => (proxy = await startTroublesomeProxy(url));
  stage = await aStage({ seed, via, start: false, env: { LOG_LEVEL: 'trace', QUARANTINE_SECONDS: '1' } });
  bot = await startBotProcess(stage.env);
  await stage.until('the process is ready', async () => {
    const url = bot.started()?.url;
    return url !== undefined && (await fetch(`${url}/readyz`)).ok;
  });
});
afterAll(async () => {
  await bot.kill();
  await stage.stop();
});

it('I28: no secret, token or justification in logs, audit, metrics or messages of a run with everything in it', async () => {
  const { workspace } = stage;
  proxy.trouble(/^PUT .*groups/, 'lose_answer', 1);
  await stage.approve('chen', await stage.ask('ann', `/given 4s ${WHY}`));
  await stage.isLive('ann', stage.seeded.given);
  const denied = await stage.ask('ann', `denied 1h ${WHY}`);
  await stage.press('chen', denied, 'Deny…');
  const chen = workspace.as('chen');
  await chen.submit(await chen.modal((view) => chen.read(view).includes('Gives')), { Comment: COMMENT });
  await stage.tell('ann', /giraffe/);
  workspace.faults.api('chat.postMessage', { kind: 'http', status: 500 }, 2);
  workspace.socket.drop();
  await stage.until('it is connected again', () => workspace.socket.connections === 2);
  await workspace.as('bob').command(`/request-access nowhere 1h ${WHY}`);
  await workspace.as('eve').command('/access-audit csv');
  await stage.isGone('ann', stage.seeded.given);
  await workspace.until(() => workspace.files.size > 0, 90_000);
  const metrics = await (await fetch(`${bot.started()?.url ?? ''}/metrics`)).text();
  expect(await bot.stop()).toBe(0);

  const {
    SLACK_BOT_TOKEN = '',
    SLACK_APP_TOKEN = '',
    KEYCLOAK_CLIENT_SECRET = '',
  } = stage.env as Record<string, string>;
  const secrets = [SLACK_BOT_TOKEN, SLACK_APP_TOKEN, KEYCLOAK_CLIENT_SECRET];
  const isSecret = (text: string) =>
    secrets.some((secret) => text.includes(secret)) || /eyJ[\w-]{10}|Bearer /.test(text);
  const audit = JSON.stringify(await readAudit(stage.file));
  const files = [...workspace.files.values()].map(({ content }) => content?.toString('utf8') ?? '').join('');
  const spoken = workspace.calls.map(({ method, args }) => ({ method, text: JSON.stringify({ ...args, token: '' }) }));
  for (const text of [bot.said(), audit, metrics, files, ...spoken.map((call) => call.text)]) {
    expect(isSecret(text)).toBe(false);
  }

  for (const text of [bot.said(), audit, metrics, files]) expect(text).not.toMatch(/zebra|giraffe/);
  const toApprovers = spoken.filter(({ text }) => text.includes('zebra'));
  expect(toApprovers.length).toBeGreaterThan(0);
  for (const { method, text } of toApprovers) {
    expect(method === 'views.update' || text.includes('"C0PLATFORM"')).toBe(true);
  }
  expect(bot.said()).toContain('"level":"debug"');
});
