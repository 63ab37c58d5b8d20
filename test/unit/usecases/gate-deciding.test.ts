import { describe, expect, it } from '@jest/globals';
import type { GateId } from '../../../src/domain/ids.ts';
import { aPolicy } from '../../builders/policy.ts';
import { ASK_FIRST, aGateWorld } from '../../doubles/fake-gate.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

const twoOf = () => aGateWorld(aPolicy(ASK_FIRST.replace('/platform', '/platform, required: 2')));

describe('an approval', () => {
  it('lets in the one tab that waits, once, and says who approved', async () => {
    const { wait, approve, spend, calls, kinds, world, counted, saidTo } = await aGateWorld();
    const ref = await wait('ann');
    world.clock.advance(30);
    await approve('chen', ref);
    expect(await calls.look(ref)).toEqual({ state: 'approved', secondsLeft: 270 });
    expect(await spend(ref)).toEqual({ spent: true, approvers: ['chen'] });
    expect(await spend(ref)).toEqual({ spent: false, state: 'spent' });
    expect(await kinds()).toEqual(['gate.opened', 'gate.approved', 'gate.spent']);
    const [, approved] = (await world.audit()).filter(({ kind }) => kind.startsWith('gate.'));
    expect(approved).toMatchObject({ actor: { kind: 'person', username: 'chen' }, subject: { username: 'ann' } });
    expect(counted).toEqual(['client wait', 'approved 30']);
    expect(saidTo('chen')).toEqual(['your_gate_decision']);
    expect(world.slack.gates.map(({ view }) => view.gate.state)).toEqual(['approved']);
    await expectSound(world);
  });

  it('lets in each tab that waited, once, and no other one', async () => {
    const { wait, approve, spend } = await aGateWorld();
    const ref = await wait('ann');
    await wait('ann', { tab: 'second' });
    await approve('chen', ref);
    expect(await spend(ref, 'third')).toEqual({ spent: false, state: 'unknown' });
    expect(await spend(ref, 'second')).toMatchObject({ spent: true });
    expect(await spend(ref, 'second')).toEqual({ spent: false, state: 'spent' });
    expect(await spend(ref, 'first')).toMatchObject({ spent: true });
  });

  it('spent by two replicas at once counts once', async () => {
    const { wait, approve, spend, kinds } = await aGateWorld();
    const ref = await wait('ann');
    await approve('chen', ref);
    const both = await Promise.all([spend(ref), spend(ref)]);
    expect(both.filter(({ spent }) => spent)).toHaveLength(1);
    expect((await kinds()).filter((kind) => kind === 'gate.spent')).toHaveLength(1);
  });

  it('is worth nothing to another person or another browser', async () => {
    const { wait, approve, spend, calls, ask } = await aGateWorld();
    const ref = await wait('ann');
    await approve('chen', ref);
    const { person } = { person: (await wait('bob')).userId };
    for (const other of [
      { ...ref, userId: person },
      { ...ref, session: 'a thief' },
      { ...ref, gate: 'no' as GateId },
    ]) {
      expect(await spend(other)).toEqual({ spent: false, state: 'unknown' });
      expect(await calls.look(other)).toEqual({ state: 'unknown' });
      expect(await calls.leave(other)).toEqual({ state: 'unknown' });
    }
    expect(await ask('ann', { session: 'a thief' })).toMatchObject({ answer: 'wait' });
    expect(await spend(ref)).toMatchObject({ spent: true });
  });

  it('that is not used in time is worth nothing', async () => {
    const { wait, approve, spend, calls, world } = await aGateWorld();
    const ref = await wait('ann');
    await approve('chen', ref);
    world.clock.advance(300);
    expect(await spend(ref)).toEqual({ spent: false, state: 'expired' });
    expect(await calls.look(ref)).toEqual({ state: 'expired' });
  });

  it('that comes too late is refused, and the gate has expired', async () => {
    const { wait, approve, spend, saidTo, world } = await aGateWorld();
    const ref = await wait('ann');
    world.clock.advance(300);
    await approve('chen', ref);
    expect(saidTo('chen')).toEqual(['gate_settled']);
    expect(await spend(ref)).toEqual({ spent: false, state: 'expired' });
    await expectSound(world);
  });

  it('by two of two lets in, by one of two does not, and nobody counts twice', async () => {
    const { wait, approve, spend, read, saidTo, kinds, world } = await twoOf();
    const ref = await wait('ann');
    await approve('chen', ref);
    await approve('chen', ref);
    expect(saidTo('chen')).toEqual(['your_gate_decision', 'gate_counted']);
    expect(await spend(ref)).toEqual({ spent: false, state: 'waiting' });
    await approve('dana', ref);
    expect((await read(ref.gate)).state).toBe('approved');
    expect(await spend(ref)).toEqual({ spent: true, approvers: ['chen', 'dana'] });
    expect(await kinds()).toEqual(['gate.opened', 'gate.approval', 'gate.approved', 'gate.spent']);
    await expectSound(world);
  });
});

