import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gatedRealm, UNGATED, type GatedRealm } from '../../doubles/gate-realm.ts';
import type { Tab, Visitor } from '../../doubles/gate-visitor.ts';
import { isLetIn } from './support.ts';

const ACTION = 'leasehold-access-request';
const HOSTILE = `"><script>alert(1)</script>&amp;`;
const ENTRIES = [
  { kind: 'group', id: 'g-1', path: '/prod/read', description: 'Reads', durations: [900, 3600], defaultSeconds: 3600 },
  { kind: 'realm-role', id: 'r-1', path: HOSTILE, description: HOSTILE, durations: [7200], defaultSeconds: 7200 },
];

let gate: GatedRealm;
let ann: string;

beforeAll(async () => {
  gate = await gatedRealm({ actions: ['CONFIGURE_TOTP'], form: {} }, { registrationAllowed: true });
  ann = await gate.realm.createUser('ann');
});
afterAll(() => gate.close());
beforeEach(() => {
  gate.service.reset();
  gate.service.says('form', { form: 'open', entries: ENTRIES, more: false });
  gate.service.says('request', { asked: true });
});

/** Signs in, and opens the form as an application does; `parameter` is a path to begin with. */
async function opensForm(parameter = ''): Promise<{ readonly visitor: Visitor; readonly tab: Tab }> {
  const visitor = gate.visitor();
  await (await visitor.open(UNGATED)).signIn('ann');
  const tab = await visitor.open(UNGATED, { kc_action: ACTION + parameter });
  return { visitor, tab };
}

const FILLED = { access: 'group:g-1', duration: '900', justification: 'INC-42' };
const requests = () => gate.service.calls('request').map(({ body }) => body);

describe('the access-request form', () => {
  it('asks for what was chosen, and tells the application', async () => {
    const { tab } = await opensForm();
    expect(tab.asksFor('cancel-aia')).toBe(true);
    await tab.submit(FILLED);
    expect(requests()).toEqual([
      {
        realm: gate.realm.name,
        person: { id: ann, username: 'ann' },
        access: { by: 'id', kind: 'group', id: 'g-1' },
        seconds: 900,
        justification: 'INC-42',
      },
    ]);
    await tab.submit({ continue: 'true' });
    expect(tab.outcome()).toMatchObject({ kc_action_status: 'success', code: expect.any(String) });
  });

  it('not now tells the application, and asks for nothing', async () => {
    const { tab } = await opensForm();
    await tab.submit({ 'cancel-aia': 'true' });
    expect(tab.outcome()).toMatchObject({ kc_action_status: 'cancelled' });
    expect(requests()).toEqual([]);
  });

  it('begins with the access that the application names', async () => {
    const { tab } = await opensForm(`:${ENTRIES[0]?.path ?? ''}`);
    expect(tab.html()).toMatch(/<option value="group:g-1"[^>]* selected/);
  });

  it('shows what is wrong, and keeps what was typed', async () => {
    gate.service.says('request', { asked: false, field: 'duration', because: 'too_long', limit: 7200 });
    const { tab } = await opensForm();
    await tab.submit({ ...FILLED, justification: HOSTILE });
    expect(tab.text()).toContain('120 min');
    expect(tab.html()).toMatch(/id="duration"[^>]* aria-invalid="true" aria-describedby="duration-error"/);
    expect(tab.html()).toContain('&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;</textarea>');
    expect(tab.outcome()).toBeNull();
    gate.service.says('request', { asked: true });
    await tab.submit(FILLED);
    await tab.submit({ continue: 'true' });
    expect(tab.outcome()).toMatchObject({ kc_action_status: 'success' });
  });

  it('sends nothing while something is missing', async () => {
    const { tab } = await opensForm();
    await tab.submit({ ...FILLED, justification: '  ' });
    await tab.submit({ ...FILLED, duration: 'abc' });
    await tab.submit({ ...FILLED, access: '' });
    expect(requests()).toEqual([]);
    expect(tab.asksFor('cancel-aia')).toBe(true);
  });

  it('asks by name where there is more than the list holds', async () => {
    gate.service.says('form', { form: 'open', entries: ENTRIES, more: true });
    const { tab } = await opensForm();
    await tab.submit({ text: '/prod/write', duration: '900', justification: 'INC-42' });
    expect(requests()[0]).toMatchObject({ access: { by: 'text', text: '/prod/write' } });
  });

  it('lets nobody’s text be HTML', async () => {
    const { tab } = await opensForm(`:${HOSTILE}`);
    expect(tab.html()).not.toContain('<script>alert');
    expect(tab.html()).toContain('&lt;script&gt;alert(1)');
  });

  it('asks once when it is sent twice', async () => {
    const { visitor, tab } = await opensForm();
    const twin = await visitor.openAddress(tab.stop().url);
    const answers = await Promise.allSettled([tab.submit(FILLED), tab.submit(FILLED)]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    await twin.goTo(tab.stop().url);
    const nonces = gate.service.calls('request').map(({ nonce }) => nonce);
    expect(nonces.length).toBeGreaterThan(0);
    expect(new Set(nonces).size).toBe(1);
  });

  it('says so when Leasehold is away, and asks once it is back', async () => {
    const { tab } = await opensForm();
    gate.service.fails('500', 'request');
    await tab.submit(FILLED);
    expect(tab.outcome()).toBeNull();
    expect(tab.html()).toContain('INC-42');
    gate.service.fails(null);
    await tab.submit(FILLED);
    await tab.submit({ continue: 'true' });
    expect(tab.outcome()).toMatchObject({ kc_action_status: 'success' });
  });

  it.each(['not_linked', 'slack_away', 'nothing_offered', 'something new'])(
    'is closed when %s, and lets the person go on',
    async (because) => {
      gate.service.says('form', { form: 'closed', because });
      const { tab } = await opensForm();
      expect(tab.asksFor('justification')).toBe(false);
      await tab.submit({ 'cancel-aia': 'true' });
      expect(tab.outcome()).toMatchObject({ kc_action_status: 'cancelled' });
    },
  );

  it('keeps nobody out who does not want to ask, while it is required', async () => {
    await gate.realm.createUser('bob');
    const [bob] = await gate.realm.list('/users?username=bob&exact=true');
    await gate.realm.send('PUT', `/users/${bob?.id ?? ''}`, { ...bob, requiredActions: [ACTION] });
    const tab = await gate.comes('bob', UNGATED);
    await tab.submit({ 'cancel-aia': 'true' });
    isLetIn(tab);
    isLetIn(await gate.comes('bob', UNGATED));
  });

  it('is shown to new accounts where it is a default action', async () => {
    await gate.setUp({ form: { isDefault: true } });
    const tab = await gate.visitor().open(UNGATED, { prompt: 'create' });
    const who = { username: 'fresh', email: 'fresh@example.com', firstName: 'Fresh', lastName: 'Face' };
    await tab.submit({ ...who, password: 'a-password-1', 'password-confirm': 'a-password-1' });
    await tab.submit(FILLED);
    expect(requests()[0]).toMatchObject({ person: { username: 'fresh' } });
    await tab.submit({ continue: 'true' });
    isLetIn(tab);
    await gate.setUp();
  });
});
