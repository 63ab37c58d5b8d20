import { describe, expect, it } from '@jest/globals';
import type { RequestId } from '../../../src/domain/ids.ts';
import type { Page } from '../../../src/usecases/pages.ts';
import type { Policy } from '../../../src/usecases/policy-port.ts';
import { aPolicy } from '../../builders/policy.ts';
import { READ, VAULT } from '../../doubles/fake-cast.ts';
import { addressTold, aBrowser, fakeSignIn } from '../../doubles/fake-sign-in.ts';
import { TEAM } from '../../doubles/fake-slack.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';
import { aWorld } from '../../doubles/fake-world.ts';

/** Everybody is tied to his Keycloak user by the attribute, as risk critical asks. */
async function scene(policy: Policy | null = null) {
  const signIn = fakeSignIn();
  const world = await aWorld({ signIn, policy });
  for (const name of ['ann', 'bob', 'chen', 'dana', 'erin']) {
    world.keycloak.user(name, { slackIds: [`${TEAM}/${world.slackOf(name).userId}`] });
  }
  return { world, signIn, browser: aBrowser(world, signIn) };
}
type Scene = Awaited<ReturnType<typeof scene>>;

const problemOf = (page: Page): string => (page.page === 'problem' ? page.problem : page.page);

/** The click on Approve, and the address that comes instead of the approval. */
async function clicked({ world }: Scene, name: string, id: RequestId): Promise<string> {
  await world.approve(name, id);
  return addressTold(world, name);
}
/** Click, sign-in and the button of the page. */
async function approve(one: Scene, name: string, id: RequestId, acr = 'gold'): Promise<Page> {
  one.signIn.as = { username: name, acr };
  const address = await clicked(one, name, id);
  const page = await one.browser.signIn(address);
  if (page.page !== 'confirm') return page;
  const pressed = await one.browser.press(address);
  await one.world.run();
  return pressed;
}
const approvals = async ({ world }: Scene, id: RequestId): Promise<number> =>
  (await world.request(id)).approvals.length;

describe('what is critical is approved by signing in', () => {
  it('Approve is answered with an address; the page names the facts, and its button approves', async () => {
    const one = await scene();
    const { world, browser, signIn } = one;
    const id = await world.ask('ann', VAULT, '30m', 'INC-42 vault is sealed');
    const address = await clicked(one, 'chen', id);
    expect(await approvals(one, id)).toBe(0);
    expect(await browser.open(address)).toMatchObject({ page: 'start', purpose: 'approve', account: { name: 'chen' } });
    signIn.as = { username: 'chen', acr: 'gold' };
    expect(await browser.signIn(address)).toMatchObject({
      page: 'confirm',
      username: 'chen',
      asked: {
        asked: 'approve',
        decisions: [
          {
            path: VAULT,
            requester: 'ann',
            justification: 'INC-42 vault is sealed',
            leaseSeconds: 1800,
            risk: 'critical',
          },
        ],
      },
    });
    expect(await approvals(one, id)).toBe(0);
    expect(await browser.press(address)).toMatchObject({ page: 'done', asked: { decisions: [{ path: VAULT }] } });
    expect(browser.woken()).toBe(1);
    await world.run();
    expect(await approvals(one, id)).toBe(1);
    expect(world.told('chen').at(-1)).toMatchObject({ say: 'your_decision', kind: 'approve' });
    const signedIn = { acr: 'gold', at: world.clock.now() };
    expect((await world.audit()).findLast(({ kind }) => kind === 'request.approval')).toMatchObject({
      data: { signedIn },
    });
    await approve(one, 'dana', id);
    expect(world.keycloak.has('ann', VAULT)).toBe(true);
    await expectSound(world);
  });

  it('a stolen Slack session cannot approve: however often it clicks, nothing counts', async () => {
    const one = await scene();
    const id = await one.world.ask('ann', VAULT, '30m');
    for (let clicks = 0; clicks < 3; clicks++) for (const name of ['chen', 'dana']) await one.world.approve(name, id);
    expect(await approvals(one, id)).toBe(0);
    expect(one.world.keycloak.has('ann', VAULT)).toBe(false);
  });

  it('denying needs no sign-in', async () => {
    const one = await scene();
    const id = await one.world.ask('ann', VAULT, '30m');
    await one.world.deny('chen', id);
    expect((await one.world.request(id)).state).toBe('denied');
  });

  it('a shorter time goes with it', async () => {
    const one = await scene();
    const { world, browser, signIn } = one;
    const id = await world.ask('ann', VAULT, '30m');
    await world.approve('chen', id, { leaseSeconds: 600 });
    signIn.as = { username: 'chen', acr: 'gold' };
    const address = addressTold(world, 'chen');
    expect(await browser.signIn(address)).toMatchObject({ asked: { decisions: [{ leaseSeconds: 600 }] } });
    await browser.press(address);
    await world.run();
    expect((await world.request(id)).approvals).toMatchObject([{ leaseSeconds: 600 }]);
  });

  it('where signing in is not set up, the dialog is all there is', async () => {
    const world = await aWorld();
    for (const name of ['ann', 'chen', 'dana'])
      world.keycloak.user(name, { slackIds: [`${TEAM}/${world.slackOf(name).userId}`] });
    const id = await world.ask('ann', VAULT, '30m');
    await world.approve('chen', id);
    expect((await world.request(id)).approvals).toHaveLength(1);
  });
});

