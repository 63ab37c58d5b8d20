import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const security = { attributes: { 'approver-group': '/approvers/security' } };

async function seed(realm: TestRealm) {
  return {
    one: await offer(realm, 'one'),
    two: await offer(realm, '/bundled/two'),
    three: await offer(realm, 'three', security),
    four: await offer(realm, 'four'),
    five: await offer(realm, 'five', security),
    six: await offer(realm, 'six', { attributes: { 'max-duration': '30m' } }),
  };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

/** The newest card in a channel. */
const cardIn = (channel: string, words: string) =>
  stage.workspace.until(() =>
    stage.workspace
      .channel(channel)
      .messages.findLast((message) => stage.workspace.as('dana').read(message).includes(words)),
  );

it('a bundle over two channels: one card in each, nothing before both have approved, then all of it lives', async () => {
  const { one, two, three } = stage.seeded;
  const card = await stage.ask('ann', 'one + /bundled/two + three 1h INC-42 lag');
  const [ann, chen, eve] = (['ann', 'chen', 'eve'] as const).map((name) => stage.workspace.as(name));
  if (ann === undefined || chen === undefined || eve === undefined) throw new Error('nobody');
  await stage.quiet();
  expect(chen.read(card)).toMatch(/@ann asks for 3 accesses together for 1 hour[^]*one[^]*\/bundled\/two/);
  expect(chen.read(card)).toMatch(/Also asked for: \*?three\*? \(waiting for \/approvers\/security\)/);
  expect(chen.read(card)).toContain('one denial denies all');
  const secured = await cardIn('security-approvals', '3 accesses together');
  expect(await stage.tell('ann', /Your request for/)).toMatch(/one\*?, \*?\/bundled\/two\*? and \*?three/);
  const heard = await stage.hears(chen, () => stage.approve('chen', card));
  expect(heard).toEqual([
    expect.stringMatching(/Your approval of .*one.*two.* counts\. Nothing goes live before all 3/),
  ]);
  expect(stage.tables().grants).toEqual([]);
  expect(chen.read(card)).toMatch(/Approved; it waits for the rest of the bundle/);
  expect(chen.read(card)).not.toContain('[ Approve ]');
  await stage.approve('eve', secured);
  for (const offered of [one, two, three]) await stage.isLive('ann', offered);
  await stage.tell('ann', /are approved for 1 hour/);
  await stage.quiet();
  const told = ann.dm.messages.map((message) => ann.read(message)).filter((words) => /You have .* until/.test(words));
  expect(told).toEqual([
    expect.stringMatching(
      /^You have 3 accesses until(?=[^]*\*one\*)(?=[^]*\*\/bundled\/two\*)(?=[^]*\*three\*)[^]*sign in again/,
    ),
  ]);
  expect(ann.read(card)).toMatch(/Live until/);
  const story = stage.workspace.channel('security-approvals').thread(secured.ts);
  expect(story.map((line) => eve.read(line)).join('\n')).toMatch(
    /Asked by @ann[^]*one\*?, \*?\/bundled\/two\*?: Approved by @chen[^]*three\*?: Approved by @eve[^]*three\*?: Live/,
  );
});

it('chosen in the form; one denial denies all, whoever approved before', async () => {
  const { four, five } = stage.seeded;
  const ann = stage.workspace.as('ann');
  await ann.shortcut('request_access');
  const form = await ann.modal();
  await ann.choose(form, 'Access', ['four', 'five']);
  await ann.modal((view) => ann.read(view).includes('Longest lease for all of them'));
  expect(await ann.submit(form, { Duration: '30 minutes', Justification: 'INC-43' })).toMatchObject({
    result: 'cleared',
  });
  const card = await cardIn('platform-approvals', '2 accesses together');
  await stage.approve('chen', card);
  const secured = await cardIn('security-approvals', '2 accesses together');
  await stage.press('eve', secured, 'Deny…');
  const eve = stage.workspace.as('eve');
  const dialog = await eve.modal((view) => eve.read(view).includes('Gives'));
  const heard = await stage.hears(eve, () => eve.submit(dialog, { Comment: 'not today' }));
  expect(heard).toEqual([expect.stringMatching(/You denied \*?five\*? for @ann, and with it the whole bundle of 2/)]);
  await stage.tell('ann', /@eve denied the bundle of .*four.*five.*: not today/);
  expect(eve.read(card)).toMatch(/denied[^]*not today/);
  for (const offered of [four, five]) expect(await stage.holds('ann', offered)).toBe(false);
  const states = stage.tables().requests.filter(({ resource }) => ['four', 'five'].includes(resource.path));
  expect(states.map(({ state }) => state)).toEqual(['denied', 'denied']);
});

it('one part refused: nothing is recorded, and the answer names the part and the reason', async () => {
  const ann = stage.workspace.as('ann');
  const before = stage.tables().requests.length;
  const heard = await stage.hears(ann, () => ann.command('/request-access four + six + nowhere 1h INC-44'));
  expect(heard).toEqual([
    expect.stringMatching(/Nothing was asked for[^]*nowhere\*?: I know no access[^]*six\*?: [^]*30 minutes/),
  ]);
  expect(stage.tables().requests).toHaveLength(before);
});

it('withdrawn by one button, from the list of what one waits for', async () => {
  const ann = stage.workspace.as('ann');
  await stage.ask('ann', 'four + six 20m INC-45');
  await ann.command('/access');
  const list = await stage.workspace.until(() =>
    ann.ephemerals().findLast((message) => ann.read(message).includes('Asked for together')),
  );
  const heard = await stage.hears(ann, () => ann.click(list, 'Withdraw'));
  expect(heard).toEqual([expect.stringMatching(/Your request for \*?four\*? and \*?six\*? is withdrawn/)]);
});

it('I22: after all this the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
  await stage.quiet();
  const { chain, replayed, tables } = await proveRecord(stage.file);
  expect(chain.ok).toBe(true);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
