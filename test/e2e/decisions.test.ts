import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  const twoStages = { 'approver-group-2': '/approvers/security' };
  return {
    shorter: await offer(realm, 'shorter'),
    denied: await offer(realm, 'denied'),
    staged: await offer(realm, 'staged', { attributes: twoStages }),
    quorate: await offer(realm, 'quorate', { attributes: { 'approvals-required': '2' } }),
    raced: await offer(realm, 'raced'),
    risky: await offer(realm, '/risky', { attributes: { risk: 'high' } }),
  };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

/** The dialog of this person once it shows the facts. */
const dialogOf = (who: string) => {
  const actor = stage.workspace.as(who);
  return actor.modal((view) => actor.read(view).includes('Gives'));
};
const grantOn = (path: string) => stage.tables().grants.find(({ resource }) => resource.path === path);

describe('an approver', () => {
  it('approves for less time than was asked', async () => {
    const card = await stage.ask('ann', 'shorter 1h a quick look');
    const chen = stage.workspace.as('chen');
    await stage.press('chen', card, 'Approve shorter…');
    expect(await chen.submit(await dialogOf('chen'), { Duration: '5 minutes' })).toMatchObject({ result: 'cleared' });
    await stage.isLive('ann', stage.seeded.shorter);
    await stage.quiet();
    expect(grantOn('shorter')).toMatchObject({ leaseSeconds: 300 });
    expect(chen.read(card)).toContain('5 minutes, shortened from 1 hour');
    stage.pass(301);
    await stage.isGone('ann', stage.seeded.shorter);
  });

  it('denies with a comment, which the requester and the thread hear', async () => {
    const card = await stage.ask('ann', 'denied 1h please');
    await stage.press('chen', card, 'Deny…');
    await stage.workspace.as('chen').submit(await dialogOf('chen'), { Comment: 'Use the replica instead' });
    expect(await stage.tell('ann', /@chen denied/)).toContain('Use the replica instead');
    await stage.quiet();
    expect(stage.workspace.as('dana').read(card)).toMatch(/denied[^]*Use the replica instead/);
    expect(stage.workspace.as('dana').read(card)).not.toContain('[ Approve ]');
    expect(grantOn('denied')).toBeUndefined();
  });

  it('of high risk decides in a dialog drawn afresh, and the sessions end with the lease', async () => {
    const card = await stage.ask('ann', '/risky 20m INC-7');
    await stage.press('chen', card, 'Approve');
    const dialog = await dialogOf('chen');
    await stage.quiet();
    expect(grantOn('/risky')).toBeUndefined();
    await stage.workspace.as('chen').submit(dialog);
    await stage.isLive('ann', stage.seeded.risky);
    const online = await stage.realm.login('ann');
    const offline = await stage.realm.login('ann', { scope: 'openid offline_access' });
    stage.pass(1201);
    await stage.isGone('ann', stage.seeded.risky);
    await stage.quiet();
    expect(await stage.realm.refresh(online)).toMatchObject({ status: 400 });
    expect(await stage.realm.refresh(offline)).toMatchObject({ status: 400 });
  });
});

describe('I12: a quorum', () => {
  it('of two stages asks each in its own channel, in order, and nobody twice', async () => {
    const first = await stage.ask('ann', 'staged 1h two pairs of eyes');
    await stage.approve('dana', first);
    const second = await stage.workspace.until(() => stage.workspace.channel('security-approvals').messages.at(-1));
    await stage.quiet();
    expect(stage.workspace.as('chen').read(first)).not.toContain('[ Approve ]');
    const twice = await stage.hears(stage.workspace.as('dana'), () => stage.press('dana', second, 'Approve'));
    expect(twice).toEqual([expect.stringContaining('one person counts once')]);
    const stranger = await stage.hears(stage.workspace.as('chen'), () => stage.press('chen', second, 'Approve'));
    expect(stranger).toEqual([expect.stringContaining('Only members of /approvers/security')]);
    expect(await stage.holds('ann', stage.seeded.staged)).toBe(false);
    await stage.approve('eve', second);
    await stage.isLive('ann', stage.seeded.staged);
  });

  it('of two waits for the second approver', async () => {
    const card = await stage.ask('ann', 'quorate 1h we are two');
    const heard = await stage.hears(stage.workspace.as('chen'), () => stage.approve('chen', card));
    expect(heard).toEqual([expect.stringContaining('More approvals are needed')]);
    expect(stage.workspace.as('dana').read(card)).toContain('1 of 2 approvals');
    expect(await stage.holds('ann', stage.seeded.quorate)).toBe(false);
    await stage.approve('dana', card);
    await stage.isLive('ann', stage.seeded.quorate);
  });

  it('I15: two approvers at once: one wins, both hear a clear word, one lease', async () => {
    const card = await stage.ask('ann', 'raced 1h who is first');
    const before = ['chen', 'dana'].map((name) => stage.told(stage.workspace.as(name)).length);
    await Promise.all([stage.approve('chen', card), stage.approve('dana', card)]);
    await stage.isLive('ann', stage.seeded.raced);
    await stage.quiet();
    const heard = ['chen', 'dana'].map((name, i) => stage.told(stage.workspace.as(name)).slice(before[i]));
    expect(heard.map((words) => words.length)).toEqual([1, 1]);
    expect(heard.flat().toSorted()).toEqual([
      expect.stringMatching(/already approved this .* so your click changed nothing/),
      expect.stringContaining('You approved'),
    ]);
    expect(stage.tables().grants.filter(({ resource }) => resource.path === 'raced')).toHaveLength(1);
  });
});

it('I22: after all this the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
  await stage.quiet();
  const { chain, replayed, tables } = await proveRecord(stage.file);
  expect(chain.ok).toBe(true);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
