import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CodedError } from '../../../src/lib/errors.ts';
import { groupId } from '../../../src/domain/ids.ts';
import type { InboxItem } from '../../../src/usecases/intent.ts';
import type { CardView } from '../../../src/usecases/views.ts';
import { deniedGate, viewOf, waitingGate } from '../../../sandbox/gallery/gates.ts';
import { ann, AT, card, live, pending, planned, question, TEAM } from '../../../sandbox/gallery/samples.ts';
import { rig } from './harness.ts';
import type { Rig } from './harness.ts';

const CHANNEL = 'C0APPROVALS';

let slack: Rig;
beforeEach(async () => {
  slack = await rig();
  await slack.up();
});
afterEach(async () => {
  const { violations } = slack.workspace;
  await slack.stop();
  expect(violations).toEqual([]);
});

const last = (): InboxItem => {
  const item = slack.desk.items.at(-1);
  if (item === undefined) throw new Error('the desk received nothing');
  return item;
};

/** A card as it stands in the channel. */
async function posted(view: CardView) {
  const { ts } = await slack.slack.conversation.postCard(CHANNEL, view);
  const message = slack.workspace.channel(CHANNEL).messages.find((one) => one.ts === ts);
  if (message === undefined) throw new Error('the card was not posted');
  return message;
}

describe('commands', () => {
  it.each([
    [
      '/request-access production-read 2h INC-42 debugging',
      {
        intent: 'request',
        access: { by: 'text', text: 'production-read' },
        duration: '2h',
        justification: 'INC-42 debugging',
      },
    ],
    ['/request-access production-read', { intent: 'misused', command: '/request-access' }],
    ['/access', { intent: 'my_access' }],
    ['/access help', { intent: 'help' }],
    ['/access link', { intent: 'link' }],
    [
      '/access revoke @bob production-read',
      { intent: 'revoke', person: { teamId: TEAM, userId: 'U0BOB' }, access: 'production-read', confirmation: null },
    ],
    [
      '/access revoke @bob everything',
      { intent: 'revoke', person: { teamId: TEAM, userId: 'U0BOB' }, access: null, confirmation: null },
    ],
    [
      '/access revoke everyone production-read',
      { intent: 'revoke', person: null, access: 'production-read', confirmation: null },
    ],
    ['/access revoke @nobody production-read', { intent: 'misused', command: '/access' }],
    ['/access-audit @bob since:7d', { intent: 'audit', words: '<@U0BOB> since:7d', page: 0 }],
    ['/access-audit <@U0BOB>', { intent: 'misused', command: '/access-audit' }],
    ['/access-audit csv', { intent: 'audit_csv', words: '' }],
    ['/access-audit verify', { intent: 'audit_verify' }],
  ])('%s', async (line, intent) => {
    const outcome = await slack.workspace.as('ann').command(line, CHANNEL);
    expect(outcome).toMatchObject({ ok: true, ack: {} });
    expect(last()).toMatchObject({ intent, slack: ann.slack, reply: { slack: ann.slack } });
    expect(last().key).toMatch(/^cmd:/);
    expect(last().reply.responseUrl).toMatch(/^http/);
    await slack.desk.worked(1);
  });

  it('an outsider’s command names his own team, so that it can be refused', async () => {
    slack.workspace.addPerson({ id: 'U0OUT', name: 'olaf', teamId: 'T0OTHER' });
    await slack.workspace.share(CHANNEL, 'T0OTHER');
    slack.workspace.invite(CHANNEL, 'U0OUT');
    await slack.workspace.as('olaf').command('/access', CHANNEL);
    expect(last().slack).toEqual({ teamId: 'T0OTHER', userId: 'U0OUT' });
    const message = await posted(card());
    await slack.workspace.as('olaf').click(message, 'Approve');
    expect(last()).toMatchObject({ slack: { teamId: 'T0OTHER', userId: 'U0OUT' }, intent: { intent: 'approve' } });
  });

  it('I23: what could not be recorded is acknowledged with one private sentence, and nothing is done', async () => {
    slack.desk.receive = () => Promise.reject(new CodedError('store_unavailable', 'disk full'));
    const outcome = await slack.workspace.as('ann').command('/access', CHANNEL);
    expect(outcome.ackText).toBe('I could not record this, so nothing was done. Try again in a minute.');
    expect(slack.desk.works()).toBe(0);
  });

  it('I23: the acknowledgement waits for the record, the work for the acknowledgement', async () => {
    const order: string[] = [];
    const { receive } = slack.desk;
    slack.desk.receive = async (item) => {
      const seen = await receive(item);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`recorded, ${slack.workspace.acks.length} acknowledged`);
      return seen;
    };
    await slack.workspace.as('ann').command('/access', CHANNEL);
    expect(order).toEqual(['recorded, 0 acknowledged']);
  });

  it('I28: no log line holds what a person wrote, nor a token', async () => {
    await slack.workspace.as('ann').command('/request-access secret-place 2h my-private-reason', CHANNEL);
    const log = JSON.stringify(slack.lines);
    expect(log).toContain(last().correlationId);
    expect(log).not.toMatch(/my-private-reason|xoxb|xapp/);
  });
});

