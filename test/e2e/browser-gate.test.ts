import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { offer } from '../doubles/e2e-cast.ts';
import { proveRecord, readAudit } from '../doubles/e2e-record.ts';
import { arrives, codeOn, gateStage, overhang, reads } from '../doubles/gate-stage.ts';
import type { GateStage } from '../doubles/gate-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const POLICY = `
version: 1
rules:
  - name: an approver for grafana
    doors: [login]
    when: context.client == "grafana"
    because: It shows production.
    stages: [{ approvers: /approvers/platform }]
  - name: two for billing
    doors: [login]
    when: context.client == "billing"
    stages: [{ approvers: /approvers/security, required: 2 }]
  - name: terms at the wiki
    doors: [login]
    when: context.client == "wiki" && !account.termsAccepted
    required-actions: [TERMS_AND_CONDITIONS]
  - name: the wiki is for engineers
    doors: [login]
    when: context.client == "wiki" && !("/teams/engineering" in subject.groups)
    deny: The wiki is for engineers. <b>Ask Eve</b>.
`;

async function seed(realm: TestRealm) {
  return { reader: await offer(realm, '/reader', { attributes: { description: 'Reads everything' } }) };
}

let stage: GateStage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await gateStage({ policy: POLICY, seed });
});
afterAll(async () => {
  await stage.stop();
});

/** A browser that waits at the gate of grafana as somebody. */
async function waits(username: string, page?: Page): Promise<{ readonly page: Page; readonly code: string }> {
  const shown = page ?? (await stage.open());
  await stage.comes(shown, username, 'grafana');
  await reads(shown, 'Waiting for approval');
  return { page: shown, code: await codeOn(shown) };
}

const decides = async (name: string, code: string, button: 'Approve' | 'Deny'): Promise<void> => {
  const answer = await stage.workspace.as(name).click(await stage.cardOf(code), button);
  expect(answer.ok).toBe(true);
};
const kindsOf = async (username: string) =>
  (await readAudit(stage.file))
    .filter(({ kind, subject }) => kind.startsWith('gate.') && subject?.username === username)
    .map(({ kind }) => kind);

describe('a login that waits', () => {
  it('goes on by itself when its approver, who compared the code, approves; the record and Keycloak name him', async () => {
    const { page, code } = await waits('ann');
    expect(await page.locator('#leasehold-wait').innerText()).toContain('/approvers/platform');
    await decides('chen', code, 'Approve');
    expect(await arrives(page)).toMatchObject({ code: expect.any(String), state: 'here' });
    const [login] = (await stage.events('LOGIN')).filter(({ details }) => details['leasehold_approver'] !== undefined);
    expect(login?.details).toMatchObject({ username: 'ann', leasehold_approver: 'chen' });
    expect(await kindsOf('ann')).toEqual(['gate.opened', 'gate.approved', 'gate.spent']);
    await stage.quiet();
    expect(stage.workspace.as('chen').read(await stage.cardOf('has signed in'))).toMatch(/has signed in/);
  });

  it('is refused when it is denied: the page says so, stays so when loaded again, and its owner hears of it in Slack', async () => {
    const { page, code } = await waits('bob');
    await decides('chen', code, 'Deny');
    await reads(page, 'You were not signed in');
    await reads(page, 'An approver denied this sign-in.');
    await page.reload();
    await reads(page, 'An approver denied this sign-in.');
    await stage.tell('bob', /was denied by/);
    await page.locator('#leasehold-leave').click();
    expect(await arrives(page)).toMatchObject({ error: 'access_denied' });
  });

  it('goes on without JavaScript, too', async () => {
    const { page, code } = await waits('ann', await stage.open({ javaScriptEnabled: false }));
    await decides('dana', code, 'Approve');
    expect(await arrives(page)).toHaveProperty('code');
  });

  it('waits on while Leasehold is away, says so, and goes on when it is back', async () => {
    const { page, code } = await waits('ann');
    await stage.cardOf(code);
    await stage.end();
    await reads(page, 'Leasehold cannot be reached just now.');
    await stage.begin();
    await page.waitForFunction('document.getElementById("leasehold-away").textContent === ""');
    await decides('chen', code, 'Approve');
    expect(await arrives(page)).toHaveProperty('code');
  });

  it('cannot be approved by the one who signs in, nor by somebody who is not asked', async () => {
    const { page, code } = await waits('chen');
    const card = await stage.cardOf(code);
    for (const [name, words] of [
      ['chen', /your own sign-in/],
      ['eve', /Only members of/],
    ] as const) {
      await stage.workspace.as(name).click(card, 'Approve');
      await stage.tell(name, words);
    }
    await reads(page, 'Waiting for approval');
    await page.locator('#leasehold-leave').click();
    expect(await arrives(page)).toMatchObject({ error: 'access_denied' });
    expect(await kindsOf('chen')).toEqual(['gate.opened', 'gate.withdrawn']);
  });

  it('shows one card for two tabs of a browser, and each goes on once', async () => {
    const { page, code } = await waits('ann');
    const second = await page.context().newPage();
    await stage.comes(second, 'ann', 'grafana');
    const other = await codeOn(second);
    const cards = stage.workspace.channel('platform-approvals').messages.length;
    await decides('chen', other, 'Approve');
    expect(await arrives(second)).toHaveProperty('code');
    expect(other).toBe(code);
    expect(stage.workspace.channel('platform-approvals').messages).toHaveLength(cards);
    await page.context().close();
  });

  it('takes as many approvers as the rule says', async () => {
    const page = await stage.open();
    await stage.comes(page, 'ann', 'billing');
    const code = await codeOn(page);
    const approves = async (name: string) =>
      stage.workspace.as(name).click(await stage.cardOf(code, 'security-approvals'), 'Approve');
    await approves('dana');
    await stage.tell('dana', /1 more/);
    await reads(page, 'Waiting for approval');
    await approves('eve');
    expect(await arrives(page)).toHaveProperty('code');
  });
});

describe('the pages', () => {
  it('fit 320 pixels, by keyboard, in the dark, in German', async () => {
    const viewport = { width: 320, height: 640 };
    const page = await stage.open({ viewport, colorScheme: 'dark', locale: 'de-DE' });
    await stage.comes(page, 'ann', 'grafana');
    await reads(page, 'Warten auf Genehmigung');
    expect(await overhang(page)).toBe(0);
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    expect(await page.locator('#leasehold-code').getAttribute('aria-labelledby')).toBe('leasehold-code-label');
    await page.locator('#leasehold-leave').focus();
    await page.keyboard.press('Enter');
    expect(await arrives(page)).toMatchObject({ error: 'access_denied' });
  });

  it('say what a rule says, as text', async () => {
    const page = await stage.open({ viewport: { width: 320, height: 640 } });
    await stage.comes(page, 'chen', 'wiki');
    await reads(page, 'The wiki is for engineers. <b>Ask Eve</b>.');
    expect(await overhang(page)).toBe(0);
  });

  it('make an account that is older than the terms accept them, once', async () => {
    const page = await stage.open();
    await stage.comes(page, 'bob', 'wiki');
    await page.locator('#kc-accept').click();
    expect(await arrives(page)).toHaveProperty('code');
    const again = await stage.open();
    await stage.comes(again, 'bob', 'wiki');
    expect(await arrives(again)).toHaveProperty('code');
  });

  it('take a request for access on the way in; it is the same request with the same card', async () => {
    const page = await stage.open({ viewport: { width: 320, height: 640 } });
    await stage.comes(page, 'ann', 'wiki', { kc_action: 'leasehold-access-request' });
    const accept = page.locator('#kc-accept');
    await page.locator('#kc-accept, #leasehold-request').first().waitFor();
    if (await accept.isVisible()) await accept.click();
    await reads(page, 'Ask for access');
    expect(await overhang(page)).toBe(0);
    await page.getByLabel('Access').selectOption({ label: '/reader – Reads everything' });
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await reads(page, 'Say why you need it.');
    await page.getByLabel('Justification').fill('INC-42 replication lag');
    await page.getByRole('button', { name: 'Ask', exact: true }).click();
    await reads(page, 'Your request is on its way.');
    await page.getByRole('button', { name: 'Continue' }).click();
    expect(await arrives(page)).toMatchObject({ kc_action_status: 'success' });
    await stage.approve('chen', await stage.cardOf('INC-42'));
    await stage.isLive('ann', stage.seeded.reader);
  });
});

describe('nobody is worn down', () => {
  it('after three denials nobody is asked any more, and the page says when to try again', async () => {
    for (let denial = 0; denial < 2; denial++) {
      const { page, code } = await waits('bob');
      await decides('chen', code, 'Deny');
      await reads(page, 'You were not signed in');
    }
    const cards = stage.workspace.channel('platform-approvals').messages.length;
    const page = await stage.open();
    await stage.comes(page, 'bob', 'grafana');
    await reads(page, 'Too many of your sign-ins were denied or not answered.');
    expect(stage.workspace.channel('platform-approvals').messages).toHaveLength(cards);
  });

  it('I22, I25: the audit tells it all, unbroken', async () => {
    await stage.quiet();
    await proveRecord(stage.file);
  });
});
