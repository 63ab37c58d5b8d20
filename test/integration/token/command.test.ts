import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openChannel, type CibaChannel } from '../../doubles/ciba-channel.ts';
import { freePort } from '../../doubles/free-port.ts';
import { startResourceServer, type ResourceServer } from '../../doubles/resource-server.ts';
import { PIPELINE, ROLE, SCOPE, tokenRealm, type TokenRealm } from '../../doubles/token-realm.ts';

let tokens: TokenRealm;
let channel: CibaChannel;
let server: ResourceServer;

beforeAll(async () => {
  tokens = await tokenRealm();
  const backchannel = { clients: [PIPELINE], scopes: [{ scope: SCOPE, role: ROLE }], withoutJar: true };
  await tokens.setUp({
    backchannel: { ...backchannel, expiresInSeconds: 10, intervalSeconds: 1 },
    lifespan: { clients: [PIPELINE], seconds: 60 },
  });
  channel = await openChannel(tokens.realm);
  server = await startResourceServer(tokens.realm.realmUrl);
});
afterAll(async () => {
  server.close();
  await channel.close();
});

const usual = ['--scope', SCOPE, '--for', 'ann'];

/** The command in a process of its own, where nothing but its three variables is set. */
function leasehold(args: readonly string[], env: Record<string, string> = {}) {
  const settings = {
    TOKEN_ISSUER: tokens.realm.realmUrl,
    TOKEN_CLIENT_ID: PIPELINE,
    TOKEN_CLIENT_SECRET: `${PIPELINE}-secret`,
    PATH: process.env['PATH'],
    ...env,
  };
  const child = spawn(process.execPath, ['src/cli/main.ts', 'token', ...args], { env: settings, stdio: 'pipe' });
  const [said, complained] = [text(child.stdout), text(child.stderr)];
  return {
    child,
    done: once(child, 'close').then(async ([code]) => ({
      code: code as number | null,
      said: await said,
      complained: await complained,
    })),
  };
}
const sessions = () => tokens.realm.list(`/users/${tokens.ann}/sessions`);
/** Starts node with a script and the token. */
const running = (script: string) => leasehold([...usual, '--run', process.execPath, '-e', script]);
const approve = async () => (await channel.next()).answer('SUCCEED');

describe('leasehold token', () => {
  it('asks, waits for the click, and says the token and nothing else', async () => {
    const { done } = leasehold([...usual, '--duration', '15m', '--why', 'deploy build 17']);
    const { body, answer } = await channel.next();
    expect(body).toMatchObject({ login_hint: 'ann', duration: '15m', justification: 'deploy build 17' });
    await answer('SUCCEED');
    const { code, said, complained } = await done;
    expect({ code, complained }).toMatchObject({ code: 0 });
    expect(complained).toContain(`Compare the code there: ${String(body['binding_message'])}\n`);
    expect(body['binding_message']).toMatch(/^\d{4}-\d{4}$/);
    expect(complained).toMatch(/Asked for deploy in the name of ann; .* at most 10 s/);
    const token = said.trimEnd();
    for (const face of ['introspecting', 'local'] as const)
      expect(await server.visit(face, token)).toMatchObject({ status: 200, who: 'ann', roles: [ROLE] });
    expect(complained).not.toContain(token);
    await tokens.realm.send('POST', `/users/${tokens.ann}/logout`);
  });

  it('says it as JSON, with a message of its own', async () => {
    const { done } = leasehold([...usual, '--json', '--message', 'INC-42/b17']);
    const { body, answer } = await channel.next();
    expect(body).toMatchObject({ binding_message: 'INC-42/b17' });
    await answer('SUCCEED');
    const said = JSON.parse((await done).said) as Record<string, unknown>;
    expect(said).toMatchObject({ expires_in: 60, access_token: expect.any(String) });
    expect(String(said['scope']).split(' ')).toContain(SCOPE);
    await tokens.realm.send('POST', `/users/${tokens.ann}/logout`);
  });

  it('denied: exit 3', async () => {
    const { done } = leasehold(usual);
    await (await channel.next()).answer('UNAUTHORIZED');
    expect(await done).toMatchObject({ code: 3, said: '', complained: expect.stringMatching(/\nDenied; .*\.\n$/) });
  });

  it('nobody answers: exit 4, in the time of its own, which the channel is told', async () => {
    const { done } = leasehold([...usual, '--timeout', '2']);
    const { bearer } = await channel.next();
    const { iat, exp } = JSON.parse(Buffer.from(bearer.split('.')[1] ?? '', 'base64url').toString()) as Times;
    expect(exp - iat).toBe(2);
    expect(await done).toMatchObject({
      code: 4,
      said: '',
      complained: expect.stringMatching(/Nobody answered in time\.\n$/),
    });
  });

  it('a person without the role: the token is worth nothing, so it is ended and not said, exit 3', async () => {
    const { done } = leasehold(['--scope', SCOPE, '--for', 'bob']);
    await approve();
    const { code, said, complained } = await done;
    expect({ code, said, complained }).toMatchObject({ code: 3, said: '' });
    expect(complained).toContain('the token came without deploy');
  });

  it.each<[string, number, readonly string[], Record<string, string>, RegExp]>([
    ['an unknown person', 2, ['--scope', SCOPE, '--for', 'nobody'], {}, /invalid_user/],
    ['a scope that the client may not ask for', 2, ['--scope', 'nothing', '--for', 'ann'], {}, /invalid_scope/],
    ['a wrong secret', 2, usual, { TOKEN_CLIENT_SECRET: 'wrong-secret' }, /refuses the client: .*TOKEN_CLIENT_SECRET/],
    ['a client that may not', 2, usual, { TOKEN_CLIENT_ID: 'wiki', TOKEN_CLIENT_SECRET: 'wiki-secret' }, /CIBA/],
    ['no realm', 2, usual, { TOKEN_ISSUER: 'REALM-nowhere' }, /no realm at TOKEN_ISSUER/],
    ['no Keycloak', 5, usual, { TOKEN_ISSUER: 'PORT' }, /cannot be reached/],
    [
      'nothing set',
      2,
      usual,
      { TOKEN_ISSUER: '', TOKEN_CLIENT_SECRET: '' },
      /^TOKEN_ISSUER is missing.*\nTOKEN_CLIENT_SECRET is missing/,
    ],
  ])('%s: exit %s, in a sentence without a secret', async (_, exit, args, env, sentence) => {
    const places = {
      'REALM-nowhere': `${tokens.realm.realmUrl}-nowhere`,
      PORT: `http://127.0.0.1:${await freePort()}/x`,
    };
    const issuer = env['TOKEN_ISSUER'];
    const place = issuer === undefined || issuer === '' ? {} : { TOKEN_ISSUER: places[issuer as keyof typeof places] };
    const { code, said, complained } = await leasehold(args, { ...env, ...place }).done;
    expect({ code, said, complained }).toEqual({ code: exit, said: '', complained: expect.stringMatching(sentence) });
    expect(complained).not.toMatch(/-secret|at .*\.ts/);
  });

  it('nobody at the other end of the channel: exit 5', async () => {
    channel.says(503);
    expect(await leasehold(usual).done).toMatchObject({ code: 5, said: '' });
    channel.says(201);
    await channel.next();
  });

  it('Ctrl-C stops asking at once, exit 130', async () => {
    const { child, done } = leasehold(usual);
    const { answer } = await channel.next();
    for await (const line of createInterface({ input: child.stderr })) if (line.startsWith('Compare')) break;
    child.kill('SIGINT');
    expect(await done).toMatchObject({ code: 130, said: '' });
    expect(await answer('SUCCEED')).toBe(200);
    expect(await sessions()).toHaveLength(0);
  });
});