describe('a decision', () => {
  const hint = { requestId: pending.id, version: 1, stage: 0 };

  it('Approve on an ordinary request is the decision', async () => {
    const message = await posted(card());
    await slack.workspace.as('chen').click(message, 'Approve');
    const intent = { intent: 'approve', ...hint, message: { channel: CHANNEL, ts: message.ts }, leaseSeconds: null };
    expect(last()).toMatchObject({ intent, slack: { teamId: TEAM, userId: 'U0CHEN' } });
    expect(last().key).toMatch(/^click:/);
    expect(last().reply.responseUrl).toMatch(/^http/);
  });

  it.each(['high', 'critical'] as const)(
    'Approve on risk %s opens a dialog drawn afresh, whose submission is the decision',
    async (risk) => {
      const fresh = card({ request: { ...pending, risk, version: 3, justification: 'drawn afresh' } });
      slack.desk.dialog = () => Promise.resolve({ ok: true, card: fresh });
      const message = await posted(card({ request: { ...pending, risk } }));
      const chen = slack.workspace.as('chen');
      await chen.click(message, 'Approve');
      const view = await chen.modal((top) => chen.read(top).includes('drawn afresh'));
      expect(slack.desk.items).toEqual([]);
      expect((await chen.submit(view)).result).toBe('cleared');
      expect(last()).toMatchObject({
        intent: { intent: 'approve', version: 3, stage: 0, message: { channel: CHANNEL, ts: message.ts } },
      });
      expect(last().key).toMatch(/^view:/);
    },
  );

  it('Approve shorter… and Deny… ask for a duration and a comment', async () => {
    slack.desk.dialog = () => Promise.resolve({ ok: true, card: card() });
    const message = await posted(card());
    const chen = slack.workspace.as('chen');
    await chen.click(message, 'Approve shorter…');
    await chen.submit(await chen.modal((top) => chen.read(top).includes('INC-42')), { Duration: '2 hours' });
    expect(last()).toMatchObject({ intent: { intent: 'approve', ...hint, leaseSeconds: 7200 } });
    await chen.click(message, 'Deny…');
    await chen.submit(await chen.modal((top) => chen.read(top).includes('INC-42')), { Comment: 'Use the replica.' });
    expect(last()).toMatchObject({ intent: { intent: 'deny', ...hint, comment: 'Use the replica.' } });
    await chen.click(message, 'Deny…');
    await chen.submit(await chen.modal((top) => chen.read(top).includes('INC-42')));
    expect(last()).toMatchObject({ intent: { intent: 'deny', comment: '' } });
  });

  it('Ask for more… asks for a question, which must say something', async () => {
    slack.desk.dialog = () => Promise.resolve({ ok: true, card: card() });
    const message = await posted(card());
    const chen = slack.workspace.as('chen');
    await chen.click(message, 'Ask for more…');
    const view = await chen.modal((top) => chen.read(top).includes('INC-42'));
    const empty = await chen.submit(view, { Question: ' \u200b ' });
    expect(JSON.stringify(empty)).toContain('There is nothing to read in this');
    expect(slack.desk.items).toEqual([]);
    expect((await chen.submit(view, { Question: 'Which replica?' })).result).toBe('cleared');
    const intent = {
      intent: 'question',
      ...hint,
      message: { channel: CHANNEL, ts: message.ts },
      text: 'Which replica?',
    };
    expect(last()).toMatchObject({ intent, slack: { teamId: TEAM, userId: 'U0CHEN' } });
    expect(last().key).toMatch(/^view:/);
  });

  it('the dialog opens before the record is read, and tells when there is nothing to decide', async () => {
    const message = await posted(card());
    const chen = slack.workspace.as('chen');
    slack.desk.dialog = async () => {
      await slack.workspace.until(() => chen.openModals().length === 1);
      return { ok: false, refusal: { refusal: 'not_an_approver', groupPath: '/approvers/platform' } };
    };
    await chen.click(message, 'Deny…');
    await chen.modal((top) => chen.read(top).includes('Only members of /approvers/platform'));
  });

  it('the end of every lease is confirmed in a form by the name of the realm, and by nothing else', async () => {
    slack.desk.revocation = () => Promise.resolve({ ok: true, realm: 'acme', leases: 812 });
    const eve = slack.workspace.as('chen');
    const before = slack.desk.items.length;
    await eve.command('/access revoke everything', CHANNEL);
    const form = await eve.modal((top) => eve.read(top).includes('812 leases'));
    const wrong = await eve.submit(form, { Realm: 'acme-test' });
    expect(wrong.errors).toEqual({ Realm: expect.stringContaining('exactly. Nothing was ended.') });
    expect(slack.desk.items).toHaveLength(before);
    expect((await eve.submit(form, { Realm: 'acme' })).result).toBe('cleared');
    expect(last()).toMatchObject({ intent: { intent: 'revoke', person: null, access: null, confirmation: 'acme' } });
  });

  it('the form that ends every lease tells whoever may not why', async () => {
    const refusal = { refusal: 'may_not_revoke', adminGroup: '/access-admins' } as const;
    slack.desk.revocation = () => Promise.resolve({ ok: false, refusal });
    const ann = slack.workspace.as('ann');
    await ann.command('/access revoke everything', CHANNEL);
    await ann.modal((top) => ann.read(top).includes('Only members of /access-admins'));
  });

  it('a click that overtakes the record of its card waits for it in the dialog (I13)', async () => {
    const message = await posted(card());
    const chen = slack.workspace.as('chen');
    let asked = 0;
    slack.desk.dialog = () => Promise.resolve((asked += 1) === 1 ? 'later' : { ok: true, card: card() });
    await chen.click(message, 'Deny…');
    await chen.modal((top) => chen.read(top).includes('INC-42'));
    expect(asked).toBe(2);
  });

  it('a dialog that Slack no longer lets us open is told in one private sentence', async () => {
    slack.workspace.faults.api('views.open', { kind: 'error', error: 'expired_trigger_id' });
    const message = await posted(card());
    const chen = slack.workspace.as('chen');
    await chen.click(message, 'Deny…');
    const said = await slack.workspace.until(() => chen.ephemerals(CHANNEL).at(-1));
    expect(said.text).toContain('nothing was done');
  });

  it('the buttons of the latest line in the thread decide about the same request, from that message', async () => {
    const message = await posted(card());
    const line = await slack.slack.conversation.postLine(
      { channel: CHANNEL, ts: message.ts },
      { line: 'reminder', at: 0 },
      card(),
    );
    const [reminder] = slack.workspace.channel(CHANNEL).thread(message.ts);
    if (reminder === undefined) throw new Error('no line');
    await slack.workspace.as('chen').click(reminder, 'Approve');
    expect(last()).toMatchObject({ intent: { intent: 'approve', message: line } });
  });

  it('I16: a click that Slack delivers twice has one key', async () => {
    const message = await posted(card());
    await slack.workspace.as('chen').click(message, 'Approve');
    slack.workspace.socket.redeliver();
    await slack.desk.worked(2);
    expect(new Set(slack.desk.items.map((item) => item.key)).size).toBe(1);
  });

  it('I23: a click that could not be recorded is told privately', async () => {
    slack.desk.receive = () => Promise.reject(new CodedError('store_unavailable', 'locked'));
    const message = await posted(card());
    expect(await slack.workspace.as('chen').click(message, 'Approve')).toMatchObject({ ok: true });
    const said = await slack.workspace.until(() => slack.workspace.as('chen').ephemerals(CHANNEL).at(-1));
    expect(said.text).toBe('I could not record this, so nothing was done. Try again in a minute.');
  });
});

