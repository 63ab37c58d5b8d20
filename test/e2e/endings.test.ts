import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  return {
    awaited: await offer(realm, 'awaited'),
    released: await offer(realm, 'released'),
    revoked: await offer(realm, 'revoked'),
    extended: await offer(realm, 'extended'),
  };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

describe('an end put off', () => {
  it('the holder is told in time, extends, and keeps the access without a gap until the later end (I5, I9)', async () => {
    const { extended } = stage.seeded;
    await stage.approve('chen', await stage.ask('ann', 'extended 1h INC-42 not finished'));
    await stage.isLive('ann', extended);
    const changes = (await stage.botChanges()).length;
    stage.pass(2701);
    await stage.tell('ann', /ends in \*?15 minutes/);
    const ann = stage.workspace.as('ann');
    const warning = ann.dm.messages.findLast(({ text }) => text.includes('15 minutes'));
    if (warning === undefined) throw new Error('no warning');
    const before = stage.workspace.channel('platform-approvals').messages.length;
    await stage.press('ann', warning, 'Extend');
    const card = await stage.workspace.until(() => stage.workspace.channel('platform-approvals').messages[before]);
    const chen = stage.workspace.as('chen');
    expect(chen.read(card)).toMatch(/holds it until [^]*this would extend it. Nobody else has a lease on it/);
    expect(chen.read(card)).toContain('INC-42 not finished');
    await stage.approve('chen', card);
    await stage.until(
      'two live leases',
      () => grantsOn('extended').filter(({ state }) => state === 'live').length === 2,
    );
    stage.pass(900);
    await stage.tell('ann', /You keep the access/);
    expect(await stage.holds('ann', extended)).toBe(true);
    expect(await stage.botChanges()).toHaveLength(changes);
    stage.pass(2701);
    await stage.isGone('ann', extended);
  });
});

const grantsOn = (path: string) => stage.tables().grants.filter(({ resource }) => resource.path === path);
const grantOn = (path: string) => stage.tables().grants.find(({ resource }) => resource.path === path);

describe('an end before its time', () => {
  it('nobody decides: the request expires, and the lease never begins', async () => {
    const card = await stage.ask('ann', 'awaited 1h anybody there');
    stage.pass(86_401);
    expect(await stage.tell('ann', /Nobody decided/)).toContain('awaited');
    await stage.quiet();
    expect(stage.workspace.as('chen').read(card)).toContain('expired');
    expect(stage.workspace.as('chen').read(card)).not.toContain('[ Approve ]');
  });

  it('the holder releases', async () => {
    await stage.approve('chen', await stage.ask('ann', 'released 1h short'));
    await stage.isLive('ann', stage.seeded.released);
    const ann = stage.workspace.as('ann');
    await stage.tell('ann', /You have \*?released\*? until/);
    const list = await stage.hears(ann, () => ann.command('/access'));
    expect(list).toEqual([expect.stringMatching(/released[^]*live until[^]*\[ Release \]/)]);
    const live = await stage.workspace.until(() => ann.dm.messages.findLast(({ text }) => text.includes('released')));
    await stage.press('ann', live, 'Release');
    await stage.isGone('ann', stage.seeded.released);
    expect(grantOn('released')).toMatchObject({ endedBy: 'release' });
    await stage.approve('chen', await stage.ask('bob', 'released 1h my turn'));
    await stage.isLive('bob', stage.seeded.released);
    const again = await stage.ask('ann', 'released 1h again');
    expect(stage.workspace.as('dana').read(again)).toMatch(
      /1 person has a lease on it: @bob\. @ann last had it .*, for \d+ /,
    );
  });

  it('an admin revokes, and a colleague may not', async () => {
    await stage.approve('chen', await stage.ask('ann', 'revoked 1h long'));
    await stage.isLive('ann', stage.seeded.revoked);
    const bob = stage.workspace.as('bob');
    const refused = await stage.hears(bob, () => bob.command('/access revoke @ann revoked'));
    expect(refused).toEqual([expect.stringContaining('Only members of /access-admins')]);
    await stage.workspace.as('eve').command('/access revoke @ann revoked');
    await stage.isGone('ann', stage.seeded.revoked);
    await stage.quiet();
    expect(grantOn('revoked')).toMatchObject({ endedBy: 'revocation', endAsked: { by: { username: 'eve' } } });
  });

  it('an approver revokes what he approves', async () => {
    await stage.approve('dana', await stage.ask('ann', 'revoked 1h again'));
    await stage.isLive('ann', stage.seeded.revoked);
    await stage.workspace.as('chen').command('/access revoke @ann revoked');
    await stage.isGone('ann', stage.seeded.revoked);
  });
});
