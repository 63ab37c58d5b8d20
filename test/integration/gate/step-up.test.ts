import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { APP, VERIFIER, type Tab } from '../../doubles/gate-visitor.ts';
import { GATED, gatedRealm, UNGATED as WIKI, type GatedRealm } from '../../doubles/gate-realm.ts';
import { postForm } from '../../doubles/keycloak-http.ts';
import { addStepUp, giveTotp, totpCode } from '../../doubles/keycloak-step-up.ts';
import { goesOn, isClosed, isLetIn, waits } from './support.ts';

const APPROVED = { acr_values: 'approved' };

let gate: GatedRealm;

beforeAll(async () => {
  gate = await gatedRealm({ stepUp: { acr: 'approved', level: 2, maxAgeSeconds: 300 } });
  await gate.realm.createUser('ann');
});
afterAll(() => gate.close());
beforeEach(() => {
  gate.service.reset();
  gate.service.halts();
});

/** The acr of the token that the code gives. */
async function acrOf(code: string | undefined): Promise<unknown> {
  const client = { client_id: WIKI, client_secret: `${WIKI}-secret` };
  const form = {
    ...client,
    grant_type: 'authorization_code',
    code: code ?? '',
    redirect_uri: APP,
    code_verifier: VERIFIER,
  };
  const { body } = await postForm(gate.realm.realmUrl, 'token', form);
  const [, payload = ''] = (body as { id_token: string }).id_token.split('.');
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { acr: unknown }).acr;
}

async function signedIn() {
  const visitor = gate.visitor();
  const tab = await visitor.open(WIKI);
  await tab.signIn('ann');
  isLetIn(tab);
  return { visitor, tab };
}

describe('the gate as a level of authentication', () => {
  it('is not there for who asks for no level', async () => {
    const { tab } = await signedIn();
    expect(gate.service.calls()).toHaveLength(0);
    expect(await acrOf(tab.outcome()?.['code'])).toBe('1');
  });

  it('halts who asks for it, without another password, and is in the token once approved', async () => {
    const { visitor } = await signedIn();
    const tab = await visitor.open(WIKI, APPROVED);
    waits(tab);
    expect(gate.service.calls('ask').at(-1)?.body).toMatchObject({ trigger: 'step-up' });
    gate.service.room.decide('approved');
    await goesOn(tab);
    expect(await acrOf(tab.outcome()?.['code'])).toBe('approved');
  });

  it('holds for its time, and max_age or prompt=login asks again', async () => {
    const { visitor } = await signedIn();
    const tab = await visitor.open(WIKI, APPROVED);
    gate.service.room.decide('approved');
    await goesOn(tab);
    isLetIn(await visitor.open(WIKI, APPROVED));
    const again = await visitor.open(WIKI, { ...APPROVED, prompt: 'login' });
    await again.signIn('ann');
    waits(again);
  });

  it('a denial leaves the session as it was, without the level', async () => {
    const { visitor } = await signedIn();
    const tab = await visitor.open(WIKI, APPROVED);
    gate.service.room.decide('denied');
    await tab.lookAgain();
    isClosed(tab);
    const basic = await visitor.open(WIKI);
    isLetIn(basic);
    expect(await acrOf(basic.outcome()?.['code'])).toBe('1');
  });

  it('a client whose least level it is halts everybody', async () => {
    const uuid = (await gate.realm.clientUuid(WIKI)) ?? '';
    const client = await gate.realm.get(`/clients/${uuid}`);
    const least = (value: string) =>
      gate.realm.send('PUT', `/clients/${uuid}`, {
        ...client,
        attributes: { ...(client['attributes'] as object), 'minimum.acr.value': value },
      });
    await least('approved');
    try {
      waits(await gate.comes('ann', WIKI));
    } finally {
      await least('');
    }
  });

  it('an answer that wants a higher level first does not let anybody in', async () => {
    const { visitor } = await signedIn();
    gate.service.says('ask', { answer: 'step-up', acr: ['gold'] });
    const tab = await visitor.open(WIKI, APPROVED);
    expect(tab.outcome()?.['code']).toBeUndefined();
  });
});

describe('a policy that wants a higher level first', () => {
  let levels: GatedRealm;
  let otp: string;

  beforeAll(async () => {
    levels = await gatedRealm({ clients: [GATED] }, {}, (realm) => addStepUp(realm, APP));
    otp = await giveTotp(levels.realm, await levels.realm.createUser('ann'));
  });
  afterAll(() => levels.close());

  /** From the start: the way through a flow is not kept for another round. */
  async function climbs(tab: Tab): Promise<void> {
    await tab.signIn('ann');
    expect(tab.asksFor('otp')).toBe(true);
    await tab.submit({ otp: totpCode(otp) });
  }

  it('leads to it in the same sign-in, and is asked again with what was reached', async () => {
    levels.service.says('ask', ({ body }) =>
      (body['reached'] as readonly string[]).includes('gold')
        ? { answer: 'go', actions: [] }
        : { answer: 'step-up', acr: ['gold'] },
    );
    const tab = await levels.comes('ann');
    await climbs(tab);
    isLetIn(tab);
    expect(levels.service.calls('ask').map(({ body }) => body['reached'])).toEqual([['silver'], ['silver', 'gold']]);
  });

  it('is closed where the level does not help', async () => {
    levels.service.says('ask', { answer: 'step-up', acr: ['gold'] });
    const tab = await levels.comes('ann');
    await climbs(tab);
    isClosed(tab);
  });
});
