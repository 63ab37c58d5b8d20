import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { GATED, gatedRealm, type GatedRealm } from '../../doubles/gate-realm.ts';
import { newVisitor, type Tab } from '../../doubles/gate-visitor.ts';
import { submit } from '../../doubles/keycloak-login-form.ts';
import { awaited, codeOn, goesOn, isClosed, isLetIn, waits } from './support.ts';

let gate: GatedRealm;
let ann: string;

beforeAll(async () => {
  gate = await gatedRealm({ clients: [GATED], waitSeconds: 120 }, { bruteForceProtected: true, failureFactor: 3 });
  for (const name of ['bob', 'carol', 'dana']) await gate.realm.createUser(name);
  ann = await gate.realm.createUser('ann');
});
afterAll(() => gate.close());
beforeEach(() => {
  gate.service.reset();
  gate.service.halts();
});

describe('a sign-in at the gate', () => {
  it('halts, and shows the code that the service gave', async () => {
    const tab = await gate.comes('ann');
    waits(tab);
    expect(codeOn(tab)).toBe(gate.service.room.newest().code);
    expect(await tab.poll()).toMatchObject({ status: 200, body: { status: 'waiting' } });
    expect(tab.outcome()).toBeNull();
  });

  it('tells the service who comes, from where, to what', async () => {
    const tab = await gate.comes('ann', GATED, { scope: 'openid email' });
    waits(tab);
    const { body, signed } = gate.service.calls('ask')[0] ?? {};
    expect(signed).toBe(true);
    expect(body).toMatchObject({
      realm: gate.realm.name,
      person: { id: ann, username: 'ann' },
      client: { id: GATED, name: GATED.toUpperCase() },
      ip: '127.0.0.1',
      action: null,
      trigger: 'client',
      waitSeconds: 120,
      account: { emailVerified: true, termsAccepted: false, otp: false, ageDays: 0 },
    });
    expect(body?.['scopes']).toEqual(expect.arrayContaining(['openid', 'email']));
    expect((body?.['account'] as { filled: unknown }).filled).toEqual(expect.arrayContaining(['email', 'firstName']));
    expect(body?.['session']).toMatch(/^[0-9a-f]{64}$/);
  });

  it('shows the service no session id, only its hash', async () => {
    const visitor = gate.visitor();
    const tab = await visitor.open(GATED);
    await tab.signIn('ann');
    const cookie = decodeURIComponent(visitor.cookie('AUTH_SESSION_ID') ?? '');
    const ids = [cookie, Buffer.from(cookie, 'base64url').toString()].map((text) => text.split('.')[0] ?? '');
    const hashes = ids.map((id) => createHash('sha256').update(id).digest('hex'));
    expect(hashes).toContain(gate.service.room.newest().session);
  });

  it('goes on when it is approved, once, and the event says by whom', async () => {
    const tab = await gate.comes('ann');
    gate.service.room.decide('approved');
    expect(await tab.poll()).toMatchObject({ status: 200, body: { status: 'approved' } });
    await goesOn(tab);
    expect(gate.service.calls('spend')).toHaveLength(1);
    const [login] = await gate.events('LOGIN');
    expect(login).toMatchObject({ clientId: GATED, userId: ann });
    expect(JSON.stringify(login?.details)).toContain('eve');
    expect(JSON.stringify(login?.details)).toContain(gate.service.room.newest().id);
  });

  it('is closed by a denial, stays closed, and is no wrong password', async () => {
    for (let attempt = 0; attempt < 4; attempt++) {
      const tab = await gate.comes('carol');
      const address = tab.lookAgainAt();
      gate.service.room.decide('denied');
      await tab.lookAgain();
      isClosed(tab);
      gate.service.room.decide('approved');
      await tab.goTo(address);
      isClosed(tab);
    }
    expect(gate.service.calls('spend')).toHaveLength(0);
    const [carol] = await gate.realm.list('/users?username=carol&exact=true');
    const counted = await gate.realm.get(`/attack-detection/brute-force/users/${carol?.id ?? ''}`);
    expect(counted).toMatchObject({ numFailures: 0, disabled: false });
    const [error] = await gate.events('LOGIN_ERROR');
    expect(error).toMatchObject({ clientId: GATED, userId: carol?.id });
    expect(error?.error).toMatch(/denied/);
  });

  it.each(['expired', 'withdrawn', 'superseded', 'unreachable'] as const)('is closed when it is %s', async (state) => {
    const tab = await gate.comes('bob');
    gate.service.room.decide(state);
    await tab.lookAgain();
    isClosed(tab);
  });

  it('is closed at its deadline, and an approval after that lets nobody in', async () => {
    gate.service.halts({ seconds: 2 });
    const tab = await gate.comes('bob');
    const address = tab.lookAgainAt();
    await awaited(async () => {
      await tab.goTo(address);
      return !tab.looksAgain();
    });
    isClosed(tab);
    gate.service.room.decide('approved');
    await tab.goTo(address);
    isClosed(tab);
  });

  it('an approval that comes too late for the service is none', async () => {
    gate.service.halts({ seconds: 2 });
    const tab = await gate.comes('bob');
    gate.service.room.decide('approved');
    gate.service.says('spend', { spent: false, state: 'expired' });
    await tab.lookAgain();
    isClosed(tab);
    gate.service.says('spend', gate.service.room.spend);
  });

  it.each(['another person', 'another browser'])('an approval of %s lets nobody in', async (whose) => {
    const tab = await gate.comes('ann');
    const person = whose === 'another person' ? 'bob' : 'ann';
    await gate.comes(person);
    gate.service.room.decide('approved');
    await tab.lookAgain();
    waits(tab);
  });

  it('an address of the waiting page is worth nothing without the browser’s cookies', async () => {
    const tab = await gate.comes('ann');
    gate.service.room.decide('approved');
    const stranger = await newVisitor(gate.realm.realmUrl).openAddress(tab.lookAgainAt());
    expect(stranger.outcome()?.['code']).toBeUndefined();
    expect(gate.service.calls('spend')).toHaveLength(0);
    await goesOn(tab);
  });

  it('ends at the application with access_denied when the person turns back', async () => {
    const tab = await gate.comes('ann');
    await tab.submit({ leave: 'leave' });
    expect(tab.outcome()).toMatchObject({ error: 'access_denied', state: 'here' });
    expect(gate.service.room.newest().state).toBe('withdrawn');
  });

  it('one gate for two tabs of a browser, and each goes on once', async () => {
    const visitor = gate.visitor();
    const before = gate.service.room.count();
    const first = await visitor.open(GATED);
    const second = await visitor.open(GATED);
    await first.signIn('ann');
    await second.signIn('ann');
    waits(second);
    expect(gate.service.room.count()).toBe(before + 1);
    const sessions = gate.service.calls('ask').map(({ body }) => body['session']);
    expect(new Set(sessions).size).toBe(1);
    gate.service.room.decide('approved');
    const results: Tab[] = [];
    for (const tab of [first, second]) {
      await tab.lookAgain();
      if (tab.outcome()?.['code'] !== undefined) results.push(tab);
    }
    expect(results).toHaveLength(2);
    const spent = gate.service.calls('spend').map(({ body }) => body['tab']);
    expect(new Set(spent).size).toBe(spent.length);
  });

  it('is not left by sending the password once more', async () => {
    const visitor = gate.visitor();
    const tab = await visitor.open(GATED);
    const form = tab.stop();
    await tab.signIn('ann');
    const again = await submit(form, { username: 'ann', password: 'password' }, visitor.cookies);
    expect(again.at).toBe('page');
    expect(gate.service.calls('spend')).toHaveLength(0);
  });

  it('lets no name be HTML', async () => {
    gate.service.halts({ asked: '/<script>alert(1)</script>' });
    const tab = await gate.comes('ann');
    expect(tab.html()).toContain('/&lt;script&gt;alert(1)');
    expect(tab.html()).not.toContain('<script>alert');
  });

  it('asks nobody twice when the page is reloaded', async () => {
    const tab = await gate.comes('ann');
    await tab.lookAgain();
    await tab.lookAgain();
    waits(tab);
    expect(gate.service.calls('ask')).toHaveLength(1);
  });

  it('a spent approval lets nobody in a second time', async () => {
    const tab = await gate.comes('ann');
    const address = tab.lookAgainAt();
    gate.service.room.decide('approved');
    gate.service.says('spend', { spent: false, state: 'spent' });
    await tab.goTo(address);
    isClosed(tab);
    gate.service.says('spend', gate.service.room.spend);
    await tab.goTo(address);
    isClosed(tab);
  });

  it('is asked again at the next sign-in, though the browser has a session', async () => {
    const visitor = gate.visitor();
    const tab = await visitor.open(GATED);
    await tab.signIn('ann');
    gate.service.room.decide('approved');
    await goesOn(tab);
    const again = await visitor.open(GATED);
    waits(again);
  });
});

describe('the service’s other answers', () => {
  it('go lets in at once', async () => {
    gate.service.reset();
    isLetIn(await gate.comes('dana'));
    expect(gate.service.calls().map(({ verb }) => verb)).toEqual(['ask']);
  });

  it.each([
    { because: 'policy', texts: ['Only on <b>weekdays</b>.'], id: 'd-1' },
    { because: 'no_policy' },
    { because: 'no_approvers' },
    { because: 'fatigue', retrySeconds: 600 },
    { because: 'something new' },
  ])('deny because of $because is a closed page', async (deny) => {
    gate.service.says('ask', { answer: 'deny', ...deny });
    const tab = await gate.comes('dana');
    isClosed(tab);
    expect(tab.html()).not.toContain('<b>weekdays');
    if (deny.texts !== undefined) expect(tab.html()).toContain('Only on &lt;b&gt;weekdays&lt;/b&gt;.');
  });
});
