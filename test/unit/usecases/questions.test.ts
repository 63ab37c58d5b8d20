import { describe, expect, it } from '@jest/globals';
import type { RequestId } from '../../../src/domain/ids.ts';
import type { Intent } from '../../../src/usecases/intent.ts';
import { openQuestion } from '../../../src/usecases/answer-question.ts';
import { DEEP, PLATFORM, READ, VAULT } from '../../doubles/fake-cast.ts';
import { TEAM } from '../../doubles/fake-slack.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectRefused, expectSound } from '../../doubles/fake-world-checks.ts';

const questionOn = async (world: World, id: RequestId, text: string): Promise<Intent> => {
  const denial = await world.denial(id);
  if (denial.intent !== 'deny') throw new Error(denial.intent);
  const { requestId, version, stage, message } = denial;
  return { intent: 'question', requestId, version, stage, message, text };
};
const question = async (world: World, name: string, id: RequestId, text = 'which replica?'): Promise<void> =>
  world.act(name, await questionOn(world, id, text));
const answerOf = (id: RequestId, text: string, index = 0): Intent => ({
  intent: 'answer',
  requestId: id,
  question: index,
  text,
});
const answer = (world: World, name: string, id: RequestId, text = 'the second one', index = 0): Promise<void> =>
  world.act(name, answerOf(id, text, index));
const lines = (world: World) => world.slack.messages.filter(({ kind }) => kind === 'line').map(({ line }) => line);