describe('a question to the requester', () => {
  const asked = async () => {
    await slack.slack.conversation.sendPrivate(
      { slack: ann.slack, responseUrl: null },
      { say: 'question', request: pending, index: 2, question: question('Which replica?'), link: null },
    );
    const message = slack.workspace.dm('U0ANN').messages.at(-1);
    if (message === undefined) throw new Error('no question');
    return message;
  };

  it('Answer… shows the question again and asks for an answer; Withdraw withdraws', async () => {
    slack.desk.question = (requestId, index, person) => {
      expect([requestId, index, person]).toEqual([pending.id, 2, ann.slack]);
      return Promise.resolve({ ok: true, request: pending, question: question('Which replica, really?') });
    };
    const message = await asked();
    const actor = slack.workspace.as('ann');
    await actor.click(message, 'Answer…');
    const view = await actor.modal((top) => actor.read(top).includes('really?'));
    const empty = await actor.submit(view, { Answer: '\u2800' });
    expect(JSON.stringify(empty)).toContain('There is nothing to read in this');
    expect((await actor.submit(view, { Answer: 'The second.' })).result).toBe('cleared');
    expect(last()).toMatchObject({
      intent: { intent: 'answer', requestId: pending.id, question: 2, text: 'The second.' },
      slack: ann.slack,
    });
    expect(last().key).toMatch(/^view:/);
    await actor.click(message, 'Withdraw');
    expect(last().intent).toEqual({ intent: 'withdraw', requestId: pending.id });
  });

  it('tells when there is nothing left to answer', async () => {
    slack.desk.question = () => Promise.resolve({ ok: false, refusal: { refusal: 'already_answered', at: AT } });
    const actor = slack.workspace.as('ann');
    await actor.click(await asked(), 'Answer…');
    await actor.modal((top) => actor.read(top).includes('You answered this'));
    expect(slack.desk.items).toEqual([]);
  });

  it('I23: an answer that could not be recorded is told in the dialog', async () => {
    slack.desk.question = () => Promise.resolve({ ok: true, request: pending, question: question('Which?') });
    slack.desk.receive = () => Promise.reject(new CodedError('store_unavailable', 'locked'));
    const actor = slack.workspace.as('ann');
    await actor.click(await asked(), 'Answer…');
    await actor.submit(await actor.modal((top) => actor.read(top).includes('Which?')), { Answer: 'That one.' });
    await actor.modal((top) => actor.read(top).includes('I could not record this, so nothing was done.'));
  });
});

