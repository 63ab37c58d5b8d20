import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  return {
    typed: await offer(realm, 'typed'),
    filled: await offer(realm, 'filled'),
    risky: await offer(realm, 'risky', { attributes: { risk: 'high' } }),
  };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

it('one line asks for somebody else: they are told, the card names both, and they get the access', async () => {
  const card = await stage.ask('ann', 'typed @bob 1h first day');
  const chen = stage.workspace.as('chen');
  expect(chen.read(card)).toContain('@ann asks, on behalf of @bob, for *typed*');
  expect(await stage.tell('bob', /asked for \*?typed\*? for you, for 1 hour: first day/)).toContain('@ann');
  await stage.approve('chen', card);
  await stage.isLive('bob', stage.seeded.typed);
  expect(await stage.holds('ann', stage.seeded.typed)).toBe(false);
  await stage.tell('ann', /typed\*? for @bob is approved/);
  await stage.tell('bob', /You have \*?typed\*? until/);
  await stage.quiet();
  expect(stage.workspace.channel('platform-approvals').thread(card.ts)[0]?.text).toContain('on behalf of');
});

it('the form asks for somebody else, too, and the one who asked may not decide', async () => {
  const dana = stage.workspace.as('dana');
  const before = stage.workspace.channel('platform-approvals').messages.length;
  await dana.shortcut('request_access');
  const form = await dana.modal();
  await dana.fill(form, { Access: 'filled' });
  await dana.modal((view) => dana.read(view).includes('Longest lease'));
  await dana.submit(form, { Duration: '15 minutes', For: 'U0BOB', Justification: 'on call tonight' });
  const card = await stage.workspace.until(() => stage.workspace.channel('platform-approvals').messages[before]);
  const heard = await stage.hears(dana, () => stage.approve('dana', card));
  expect(heard).toEqual([expect.stringContaining('You asked for this access yourself, or it is for you')]);
  await stage.approve('chen', card);
  await stage.isLive('bob', stage.seeded.filled);
});

it('somebody whose account is not proven as strongly as the risk demands is refused, by name', async () => {
  const ann = stage.workspace.as('ann');
  const heard = await stage.hears(ann, () => ann.command('/request-access risky @bob 20m INC-7'));
  expect(heard).toEqual([expect.stringMatching(/I cannot take this for @bob: for this risk they have to prove/)]);
  expect(await stage.holds('bob', stage.seeded.risky)).toBe(false);
});

it('I22: the audit holds and gives the tables', async () => {
  const { replayed, tables } = await proveRecord(stage.file);
  expect(tables.requests).toHaveLength(2);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