describe('a question', () => {
  it('reaches requester, thread and card, and the request waits on with the same version and approvals', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', DEEP);
    await world.approve('chen', id);
    const before = await world.request(id);
    await question(world, 'erin', id);
    const asked = { by: { username: 'erin' }, text: 'which replica?', answer: null };
    expect(await world.request(id)).toMatchObject({ ...before, revision: before.revision + 1, questions: [asked] });
    expect(lines(world).at(-1)).toMatchObject({ line: 'question', question: 0, text: 'which replica?' });
    expect(world.buttonsOf(id)).toMatchObject({ kind: 'line', line: { line: 'question' } });
    expect(world.buttonsOf(id, 'card').card).toMatchObject({ request: { questions: [asked] } });
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'question', index: 0, question: asked });
    expect(world.told('erin').at(-1)).toMatchObject({ say: 'your_question', index: 0 });
    await world.approve('erin', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
    await expectSound(world);
  });

  it('and its answer are on record once each, and in nobody’s words (I22, I28)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await question(world, 'chen', id, 'private words');
    await answer(world, 'ann', id, 'more private words');
    const entries = (await world.audit()).filter(({ requestId }) => requestId === id);
    expect(entries.map(({ kind }) => kind)).toEqual(['request.submitted', 'request.question', 'request.answer']);
    expect(entries[1]).toMatchObject({
      actor: { username: 'chen' },
      data: { state: 'pending', stage: 0, question: 0 },
    });
    expect(entries[2]).toMatchObject({ actor: { username: 'ann' }, data: { state: 'pending', question: 0 } });
    expect(JSON.stringify(entries)).not.toContain('private words');
    await expectSound(world);
  });

  it('is cleaned and cut by code points, like its answer, and must say something (I20)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await question(world, 'chen', id, `why\u202e\u0007 now ${'😀'.repeat(2000)}`);
    await answer(world, 'ann', id, `so\u200b ${'😀'.repeat(2000)}`);
    const [kept] = (await world.request(id)).questions;
    expect(kept?.text.startsWith('why now 😀')).toBe(true);
    expect(kept?.answer?.text.startsWith('so 😀')).toBe(true);
    expect([kept?.text, kept?.answer?.text].map((text) => Array.from(text ?? '').length)).toEqual([1000, 1000]);
    await question(world, 'chen', id);
    await expectRefused(world, 'chen', 'nothing_written', () => question(world, 'chen', id, ' \u200b\n'));
    await expectRefused(world, 'ann', 'nothing_written', () => answer(world, 'ann', id, '\u2800', 1));
  });

  it('is for those who may decide now: nobody else, not for one’s own request, not after one’s own approval (I12, I14)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann', DEEP);
    await expectRefused(world, 'bob', 'not_an_approver', () => question(world, 'bob', id));
    await expectRefused(world, 'erin', 'not_an_approver', () => question(world, 'erin', id));
    await expectRefused(world, 'ann', 'not_an_approver', () => question(world, 'ann', id));
    world.keycloak.join('ann', '/approvers/platform');
    await expectRefused(world, 'ann', 'self_approval', () => question(world, 'ann', id));
    world.keycloak.leave('chen', '/approvers/platform');
    await expectRefused(world, 'chen', 'not_an_approver', () => question(world, 'chen', id));
    world.keycloak.user('dana', { enabled: false });
    await expectRefused(world, 'dana', 'user_disabled', () => question(world, 'dana', id));
    const quorate = { requestable: 'true', 'approver-group': '/approvers/security', 'approvals-required': '2' };
    world.keycloak.thing('group', READ, { ...quorate, risk: 'low' });
    const other = await world.ask('ann', READ);
    await world.approve('fay', other);
    await expectRefused(world, 'fay', 'already_decided_by_you', () => question(world, 'fay', other));
  });

  it('on a critical request takes the identity that its decision would take (I17)', async () => {
    const world = await aWorld();
    for (const name of ['ann', 'chen', 'dana'])
      world.keycloak.user(name, { slackIds: [`${TEAM}/U${name.toUpperCase()}`] });
    const id = await world.ask('ann', VAULT, '30m');
    world.keycloak.user('dana', { slackIds: [] });
    await expectRefused(world, 'dana', 'link_needed', () => question(world, 'dana', id));
    await question(world, 'chen', id);
    expect((await world.request(id)).questions).toHaveLength(1);
  });

  it('from a stale message, another version or a settled request changes nothing (I13)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    const fresh = await questionOn(world, id, 'still?');
    if (fresh.intent !== 'question') throw new Error(fresh.intent);
    const { channel, ts } = world.buttonsOf(id, 'card');
    const from = (change: Partial<typeof fresh>) => () =>
      world.act('chen', { ...fresh, message: { channel, ts }, ...change });
    await expectRefused(world, 'chen', 'old_message', from({ message: { channel: PLATFORM, ts: '1.1' } }));
    await expectRefused(world, 'chen', 'changed_meanwhile', from({ version: 2 }));
    await expectRefused(world, 'chen', 'changed_meanwhile', from({ stage: 1 }));
    await world.deny('dana', id);
    await expectRefused(world, 'chen', 'settled', from({}));
    expect((await world.request(id)).questions).toEqual([]);
  });

  it('at the last moment, when the waiting is over, is told that it came too late', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    const late = await questionOn(world, id, 'late?');
    world.clock.advance(86_400);
    await world.send('chen', late);
    await world.bot.inbox();
    await world.bot.deliver();
    expect(world.refusals('chen')).toMatchObject([{ refusal: 'settled', state: 'expired' }]);
    expect((await world.request(id)).questions).toEqual([]);
  });

  it('that could not be checked within 60 s is dropped, audited and told (I14)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    world.keycloak.faults.always('*', 'unavailable');
    await world.send('chen', await questionOn(world, id, 'hello?'));
    await world.advance(62);
    world.keycloak.faults.heal();
    await world.advance(5);
    expect(world.refusals('chen').map(({ refusal }) => refusal)).toEqual(['too_late_to_check']);
    expect((await world.audit()).at(-1)).toMatchObject({ kind: 'decision.dropped', data: { intent: 'question' } });
    expect((await world.request(id)).questions).toEqual([]);
  });

  it('is asked ten times at most', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    for (let count = 0; count < 10; count++) await question(world, 'chen', id, `number ${count}`);
    await expectRefused(world, 'dana', 'too_many_questions', () => question(world, 'dana', id));
    expect((await world.request(id)).questions).toHaveLength(10);
  });

  it('delivered again and again counts once, and so does its answer (I16)', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    const asked = await questionOn(world, id, 'once?');
    for (let count = 0; count < 3; count++) await world.send('chen', asked, { key: 'view:1:h' });
    await world.run();
    await world.send('chen', asked, { key: 'view:1:h' });
    for (let count = 0; count < 3; count++) await world.send('ann', answerOf(id, 'once'), { key: 'view:2:h' });
    await world.run();
    expect((await world.request(id)).questions).toMatchObject([{ text: 'once?', answer: { text: 'once' } }]);
    expect(world.told('chen').map(({ say }) => say)).toEqual(['your_question', 'answer']);
    expect(world.told('ann').map(({ say }) => say)).toEqual(['received', 'question', 'your_answer']);
    expect(world.refusals('ann')).toEqual([]);
    await expectSound(world);
  });

  it('of two approvers at once: both are asked and answered', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await world.send('chen', await questionOn(world, id, 'where?'));
    await world.send('dana', await questionOn(world, id, 'when?'));
    await world.run();
    const texts = (await world.request(id)).questions.map(({ text }) => text);
    expect(texts.toSorted()).toEqual(['when?', 'where?']);
    await answer(world, 'ann', id, 'second', 1);
    await answer(world, 'ann', id, 'first', 0);
    expect((await world.request(id)).questions).toMatchObject([
      { answer: { text: 'first' } },
      { answer: { text: 'second' } },
    ]);
    await expectSound(world);
  });

  it('stays when the request is asked anew', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await question(world, 'chen', id);
    world.keycloak.things.get(READ)?.gives.push({ id: 'r2', name: 'writer', client: null });
    await world.approve('chen', id);
    expect(await world.request(id)).toMatchObject({ state: 'pending', version: 2, questions: [{ answer: null }] });
    await answer(world, 'ann', id);
    expect((await world.request(id)).questions).toMatchObject([{ answer: { text: 'the second one' } }]);
    await expectSound(world);
  });
});

