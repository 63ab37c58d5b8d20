import { describe, expect, it } from '@jest/globals';
import type { Store } from '../../../src/usecases/store-port.ts';
import { openDialog } from '../../../src/usecases/shown.ts';
import { decideRequest } from '../../../src/usecases/decide-request.ts';
import { DEEP, PLATFORM, READ, SECURITY, VAULT } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import { TEAM } from '../../doubles/fake-slack.ts';
import { expectRefused, expectSound } from '../../doubles/fake-world-checks.ts';

const BASE = { requestable: 'true', 'approver-group': '/approvers/platform', risk: 'low' };

describe('decisions', () => {
  it('approve shorter is a decision like the others: the lease is the minimum over all approvals', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', DEEP, '4h');
    await world.approve('chen', id, { leaseSeconds: 7200 });
    await world.approve('erin', id, { leaseSeconds: 10_800 });
    expect(await world.grantOf(id)).toMatchObject({
      state: 'live',
      leaseSeconds: 7200,
      expiresAt: world.clock.now() + 7_200_000,
    });
    await expectSound(world);
  });

  it('each stage is asked in its own channel, after the one before it', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', DEEP);
    const cards = () =>
      world.slack.messages.filter((one) => one.kind === 'card').map((one) => [one.channel, one.buttons]);
    expect(cards()).toEqual([[PLATFORM, { requestId: id, version: 1, stage: 0 }]]);
    await world.approve('chen', id);
    expect(cards()).toEqual([
      [PLATFORM, null],
      [SECURITY, { requestId: id, version: 1, stage: 1 }],
    ]);
    await world.approve('erin', id);
    expect(cards().map(([, buttons]) => buttons)).toEqual([null, null]);
  });

  it('a click that overtakes the record of its card waits for it, but not for ever (I13)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    const intent = await world.approval(id);
    if (intent.intent !== 'approve') throw new Error(intent.intent);
    const slack = { teamId: TEAM, userId: 'UCHEN' };
    const item = { key: 'early', slack, reply: { slack, responseUrl: null }, correlationId: 'early', intent } as const;
    const decideWith = async (store: Partial<Store>, receivedAt: number) => {
      await world.store.receive({ ...item, receivedAt });
      const ports = { ...world.ports, store: { ...world.store, ...store } };
      return decideRequest(ports, { ...item, receivedAt }, intent);
    };
    const unrecorded = { posted: () => Promise.resolve([]), postedAt: () => Promise.resolve([]) };
    const now = world.clock.now();
    await expect(decideWith(unrecorded, now)).resolves.toBe('later');
    const early = { ...world.ports, store: { ...world.store, ...unrecorded } };
    await expect(openDialog(early, id, intent.message, slack)).resolves.toBe('later');
    expect(await world.request(id)).toMatchObject({ state: 'pending', approvals: [] });
    await expect(decideWith({ postedAt: unrecorded.postedAt }, now)).resolves.toBe('committed');
    expect(await world.request(id)).toMatchObject({ state: 'pending', approvals: [] });
    await world.act('chen', intent);
    expect(await world.request(id)).toMatchObject({ state: 'approved' });
  });

  it('a denial ends the request; its comment is cleaned and cut (I20)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await world.deny('chen', id, `no\u202e\u0007 way ${'😀'.repeat(2000)}`);
    const row = await world.request(id);
    if (row.state !== 'denied') throw new Error(row.state);
    expect(row.denial.comment?.startsWith('no way 😀')).toBe(true);
    expect(Array.from(row.denial.comment ?? '')).toHaveLength(1000);
    expect(world.told('ann').map((words) => words.say)).toEqual(['received', 'decided']);
    expect((await world.rows()).grants).toEqual([]);
    await expectSound(world);
  });

  it('two approvers at once: one decides, the other hears that he came too late (I15)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await world.send('chen', await world.approval(id));
    await world.send('dana', await world.denial(id));
    await world.run();
    const said = [...world.told('chen'), ...world.told('dana')].map((words) => words.say).sort();
    expect(said).toEqual(['refused', 'your_decision']);
    expect([...world.refusals('chen'), ...world.refusals('dana')].map((one) => one.refusal)).toEqual(['settled']);
    await expectSound(world);
  });

  it('two approvers at once of a quorum of two: both count', async () => {
    const world = await aWorld();
    world.keycloak.thing('group', READ, { ...BASE, 'approvals-required': '2' });
    const id = await world.ask('ann');
    await world.send('chen', await world.approval(id));
    await world.send('dana', await world.approval(id));
    await world.run();
    expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
    await expectSound(world);
  });

  it('critical risk needs two linked approvers', async () => {
    const world = await aWorld();
    for (const name of ['ann', 'chen', 'dana'])
      world.keycloak.user(name, { slackIds: [`${TEAM}/U${name.toUpperCase()}`] });
    const id = await world.ask('ann', VAULT, '30m');
    await world.approve('chen', id);
    expect((await world.request(id)).state).toBe('pending');
    world.keycloak.user('dana', { slackIds: [] });
    await world.act('dana', await world.approval(id));
    expect((await world.request(id)).state).toBe('pending');
    world.keycloak.user('dana', { slackIds: [`${TEAM}/UDANA`] });
    await world.approve('dana', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live', endSessions: true });
  });

  it('the same envelope many times, and in any order, is carried out once (I16)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    const click = await world.approval(id);
    for (let count = 0; count < 3; count++) await world.send('chen', click, { key: 'click/1' });
    await Promise.all([world.bot.inbox(), world.bot.inbox()]);
    await world.send('chen', click, { key: 'click/1' });
    await world.run();
    expect(world.told('chen').map((words) => words.say)).toEqual(['your_decision']);
    expect((await world.rows()).grants).toHaveLength(1);
    expect(world.keycloak.count('give')).toBe(1);
    await expectSound(world);
  });

  it('two workers on one record carry an envelope out once (I16, I26)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await world.send('chen', await world.approval(id));
    const one = world.bot;
    const two = world.restart('two');
    await Promise.all([one.inbox(), two.inbox()]);
    await Promise.all([one.converge(), two.converge()]);
    await world.run();
    expect(world.told('chen').map((words) => words.say)).toEqual(['your_decision']);
    expect(world.keycloak.count('give')).toBe(1);
    await expectSound(world);
  });
});

