import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const orphan = pathToFileURL(path.resolve(import.meta.dirname, '../../../scripts/orphan.js')).href;

describe('an entry started by npm', () => {
  it.each(['npm', 'run'])('ends when %s is killed with -9', async (victim) => {
    const folder = await mkdtemp(path.join(tmpdir(), 'leasehold-orphan-'));
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    // npm starts a shell, the shell run.mjs, and that the entry, which holds a connection for as long as it lives.
    const start = (child: string) =>
      `import { spawn } from 'node:child_process'; spawn(${child}, { stdio: 'ignore' }); setInterval(() => {}, 1000);`;
    const node = JSON.stringify(process.execPath);
    await writeFile(
      path.join(folder, 'npm.mjs'),
      start(`'sh', ['-c', ${JSON.stringify(`${node} ${folder}/run.mjs; true`)}]`),
    );
    await writeFile(path.join(folder, 'run.mjs'), start(`${node}, ['${folder}/entry.mjs']`));
    await writeFile(
      path.join(folder, 'entry.mjs'),
      `import { connect } from 'node:net';
      import { onOrphaned } from '${orphan}';
      onOrphaned(() => process.exit());
      connect(${port}, '127.0.0.1').resume().write(String(process.ppid));`,
    );

    const env = { ...process.env, npm_lifecycle_event: 'demo' };
    const npm = spawn(process.execPath, [path.join(folder, 'npm.mjs')], { stdio: 'ignore', env });
    const [socket] = (await once(server, 'connection')) as [Socket];
    const [runPid] = (await once(socket, 'data')) as [Buffer];
    const closed = once(socket, 'close');
    process.kill(victim === 'npm' ? (npm.pid ?? 0) : Number(runPid.toString()), 'SIGKILL');

    expect(await closed).toEqual([false]);
    for (const pid of [npm.pid ?? 0, Number(runPid.toString())]) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // the one that the test has killed already
      }
    }
    server.close();
  });
});