describe('an answer', () => {
  it('reaches asker, thread and card; the newest line has the buttons', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await question(world, 'chen', id);
    await answer(world, 'ann', id);
    const card = world.buttonsOf(id, 'card');
    expect(lines(world).at(-1)).toMatchObject({ line: 'answer', question: 0, text: 'the second one' });
    expect(world.buttonsOf(id)).toMatchObject({ kind: 'line', line: { line: 'answer' } });
    expect(card.card).toMatchObject({ request: { questions: [{ answer: { text: 'the second one' } }] } });
    expect(world.told('chen').at(-1)).toMatchObject({
      say: 'answer',
      question: { answer: { text: 'the second one' } },
      link: { channel: card.channel, ts: card.ts },
    });
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'your_answer' });
    await world.approve('dana', id);
    expect(await world.grantOf(id)).toMatchObject({ state: 'live' });
    await expectSound(world);
  });

  it('is the requester’s alone, to a question that there is, and only once', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await expectRefused(world, 'ann', 'old_message', () => answer(world, 'ann', id));
    await question(world, 'chen', id);
    await expectRefused(world, 'bob', 'not_yours', () => answer(world, 'bob', id));
    await expectRefused(world, 'chen', 'not_yours', () => answer(world, 'chen', id));
    await expectRefused(world, 'ann', 'old_message', () => answer(world, 'ann', id, 'x', 1));
    await answer(world, 'ann', id);
    await expectRefused(world, 'ann', 'already_answered', () => answer(world, 'ann', id, 'changed my mind'));
    expect((await world.request(id)).questions).toMatchObject([{ answer: { text: 'the second one' } }]);
  });

  it.each(['deny', 'withdraw', 'expire'] as const)('comes too late once somebody was quicker: %s', async (how) => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await question(world, 'chen', id);
    if (how === 'deny') await world.deny('dana', id);
    else if (how === 'withdraw') await world.act('ann', { intent: 'withdraw', requestId: id });
    else await world.advance(86_401);
    await expectRefused(world, 'ann', 'settled', () => answer(world, 'ann', id));
    expect(await openQuestion(world.ports, id, 0, world.slackOf('ann'))).toMatchObject({
      refusal: { refusal: 'settled' },
    });
    expect((await world.request(id)).questions).toMatchObject([{ answer: null }]);
  });

  it('needs no Keycloak', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await question(world, 'chen', id);
    world.keycloak.faults.always('*', 'unavailable');
    await answer(world, 'ann', id);
    expect((await world.request(id)).questions).toMatchObject([{ answer: { text: 'the second one' } }]);
  });
});

it('what is told late speaks of the present state: Slack was away while the request was settled', async () => {
  const world = await aWorld();
  const id = await world.ask('ann');
  world.slack.faults.always('sendPrivate', 'unavailable');
  await question(world, 'chen', id);
  await world.deny('dana', id);
  world.slack.faults.heal();
  await world.advance(120);
  expect(world.told('ann').at(-2)).toMatchObject({ say: 'question', request: { state: 'denied' } });
  expect(world.told('chen').at(-1)).toMatchObject({ say: 'your_question', request: { state: 'denied' } });
  await expectSound(world);
});
