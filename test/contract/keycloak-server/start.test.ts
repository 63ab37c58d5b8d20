import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runKeycloak } from '../../../keycloak/run.js';

const newHome = async () => path.join(await mkdtemp(path.join(tmpdir(), 'leasehold-home-')), 'home');

describe('a Keycloak that cannot start', () => {
  it('says that its port is taken and what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const start = runKeycloak({ java: 'true', dist: '/' }, { home: await newHome(), port });
    await expect(start).rejects.toMatchObject({
      code: 'port_taken',
      message: `Port ${port} is taken; stop what listens there, or choose another port (0 finds a free one).`,
    });
    server.close();
  });

  it('hands on what its log says', async () => {
    const start = runKeycloak({ java: 'echo', dist: '/' }, { home: await newHome(), extra: ['ERROR no disk'] });
    await expect(start).rejects.toMatchObject({
      code: 'start_failed',
      message: expect.stringMatching(/^Keycloak did not start; its log says: ERROR no disk/) as unknown,
    });
  });
});
