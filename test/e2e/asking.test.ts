import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { emailOf, offer } from '../doubles/e2e-cast.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  // A second colleague of Ann's, so that none of them can be told from what is offered.
  await realm.createUser('gil', { email: emailOf('gil'), emailVerified: true, groups: ['/teams/engineering'] });
  return {
    shared: await offer(realm, '/shared/dashboards'),
    had: await offer(realm, 'had-lately'),
    ticket: await offer(realm, 'needs-ticket', { attributes: { 'justification-pattern': 'INC-\\d+' } }),
    other: await offer(realm, 'another-one'),
  };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

const ann = () => stage.workspace.as('ann');
async function openForm() {
  await ann().shortcut('request_access');
  return ann().modal();
}

describe('before anything is typed', () => {
  it('the form offers what was had lately, then what colleagues hold, and names none of them', async () => {
    await stage.approve('chen', await stage.ask('ann', 'had-lately 1h why'));
    await stage.isLive('ann', stage.seeded.had);
    await stage.approve('chen', await stage.ask('bob', '/shared/dashboards 1h why'));
    await stage.isLive('bob', stage.seeded.shared);
    const form = await openForm();
    const offered = await stage.until('colleagues are known', async () => {
      const { groups } = await ann().suggest(form, 'Access', '');
      return groups.length === 3 && groups;
    });
    const told = offered.map(({ label, options }) => [
      label['text'],
      options.map(({ text }) => (text as { text: string }).text),
    ]);
    expect(told).toEqual([
      ['Lately', ['had-lately']],
      ['Your colleagues hold', ['/shared/dashboards']],
      ['Everything', ['another-one', 'needs-ticket']],
    ]);
    expect(JSON.stringify(offered)).not.toMatch(/bob/i);
    const typed = await ann().suggest(form, 'Access', 'another');
    expect(typed.options.map(({ text }) => (text as { text: string }).text)).toEqual(['another-one']);
    await ann().close(true);
  });

  it('the form says what is held, what is asked for already, and which ticket it wants', async () => {
    await stage.ask('ann', 'another-one 1h why');
    const says = async (access: string, words: string) => {
      const form = await openForm();
      await ann().fill(form, { Access: access });
      // A hint is read with its field, not in the text.
      await ann().modal((view) => JSON.stringify(view).includes(words));
      await ann().close(true);
    };
    await says('had-lately', 'You hold it until');
    await says('another-one', 'You have asked for it already');
    await says('needs-ticket', 'It must contain something like: INC-42');
  });
});

describe('asking again', () => {
  const messageWith = (words: RegExp) =>
    stage.workspace.until(() => ann().dm.messages.findLast((one) => words.test(one.text)));

  it('a denied request comes back as a filled form, and nothing is asked before it is sent', async () => {
    const first = await stage.ask('ann', 'needs-ticket 45m INC-7 please');
    await stage.press('dana', first, 'Deny…');
    const dana = stage.workspace.as('dana');
    await dana.submit(await dana.modal((view) => dana.read(view).includes('Gives')));
    const denied = await messageWith(/denied \*?needs-ticket/);
    const before = stage.tables().requests.length;
    await stage.press('ann', denied, 'Ask again');
    const form = await ann().modal((view) => ann().read(view).includes('Who must agree'));
    await stage.quiet();
    expect(stage.tables().requests).toHaveLength(before);
    expect(await ann().submit(form)).toMatchObject({ result: 'cleared' });
    await stage.quiet();
    const [again] = stage
      .tables()
      .requests.filter((one) => one.state === 'pending' && one.resource.path === 'needs-ticket');
    expect(again).toMatchObject({ askedSeconds: 2700 });
    const card = stage.workspace.channel('platform-approvals').messages.at(-1);
    expect(card?.text).toContain('INC-7 please');
  });

  it('an ended lease, too; and once the access is gone from the catalogue the button says so', async () => {
    const live = await messageWith(/You have \*?had-lately/);
    await stage.press('ann', live, 'Release');
    const ended = await messageWith(/Your lease on \*?had-lately\*? ended/);
    await stage.press('ann', ended, 'Ask again');
    await ann().modal((view) => ann().read(view).includes('Who must agree'));
    await stage.isGone('ann', stage.seeded.had);
    await stage.realm.send('DELETE', `/roles-by-id/${stage.seeded.had.id}`);
    await ann().close(true);
    await stage.until('the catalogue is read anew', async () => {
      stage.pass(61);
      await stage.press('ann', ended, 'Ask again');
      const shown = await ann().modal((view) => !ann().read(view).includes('Looking up'));
      const says = ann().read(shown);
      await ann().close(true);
      return says.includes('it is no longer offered');
    });
    expect(stage.workspace.violations).toEqual([]);
  });
});