describe('what was approved is what is given', () => {
  it('a changed plan voids the approvals: new version, new card where the new group reads, the old click refused', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', DEEP);
    const old = world.buttonsOf(id, 'card');
    const stale = await world.approval(id, { message: old });
    world.keycloak.thing('group', DEEP, { ...BASE, 'approver-group': '/approvers/security' });
    await expectRefused(world, 'bob', 'not_an_approver', () => world.approve('bob', id));
    await world.act('chen', stale);
    expect(world.refusals('chen').map((one) => one.refusal)).toEqual(['changed_meanwhile']);
    expect(await world.request(id)).toMatchObject({ state: 'pending', version: 2, approvals: [] });
    expect(world.slack.messages.find((one) => one.ts === old.ts)?.buttons).toBeNull();
    expect(world.buttonsOf(id, 'card')).toMatchObject({ channel: SECURITY, buttons: { version: 2, stage: 0 } });
    await expectRefused(world, 'chen', 'old_message', () => world.act('chen', stale));
    await world.approve('erin', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
    await expectSound(world);
  });

  it('roles that changed while stage 2 was waiting void the approval of stage 1 (I12)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', DEEP);
    await world.approve('chen', id);
    world.keycloak.things.get(DEEP)?.gives.push({ id: 'r2', name: 'writer', client: null });
    await world.approve('erin', id);
    expect(await world.request(id)).toMatchObject({ state: 'pending', version: 2, approvals: [] });
    await world.approve('chen', id);
    await world.approve('erin', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
    await expectSound(world);
  });

  it('roles that changed after the approval: refused at activation, both people hear it (I12, I18)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await world.send('chen', await world.approval(id));
    await world.bot.inbox();
    world.keycloak.things.get(READ)?.gives.push({ id: 'r3', name: 'realm-admin', client: 'realm-management' });
    await world.run();
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'refused_at_activation' });
    expect(world.keycloak.count('give')).toBe(0);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'ended' });
    expect(world.slack.messages.at(-1)).toMatchObject({ line: { line: 'ended', endedBy: 'refused_at_activation' } });
    await expectSound(world);
  });

  it('an approver who lost his authority before the click is refused; after it, activation is (I14)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    world.keycloak.leave('chen', '/approvers/platform');
    await expectRefused(world, 'chen', 'not_an_approver', () => world.approve('chen', id));
    await world.send('dana', await world.approval(id));
    await world.bot.inbox();
    world.keycloak.join('chen', '/approvers/platform');
    world.keycloak.leave('dana', '/approvers/platform');
    world.clock.advance(61);
    await world.run();
    expect(await world.grantOf(id)).toMatchObject({ state: 'ended', endedBy: 'refused_at_activation' });
    expect(world.keycloak.has('ann', READ)).toBe(false);
    await expectSound(world);
  });

  it('a click that could not be checked within 60 s is dropped, audited and told (I14)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    const before = await world.request(id);
    world.keycloak.faults.always('*', 'unavailable');
    await world.send('chen', await world.approval(id));
    await world.advance(59);
    expect(world.told('chen')).toEqual([]);
    await world.advance(3);
    expect(world.refusals('chen').map((one) => one.refusal)).toEqual(['too_late_to_check']);
    expect((await world.audit()).at(-1)).toMatchObject({ kind: 'decision.dropped', requestId: id });
    expect(await world.request(id)).toEqual(before);
    world.keycloak.faults.heal();
    await world.approve('chen', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
    await expectSound(world);
  });

  it('a click while Keycloak was away for seconds counts as soon as it answers', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    world.keycloak.faults.always('*', 'unavailable');
    await world.send('chen', await world.approval(id));
    await world.advance(20);
    world.keycloak.faults.heal();
    await world.advance(2);
    expect(world.keycloak.has('ann', READ)).toBe(true);
  });
});

