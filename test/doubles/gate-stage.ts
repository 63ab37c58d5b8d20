import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { setUpGate } from '../../keycloak/gate-setup.js';
import type { Message } from '../../sandbox/slack/model.ts';
import { launchChromium } from '../../scripts/chromium.ts';
import { startApplication } from './application.ts';
import { browserVariable } from './browser-program.ts';
import { aStage } from './e2e-stage.ts';
import { freePort } from './free-port.ts';
import { authorizationAddress } from './gate-visitor.ts';
import type { TestRealm } from './keycloak-realm.ts';
import { sharedKeycloak } from './keycloak-server.ts';

const PATIENCE_MS = 60_000;
const SECRET = 'a-secret-of-the-tests-and-of-nothing-else';
/** Clients behind the gate; what becomes of a sign-in to each is the policy's. */
export const CLIENTS = ['grafana', 'billing', 'wiki'] as const;
export type ClientId = (typeof CLIENTS)[number];

export type GateStage<Seeded = unknown> = Awaited<ReturnType<typeof gateStage<Seeded>>>;

/** A stage with the gate in front of three clients, by this policy, and real browsers before it. */
export async function gateStage<Seeded>(options: {
  readonly policy: string;
  readonly seed: (realm: TestRealm) => Promise<Seeded>;
  readonly waitSeconds?: number;
}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'leasehold-gate-'));
  const policyFile = path.join(folder, 'policy.yaml');
  await writeFile(policyFile, options.policy);
  const port = await freePort();
  const stage = await aStage({
    seed: options.seed,
    realmJson: { eventsEnabled: true, internationalizationEnabled: true, supportedLocales: ['en', 'de'] },
    env: { HTTP_PORT: `${port}`, POLICY_FILE: policyFile, GATE_SECRET: SECRET },
  });
  const { realm, workspace } = stage;
  const application = await startApplication();
  for (const clientId of CLIENTS)
    await realm.send('POST', '/clients', {
      clientId,
      name: nameOf(clientId),
      secret: 'secret',
      redirectUris: [application.url],
    });
  const terms = '/authentication/required-actions/TERMS_AND_CONDITIONS';
  await realm.send('PUT', terms, { ...(await realm.get(terms)), enabled: true });
  await setUpGate({
    ...{ url: realm.keycloakUrl, realm: realm.name, leasehold: `http://127.0.0.1:${port}`, secret: SECRET },
    token: sharedKeycloak().adminToken,
    ...{ clients: CLIENTS, form: {}, waitSeconds: options.waitSeconds ?? 300 },
  });
  const chromium = await launchChromium(programOf());

  async function open(context: BrowserContextOptions = {}): Promise<Page> {
    const browser = await chromium.newContext({ locale: 'en-GB', ...context });
    browser.setDefaultTimeout(PATIENCE_MS);
    return browser.newPage();
  }

  return {
    ...stage,
    open,
    /** Goes to a client and signs in by password; ends at whatever comes then. */
    comes: async (page: Page, username: string, client: ClientId, more: Record<string, string> = {}): Promise<void> => {
      await page.goto(authorizationAddress(realm.realmUrl, client, { redirect_uri: application.url, ...more }));
      const password = page.locator('input[name=password]');
      // A second tab of a browser that waits is past the password.
      if (!(await password.isVisible())) return;
      await page.locator('input[name=username]').fill(username);
      await password.fill('password');
      await page.locator('#kc-login').click();
      // Keycloak waits 2 s for Leasehold, which a busy machine may need for its first answer. The page says: try again.
      while (await page.locator('#leasehold-refused[data-why=away]').isVisible()) await page.reload();
    },
    /** The card in a channel that bears this code. */
    cardOf: (code: string, channel = 'platform-approvals'): Promise<Message> => {
      const reads = (message: Message) => workspace.as('chen').read(message).includes(code);
      return workspace.until(() => workspace.channel(channel).messages.findLast(reads), PATIENCE_MS);
    },
    events: async (type: string) =>
      (await realm.list(`/events?type=${type}`)) as unknown as readonly {
        readonly error?: string;
        readonly details: Readonly<Record<string, string>>;
      }[],
    stop: async (): Promise<void> => {
      await chromium.close();
      await application.stop();
      await stage.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function programOf(): string {
  const program = process.env[browserVariable];
  if (program === undefined) throw new Error('No browser here: run this test with `npm test -- <path pattern>`.');
  return program;
}

const nameOf = (clientId: string): string => clientId.charAt(0).toUpperCase() + clientId.slice(1);

/** Waits until the browser was sent back to the application. @returns what it was told there */
export async function arrives(page: Page): Promise<Readonly<Record<string, string>>> {
  await page.waitForURL(/\/app\?/);
  return Object.fromEntries(new URL(page.url()).searchParams);
}

/** The six digits on the waiting page, in two groups. */
export async function codeOn(page: Page): Promise<string> {
  await page.locator('#leasehold-code').waitFor();
  const [code] = /\d{3}\s\d{3}/.exec(await page.locator('#leasehold-code').innerText()) ?? [];
  if (code === undefined) throw new Error(`No code at ${page.url()}`);
  return code.replace(/\s/, ' ');
}

/** Waits until the page reads so. */
export async function reads(page: Page, words: string): Promise<void> {
  try {
    await page.getByText(words).first().waitFor();
  } catch (cause) {
    const seen = await page.locator('body').innerText();
    throw new Error(`“${words}” is not at ${page.url()}, but: ${seen.slice(0, 600)}`, { cause });
  }
}

/** Nothing is wider than the screen. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
