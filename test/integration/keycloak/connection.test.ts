import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { hasCode } from '../../../src/lib/errors.ts';
import { sharedKeycloak } from '../../doubles/keycloak-server.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import { connections, groupResource, roleResource, startProxy, userId } from './support.ts';
import type { Proxy } from './support.ts';

const { connect, closeAll } = connections();
const isToken = (line: string) => line.startsWith('POST /realms/');

let realm: TestRealm;
let ann: string;
let group: string;
let proxy: Proxy;

beforeAll(async () => {
  realm = await sharedKeycloak().createRealm({ json: { accessTokenLifespan: 6 } });
  group = await realm.createGroup('/production-read', { attributes: { requestable: 'true' } });
  ann = await realm.createUser('ann.baker');
  proxy = await startProxy(realm.keycloakUrl);
});
afterEach(() => {
  proxy.rule = () => 'pass';
  proxy.seen.length = 0;
});
afterAll(async () => {
  await closeAll();
  await proxy.close();
});

const target = () => ({ userId: userId(ann), resource: groupResource(group) });

describe('the token', () => {
  it('is asked for once however many calls wait, and again only ahead of its end', async () => {
    let now = Date.now();
    const { interactive } = connect(realm, { url: proxy.url, now: () => now });
    const read = () => Promise.all(Array.from({ length: 20 }, () => interactive.directory.person(userId(ann))));
    await read();
    await read();
    expect(proxy.seen.filter(isToken)).toHaveLength(1);
    now += 4_100; // of six seconds, a third is kept in hand
    await read();
    expect(proxy.seen.filter(isToken)).toHaveLength(2);
  });

  it('that Keycloak no longer takes is renewed once and the call repeated, without harm to the caller', async () => {
    const { interactive } = connect(realm, { url: proxy.url });
    await interactive.directory.person(userId(ann));
    let refusals = 0;
    proxy.rule = (method, path) => {
      if (method !== 'GET' || !path.includes(ann) || refusals > 0) return 'pass';
      refusals += 1;
      return { status: 401, body: '{"error":"HTTP 401 Unauthorized"}' };
    };
    await expect(interactive.directory.person(userId(ann))).resolves.toMatchObject({ username: 'ann.baker' });
    expect(proxy.seen.filter(isToken)).toHaveLength(2);
  });

  it('outlives its own end: a call after the first token died by the real clock succeeds', async () => {
    const short = await sharedKeycloak().createRealm({ json: { accessTokenLifespan: 2 } });
    const { interactive } = connect(short, { url: proxy.url });
    const self = await interactive.directory.self();
    expect(self).toBe(short.bot.userId);
    const deadline = Date.now() + 20_000;
    while (proxy.seen.filter(isToken).length < 3 && Date.now() < deadline) {
      await interactive.directory.person(self); // throws when a dead token is used
    }
    expect(proxy.seen.filter(isToken).length).toBeGreaterThanOrEqual(3);
  });

  it('that cannot be had for a wrong secret reads as forbidden, and nothing is sent', async () => {
    const { interactive } = connect(realm, { url: proxy.url, clientSecret: 'wrong' });
    await expect(interactive.directory.person(userId(ann))).rejects.toMatchObject({ code: 'keycloak_forbidden' });
    await expect(interactive.access.give(target())).resolves.toBe('not_sent');
    expect(proxy.seen.every(isToken)).toBe(true);
  });
});

describe('what is known of a call that failed', () => {
  it('nobody listens: not sent, and reads say unavailable', async () => {
    const { background } = connect(realm, { url: 'http://127.0.0.1:1' });
    await expect(background.access.give(target())).resolves.toBe('not_sent');
    await expect(background.access.look(target())).rejects.toMatchObject({ code: 'keycloak_unavailable' });
    await expect(background.access.probe()).resolves.toBe(false);
  });

  it.each(['cut', 'pass then cut'] as const)(
    'a connection lost after sending (%s): unknown, sent once',
    async (verdict) => {
      const { background } = connect(realm, { url: proxy.url });
      await background.directory.self();
      proxy.rule = (method) => (method === 'PUT' ? verdict : 'pass');
      await expect(background.access.give(target())).resolves.toBe('unknown');
      expect(proxy.seen.filter((line) => line.startsWith('PUT'))).toHaveLength(1);
    },
  );

  it('no answer: every call ends by its own time-out, as unknown when it changes something', async () => {
    const { background } = connect(realm, { url: proxy.url });
    await background.directory.self();
    proxy.rule = () => 'hang';
    const [taken, read] = await Promise.allSettled([
      background.access.take(target()),
      background.directory.person(userId(ann)),
    ]);
    expect(taken).toEqual({ status: 'fulfilled', value: 'unknown' });
    expect(read.status === 'rejected' && hasCode(read.reason, 'keycloak_unavailable')).toBe(true);
    expect(proxy.seen.filter((line) => line.startsWith('GET'))).toHaveLength(1);
  }, 120_000);

  it('a token endpoint that hangs ends by time-out too, and the change was not sent', async () => {
    proxy.rule = () => 'hang';
    await expect(connect(realm, { url: proxy.url }).background.access.give(target())).resolves.toBe('not_sent');
    expect(proxy.seen.filter((line) => !isToken(line))).toEqual([]);
  }, 120_000);

  it('a change that had to wait too long for its turn is not sent at all', async () => {
    const { background } = connect(realm, { url: proxy.url });
    await background.directory.self();
    proxy.rule = (method) => (method === 'GET' ? 'hang' : 'pass');
    const stuck = Promise.allSettled(Array.from({ length: 16 }, () => background.directory.person(userId(ann))));
    await expect(background.access.give(target())).resolves.toBe('not_sent');
    await stuck;
    expect(proxy.seen.filter((line) => line.startsWith('PUT'))).toEqual([]);
  }, 120_000);

  it.each([
    ['a 404 that is not about the person', 404, '{"error":"Realm not found."}'],
    ['a 404 of a wrong base path', 404, '{"error":"Unable to find matching target resource method"}'],
    ['the 404 page of a proxy', 404, '<html>not here</html>'],
    ['a 503', 503, 'busy'],
    ['a page where JSON should be', 200, '<html>welcome</html>'],
  ])('%s never means that somebody or something is gone', async (_, status, body) => {
    const { background } = connect(realm, { url: proxy.url });
    await background.directory.self();
    proxy.rule = () => ({ status, body });
    await expect(background.directory.person(userId(ann))).rejects.toMatchObject({ code: 'keycloak_unavailable' });
    await expect(background.access.look(target())).rejects.toMatchObject({ code: 'keycloak_unavailable' });
    await expect(background.access.take(target())).resolves.toBe('unknown');
  });

  it('a read is tried again after a moment, a bounded number of times', async () => {
    const { background, calls } = connect(realm, { url: proxy.url });
    await background.directory.self();
    proxy.rule = () => ({ status: 503, body: '' });
    await expect(background.directory.person(userId(ann))).rejects.toMatchObject({ code: 'keycloak_unavailable' });
    proxy.rule = () => 'cut';
    await expect(background.directory.person(userId(ann))).rejects.toMatchObject({ code: 'keycloak_unavailable' });
    expect(calls.filter(({ operation }) => operation === 'users.get')).toHaveLength(6);
  });
});

