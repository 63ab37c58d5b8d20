import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Message } from '../../sandbox/slack/model.ts';
import { emailOf, offer, slackIdOf } from '../doubles/e2e-cast.ts';
import { expectRefused } from '../doubles/e2e-refusal.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  for (const name of ['waiting', 'twice', 'settled', 'changed', 'once']) await offer(realm, name);
  return { grows: await offer(realm, '/grows') };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
let card: Message;
beforeAll(async () => {
  stage = await aStage({ seed });
  card = await stage.ask('ann', 'waiting 1h why');
});
afterAll(() => stage.stop());

const clickOf = (who: string, on: Message, button = 'Approve') => {
  const actor = stage.workspace.as(who);
  return [stage, actor, () => actor.click(on, button)] as const;
};

describe('a click is refused in one private sentence, and nothing changes', () => {
  it('by the one who asked', async () => {
    const expected = { says: /You asked for this access yourself/, audited: 'self_approval' };
    const [platform] = await stage.realm.list('/groups?search=platform&populateHierarchy=false');
    await stage.realm.send('PUT', `/users/${stage.users.ann}/groups/${platform?.id ?? ''}`);
    await expectRefused(...clickOf('ann', card), expected);
    await stage.realm.send('DELETE', `/users/${stage.users.ann}/groups/${platform?.id ?? ''}`);
  });

  it('by somebody who is no approver', async () => {
    await expectRefused(...clickOf('bob', card), { says: /Only members of .*platform/, audited: 'not_an_approver' });
  });

  it('I14: by an approver who was removed from the group a moment ago', async () => {
    const [platform] = await stage.realm.list('/groups?search=platform&populateHierarchy=false');
    const membership = `/users/${stage.users.chen}/groups/${platform?.id ?? ''}`;
    await stage.realm.send('DELETE', membership);
    await expectRefused(...clickOf('chen', card), { says: /you are not one of them now/, audited: 'not_an_approver' });
    await stage.realm.send('PUT', membership);
  });

  it('by an approver whose Keycloak account is disabled', async () => {
    const user = await stage.realm.get(`/users/${stage.users.chen}`);
    await stage.realm.send('PUT', `/users/${stage.users.chen}`, { ...user, enabled: false });
    await expectRefused(...clickOf('chen', card), { says: /account is disabled/, audited: 'user_disabled' });
    await stage.realm.send('PUT', `/users/${stage.users.chen}`, { ...user, enabled: true });
  });

  it('by an outsider in the shared channel who has an approver’s e-mail', async () => {
    stage.workspace.addPerson({ id: 'U0OUT', name: 'outsider', email: emailOf('chen'), teamId: 'T0OTHER' });
    stage.workspace.invite('platform-approvals', 'U0OUT');
    await expectRefused(...clickOf('outsider', card), { says: /members of the workspace/, audited: 'outsider' });
  });

  it('by a guest, and by somebody deactivated', async () => {
    await stage.workspace.changePerson(slackIdOf('dana'), { isRestricted: true });
    await expectRefused(...clickOf('dana', card), { says: /Guests/, audited: 'guest' });
    await stage.workspace.changePerson(slackIdOf('dana'), { isRestricted: false, deleted: true });
    await expectRefused(...clickOf('dana', card), { says: /deactivated/, audited: 'deactivated' });
    await stage.workspace.changePerson(slackIdOf('dana'), { deleted: false });
  });

  it('I13: on a message that was never recorded for the request', async () => {
    const copy = { ...card, ts: '1700000000.000100' };
    await expectRefused(...clickOf('chen', copy), { says: /no longer counts.*Open it/, audited: 'old_message' });
  });

  it('I13: with a version that is not the present one', async () => {
    const text = JSON.stringify(card.blocks).replaceAll(String.raw`\"v\":1`, String.raw`\"v\":7`);
    const forged = { ...card, blocks: JSON.parse(text) as Message['blocks'] };
    await expectRefused(...clickOf('chen', forged), { says: /has changed since/, audited: null });
  });

  it('I13: on an earlier line of the thread, when a newer one has the buttons', async () => {
    const thread = () => stage.workspace.channel('platform-approvals').thread(card.ts);
    const first = { ...(await stage.workspace.until(() => thread().at(-1))) };
    stage.pass(43_300);
    await stage.workspace.until(() => thread().length > 1, 90_000);
    await expectRefused(...clickOf('chen', first), { says: /no longer counts/, audited: 'old_message' });
    const newest = await stage.workspace.until(() => thread().at(-1));
    expect(stage.workspace.as('chen').read(newest)).toContain('[ Approve ]');
  });

  it('I15: on the face of a card that is settled', async () => {
    const settled = await stage.ask('ann', 'settled 1h why');
    const old = { ...settled };
    await stage.approve('chen', settled);
    await stage.quiet();
    await expectRefused(...clickOf('dana', old), { says: /@chen already approved this/, audited: null });
    await expectRefused(...clickOf('chen', old), { says: /already approved this/, audited: null });
  });

  it('for a release of what is somebody else’s, and of what has ended', async () => {
    await stage.approve('chen', await stage.ask('ann', 'once 1h why'));
    await stage.tell('ann', /You have \*?once/);
    const live = stage.workspace.as('ann').dm.messages.findLast(({ text }) => text.includes('once'));
    const face = { ...(live as Message) };
    const theft = { ...face, channelId: 'C0PLATFORM' };
    await expectRefused(...clickOf('bob', theft, 'Release'), { says: /not yours/, audited: 'not_yours' });
    await stage.press('ann', face, 'Release');
    await stage.quiet();
    await expectRefused(...clickOf('ann', face, 'Release'), { says: /no live lease/, audited: null });
  });
});

it('I16: one person clicking twice in the same moment decides once', async () => {
  const twice = await stage.ask('ann', 'twice 1h why');
  const chen = stage.workspace.as('chen');
  const heard = await stage.hears(chen, () =>
    Promise.all([chen.click(twice, 'Approve'), chen.click(twice, 'Approve')]),
  );
  expect(heard.toSorted()).toEqual([
    expect.stringMatching(/already approved/),
    expect.stringContaining('You approved'),
  ]);
  expect(stage.tables().grants.filter(({ resource }) => resource.path === 'twice')).toHaveLength(1);
});

it('I12: what the access gives has grown since it was asked: approvals are void and it is asked anew', async () => {
  const grown = await stage.ask('ann', '/grows 1h why');
  const role = await stage.realm.createRealmRole('more-than-before');
  await stage.realm.mapRoles(`groups/${stage.seeded.grows.id}`, [role]);
  const chen = stage.workspace.as('chen');
  expect(await stage.hears(chen, () => chen.click(grown, 'Approve'))).toEqual([expect.stringContaining('has changed')]);
  expect(await stage.holds('ann', stage.seeded.grows)).toBe(false);
  expect(chen.read(grown)).toContain('more-than-before');
  await stage.approve('chen', grown);
  await stage.isLive('ann', stage.seeded.grows);
  expect(stage.workspace.violations).toEqual([]);
});