describe('the card of a sign-in that waits', () => {
  async function waits() {
    const { ts } = await slack.slack.conversation.postGate(CHANNEL, viewOf(waitingGate));
    const message = slack.workspace.channel(CHANNEL).messages.find((one) => one.ts === ts);
    if (message === undefined) throw new Error('the card was not posted');
    return message;
  }

  it.each([
    ['Approve', 'gate_approve'],
    ['Deny', 'gate_deny'],
  ])('%s is the decision, with the message that it was made on', async (button, intent) => {
    const message = await waits();
    await slack.workspace.as('chen').click(message, button);
    const made = { intent, gateId: waitingGate.id, message: { channel: CHANNEL, ts: message.ts } };
    expect(last()).toMatchObject({ intent: made, slack: { teamId: TEAM, userId: 'U0CHEN' } });
    expect(last().key).toMatch(/^click:/);
    expect(last().reply.responseUrl).toMatch(/^http/);
  });

  it('is changed in its place, and has no buttons once it is decided', async () => {
    const message = await waits();
    await slack.slack.conversation.updateGate({ channel: CHANNEL, ts: message.ts }, viewOf(deniedGate));
    const shown = slack.workspace.channel(CHANNEL).messages.find((one) => one.ts === message.ts);
    expect(JSON.stringify(shown)).toContain('Sign-in: denied');
    expect(JSON.stringify(shown)).not.toContain('gate_approve');
  });

  it('a button without a gate changes nothing and says so', async () => {
    const message = await waits();
    const forged = JSON.parse(
      JSON.stringify(message).replaceAll(`"value":"${waitingGate.id}"`, `"value":"${'x'.repeat(200)}"`),
    ) as typeof message;
    const chen = slack.workspace.as('chen');
    expect(await chen.click(forged, 'Approve')).toMatchObject({ ok: true });
    const said = await slack.workspace.until(() => chen.ephemerals(CHANNEL).at(-1));
    expect(said.text).toContain('no longer counts');
    expect(slack.desk.items).toEqual([]);
  });
});

