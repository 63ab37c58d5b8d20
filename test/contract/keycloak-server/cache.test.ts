import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { emptyCache } from './fake-tools.ts';

const good = { javaVersion: '21.0.1', mavenThen: '' };
const complete = ['26.7.4', 'seed'];

describe('the cache of Keycloak servers', () => {
  it('is filled once and used from then on', async () => {
    const cache = await emptyCache();
    expect(await cache.run(good)).toEqual({ ok: true });
    expect(await cache.run(good)).toEqual({ ok: true });
    expect([await cache.content(), await cache.mavenCalls()]).toEqual([complete, 1]);
  });

  it('is filled once by two processes that start together', async () => {
    const cache = await emptyCache();
    expect(await Promise.all([cache.run(good), cache.run(good)])).toEqual([{ ok: true }, { ok: true }]);
    expect([await cache.content(), await cache.mavenCalls()]).toEqual([complete, 1]);
  });

  it('holds nothing half done after a kill, and the next run takes over the lock', async () => {
    const cache = await emptyCache();
    const killed = await cache.start({ ...good, mavenThen: 'setInterval(() => {}, 1000)' });
    await cache.mavenCalled();
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await cache.content()).toEqual(['lock', 'scratch']);

    expect(await cache.run(good)).toEqual({ ok: true });
    expect(await cache.content()).toEqual(complete);
  });

  it.each([
    ['no_java', {}, /Java was not found.*install a JDK 17 or newer/],
    ['old_java', { javaVersion: '11.0.2' }, /Java 11 is too old.*install a JDK 17 or newer/],
    ['old_java', { javaVersion: '1.8.0_402' }, /Java 8 is too old/],
    ['no_maven', { javaVersion: '17.0.1' }, /Maven was not found; install it/],
    [
      'fetch_failed',
      { ...good, mavenThen: `console.log('[ERROR] no route to host -> [Help 1]'); process.exit(1)` },
      /check the network.* Maven said: no route to host$/,
    ],
    ['provider_failed', { ...good, packs: false }, /could not build the provider jar. Maven said: cannot find symbol$/],
  ])('%s is one sentence that says what to do, and leaves the cache empty', async (code, tools, sentence) => {
    const cache = await emptyCache();
    const outcome = await cache.run(tools);
    expect(outcome).toEqual({ ok: false, code, message: expect.stringMatching(sentence) as unknown });
    expect(outcome.message).not.toContain('\n');
    expect(await cache.content()).toEqual([]);
  });
});
