import { describe, expect, it } from '@jest/globals';
import { VERBS } from '../../../../src/http/gate/verbs.ts';
import type { GateCalls } from '../../../../src/usecases/gate-port.ts';
import { BODIES, gateCalls } from '../../../doubles/gate-door.ts';

type Path = keyof typeof BODIES;
const NONCE = 'ab'.repeat(16);
const { id: userId, username } = BODIES['/gate/form'].person;
const ref = { gate: 'g-1', userId, session: 'ab'.repeat(32) };

/** What a body asks of the use cases, and what is answered; null: the body is refused. */
async function ask(path: Path, change: object = {}, told: Partial<GateCalls> = {}) {
  const { calls, asked } = gateCalls(told);
  const read = VERBS.get(path)?.({ ...BODIES[path], ...change }, NONCE) ?? null;
  if (read === null) return null;
  const answer = await read.run(calls);
  return { realm: read.realm, asked, answer };
}

describe('what each path asks', () => {
  it('ask: everything that Keycloak tells, under the names of the use cases', async () => {
    const {
      client,
      account: of,
      scopes,
      reached,
      ip,
      device,
      action,
      trigger,
      session,
      tab,
      waitSeconds,
    } = BODIES['/gate/ask'];
    expect(await ask('/gate/ask')).toMatchObject({
      realm: 'acme',
      asked: [
        [
          'ask',
          {
            ...{ account: of, scopes, reached, ip, device, action, trigger, session, tab, waitSeconds },
            ...{ nonce: NONCE, client: client.id, clientName: client.name },
            person: { userId, username },
          },
        ],
      ],
    });
  });

  it.each(['look', 'leave'] as const)('%s: which gate, whose, and which browser', async (verb) => {
    expect((await ask(`/gate/${verb}`))?.asked).toEqual([[verb, ref]]);
  });

  it('spend: the tab too', async () => {
    expect((await ask('/gate/spend'))?.asked).toEqual([['spend', { ...ref, tab: 'tab-1' }]]);
  });

  it('form: the person', async () => {
    expect((await ask('/gate/form'))?.asked).toEqual([['form', { userId, username }]]);
  });

  it('request: what is asked for, by its id or by its name', async () => {
    const { access: group, seconds, justification } = BODIES['/gate/request'];
    const facts = { access: group, seconds, justification, nonce: NONCE, person: { userId, username } };
    expect((await ask('/gate/request'))?.asked).toEqual([['request', facts]]);
    const access = { by: 'text', text: 'billing' };
    expect((await ask('/gate/request', { access }))?.asked).toEqual([['request', { ...facts, access }]]);
  });

  it('leases: of whom, at which client, in which session, and by which approval', async () => {
    const { client, scopes, session } = BODIES['/gate/leases'];
    const facts = { person: { userId, username }, client, scopes, session };
    expect((await ask('/gate/leases'))?.asked).toEqual([['leases', { ...facts, approval: null }]]);
    expect((await ask('/gate/leases', { approval: 'g-1', session: '' }))?.asked).toEqual([
      ['leases', { ...facts, session: null, approval: 'g-1' }],
    ]);
  });

  it('token: how it is asked for, and where from, too', async () => {
    const { scopes, grant, ip } = BODIES['/gate/token'];
    const facts = { person: { userId, username }, client: 'ci', clientName: null, scopes, grant, ip };
    expect((await ask('/gate/token'))?.asked).toEqual([['token', { ...facts, session: null, approval: null }]]);
    const more = { client: { id: 'ci', name: 'Builds' }, session: 's-1', approval: 'g-1', grant: 'ciba' };
    expect((await ask('/gate/token', more))?.asked).toEqual([
      ['token', { ...facts, clientName: 'Builds', session: 's-1', approval: 'g-1', grant: 'ciba' }],
    ]);
  });

  it('what is answered is the answer', async () => {
    const verdict = { answer: 'deny', because: 'fatigue', retrySeconds: 600 } as const;
    const told = { ask: () => Promise.resolve(verdict) };
    expect((await ask('/gate/ask', {}, told))?.answer).toEqual(verdict);
  });

  it('what nobody filled in, or Keycloak left empty, is null', async () => {
    const empty = { client: { id: 'grafana', name: '' }, ip: '', device: null, action: '' };
    expect((await ask('/gate/ask', empty))?.asked[0]?.[1]).toMatchObject({
      clientName: null,
      ip: null,
      device: null,
      action: null,
    });
  });
});

