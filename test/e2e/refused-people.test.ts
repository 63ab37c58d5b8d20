import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emailOf, offer, slackIdOf, TEAM } from '../doubles/e2e-cast.ts';
import { expectRefused } from '../doubles/e2e-refusal.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';
import type { Person } from '../../sandbox/slack/model.ts';

/** People whose identity is in doubt, each with a Slack account `U0…` of the same name. */
async function seed(realm: TestRealm) {
  await offer(realm, 'wiki');
  const user = (name: string, options: Parameters<TestRealm['createUser']>[1] = {}) =>
    realm.createUser(name, { email: emailOf(name), emailVerified: true, ...options });
  await user('twin');
  await user('twin-2', { email: emailOf('twin') });
  await user('unproven', { emailVerified: false });
  await user('unsure');
  await user('disabled', { enabled: false });
  await user('torn');
  await user('torn-2', { attributes: { 'slack-user-id': `${TEAM}/${slackIdOf('torn')}` } });
  await user('claimed', { attributes: { 'slack-user-id': `${TEAM}/U0SOMEBODYELSE` } });
  for (const name of ['shared', 'shared-2']) {
    await user(name, { attributes: { 'slack-user-id': `${TEAM}/${slackIdOf('shared')}` } });
  }
  await user('guest');
  await user('gone');
}

let stage: Stage;
beforeAll(async () => {
  stage = await aStage({ seed, realmJson: { duplicateEmailsAllowed: true, loginWithEmailAllowed: false } });
});
afterAll(() => stage.stop());

describe('I17: an identity is one to one or refused', () => {
  it.each<[string, string, Partial<Person>, RegExp, string | null]>([
    ['two Keycloak users for one e-mail', 'twin', {}, /More than one Keycloak account/, 'identity_ambiguous'],
    ['an attribute and an e-mail that disagree', 'torn', {}, /More than one Keycloak account/, 'identity_ambiguous'],
    ['an account that another one claims', 'claimed', {}, /More than one Keycloak account/, 'identity_ambiguous'],
    ['two accounts with the same link', 'shared', {}, /More than one Keycloak account/, 'identity_ambiguous'],
    ['an e-mail unverified in Keycloak', 'unproven', {}, /not verified/, 'email_unverified'],
    ['an e-mail unconfirmed in Slack', 'unsure', { isEmailConfirmed: false }, /verif|which Keycloak account/, null],
    ['a disabled user', 'disabled', {}, /account is disabled/, 'user_disabled'],
    ['nobody in Keycloak', 'stranger', {}, /which Keycloak account is yours/, null],
    ['a guest of one channel', 'guest', { isUltraRestricted: true }, /Guests/, 'guest'],
    ['a guest of several channels', 'guest', { isRestricted: true }, /Guests/, 'guest'],
    ['a deactivated person', 'gone', { deleted: true }, /deactivated/, 'deactivated'],
    [
      'an outsider with a colleague’s e-mail',
      'outsider',
      { teamId: 'T0OTHER', email: emailOf('ann') },
      /members of the workspace/,
      'outsider',
    ],
  ])('%s', async (_, name, flags, says, audited) => {
    stage.workspace.addPerson({ id: slackIdOf(name), name, email: emailOf(name), ...flags });
    const actor = stage.workspace.as(slackIdOf(name));
    await expectRefused(stage, actor, () => actor.command('/request-access wiki 1h why'), { says, audited });
  });

  it('the same people are heard once they are who they say', async () => {
    stage.workspace.addPerson({ id: slackIdOf('unproven'), name: 'unproven', email: emailOf('unproven') });
    const [user] = await stage.realm.list('/users?username=unproven&exact=true');
    await stage.realm.send('PUT', `/users/${user?.id ?? ''}`, { ...user, emailVerified: true });
    const { messages } = stage.workspace.channel('platform-approvals');
    await stage.workspace.as(slackIdOf('unproven')).command('/request-access wiki 1h why');
    await stage.quiet();
    expect(stage.workspace.channel('platform-approvals').messages).toHaveLength(messages.length + 1);
    expect(stage.workspace.violations).toEqual([]);
  });
});