describe('nothing is approved', () => {
  it.each<[string, string, string]>([
    ['by somebody else than the approver', 'dana', 'other_person'],
    ['by the one who asked', 'ann', 'other_person'],
  ])('%s', async (_, username, problem) => {
    const one = await scene();
    const id = await one.world.ask('ann', VAULT, '30m');
    const address = await clicked(one, 'chen', id);
    one.signIn.as = { username, acr: 'gold' };
    expect(problemOf(await one.browser.signIn(address))).toBe(problem);
    expect((await one.world.audit()).at(-1)).toMatchObject({
      kind: 'identity.refused',
      subject: { username },
      data: { because: 'other_person', slack: `${TEAM}/UCHEN` },
    });
    expect(await approvals(one, id)).toBe(0);
    one.signIn.as = { username: 'chen', acr: 'gold' };
    expect(problemOf(await one.browser.signIn(address))).toBe('confirm');
  });

  it('by a sign-in that is too weak', async () => {
    const one = await scene();
    const id = await one.world.ask('ann', VAULT, '30m');
    expect(problemOf(await approve(one, 'chen', id, 'silver'))).toBe('weak');
    expect(await approvals(one, id)).toBe(0);
  });

  it('twice, by a second press or a second tab, which both read that it has arrived', async () => {
    const one = await scene();
    const id = await one.world.ask('ann', VAULT, '30m');
    one.signIn.as = { username: 'chen', acr: 'gold' };
    const address = await clicked(one, 'chen', id);
    await one.browser.signIn(address);
    const [first, second] = await Promise.all([one.browser.press(address), one.browser.press(address)]);
    expect([problemOf(first), problemOf(second)]).toEqual(['done', 'done']);
    await one.world.run();
    expect(await approvals(one, id)).toBe(1);
    expect(problemOf(await one.browser.press(address))).toBe('done');
    expect(await approvals(one, id)).toBe(1);
    expect(problemOf(await one.browser.open(address))).toBe('used');
  });

  it('after five minutes', async () => {
    const one = await scene();
    const id = await one.world.ask('ann', VAULT, '30m');
    one.signIn.as = { username: 'chen', acr: 'gold' };
    const address = await clicked(one, 'chen', id);
    await one.browser.signIn(address);
    one.world.clock.advance(301);
    expect(problemOf(await one.browser.press(address))).toBe('expired');
    expect(await approvals(one, id)).toBe(0);
  });

  it.each<[string, (one: Scene, id: RequestId) => Promise<unknown>, string]>([
    [
      'once the request is withdrawn',
      ({ world }, requestId) => world.act('ann', { intent: 'withdraw', requestId }),
      'settled',
    ],
    ['once somebody denied it', ({ world }, id) => world.deny('dana', id), 'settled'],
    ['once its time to wait is over', ({ world }) => world.advance(86_401), 'expired'],
  ])('%s, while the page was open', async (_, change, problem) => {
    const one = await scene();
    const id = await one.world.ask('ann', VAULT, '30m');
    one.signIn.as = { username: 'chen', acr: 'gold' };
    const address = await clicked(one, 'chen', id);
    await one.browser.signIn(address);
    await change(one, id);
    expect(problemOf(await one.browser.open(address))).toBe(problem);
    expect(problemOf(await one.browser.press(address))).toBe(problem);
    expect(await approvals(one, id)).toBe(0);
  });

  it('once what it gives has changed: the card is asked anew, and the old page is worth nothing', async () => {
    const one = await scene();
    const { world, browser, signIn } = one;
    const id = await world.ask('ann', VAULT, '30m');
    signIn.as = { username: 'chen', acr: 'gold' };
    const address = await clicked(one, 'chen', id);
    await browser.signIn(address);
    world.keycloak.things.get(VAULT)?.gives.push({ id: 'more', name: 'more', client: null });
    await browser.press(address);
    await world.run();
    expect(await world.request(id)).toMatchObject({ version: 2, approvals: [] });
    expect(problemOf(await browser.open(address))).toBe('used');
  });

  it('by an approver who is none any more', async () => {
    const one = await scene();
    const id = await one.world.ask('ann', VAULT, '30m');
    one.signIn.as = { username: 'chen', acr: 'gold' };
    const address = await clicked(one, 'chen', id);
    await one.browser.signIn(address);
    one.world.keycloak.leave('chen', '/approvers/platform');
    one.world.keycloak.join('bob', '/approvers/platform');
    await one.browser.press(address);
    await one.world.run();
    expect(await approvals(one, id)).toBe(0);
    expect(one.world.refusals('chen').at(-1)).toMatchObject({ refusal: 'not_an_approver' });
  });

  it('by one account at an address that was offered to another', async () => {
    const one = await scene();
    const id = await one.world.ask('ann', VAULT, '30m');
    const address = await clicked(one, 'chen', id);
    const other = aBrowser(one.world, one.signIn);
    one.signIn.as = { username: 'dana', acr: 'gold' };
    expect(problemOf(await other.signIn(address))).toBe('other_person');
  });
});

