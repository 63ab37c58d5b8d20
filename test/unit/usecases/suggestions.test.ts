import { describe, expect, it } from '@jest/globals';
import { createSuggester } from '../../../src/usecases/suggestions.ts';
import { DEEP, READ } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const TEAM_GROUP = '/teams/payments';
const GRAFANA = 'grafana/viewer';

/** Ann, Bob and Erin are a team; what Ann is offered, by why. */
async function aTeam() {
  const world = await aWorld();
  world.keycloak.thing('group', '/teams');
  world.keycloak.thing('group', TEAM_GROUP);
  for (const name of ['ann', 'bob', 'erin']) world.keycloak.join(name, TEAM_GROUP);
  return world;
}
async function offered(world: World, name = 'ann', query = '') {
  const suggester = createSuggester(world.ports);
  await suggester.readAhead(world.slackOf(name));
  return paths(await suggester.suggest(query, world.slackOf(name)));
}
const paths = (lines: Awaited<ReturnType<ReturnType<typeof createSuggester>['suggest']>>) =>
  Object.fromEntries(
    [...Map.groupBy(lines, ({ because }) => because ?? 'rest')].map(([because, group]) => [
      because,
      group.map(({ entitlement }) => entitlement.resource.path),
    ]),
  );

describe('suggestions before anything is typed', () => {
  it('are what the person had lately, then what his colleagues have, then the rest, each once', async () => {
    const world = await aTeam();
    await world.lease('ann', READ, '1h');
    await world.advance(4000);
    await world.lease('ann', 'db-reader', '1h');
    await world.lease('bob', GRAFANA, '1h');
    await world.lease('bob', READ, '1h');
    const { lately, colleagues, rest } = await offered(world);
    expect(lately).toEqual(['db-reader', READ]);
    expect(colleagues).toEqual([GRAFANA]);
    expect(rest).toEqual(['/prod/deep', '/prod/vault']);
    expect(await offered(world, 'ann', 'graf')).toEqual({ rest: [GRAFANA] });
  });

  it('colleagues are neither those who have the same access nor those who approve', async () => {
    const world = await aWorld();
    await world.lease('bob', READ, '1h');
    world.keycloak.join('ann', READ);
    world.keycloak.join('erin', READ);
    for (const name of ['ann', 'bob']) world.keycloak.join(name, '/approvers/platform');
    for (const name of ['ann', 'bob', 'erin']) world.keycloak.join(name, '/access-admins');
    expect(await offered(world)).not.toHaveProperty('colleagues');
  });

  it('a single colleague is nobody to learn from: it would be known who has it', async () => {
    const world = await aTeam();
    await world.lease('bob', GRAFANA, '1h');
    expect(await offered(world)).toMatchObject({ colleagues: [GRAFANA] });
    world.keycloak.leave('erin', TEAM_GROUP);
    expect(await offered(world)).not.toHaveProperty('colleagues');
  });

  it('leave out what is no longer offered, and what only another group may ask for', async () => {
    const world = await aTeam();
    await world.lease('ann', READ, '1h');
    await world.lease('bob', GRAFANA, '1h');
    world.keycloak.thing('group', '/others');
    const base = { requestable: 'true', 'approver-group': '/approvers/platform' };
    world.keycloak.thing('client-role', GRAFANA, { ...base, 'eligible-group': '/others' });
    world.keycloak.thing('group', READ, {});
    await world.ports.catalogue.list();
    expect(Object.keys(await offered(world))).toEqual(['rest']);
    world.keycloak.thing('client-role', GRAFANA, { ...base, 'eligible-group': TEAM_GROUP });
    await world.ports.catalogue.list();
    expect(await offered(world)).toMatchObject({ colleagues: [GRAFANA] });
  });

  it('come without what cannot be read, and are no error', async () => {
    const world = await aTeam();
    await world.lease('bob', GRAFANA, '1h');
    world.keycloak.faults.always('groupsOf', 'unavailable');
    expect(await offered(world)).toEqual({ rest: ['/prod/deep', READ, '/prod/vault', 'db-reader', GRAFANA].sort() });
    const store = { ...world.store, latelyHeld: () => Promise.reject(new Error('away')) };
    const suggester = createSuggester({ ...world.ports, store });
    expect(await suggester.suggest('', world.slackOf('ann'))).toHaveLength(5);
  });

  it('never wait for Keycloak, and ask it once in a while', async () => {
    const world = await aTeam();
    await world.lease('bob', GRAFANA, '1h');
    const suggester = createSuggester(world.ports);
    const before = world.keycloak.count('groupsOf');
    expect(paths(await suggester.suggest('', world.slackOf('ann')))).not.toHaveProperty('colleagues');
    expect(world.keycloak.count('groupsOf')).toBe(before);
    for (let times = 0; times < 3; times++) await suggester.readAhead(world.slackOf('ann'));
    expect(world.keycloak.count('groupsOf')).toBe(before + 1);
    world.clock.advance(301);
    await suggester.readAhead(world.slackOf('ann'));
    expect(world.keycloak.count('groupsOf')).toBe(before + 2);
  });

  it('are never more than the 100 that Slack shows', async () => {
    const world = await aTeam();
    await world.lease('ann', DEEP.replace('deep', 'read'), '1h');
    const base = { requestable: 'true', 'approver-group': '/approvers/platform' };
    for (let count = 0; count < 150; count++) world.keycloak.thing('realm-role', `role-${count}`, base);
    await world.ports.catalogue.list();
    const lines = await createSuggester(world.ports).suggest('', world.slackOf('ann'));
    expect(lines).toHaveLength(100);
    expect(lines[0]).toMatchObject({ because: 'lately', entitlement: { resource: { path: READ } } });
  });
});
