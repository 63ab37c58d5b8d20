import { startBot } from '../sandbox/demo/bot.ts';
import type { Section } from './report.ts';
import { benchEnvironment, benchRealm, benchSlack } from './world.ts';

const RUNS = 5;

/** From the start of the process until `/readyz` says yes, with Keycloak and Slack up. */
export async function measureStart(): Promise<Section> {
  const realm = await benchRealm();
  const slack = await benchSlack(1);
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const { env, remove } = await benchEnvironment(slack, realm);
    const startedAt = performance.now();
    const bot = await startBot(env);
    seconds.push((performance.now() - startedAt) / 1000);
    await bot.stop();
    await remove();
  }
  await slack.stop();
  return {
    title: `Start to ready, a new database each time (${RUNS} runs)`,
    figures: [{ name: 'start to ready', unit: 's', runs: seconds, bound: { kind: 'at most', value: 3 } }],
  };
}
