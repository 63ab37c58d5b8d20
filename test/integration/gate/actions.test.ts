import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { gatedRealm, UNGATED, type GatedRealm } from '../../doubles/gate-realm.ts';
import { postForm } from '../../doubles/keycloak-http.ts';
import { goesOn, isClosed, isLetIn, waits } from './support.ts';

let gate: GatedRealm;
let sequence = 0;

beforeAll(async () => {
  gate = await gatedRealm({}, { registrationAllowed: true });
  const [terms] = (await gate.realm.list('/authentication/required-actions')).filter(
    ({ alias }) => alias === 'TERMS_AND_CONDITIONS',
  );
  await gate.realm.send('PUT', '/authentication/required-actions/TERMS_AND_CONDITIONS', { ...terms, enabled: true });
});
afterAll(() => gate.close());
beforeEach(() => gate.service.reset());

async function oldAccount() {
  const username = `old-${++sequence}`;
  const id = await gate.realm.createUser(username, { emailVerified: false });
  return { username, id };
}

const pending = async (id: string): Promise<unknown> => (await gate.realm.get(`/users/${id}`))['requiredActions'];

/** What each page asks for. */
const PAGES = [
  ['TERMS_AND_CONDITIONS', 'accept'],
  ['UPDATE_PROFILE', 'firstName'],
  ['UPDATE_PASSWORD', 'password-new'],
  ['CONFIGURE_TOTP', 'totp'],
] as const;

describe('required actions by rule', () => {
  it.each(PAGES)('%s is asked for in this sign-in, and is not left on the account', async (action, field) => {
    const { username, id } = await oldAccount();
    gate.service.says('ask', { answer: 'go', actions: [action] });
    const tab = await gate.comes(username, UNGATED);
    expect({ field, there: tab.asksFor(field), text: tab.text() }).toMatchObject({ there: true });
    expect(await pending(id)).toEqual([]);
    gate.service.reset();
    isLetIn(await gate.comes(username, UNGATED)); // who went away is asked by the rule, not by what is left
  });

  it('VERIFY_EMAIL is asked for in this sign-in, and is not left on the account', async () => {
    const { username, id } = await oldAccount();
    gate.service.says('ask', { answer: 'go', actions: ['VERIFY_EMAIL'] });
    const tab = await gate.comes(username, UNGATED);
    expect(tab.outcome()).toBeNull(); // a test realm cannot send mail: its page may be the one that says so
    expect(await pending(id)).toEqual([]);
  });

  it('terms that are accepted lead to the application, and the next sign-in knows of them', async () => {
    const { username } = await oldAccount();
    gate.service.says('ask', (call) => {
      const { termsAccepted } = call.body['account'] as { readonly termsAccepted: boolean };
      return { answer: 'go', actions: termsAccepted ? [] : ['TERMS_AND_CONDITIONS'] };
    });
    const tab = await gate.comes(username, UNGATED);
    await tab.submit({ accept: 'yes' });
    isLetIn(tab);
    isLetIn(await gate.comes(username, UNGATED));
  });

  it('come after an approval, too', async () => {
    const { username } = await oldAccount();
    gate.service.halts({ actions: ['UPDATE_PASSWORD'] });
    const tab = await gate.comes(username, UNGATED);
    waits(tab);
    gate.service.room.decide('approved');
    await tab.lookAgain();
    await tab.submit({ 'password-new': 'another-1', 'password-confirm': 'another-1' });
    isLetIn(tab);
  });

  it.each(['NO_SUCH_ACTION', 'terms_and_conditions '])('%j is not known here: closed', async (action) => {
    const { username } = await oldAccount();
    gate.service.says('ask', { answer: 'go', actions: [action] });
    isClosed(await gate.comes(username, UNGATED));
  });

  it('a registration is asked about as one, and its actions are asked for at once', async () => {
    gate.service.says('ask', { answer: 'go', actions: ['TERMS_AND_CONDITIONS'] });
    const tab = await gate.visitor().open(UNGATED, { prompt: 'create' });
    const who = { username: 'fresh', email: 'fresh@example.com', firstName: 'Fresh', lastName: 'Face' };
    await tab.submit({ ...who, password: 'a-password-1', 'password-confirm': 'a-password-1' });
    expect(gate.service.calls('ask')[0]?.body).toMatchObject({ trigger: 'registration' });
    expect(tab.asksFor('accept')).toBe(true);
    await tab.submit({ accept: 'yes' });
    isLetIn(tab);
  });

  it('every sign-in is asked about as such, where nothing is named', async () => {
    const { username } = await oldAccount();
    gate.service.halts();
    const tab = await gate.comes(username, UNGATED);
    expect(gate.service.calls('ask')[0]?.body).toMatchObject({ trigger: 'login' });
    gate.service.room.decide('approved');
    await goesOn(tab);
  });

  it('nobody signs in by password, at any client, where every sign-in is gated', async () => {
    const { username } = await oldAccount();
    const client = { client_id: UNGATED, client_secret: `${UNGATED}-secret` };
    const post = (form: Record<string, string>) => postForm(gate.realm.realmUrl, 'token', { ...client, ...form });
    const refused = await post({ grant_type: 'password', username, password: 'password' });
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect((await post({ grant_type: 'client_credentials' })).status).toBe(200);
  });
});
