import { describe, expect, it } from '@jest/globals';
import { READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

const VIEWER = { id: 'viewer', name: 'grafana-viewer', client: null };
const TEAM = '/teams/engineering';

async function withTeam() {
  const world = await aWorld();
  world.keycloak.things.get(READ)?.gives.push(VIEWER, { id: 'reader', name: 'db-reader', client: null });
  world.keycloak.thing('group', TEAM).gives.push(VIEWER);
  return world;
}

describe('what somebody still keeps after the end of a lease', () => {
  it('is told with the group through which he has it', async () => {
    const world = await withTeam();
    world.keycloak.join('ann', TEAM);
    await world.lease('ann', READ, '1h');
    await world.advance(3601);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ended', keeps: [{ role: VIEWER, through: TEAM }] });
    await expectSound(world);
  });

  it('a role that he has by a lease of its own is not called his', async () => {
    const world = await aWorld();
    const role = world.keycloak.things.get('db-reader');
    if (role === undefined) throw new Error('no role');
    const READER = { id: role.resource.id as string, name: 'db-reader', client: null };
    world.keycloak.things.get(READ)?.gives.push(READER);
    role.gives.push(READER);
    await world.lease('ann', 'db-reader', '1h');
    await world.lease('ann', READ, '10m');
    await world.advance(900);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ended', grant: { resource: { path: READ } }, keeps: [] });
  });

  it.each(['forbidden', 'unavailable'] as const)('is not claimed when Keycloak says %s', async (fault) => {
    const world = await withTeam();
    world.keycloak.join('ann', TEAM);
    await world.lease('ann', READ, '1h');
    world.keycloak.faults.next('keptRoles', fault);
    await world.advance(3601);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ended', keeps: [] });
    expect(world.keycloak.has('ann', READ)).toBe(false);
    await expectSound(world);
  });

  it('is not looked for where the access stays, or was never given', async () => {
    const world = await withTeam();
    world.keycloak.join('ann', READ);
    await world.lease('ann', READ, '1h');
    await world.advance(3601);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ended', kept: true, keeps: [] });
    expect(world.keycloak.count('keptRoles')).toBe(0);
    await expectSound(world);
  });
});
