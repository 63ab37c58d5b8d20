import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Message } from '../../sandbox/slack/model.ts';
import {
  addNewcomer,
  browsersAt,
  givePassword,
  isForEverybody,
  plugInPasskey,
  pressButton,
  pressPasskeyButton,
  readPage,
  shows,
  signIn,
  withApps,
} from '../doubles/e2e-browser.ts';
import type { Browsers } from '../doubles/e2e-browser.ts';
import { offer } from '../doubles/e2e-cast.ts';
import type { CastName } from '../doubles/e2e-cast.ts';
import { proveRecord, readAudit } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';
import { signInClient } from '../doubles/keycloak-step-up.ts';

const ASKED = 'Approve this access?';
const ARRIVED = 'Your approval has arrived';

async function seed(realm: TestRealm) {
  const critical = (path: string) => offer(realm, path, { attributes: { risk: 'critical' } });
  return {
    vault: await critical('/vault'),
    stolen: await critical('/stolen'),
    shared: await critical('/shared'),
    dropped: await critical('/dropped'),
    twice: await critical('/twice'),
  };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
let browsers: Browsers;
let withApp: Awaited<ReturnType<typeof withApps>>;
beforeAll(async () => {
  stage = await aStage({ seed, signIn: true });
  withApp = await withApps(stage, ['ann', 'bob', 'chen']);
  browsers = await browsersAt(stage);
});
afterAll(async () => {
  await browsers.close();
  await stage.stop();
});

const approvalsOf = (path: string): readonly unknown[] => {
  const request = stage.tables().requests.find(({ resource }) => resource.path === path);
  return request !== undefined && 'approvals' in request ? request.approvals : [];
};
const audited = async (kind: string) => (await readAudit(stage.file)).filter((entry) => entry.kind === kind);

const clicks = (name: CastName, card: Message, page?: Page) =>
  browsers.offered(name, () => stage.approve(name, card), page);

/** Signed in as this approver, before the page that names what is approved. */
async function mayApprove(name: CastName, card: Message): Promise<Page> {
  const { page } = await clicks(name, card);
  await signIn(page, withApp(name));
  await shows(page, ASKED);
  return page;
}

/** A browser with a passkey that Keycloak knows as this person's. */
async function withPasskey(name: CastName): Promise<Page> {
  await stage.realm.send('PUT', `/users/${stage.users[name]}`, { requiredActions: ['webauthn-register'] });
  const page = await browsers.open();
  await plugInPasskey(page);
  const query = { client_id: signInClient.clientId, response_type: 'code', scope: 'openid' };
  const back = { redirect_uri: `${stage.app().url}/sign-in/callback` };
  const address = `${stage.realm.realmUrl}/protocol/openid-connect/auth`.replace('127.0.0.1', 'localhost');
  await page.goto(`${address}?${new URLSearchParams({ ...query, ...back }).toString()}`);
  await givePassword(page, { username: name });
  await pressPasskeyButton(page, 'registerWebAuthn');
  // Nobody at Leasehold asked for this sign-in.
  await shows(page, 'Sign-in not accepted');
  return page;
}

describe('what is critical', () => {
  it('I12: two approvers sign in, by one-time code and by passkey; the page names the facts, its button approves', async () => {
    const { vault } = stage.seeded;
    const card = await stage.ask('ann', '/vault 30m INC-42 the vault is sealed');
    const chen = await clicks('chen', card);
    await shows(chen.page, 'Sign in again to approve');
    expect(await readPage(chen.page)).not.toMatch(/vault|INC-42/);
    await signIn(chen.page, withApp('chen'));
    await shows(chen.page, ASKED);
    expect(await readPage(chen.page)).toMatch(
      /ann asks for \/vault For 30 minutes, from approval Why INC-42 the vault is sealed .*Risk critical .*You are chen/,
    );
    await chen.page.setViewportSize({ width: 320, height: 568 });
    await isForEverybody(chen.page, 'Approve');
    expect(approvalsOf('/vault')).toHaveLength(0);
    await pressButton(chen.page, 'Approve');
    await shows(chen.page, ARRIVED);
    await stage.quiet();
    expect(approvalsOf('/vault')).toHaveLength(1);
    expect(await stage.holds('ann', vault)).toBe(false);

    const dana = await clicks('dana', card, await withPasskey('dana'));
    await signIn(dana.page, { username: 'dana' });
    await pressPasskeyButton(dana.page, 'authenticateWebAuthnButton');
    await shows(dana.page, ASKED);
    expect(await readPage(dana.page)).toMatch(/Approved by chen .*You are dana/);
    await pressButton(dana.page, 'Approve');
    await shows(dana.page, ARRIVED);
    await stage.isLive('ann', vault);

    const signedIn = { acr: 'gold', at: expect.any(Number) };
    const given = [...(await audited('request.approval')), ...(await audited('request.approved'))];
    expect(given).toMatchObject([
      { actor: { username: 'chen' }, data: { signedIn } },
      { actor: { username: 'dana' }, data: { signedIn } },
    ]);
    expect(await audited('identity.proven')).toMatchObject([
      { subject: { userId: stage.users.chen }, data: { for: 'approve', acr: 'gold' } },
      { subject: { userId: stage.users.dana }, data: { for: 'approve', acr: 'gold' } },
    ]);
  });

  it('is not approved by a stolen Slack session, whatever it clicks and forges', async () => {
    const card = await stage.ask('ann', '/stolen 30m INC-1');
    for (const name of ['chen', 'dana'] as const) {
      const actor = stage.workspace.as(name);
      for (const more of [{}, {}, { v: 2 }, { v: 0 }, { s: 1 }, { d: 0 }])
        await stage.hears(actor, () => stage.approve(name, forged(card, more)));
      await stage.approve(name, forged(card, { d: 1 }));
      await actor.submit(await actor.modal((view) => actor.read(view).includes('Gives')));
      await stage.press(name, card, 'Approve shorter…');
      const shorter = await actor.modal((view) => actor.read(view).includes('Gives'));
      await actor.submit(shorter, { Duration: '15 minutes' });
      await stage.quiet();
    }
    expect(approvalsOf('/stolen')).toHaveLength(0);
    expect(await stage.holds('ann', stage.seeded.stolen)).toBe(false);
  });

  it('is not approved by somebody else at the address of an approver, who can still use it', async () => {
    const card = await stage.ask('ann', '/shared 30m INC-2');
    const { address, page } = await clicks('chen', card);
    await signIn(page, withApp('bob'));
    await shows(page, 'Another Keycloak user');
    expect(await readPage(page)).toMatch(/nothing was done/);
    const own = await browsers.open();
    await own.goto(address);
    await signIn(own, withApp('ann'));
    await shows(own, 'Another Keycloak user');
    expect(approvalsOf('/shared')).toHaveLength(0);
    expect((await audited('identity.refused')).map(({ subject }) => subject)).toEqual([
      { userId: stage.users.bob, username: 'bob' },
      { userId: stage.users.ann, username: 'ann' },
    ]);
    const right = await browsers.open();
    await right.goto(address);
    await signIn(right, withApp('chen'));
    await shows(right, ASKED);
  });

  it('is not approved by a password alone, neither where Keycloak asks for more nor where it was kept from asking', async () => {
    const card = await stage.workspace.until(() =>
      stage.workspace.channel('platform-approvals').messages.find(({ text }) => text.includes('/shared')),
    );
    const { address, page } = await clicks('chen', card);
    await page.route(/openid-connect\/auth\?/, (route) => {
      const bent = new URL(route.request().url());
      bent.searchParams.delete('acr_values');
      return route.fulfill({ status: 302, headers: { location: bent.href } });
    });
    await signIn(page, { username: 'chen' });
    await shows(page, 'A stronger sign-in is needed');

    const honest = await browsers.open();
    await honest.goto(address);
    await signIn(honest, { username: 'chen', otp: 'the secret of another app' });
    await honest.getByText('Invalid authenticator code').waitFor();

    await addNewcomer(stage, 'frank', { groups: ['/approvers/platform'], linked: true });
    const frank = await browsers.offered('frank', async () => {
      await stage.workspace.as('frank').click(card, 'Approve');
    });
    await signIn(frank.page, { username: 'frank' });
    await frank.page.getByText('Invalid').waitFor();
    expect(approvalsOf('/shared')).toHaveLength(0);
  });

  it('that was withdrawn while the page was open is told so, and nothing comes of its button', async () => {
    const card = await stage.ask('ann', '/dropped 30m INC-3');
    const page = await mayApprove('chen', card);
    const ann = stage.workspace.as('ann');
    const received = await stage.workspace.until(() =>
      ann.ephemerals().findLast(({ text }) => /^Your request for .*dropped/.test(text)),
    );
    await stage.hears(ann, () => ann.click(received, 'Withdraw'));
    await pressButton(page, 'Approve');
    await shows(page, 'Already decided');
    await page.goBack();
    await shows(page, 'Already decided');
    expect(approvalsOf('/dropped')).toHaveLength(0);
  });

  it('I16: is approved once by a button that is pressed twice, and its page goes back to nothing', async () => {
    const card = await stage.ask('ann', '/twice 30m INC-4');
    const page = await mayApprove('chen', card);
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    await shows(tab, ASKED);
    await page.getByRole('button', { name: 'Approve' }).dblclick();
    await shows(page, ARRIVED);
    await stage.quiet();
    await pressButton(tab, 'Approve');
    await shows(tab, ARRIVED);
    await page.goBack();
    await shows(page, 'This link is used up');
    await stage.quiet();
    expect(approvalsOf('/twice')).toHaveLength(1);
  });
});

/** The card as somebody would send it back who writes Slack's payloads himself. */
const forged = (card: Message, more: object): Message =>
  JSON.parse(JSON.stringify(card), (key, value: unknown) =>
    key === 'value' && typeof value === 'string' && value.startsWith('{"r"')
      ? JSON.stringify({ ...(JSON.parse(value) as object), ...more })
      : value,
  ) as Message;

describe('the record', () => {
  it('I22: the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
    await stage.quiet();
    const { chain, replayed, tables } = await proveRecord(stage.file);
    expect(chain.ok).toBe(true);
    expect(replayed).toEqual(tables);
    expect(stage.workspace.violations).toEqual([]);
  });

  it('I28: no secret, code or token is in it or in the log', async () => {
    const said = JSON.stringify([stage.log.lines, await readAudit(stage.file)]);
    expect(said).not.toMatch(new RegExp(`${signInClient.clientSecret}|eyJ|[?&](code|state)=`));
  });
});