describe('one’s own access', () => {
  it('Release, Extend and Withdraw name the lease or the request', async () => {
    await slack.slack.conversation.sendPrivate(
      { slack: ann.slack, responseUrl: null },
      { say: 'my_access', pending: [pending], open: [live], tokenSeconds: 300 },
    );
    const list = slack.workspace.dm('U0ANN').messages.at(-1);
    if (list === undefined) throw new Error('no list');
    const actor = slack.workspace.as('ann');
    await actor.click(list, 'Release');
    expect(last().intent).toEqual({ intent: 'release', grantId: live.id });
    await actor.click(list, 'Extend');
    expect(last().intent).toEqual({ intent: 'extend', grantId: live.id });
    await actor.click(list, 'Withdraw');
    expect(last().intent).toEqual({ intent: 'withdraw', requestId: pending.id });
  });

  it('works from a list that only the person sees', async () => {
    const actor = slack.workspace.as('ann');
    await actor.command('/access', CHANNEL);
    await slack.slack.conversation.sendPrivate(last().reply, {
      say: 'my_access',
      pending: [],
      open: [planned],
      tokenSeconds: 300,
    });
    const list = actor.ephemerals(CHANNEL).at(-1);
    if (list === undefined) throw new Error('no list');
    await actor.click(list, 'Release');
    expect(last().intent).toEqual({ intent: 'release', grantId: planned.id });
  });

  it('Older turns the audit’s page', async () => {
    await slack.slack.conversation.sendPrivate(
      { slack: ann.slack, responseUrl: null },
      { say: 'audit_page', entries: [], words: '<@U0BOB> since:7d', person: null, page: 0, more: true },
    );
    const page = slack.workspace.dm('U0ANN').messages.at(-1);
    if (page === undefined) throw new Error('no page');
    await slack.workspace.as('ann').click(page, 'Older');
    expect(last().intent).toEqual({ intent: 'audit', words: '<@U0BOB> since:7d', page: 1 });
  });
});

describe('what is none of ours', () => {
  it('a stale or foreign button is acknowledged and changes nothing', async () => {
    const view = card({ request: { ...pending, plan: [{ groupId: groupId('g'), groupPath: '/a', required: 1 }] } });
    const message = await posted(view);
    const forged = JSON.parse(
      JSON.stringify(message)
        .replaceAll('request_deny', 'somebody_elses')
        .replaceAll(/"value":"[^}]*}"/g, '"value":"nonsense"'),
    ) as typeof message;
    const chen = slack.workspace.as('chen');
    expect(await chen.click(forged, 'somebody_elses')).toMatchObject({ ok: true });
    expect(await chen.click(forged, 'Approve')).toMatchObject({ ok: true });
    const said = await slack.workspace.until(() => chen.ephemerals(CHANNEL).at(-1));
    expect(said.text).toContain('no longer counts');
    expect(slack.desk.items).toEqual([]);
  });
});