describe('/access explain', () => {
  it('says that approvers would sign in, and with what', async () => {
    const { world } = await scene();
    await world.act('root', { intent: 'explain', person: world.slackOf('ann'), access: VAULT, duration: '30m' });
    expect(world.told('root').at(-1)).toMatchObject({ say: 'explained', explained: { stepUp: ['gold'] } });
  });
});

describe('by policy', () => {
  const PLATINUM = aPolicy(`\n  - name: with a key\n    when: resource.path == "${READ}"\n    step-up: platinum`);

  it('whatever the risk, with the class that the rule names', async () => {
    const one = await scene(PLATINUM);
    const id = await one.world.ask('ann', READ);
    expect((await one.world.request(id)).stepUp).toEqual(['platinum']);
    expect(problemOf(await approve(one, 'chen', id, 'gold'))).toBe('weak');
    await approve(one, 'chen', id, 'platinum');
    expect(one.world.keycloak.has('ann', READ)).toBe(true);
  });

  it('nothing is given at once that approvers would have to sign in for', async () => {
    const one = await scene(aPolicy(`\n  - name: with a key\n    step-up: platinum\n  - name: free\n    allow: true`));
    const id = await one.world.ask('ann', READ);
    expect((await one.world.request(id)).state).toBe('pending');
  });

  it('a rule that comes after the approval ends the grant before it is given', async () => {
    const policy = aPolicy(`\n  - name: long\n    max-duration: 8h`);
    const one = await scene(policy);
    const id = await one.world.ask('ann', READ);
    one.world.keycloak.faults.always('give', 'unavailable');
    await one.world.approve('chen', id);
    policy.rule(`\n  - name: with a key\n    step-up: platinum`);
    one.world.keycloak.faults.heal();
    await one.world.advance(120);
    expect(await one.world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'refused_at_activation' });
    expect(one.world.keycloak.has('ann', READ)).toBe(false);
  });
});