describe('one connection for both priorities', () => {
  it('never has more than 8 calls in flight over 8 sockets, and people who wait go first', async () => {
    const { interactive, background } = connect(realm, { url: proxy.url });
    await background.directory.self();
    proxy.counts.most = 0;
    proxy.counts.connections = 0;
    const order: string[] = [];
    const track = async (name: string, call: Promise<unknown>) => {
      await call;
      order.push(name);
    };
    await Promise.all([
      ...Array.from({ length: 60 }, () => track('background', background.directory.person(userId(ann)))),
      track('interactive', interactive.directory.person(userId(ann))),
    ]);
    expect(proxy.counts.most).toBe(8);
    expect(proxy.counts.connections).toBeLessThanOrEqual(8);
    expect(order.indexOf('interactive')).toBeLessThan(40);
  });

  it('counts each call by operation and result', async () => {
    const connected = connect(realm);
    await connected.background.directory.person(userId(ann));
    await connected.background.directory.person(userId('00000000-0000-4000-8000-000000000000'));
    expect(connected.calls).toEqual([
      { operation: 'token', result: 'ok' },
      { operation: 'users.get', result: 'ok' },
      { operation: 'users.get', result: 'keycloak_not_found' },
    ]);
  });
});

describe('a role renamed at the very moment it is sent', () => {
  it.each(['give', 'take'] as const)('is sent once more under its new name (%s)', async (verb) => {
    const role = await realm.createRealmRole(`before-${verb}`);
    if (verb === 'take') await realm.mapRoles(`users/${ann}`, [role]);
    const { background } = connect(realm, { url: proxy.url });
    let sent = 0;
    proxy.rule = async (method, path): Promise<'pass'> => {
      const sends = path.endsWith('/role-mappings/realm') && method !== 'GET';
      if (sends) sent += 1;
      if (sends && sent === 1) await realm.send('PUT', `/roles-by-id/${role.id}`, { ...role, name: `after-${verb}` });
      return 'pass';
    };
    const renamed = { userId: userId(ann), resource: roleResource(role) };
    await expect(background.access[verb](renamed)).resolves.toBe('done');
    expect(sent).toBe(2);
    await expect(background.access.look(renamed)).resolves.toMatchObject({ present: verb === 'give' });
  });
});

describe('a value that is missing', () => {
  it('never reaches a query, where it would mean everybody', async () => {
    const { interactive } = connect(realm, { url: proxy.url });
    const missing = undefined as unknown as string;
    const { directory, access, catalogue } = interactive;
    await expect(directory.byEmail(missing)).rejects.toThrow(TypeError);
    await expect(directory.byEmail(' ')).rejects.toThrow(TypeError);
    await expect(directory.bySlackId({ teamId: 'T1', userId: missing })).rejects.toThrow(TypeError);
    await expect(directory.person(userId(missing))).rejects.toThrow(TypeError);
    await expect(directory.group('')).rejects.toThrow(TypeError);
    await expect(access.take({ userId: userId(missing), resource: groupResource(group) })).rejects.toThrow(TypeError);
    await expect(access.take({ userId: userId(ann), resource: groupResource(missing) })).rejects.toThrow(TypeError);
    await expect(access.take({ userId: userId(`${ann}/../x`), resource: groupResource(group) })).rejects.toThrow(
      TypeError,
    );
    await expect(catalogue.read(groupResource(missing))).rejects.toThrow(TypeError);
    expect(proxy.seen).toEqual([]);
  });
});