describe('a denial', () => {
  it('by one closes it at once; whoever signs in hears of it in Slack, too', async () => {
    const { wait, approve, deny, spend, calls, kinds, saidTo, world, counted } = await twoOf();
    const ref = await wait('ann');
    await approve('chen', ref);
    await deny('dana', ref);
    expect(await calls.look(ref)).toEqual({ state: 'denied' });
    expect(await spend(ref)).toEqual({ spent: false, state: 'denied' });
    expect(await kinds()).toEqual(['gate.opened', 'gate.approval', 'gate.denied']);
    expect(saidTo('ann')).toEqual(['gate_denied']);
    expect(counted).toEqual(['client wait', 'denied 0']);
    await approve('chen', ref);
    expect(saidTo('chen').at(-1)).toBe('gate_settled');
    await expectSound(world);
  });

  it('stands although whoever signs in has no Slack account, or it cannot be found now', async () => {
    const { wait, deny, read, world } = await aGateWorld();
    world.keycloak.user('max', { email: null });
    const nobody = await wait('max');
    await deny('chen', nobody);
    expect((await read(nobody.gate)).state).toBe('denied');
    const away = await wait('ann');
    world.keycloak.faults.always('person', 'unavailable');
    await deny('chen', away);
    expect((await read(away.gate)).state).toBe('denied');
    expect(world.told('ann')).toEqual([]);
  });
});

