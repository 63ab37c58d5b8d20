import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { browsersAt, pressButton, readPage, shows, signIn, withApps } from '../doubles/e2e-browser.ts';
import type { Browsers } from '../doubles/e2e-browser.ts';
import { offer } from '../doubles/e2e-cast.ts';
import { proveRecord, readAudit } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  const attributes = { risk: 'critical', 'break-glass': 'true' };
  return { console: await offer(realm, '/console', { attributes }) };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
let browsers: Browsers;
let withApp: Awaited<ReturnType<typeof withApps>>;
beforeAll(async () => {
  stage = await aStage({ seed, signIn: true });
  withApp = await withApps(stage, ['ann', 'bob', 'eve']);
  browsers = await browsersAt(stage);
});
afterAll(async () => {
  await browsers.close();
  await stage.stop();
});

const audited = async (kind: string) => (await readAudit(stage.file)).filter((entry) => entry.kind === kind);

describe('with nobody to ask', () => {
  it('break-glass of what is critical is taken on the page, after a sign-in', async () => {
    const ann = stage.workspace.as('ann');
    const { page } = await browsers.offered('ann', () =>
      ann.command('/access break-glass /console INC-7 the primary is down'),
    );
    await shows(page, 'Sign in again to take access');
    await signIn(page, withApp('ann'));
    await shows(page, 'Take this access now?');
    expect(await readPage(page)).toMatch(/\/console.*INC-7 the primary is down.*You are ann/);
    await stage.quiet();
    expect(await stage.holds('ann', stage.seeded.console)).toBe(false);
    await pressButton(page, 'Take it now');
    await shows(page, 'On its way');
    await stage.isLive('ann', stage.seeded.console);
    expect(await audited('request.taken')).toMatchObject([{ data: { signedIn: { acr: 'gold' } } }]);
  });

  it('every lease is ended by an admin on the page, after a sign-in', async () => {
    const eve = stage.workspace.as('eve');
    await eve.command('/access revoke everything');
    const form = await eve.modal((view) => eve.read(view).includes(stage.realm.name));
    const { address, page } = await browsers.offered('eve', () => eve.submit(form, { Realm: stage.realm.name }));
    await shows(page, 'Sign in again to end every lease');
    const other = await browsers.open();
    await other.goto(address);
    await signIn(other, withApp('bob'));
    await shows(other, 'Another Keycloak user');
    await signIn(page, withApp('eve'));
    await shows(page, 'End every lease?');
    expect(await readPage(page)).toMatch(/one lease would end now/);
    await stage.quiet();
    expect(await stage.holds('ann', stage.seeded.console)).toBe(true);
    await pressButton(page, 'End every lease');
    await shows(page, 'Every lease is being ended');
    await stage.isGone('ann', stage.seeded.console);
    expect(await audited('identity.proven')).toContainEqual(
      expect.objectContaining({
        subject: { userId: stage.users.eve, username: 'eve' },
        data: expect.objectContaining({ for: 'revoke_all', acr: 'gold' }),
      }),
    );
  });
});

describe('the record', () => {
  it('I22: the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
    await stage.quiet();
    const { chain, replayed, tables } = await proveRecord(stage.file);
    expect(chain.ok).toBe(true);
    expect(replayed).toEqual(tables);
    expect(stage.workspace.violations).toEqual([]);
  });
});