const { person } = BODIES['/gate/form'];
const { account } = BODIES['/gate/ask'];
const many = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

const ABOUT_TOKENS: readonly Path[] = ['/gate/leases', '/gate/token'];

describe('bodies that are refused', () => {
  it.each(Object.keys(BODIES) as Path[])('%s: with any field missing, null, or of another kind', async (path) => {
    const mayBeNull = ['ip', 'device', 'action', 'approval', ...(ABOUT_TOKENS.includes(path) ? ['session'] : [])];
    for (const field of Object.keys(BODIES[path])) {
      expect([field, await ask(path, { [field]: undefined })]).toEqual([field, null]);
      if (!mayBeNull.includes(field)) expect([field, await ask(path, { [field]: null })]).toEqual([field, null]);
      for (const odd of [true, { a: 1 }, [[]], Number.NaN])
        expect([field, await ask(path, { [field]: odd })]).toEqual([field, null]);
    }
  });

  it.each(Object.keys(BODIES) as Path[])('%s: with a field that the protocol does not know', async (path) => {
    expect(await ask(path, { more: 1 })).toBeNull();
    expect(await ask(path, JSON.parse('{"__proto__":{"realm":"acme"}}') as object)).toBeNull();
  });

  it.each<readonly [string, Path, object]>([
    ['a trigger that is none', '/gate/ask', { trigger: 'cookie' }],
    ['less than no time to wait', '/gate/ask', { waitSeconds: -1 }],
    ['parts of a second', '/gate/ask', { waitSeconds: 1.5 }],
    ['too many scopes', '/gate/ask', { scopes: many(201) }],
    ['a scope without a name', '/gate/ask', { scopes: [''] }],
    ['a scope that is long', '/gate/ask', { scopes: ['s'.repeat(256)] }],
    ['too many attributes', '/gate/ask', { account: { ...account, filled: many(1001) } }],
    ['an account that is younger than new', '/gate/ask', { account: { ...account, ageDays: -1 } }],
    ['a word for yes', '/gate/ask', { account: { ...account, otp: 'yes' } }],
    ['more of the account', '/gate/ask', { account: { ...account, admin: true } }],
    ['a client without an id', '/gate/ask', { client: { id: '', name: 'Grafana' } }],
    ['a user without an id', '/gate/ask', { person: { ...person, id: '' } }],
    ['a long user name', '/gate/ask', { person: { ...person, username: 'a'.repeat(256) } }],
    ['a NUL, which no database keeps', '/gate/ask', { person: { ...person, username: 'a\0b' } }],
    ['half a character', '/gate/request', { justification: 'a\ud800b' }],
    ['a session that is no SHA-256', '/gate/look', { session: 'ab'.repeat(31) }],
    ['a tab without a name', '/gate/spend', { tab: '' }],
    ['another kind of access', '/gate/request', { access: { by: 'id', kind: 'realm', id: 'x' } }],
    ['access by both', '/gate/request', { access: { by: 'text', text: 'x', id: 'x' } }],
    ['a grant that is none', '/gate/token', { grant: 'implicit' }],
    ['a grant by its address', '/gate/token', { grant: 'urn:openid:params:grant-type:ciba' }],
    ['too many scopes of a token', '/gate/token', { scopes: many(201) }],
    ['an approval without an id', '/gate/token', { approval: '' }],
    ['a long approval', '/gate/leases', { approval: 'g'.repeat(101) }],
    ['a long session', '/gate/leases', { session: 's'.repeat(256) }],
    ['a client with a name', '/gate/leases', { client: { id: 'ci', name: null } }],
    ['a justification that is longer than any', '/gate/request', { justification: 'j'.repeat(20_001) }],
    ['less than no time', '/gate/request', { seconds: -1 }],
  ])('%s', async (_what, path, change) => {
    expect(await ask(path, change)).toBeNull();
  });
});
