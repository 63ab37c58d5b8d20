import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnGuarded } from '../../../scripts/guard.js';

const guard = path.resolve(import.meta.dirname, '../../../scripts/guard.js');

/** The lives of two processes are watched over their connections: the kernel closes them when a process ends. */
describe('a guarded command', () => {
  let server: Server;
  let parent: ChildProcess | undefined;
  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    parent?.kill('SIGKILL');
    server.close();
  });

  const connect = () => {
    const { port } = server.address() as AddressInfo;
    return `"${process.execPath}" -e 'require("net").connect(${port}, "127.0.0.1").resume().on("connect", function () { this.write(String(process.pid)) })'`;
  };
  const connection = async () => {
    const [socket] = (await once(server, 'connection')) as [Socket];
    const [data] = (await once(socket, 'data')) as [Buffer];
    return {
      pid: Number(data.toString()),
      closed: once(
        socket.on('error', () => undefined),
        'close',
      ),
    };
  };
  const startParent = (command: string) => {
    const script = `const { spawnGuarded } = await import('${pathToFileURL(guard).href}');
      await spawnGuarded('sh', ['-c', ${JSON.stringify(command)}]);`;
    parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    return parent;
  };

  it('ends with its own children when the process that asked for it is killed with -9', async () => {
    const started = startParent(`${connect()} & wait`);
    const grandchild = await connection();
    started.kill('SIGKILL');
    await grandchild.closed;
  });

  it('ends even when it is stopped (SIGSTOP) at that moment', async () => {
    const started = startParent(`${connect()} & wait`);
    const grandchild = await connection();
    process.kill(grandchild.pid, 'SIGSTOP');
    started.kill('SIGKILL');
    await grandchild.closed;
  });

  it('takes along, however it ends, what it left running', async () => {
    const child = await spawnGuarded('sh', ['-c', `${connect()} & wait`]);
    const grandchild = await connection();
    process.kill(child.pid, 'SIGKILL');
    await grandchild.closed;
    expect(await child.exited).toBe(137);
  });

  it('hands on its exit code', async () => {
    const child = await spawnGuarded('sh', ['-c', 'exit 7']);
    expect(await child.exited).toBe(7);
  });

  it('is ended by stop, which waits for it', async () => {
    const child = await spawnGuarded(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    expect(await child.stop()).toBe(143);
    expect(() => process.kill(child.pid, 0)).toThrow('ESRCH');
  });

  it('that does not exist is refused with the reason of the system', async () => {
    await expect(spawnGuarded('leasehold-no-such-command', [])).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