describe('a click counts only from the card, by somebody who is asked now', () => {
  it('never one of the person himself, neither way', async () => {
    const { wait, approve, deny, read, saidTo, world } = await aGateWorld();
    const ref = await wait('chen');
    await approve('chen', ref);
    await deny('chen', ref);
    expect(saidTo('chen')).toEqual(['own_gate', 'own_gate']);
    expect((await read(ref.gate)).state).toBe('waiting');
    const refused = (await world.audit()).filter(({ kind }) => kind === 'decision.refused');
    expect(refused.map(({ data }) => [data['refusal'], data['gate']])).toEqual([
      ['own_gate', ref.gate],
      ['own_gate', ref.gate],
    ]);
    await expectSound(world);
  });

  it('not of somebody who is not asked, or was and is no longer in the group', async () => {
    const { wait, approve, deny, read, saidTo, world } = await aGateWorld();
    const ref = await wait('ann');
    await approve('erin', ref);
    world.keycloak.leave('chen', '/approvers/platform');
    await approve('chen', ref);
    await deny('chen', ref);
    expect([...saidTo('erin'), ...saidTo('chen')]).toEqual(Array(3).fill('not_asked_at_gate'));
    expect((await read(ref.gate)).state).toBe('waiting');
    await expectSound(world);
  });

  it('of the manager who was asked, and not of the one who came after', async () => {
    const { wait, approve, read, saidTo, world } = await aGateWorld(
      aPolicy('\n  - name: the manager\n    doors: [login]\n    stages: [{ approvers: manager }]'),
    );
    world.keycloak.manage('ann', 'dana');
    const ref = await wait('ann');
    world.keycloak.manage('ann', 'erin');
    await approve('erin', ref);
    await approve('dana', ref);
    expect([...saidTo('erin'), ...saidTo('dana')]).toEqual(['not_asked_at_gate', 'not_asked_at_gate']);
    world.keycloak.manage('ann', 'dana');
    await approve('dana', ref);
    expect((await read(ref.gate)).state).toBe('approved');
  });

  it('not from any other message', async () => {
    const { wait, approve, read, saidTo } = await aGateWorld();
    const [ref, other] = [await wait('ann'), await wait('bob')];
    await approve('chen', ref, { channel: 'C0OTHER', ts: '1.0' });
    await approve('chen', ref, (await read(other.gate)).card ?? undefined);
    expect(saidTo('chen')).toEqual(['old_message', 'old_message']);
    expect((await read(ref.gate)).state).toBe('waiting');
  });

  it('one that comes before the card is on record waits for it', async () => {
    const { ask, world, read, saidTo } = await aGateWorld();
    const verdict = await ask('ann');
    if (verdict === 'replayed' || verdict.answer !== 'wait') throw new Error('does not wait');
    await world.send('chen', { intent: 'gate_approve', gateId: verdict.gate, message: { channel: 'C0', ts: '1.0' } });
    await world.bot.inbox();
    expect(saidTo('chen')).toEqual([]);
    await world.advance(11);
    expect(saidTo('chen')).toEqual(['old_message']);
    expect((await read(verdict.gate)).state).toBe('waiting');
  });

  it('one that could not be checked for a minute is dropped, and says so', async () => {
    const { wait, approve, read, saidTo, world } = await aGateWorld();
    const ref = await wait('ann');
    world.keycloak.faults.always('groupById', 'unavailable');
    await approve('chen', ref);
    await world.advance(70);
    expect(saidTo('chen')).toEqual(['too_late_to_check']);
    expect((await read(ref.gate)).state).toBe('waiting');
    expect((await world.audit()).at(-1)).toMatchObject({ kind: 'decision.dropped', data: { gate: ref.gate } });
    await expectSound(world);
  });

  it('two at once: the second is told what the first did', async () => {
    const { wait, read, saidTo, kinds, world } = await aGateWorld();
    const ref = await wait('ann');
    const message = (await read(ref.gate)).card ?? { channel: '', ts: '' };
    await world.send('chen', { intent: 'gate_approve', gateId: ref.gate, message });
    await world.send('dana', { intent: 'gate_deny', gateId: ref.gate, message });
    await world.run();
    expect([...saidTo('chen'), ...saidTo('dana')].sort()).toEqual(['gate_settled', 'your_gate_decision']);
    expect(await kinds()).toHaveLength(2);
    await expectSound(world);
  });
});

describe('what nobody decides is closed', () => {
  it('when its time is over, once, on card and record', async () => {
    const { wait, calls, kinds, world, counted } = await aGateWorld();
    const ref = await wait('ann');
    world.clock.advance(300);
    expect(await calls.look(ref)).toEqual({ state: 'expired' });
    await world.run();
    expect(await kinds()).toEqual(['gate.opened', 'gate.expired']);
    expect(world.slack.gates.map(({ view }) => view.gate.state)).toEqual(['expired']);
    expect(counted).toEqual(['client wait', 'expired 300']);
    await expectSound(world);
  });

  it('when the person turns back, and an approval after that lets nobody in', async () => {
    const { wait, approve, spend, calls, saidTo, kinds, world } = await aGateWorld();
    const ref = await wait('ann');
    expect(await calls.leave(ref)).toEqual({ state: 'withdrawn' });
    expect(await calls.leave(ref)).toEqual({ state: 'withdrawn' });
    await approve('chen', ref);
    expect(saidTo('chen')).toEqual(['gate_settled']);
    expect(await spend(ref)).toEqual({ spent: false, state: 'withdrawn' });
    expect(await kinds()).toEqual(['gate.opened', 'gate.withdrawn']);
    await expectSound(world);
  });

  it('when there is nowhere to ask', async () => {
    const { wait, calls, kinds, world, counted } = await aGateWorld();
    world.keycloak.thing('group', '/approvers/platform', {});
    const ref = await wait('ann');
    expect(await calls.look(ref)).toEqual({ state: 'unreachable' });
    expect(await kinds()).toEqual(['gate.opened', 'gate.unreachable']);
    expect(counted).toEqual(['client wait', 'unreachable 0']);
    await expectSound(world);
  });
});
