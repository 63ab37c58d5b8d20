import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { expectRefused } from '../doubles/e2e-refusal.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const NAMES = ['limited', 'doubled', 'unheard', 'overslept', 'refreshed'] as const;
async function seed(realm: TestRealm) {
  const offers = await Promise.all(NAMES.map(async (name) => [name, await offer(realm, name)] as const));
  return Object.fromEntries(offers) as Record<(typeof NAMES)[number], (typeof offers)[number][1]>;
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());
afterEach(() => stage.workspace.faults.clear());

const slackIsDown = () => stage.workspace.faults.api('*', { kind: 'http', status: 500 }, Infinity);
const cardsOf = (name: string) =>
  stage.workspace.channel('platform-approvals').messages.filter(({ text }) => text.includes(name));

describe('the outbox', () => {
  it('waits as long as a 429 says, and then posts one card', async () => {
    stage.workspace.faults.api('chat.postMessage', { kind: 'rate_limit', retryAfterSeconds: 1 }, 2);
    await stage.ask('ann', 'limited 1h why');
    await stage.quiet();
    expect(stage.workspace.faults.pending).toBe(0);
    expect(cardsOf('limited')).toHaveLength(1);
  });

  it('posts again when the answer was lost; only the recorded card counts, the other one links to it', async () => {
    stage.workspace.faults.api('chat.postMessage', { kind: 'lose_answer' });
    const orphaned = await stage.ask('ann', 'doubled 1h why');
    const recorded = await stage.workspace.until(() => cardsOf('doubled')[1], 90_000);
    const chen = stage.workspace.as('chen');
    const expected = { says: /no longer counts.*Open it/, audited: 'old_message' };
    await expectRefused(stage, chen, () => chen.click(orphaned, 'Approve'), expected);
    await stage.approve('chen', recorded);
    await stage.isLive('ann', stage.seeded.doubled);
  });

  it('tells later what happened while Slack was down: the lease ended on time', async () => {
    await stage.approve('chen', await stage.ask('ann', 'unheard 1h why'));
    await stage.isLive('ann', stage.seeded.unheard);
    await stage.quiet();
    slackIsDown();
    stage.pass(3601);
    await stage.isGone('ann', stage.seeded.unheard);
    expect(stage.told(stage.workspace.as('ann')).filter((text) => /unheard.* ended/.test(text))).toEqual([]);
    stage.workspace.faults.clear();
    expect(await stage.tell('ann', /unheard\S* ended/)).toContain('The access is gone');
  });
});

it('I3: what fell due while the bot was down is taken away after its start, with Slack still away', async () => {
  await stage.approve('chen', await stage.ask('ann', 'overslept 1h why'));
  await stage.isLive('ann', stage.seeded.overslept);
  await stage.quiet();
  await stage.end();
  stage.pass(3601);
  slackIsDown();
  const app = await stage.begin();
  await stage.isGone('ann', stage.seeded.overslept);
  expect(await (await fetch(`${app.url}/readyz`)).json()).toMatchObject({
    keycloak: 'ok',
    slack: 'not connected to Slack',
  });
  stage.workspace.faults.clear();
  expect(await stage.tell('ann', /overslept\S* ended/)).toContain('The access is gone');
  await stage.until('Slack is connected again', async () => (await fetch(`${app.url}/readyz`)).ok);
});

it('no command is lost while Slack refreshes and drops its connections', async () => {
  await stage.until('both connections stand', () => stage.workspace.socket.connections === 2);
  const bob = stage.workspace.as('bob');
  const outcomes = [];
  for (let count = 0; count < 20; count++) {
    if (count === 5) stage.workspace.socket.refresh(0);
    if (count === 12) await stage.until('it is back', () => stage.workspace.socket.connections === 2);
    if (count === 12) stage.workspace.socket.drop(1);
    outcomes.push(await bob.command('/access help'));
  }
  expect(outcomes.filter(({ ok }) => !ok)).toEqual([]);
  await stage.quiet();
  expect(bob.ephemerals().filter(({ text }) => text.startsWith('What you can type'))).toHaveLength(20);
  expect(stage.workspace.violations).toEqual([]);
});
