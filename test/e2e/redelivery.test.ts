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

/** Slack delivers the last envelope twice more: nobody hears anything, nothing changes. */
async function again(): Promise<void> {
  await stage.quiet();
  const world = async () => ({
    tables: stage.tables(),
    keycloak: await stage.botChanges(),
    posted: stage.workspace.callsOf('chat.postMessage').length,
    whispered: ['ann', 'chen', 'eve'].map((who) => stage.told(stage.workspace.as(who)).length),
    modals: ['ann', 'chen'].map((who) => stage.workspace.as(who).openModals().length),
  });
  const before = await world();
  const received = () => stage.log.lines.filter(({ event }) => event === 'slack.received').length;
  const known = received();
  stage.workspace.socket.redeliver(2);
  await stage.until('both came', () => received() === known + 2);
  await stage.quiet();
  expect(await world()).toEqual(before);
}

it('I16: every kind of envelope, delivered three times, counts once', async () => {
  const [ann, chen] = [stage.workspace.as('ann'), stage.workspace.as('chen')];
  const card = await stage.ask('ann', 'typed 1h why');
  await again();
  await stage.approve('chen', card);
  await stage.isLive('ann', stage.seeded.typed);
  await again();
  const list = await stage.hears(ann, () => ann.command('/access'));
  expect(list).toHaveLength(1);
  await again();
  const live = await stage.workspace.until(() => ann.dm.messages.findLast(({ text }) => text.includes('typed')));
  await stage.press('ann', live, 'Release');
  await stage.isGone('ann', stage.seeded.typed);
  await again();

  await ann.shortcut('request_access');
  const form = await ann.modal();
  await ann.fill(form, { Access: 'filled' });
  await ann.modal((view) => ann.read(view).includes('Longest lease'));
  await ann.submit(form, { Duration: '15 minutes', Justification: 'why' });
  await again();
  await stage.press(
    'ann',
    await stage.workspace.until(() => ann.dm.messages.findLast(({ text }) => text.includes('filled'))),
    'Withdraw',
  );
  await again();

  const risky = await stage.ask('ann', 'risky 20m why');
  await stage.press('chen', risky, 'Approve');
  await chen.submit(await chen.modal((view) => chen.read(view).includes('Gives')));
  await stage.isLive('ann', stage.seeded.risky);
  await again();
  await stage.workspace.as('eve').command('/access revoke @ann risky');
  await stage.isGone('ann', stage.seeded.risky);
  await again();

  const { replayed, tables } = await proveRecord(stage.file);
  expect(tables.requests).toHaveLength(3);
  expect(tables.grants).toHaveLength(2);
  expect(replayed).toEqual(tables);
});

it('I16: the command that opens the form, delivered three times, opens one form and says nothing', async () => {
  const bob = stage.workspace.as('bob');
  await bob.command('/request-access');
  await bob.modal();
  const opened = stage.workspace.callsOf('views.open').length;
  stage.workspace.socket.redeliver(2);
  await stage.until('both were tried', () => stage.workspace.callsOf('views.open').length >= opened + 2);
  await stage.quiet();
  expect(bob.openModals()).toHaveLength(1);
  expect(stage.told(bob)).toEqual([]);
  expect(stage.workspace.violations).toEqual([]);
});