describe('two clocks that never mix', () => {
  it('a request waits its time, reminds ever more rarely, and expires; the lease has nothing to do with it', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', READ, '60s');
    const lines = () => world.slack.messages.filter((one) => one.kind === 'line').map((one) => one.line?.line);
    await world.advance(3599);
    expect(lines()).toEqual(['asked']);
    await world.advance(601);
    expect(lines()).toEqual(['asked', 'reminder']);
    expect(world.buttonsOf(id).line).toMatchObject({ line: 'reminder' });
    await world.advance(7200);
    expect(lines()).toEqual(['asked', 'reminder', 'reminder']);
    await world.advance(43_200 - 11_401);
    expect(lines()).toEqual(['asked', 'reminder', 'reminder']);
    await world.advance(1200);
    expect(lines()).toEqual(['asked', 'reminder', 'reminder', 'reminder']);
    await world.advance(43_200);
    expect(await world.request(id)).toMatchObject({ state: 'expired' });
    expect(lines()).toEqual(['asked', 'reminder', 'reminder', 'reminder', 'expired']);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'decided', request: { state: 'expired' } });
    expect(world.slack.messages.some((one) => one.buttons !== null)).toBe(false);
    await expectSound(world);
  });

  it('reminders that were missed while nobody worked are said once, and none after the end', async () => {
    const world = await aWorld();
    const [first, second] = [await world.ask('ann'), await world.ask('bob')];
    world.clock.advance(50_000);
    await world.run();
    const reminders = () => world.slack.messages.filter(({ line }) => line?.line === 'reminder').length;
    expect(reminders()).toBe(2);
    await world.approve('chen', first);
    world.clock.advance(86_400);
    await world.run();
    expect(reminders()).toBe(2);
    expect(await world.request(second)).toMatchObject({ state: 'expired' });
  });

  it('a reminder that Slack did not take at first is said once, also when the line before it was one', async () => {
    const world = await aWorld();
    await world.ask('ann');
    await world.advance(4200);
    world.slack.faults.next('postLine', 'unavailable');
    await world.advance(7800);
    const reminders = world.slack.messages.filter(({ line }) => line?.line === 'reminder');
    expect(reminders.map(({ buttons }) => buttons === null)).toEqual([true, false]);
  });

  it('an approval at the last moment still gives the whole lease', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await world.advance(86_399);
    await world.approve('chen', id);
    await world.advance(3599);
    expect(world.keycloak.has('ann', READ)).toBe(true);
    await world.advance(1);
    expect(world.keycloak.has('ann', READ)).toBe(false);
  });

  it('a request is withdrawn by its requester, without Keycloak', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    world.keycloak.faults.always('*', 'unavailable');
    await world.act('ann', { intent: 'withdraw', requestId: id });
    expect(await world.request(id)).toMatchObject({ state: 'withdrawn' });
    world.keycloak.faults.heal();
    await world.advance(60);
    expect(world.slack.messages.some((one) => one.buttons !== null)).toBe(false);
    await expectSound(world);
  });
});
