import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { expectRefused } from '../doubles/e2e-refusal.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  const approvers = { empty: 'C0PLATFORM', mute: null, deaf: 'C0GENERAL', lost: 'no-such-channel', solo: 'C0PLATFORM' };
  for (const [name, channel] of Object.entries(approvers)) {
    const id = await realm.createGroup(`/approvers/${name}`, {
      attributes: channel === null ? {} : { 'slack-channel': channel },
    });
    if (name === 'empty') continue;
    const [member] = await realm.list(`/users?username=${name === 'solo' ? 'ann' : 'chen'}&exact=true`);
    await realm.send('PUT', `/users/${member?.id ?? ''}/groups/${id}`);
    await offer(realm, `asks-${name}`, { attributes: { 'approver-group': `/approvers/${name}` } });
  }
  await offer(realm, 'asks-empty', { attributes: { 'approver-group': '/approvers/empty' } });
  await offer(realm, 'asks-nobody', { attributes: { 'approver-group': '/approvers/none' } });
  await realm.createRealmRole('asks-without', { attributes: { requestable: 'true' } });
  await offer(realm, '/production/reading');
  await offer(realm, '/staging/reading');
  await offer(realm, 'wiki');
  await offer(realm, 'misspelt', { attributes: { risk: 'extreme' } });
  await offer(realm, 'ticketed', { attributes: { 'justification-pattern': 'INC-[0-9]+' } });
  await offer(realm, 'for-admins', { attributes: { 'eligible-group': '/access-admins' } });
  await offer(realm, 'risky', { attributes: { risk: 'high' } });
  for (let count = 1; count <= 11; count++) await offer(realm, `many-${count}-`);
}

let stage: Stage;
beforeAll(async () => {
  stage = await aStage({ seed, env: { MIN_DURATION_SECONDS: '60' } });
});
afterAll(() => stage.stop());

describe('a request is refused in one private sentence, and nothing changes', () => {
  it.each<[string, string, RegExp, string | null]>([
    ['an unknown access', 'nowhere 1h why', /know no access like/, null],
    ['an ambiguous access', 'reading 1h why', /fits more than one access: .*production.*staging/, null],
    ['no words after the access', 'wiki', /Write .*\/request-access/, null],
    ['a duration that is none', 'wiki soon why', /cannot read the duration "soon"/, null],
    ['a duration with other digits', 'wiki １h why', /cannot read the duration/, null],
    ['too short a duration', 'wiki 59s why', /shortest lease is 1 minute/, null],
    ['too long a duration', 'wiki 9h why', /longest lease .* is 8 hours/, null],
    ['a justification that cannot be seen', 'wiki 1h \u200b\u202e\u2800', /Say why/, null],
    ['a justification of 10,000 characters', `wiki 1h ${'x'.repeat(10_000)}`, /has 10000 characters; 1000 are/, null],
    ['a justification without its ticket', 'ticketed 1h because', /must contain something like/, null],
    ['an approver group that is not there', 'asks-nobody 1h why', /approver group .* does not exist/, null],
    ['an approver group without members', 'asks-empty 1h why', /nobody in .* could approve it/, null],
    ['an approver group of the asker alone', 'asks-solo 1h why', /nobody but you/, null],
    ['an approver group without a channel', 'asks-mute 1h why', /no Slack channel/, null],
    ['a channel that the bot is not in', 'asks-deaf 1h why', /no Slack channel/, null],
    ['a channel that is not there', 'asks-lost 1h why', /no Slack channel/, null],
    ['no approver group at all', 'asks-without 1h why', /names no approver-group/, 'not_requestable'],
    ['an unreadable attribute', 'misspelt 1h why', /risk is "extreme"/, 'not_requestable'],
    ['somebody who may not ask', 'for-admins 1h why', /Only members of \/access-admins/, 'not_eligible'],
  ])('%s', async (_, line, says, audited) => {
    const ann = stage.workspace.as('ann');
    await expectRefused(stage, ann, () => ann.command(`/request-access ${line}`), { says, audited });
  });

  it('an access of high risk, by somebody whom only an e-mail proves', async () => {
    const bob = stage.workspace.as('bob');
    const says = /not proof enough/;
    await expectRefused(stage, bob, () => bob.command('/request-access risky 20m why'), { says, audited: null });
  });

  it('what is not set up, and what no command is', async () => {
    const ann = stage.workspace.as('ann');
    await expectRefused(stage, ann, () => ann.command('/access link'), { says: /is not set up here/, audited: null });
    await expectRefused(stage, ann, () => ann.command('/access dance'), { says: /Write .*\/access/, audited: null });
  });

  it('asking again for what still waits, and more than ten at once', async () => {
    const bob = stage.workspace.as('bob');
    for (let count = 1; count <= 10; count++) await stage.ask('bob', `many-${count}- 1h why`);
    const again = () => bob.command('/request-access many-1- 1h why');
    await expectRefused(stage, bob, again, { says: /is asked for already .*Open it/, audited: null });
    const eleventh = () => bob.command('/request-access many-11- 1h why');
    await expectRefused(stage, bob, eleventh, { says: /10 requests waiting/, audited: 'too_many_pending' });
  });
});

it('I20: what people write is shown and does nothing', async () => {
  const words =
    '<!channel> @channel <@U0EVE> <https://evil.example|https://good.example> \u202elive\u0007 *bold* `code`';
  const card = await stage.ask('ann', `wiki 1h ${words}`);
  await stage.quiet();
  const shown = stage.workspace.as('chen').read(card);
  expect(shown).toContain('<!channel>');
  expect(shown).toContain('<@U0EVE>');
  for (const invisible of ['\u202e', '\u0007']) expect(shown).not.toContain(invisible);
  const raw = JSON.stringify([card.text, card.blocks]);
  expect(raw).not.toMatch(/<!(channel|here|everyone)|<@U0EVE|<https:\/\/evil/);
  expect(stage.workspace.violations).toEqual([]);
});