describe('a bundle', () => {
  it('with a critical part is approved on one page, all or nothing', async () => {
    const one = await scene();
    const { world, browser, signIn } = one;
    await world.act('ann', {
      intent: 'request',
      access: { by: 'text', text: READ },
      also: [{ by: 'text', text: VAULT }],
      duration: '30m',
      justification: 'INC-42',
    });
    const { requests } = await world.rows();
    const [first, second] = requests;
    if (first === undefined || second === undefined) throw new Error('no bundle');
    const parts = [{ requestId: second.id, version: 1, stage: 0 }];
    const press = async (name: string) => {
      const intent = await world.approval(first.id);
      if (intent.intent !== 'approve') throw new Error('no approval');
      await world.act(name, { ...intent, also: parts });
      signIn.as = { username: name, acr: 'gold' };
      const address = addressTold(world, name);
      const page = await browser.signIn(address);
      await browser.press(address);
      await world.run();
      return page;
    };
    expect(await press('chen')).toMatchObject({
      page: 'confirm',
      asked: { decisions: [{ path: READ }, { path: VAULT }] },
    });
    expect((await world.request(first.id)).approvals).toHaveLength(1);
    expect((await world.request(second.id)).approvals).toMatchObject([{ signedIn: { acr: 'gold' } }]);
  });
});

describe('break-glass of what is critical', () => {
  const taking = {
    intent: 'break_glass' as const,
    access: { by: 'text' as const, text: VAULT },
    justification: 'INC-1',
  };
  async function marked() {
    const one = await scene();
    const thing = one.world.keycloak.things.get(VAULT);
    if (thing !== undefined) thing.attributes = { ...thing.attributes, 'break-glass': 'true' };
    return one;
  }

  it('is taken on the page, after the sign-in of the very person', async () => {
    const one = await marked();
    const { world, browser, signIn } = one;
    await world.act('ann', taking);
    expect(world.keycloak.has('ann', VAULT)).toBe(false);
    const address = addressTold(world, 'ann');
    signIn.as = { username: 'bob', acr: 'gold' };
    expect(problemOf(await browser.signIn(address))).toBe('other_person');
    signIn.as = { username: 'ann', acr: 'gold' };
    const asked = { asked: 'take', path: VAULT, leaseSeconds: 3600, justification: 'INC-1' };
    expect(await browser.signIn(address)).toMatchObject({ page: 'confirm', username: 'ann', asked });
    expect(await browser.press(address)).toEqual({ page: 'done', asked });
    await world.run();
    expect(world.keycloak.has('ann', VAULT)).toBe(true);
    const audit = await world.audit();
    expect(audit.find(({ kind }) => kind === 'request.taken')).toMatchObject({ data: { signedIn: { acr: 'gold' } } });
    expect(audit.find(({ kind }) => kind === 'identity.proven')).toMatchObject({ data: { for: 'take', acr: 'gold' } });
    await expectSound(world);
  });

  it('is offered anew where what it gives changed meanwhile', async () => {
    const one = await marked();
    const { world, browser, signIn } = one;
    await world.act('ann', taking);
    const address = addressTold(world, 'ann');
    signIn.as = { username: 'ann', acr: 'gold' };
    await browser.signIn(address);
    world.keycloak.things.get(VAULT)?.gives.push({ id: 'more', name: 'more', client: null });
    await browser.press(address);
    await world.run();
    expect(world.keycloak.has('ann', VAULT)).toBe(false);
    expect(addressTold(world, 'ann')).not.toBe(address);
  });
});

describe('the end of every lease', () => {
  const everything = { intent: 'revoke' as const, person: null, access: null };

  it('is confirmed by a sign-in of the admin, and forged clicks end nothing', async () => {
    const one = await scene();
    const { world, browser, signIn } = one;
    await world.lease('ann');
    await world.act('root', { ...everything, confirmation: world.ports.settings.realm });
    expect(world.keycloak.has('ann', READ)).toBe(true);
    const address = addressTold(world, 'root');
    signIn.as = { username: 'root', acr: 'gold' };
    const asked = { asked: 'revoke_all', realm: world.ports.settings.realm, leases: 1 };
    expect(await browser.signIn(address)).toMatchObject({ page: 'confirm', username: 'root', asked });
    expect(await browser.press(address)).toEqual({ page: 'done', asked });
    await world.run();
    expect(world.keycloak.has('ann', READ)).toBe(false);
    expect((await world.audit()).find(({ kind }) => kind === 'identity.proven')).toMatchObject({
      actor: { username: 'root' },
      data: { for: 'revoke_all' },
    });
  });

  it("one person's leases need none", async () => {
    const { world } = await scene();
    await world.lease('ann');
    await world.act('root', { ...everything, person: world.slackOf('ann'), confirmation: null });
    expect(world.keycloak.has('ann', READ)).toBe(false);
  });
});
