import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { View } from '../../sandbox/slack/model.ts';
import type { CastName } from '../doubles/e2e-cast.ts';
import { offer } from '../doubles/e2e-cast.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  return { wanted: await offer(realm, 'wanted') };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

/** This person's Home as soon as it reads so. */
const shows = (who: CastName, words: RegExp): Promise<View> => {
  const actor = stage.workspace.as(who);
  return stage.until(
    () => `${who} reads ${String(words)}, but: ${read(who)}`,
    () => {
      const home = actor.home();
      return home !== undefined && words.test(actor.read(home)) && home;
    },
  );
};
const read = (who: CastName): string => {
  const actor = stage.workspace.as(who);
  const home = actor.home();
  return home === undefined ? 'nothing' : actor.read(home);
};

it('the Home tab: from the form to the end of a lease, always current, for those alone who opened it', async () => {
  const { workspace, seeded } = stage;
  const [ann, chen] = [workspace.as('ann'), workspace.as('chen')];
  await ann.openHome();
  await chen.openHome();
  const empty = await shows('ann', /You hold no lease and wait for none/);
  await shows('chen', /Nothing waits for your decision/);

  await ann.click(empty, 'Request access');
  const form = await ann.modal();
  await ann.choose(form, 'Access', 'wanted');
  const filled = await ann.modal((view) => ann.read(view).includes('/approvers/platform'));
  await ann.submit(filled, { Justification: 'INC-42 from the Home tab' });
  await shows('ann', /Your requests[^]*wanted[^]*Withdraw/);
  const waiting = await shows('chen', /asks for \*wanted\*[^]*INC-42 from the Home tab/);
  const card = await workspace.until(() => workspace.channel('platform-approvals').messages[0]);
  expect(JSON.stringify(waiting.blocks)).toContain(`/archives/C0PLATFORM/p${card.ts.replace('.', '')}`);
  expect(read('chen')).not.toContain('[ Approve ]');

  await stage.approve('chen', card);
  await stage.isLive('ann', seeded.wanted);
  const held = await shows('ann', /Your leases[^]*live until[^]*Release[^]*Extend/);
  await shows('chen', /Nothing waits for your decision[^]*You approved \*wanted\* for @ann/);
  expect(read('ann')).not.toContain('Your requests');

  await ann.click(held, 'Extend');
  await shows('chen', /Waiting for your decision[^]*asks for \*wanted\*/);
  await ann.click(await shows('ann', /Your requests[^]*Withdraw/), 'Withdraw');
  await shows('chen', /Nothing waits for your decision/);
  await ann.click(await shows('ann', /^(?![^]*Your requests)[^]*Your leases/), 'Release');
  await stage.isGone('ann', seeded.wanted);
  await shows('ann', /You hold no lease and wait for none/);

  await stage.quiet();
  const published = workspace.callsOf('views.publish').map(({ args }) => args['user_id']);
  expect(new Set(published)).toEqual(new Set([ann.id, chen.id]));
  expect(workspace.violations).toEqual([]);
});

it('what happened while nobody was in the group is seen by who joins it, when he opens his Home', async () => {
  const { workspace, realm, users } = stage;
  await workspace.as('bob').openHome();
  await shows('bob', /Nothing waits for your decision/);
  await stage.ask('ann', 'wanted 1h INC-43');
  const group = await realm.findGroup('/approvers/platform');
  await realm.send('PUT', `/users/${users.bob}/groups/${group ?? ''}`);
  await workspace.as('bob').openHome();
  await shows('bob', /asks for \*wanted\*[^]*INC-43/);
});
