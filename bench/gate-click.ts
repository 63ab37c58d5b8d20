import type { Browser } from 'playwright-core';
import { findChromium, launchChromium } from '../scripts/chromium.ts';
import { startApplication } from '../test/doubles/application.ts';
import { authorizationAddress } from '../test/doubles/gate-visitor.ts';
import { CLIENTS, gateWorld } from './gate-world.ts';
import type { GateWorld } from './gate-world.ts';
import { median, percentile } from './report.ts';
import type { Section } from './report.ts';

const CLICKS = 15;
const POLL_MS = 500;
const PATIENCE_MS = 30_000;

/** From the approver's click in Slack until the person's browser shows the application's page. */
export async function measureGateClick(): Promise<Section> {
  const program = findChromium();
  if (program === null) throw new Error('Chromium was not found; install it, or name one in CHROMIUM.');
  const chromium = await launchChromium(program);
  const application = await startApplication();
  const world = await gateWorld(CLICKS, { pollMs: POLL_MS, application: application.url });
  try {
    const waits: number[] = [];
    for (let person = 0; person < CLICKS; person++)
      waits.push(await clickToPage(world, chromium, { username: `u${person}`, application: application.url }));
    return {
      title: `From Approve to the application's page, in Chromium (${CLICKS} logins, polling every ${POLL_MS} ms)`,
      figures: [
        { name: 'p50', unit: 'ms', runs: [median(waits)], bound: { kind: 'at most', value: 1000 } },
        { name: 'p95', unit: 'ms', runs: [percentile(waits, 0.95)] },
        { name: 'each', unit: 'ms', runs: waits },
      ],
      notes: ['The click is acknowledged, its approver looked up and his group read live in Keycloak, all within it.'],
    };
  } finally {
    await world.stop();
    await chromium.close();
    await application.stop();
  }
}

async function clickToPage(
  { realm, slack }: GateWorld,
  chromium: Browser,
  { username, application }: { readonly username: string; readonly application: string },
): Promise<number> {
  const { workspace } = slack;
  const approvers = workspace.channel('approvers');
  const before = approvers.messages.length;
  const context = await chromium.newContext();
  const page = await context.newPage();
  await page.goto(authorizationAddress(realm.realmUrl, CLIENTS.halted, { redirect_uri: application }));
  await page.locator('input[name=username]').fill(username);
  await page.locator('input[name=password]').fill('password');
  await page.locator('#kc-login').click();
  const card = await workspace.until(() => approvers.messages[before], PATIENCE_MS);
  const arrives = page.waitForURL(`${application}?**`, { timeout: PATIENCE_MS });
  const clickedAt = performance.now();
  await workspace.as('U0CHEN').click(card, 'Approve');
  await arrives;
  const took = performance.now() - clickedAt;
  await context.close();
  return took;
}