describe('leasehold token --run', () => {
  it('gives the command the token by its environment, not the secret, and its exit code on; then the session is over', async () => {
    const script = `console.log(JSON.stringify([process.env.LEASEHOLD_TOKEN, process.env.TOKEN_CLIENT_SECRET ?? null, process.argv.slice(1)])); process.exit(7)`;
    const { done } = leasehold([...usual, '--run', process.execPath, '-e', script, '--', '--json', '--help']);
    await approve();
    const { code, said, complained } = await done;
    expect({ code, complained }).toMatchObject({ code: 7 });
    const [token, secret, args] = JSON.parse(said) as [string, unknown, unknown];
    expect([secret, args]).toEqual([null, ['--json', '--help']]);
    expect(complained).toMatch(
      /The session is over; a server that checks the token by itself may take it until .*Z\.\n$/,
    );
    expect(await server.visit('introspecting', token)).toMatchObject({ status: 401 });
    expect(await server.visit('local', token)).toMatchObject({ status: 200 });
    expect(await sessions()).toHaveLength(0);
  });

  it.each<[string, string, NodeJS.Signals, number]>([
    ['a command that ends by it', 'setInterval(() => 0, 1000); console.log("up")', 'SIGTERM', 143],
    [
      'one that takes its leave',
      'process.on("SIGINT", () => process.exit(5)); setInterval(() => 0, 1000); console.log("up")',
      'SIGINT',
      5,
    ],
  ])('a signal goes on to %s, and the session is over', async (_, script, signal, exit) => {
    const { child, done } = running(script);
    await approve();
    await once(child.stdout, 'data');
    expect(await sessions()).toHaveLength(1);
    child.kill(signal);
    expect(await done).toMatchObject({ code: exit });
    expect(await sessions()).toHaveLength(0);
  });

  it('a command that cannot be started: exit 127, and the session is over', async () => {
    const { done } = leasehold([...usual, '--run', 'no-such-command']);
    await approve();
    expect(await done).toMatchObject({ code: 127, complained: expect.stringContaining('cannot be started (ENOENT)') });
    expect(await sessions()).toHaveLength(0);
  });

  it('is not started without a token', async () => {
    const { done } = running('console.log("never")');
    await (await channel.next()).answer('CANCELLED');
    expect(await done).toMatchObject({ code: 3, said: '' });
  });
});

type Times = { readonly iat: number; readonly exp: number };
