import { setTimeout as sleep } from 'node:timers/promises';
import type { Offer } from '../../doubles/e2e-cast.ts';
import type { Field } from '../field.ts';
import { unique } from '../names.ts';
import { BOTH, must, onField, stopwatch } from '../row.ts';
import type { Bench, Row } from '../row.ts';
import type { StoreKind } from '../record.ts';
import { counted, lease } from './keycloak.ts';

const HELP_AT_MOST = 20;

const endTold = ({ workspace }: Field, { path }: Offer): number =>
  workspace.as('ann').dm.messages.filter(({ text }) => text.includes(`*${path}* ended`)).length;

/** Slack is away altogether while a lease ends: it ends on time, and everybody hears of it afterwards. */
const cut = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, {}, async (field) => {
    const { workspace } = field;
    const access = await field.offer(unique('/cut'));
    await field.start();
    await lease(field, access);
    await field.quiet();
    workspace.faults.api('*', { kind: 'http', status: 500 }, Infinity);
    workspace.socket.refuseHandshakes(Infinity);
    workspace.socket.drop();
    const over = stopwatch();
    await field.pass(3601);
    await field.isGone('ann', access);
    const gone = over();
    must(endTold(field, access) === 0, 'nobody can hear of it yet');
    const refused = await workspace.as('ann').command('/access');
    must(refused.error === 'not_connected', 'Slack has no connection to the bot');
    workspace.faults.clear();
    workspace.socket.refuseHandshakes(0);
    const back = stopwatch();
    await field.until('connected again', () => workspace.socket.connections === 2);
    const connected = back();
    await field.until('Ann has heard', () => endTold(field, access) > 0);
    const told = back();
    await field.quiet();
    return `gone ${gone} after the end, with Slack away; when Slack was back, connected in ${connected}, told in ${told}`;
  });

/** The lines stand, and nothing passes any more. */
const halfOpen = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, { slack: { pingIntervalMs: 2000 } }, async (field) => {
    const { workspace } = field;
    const access = await field.offer(unique('/half-open'));
    await field.start();
    await field.until('both connections stand', () => workspace.socket.connections === 2);
    const card = await field.ask('ann', `${access.path} 1h why`);
    await field.quiet();
    const { hellos } = workspace.socket;
    workspace.socket.halfOpen();
    const deaf = stopwatch();
    const lost = await workspace.as('chen').click(card, 'Approve');
    must(!lost.ok, 'Chen sees that the click was lost');
    await field.until('a new connection stands', () => workspace.socket.hellos > hellos);
    const noticed = deaf();
    await field.until('Chen’s click gets through', async () => (await workspace.as('chen').click(card, 'Approve')).ok);
    await field.isLive('ann', access);
    const live = deaf();
    await field.quiet();
    return `noticed after ${noticed}, the repeated click was live after ${live}; the lost one did nothing (${await counted(field, access)})`;
  });

/** Slack asks for new connections, as it does every few hours, in the middle of everything. */
const refreshed = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, {}, async (field) => {
    const { workspace } = field;
    const bob = workspace.as('bob');
    await field.start();
    await field.until('both connections stand', () => workspace.socket.connections === 2);
    let lost = 0;
    for (let count = 0; count < HELP_AT_MOST; count++) {
      if (count % 5 === 2) workspace.socket.refresh(0);
      if (count % 5 === 4) await field.until('both stand', () => workspace.socket.connections === 2);
      if (!(await bob.command('/access help')).ok) lost += 1;
    }
    must(lost === 0, 'no command was lost');
    await field.quiet();
    const answers = bob.ephemerals().filter(({ text }) => text.startsWith('What you can type')).length;
    must(answers === HELP_AT_MOST, `each was answered once: ${answers} of ${HELP_AT_MOST}`);
    return `${HELP_AT_MOST} commands over 4 refreshed connections: none lost, each answered once; ${workspace.socket.hellos} hellos`;
  });

/** Slack delivers each envelope three times. */
const redelivered = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, {}, async (field) => {
    const { workspace } = field;
    const access = await field.offer(unique('/again'));
    await field.start();
    const again = async (): Promise<void> => {
      workspace.socket.redeliver(2);
      await field.quiet();
    };
    const card = await field.ask('ann', `${access.path} 1h why`);
    await again();
    await field.approve('chen', card);
    await again();
    await field.isLive('ann', access);
    const live = await workspace.until(() =>
      workspace.as('ann').dm.messages.findLast(({ text }) => text.startsWith('You have')),
    );
    await field.press('ann', live, 'Release');
    await again();
    await field.isGone('ann', access);
    const { requests, grants } = await field.record.tables();
    must(requests.length === 1 && grants.length === 1, 'one request and one lease');
    return `a command, a decision and a release, each delivered three times: one request, one lease, ${await counted(field, access)}`;
  });

/** Slack answers, but seconds later. */
const slow = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, {}, async (field) => {
    const { workspace } = field;
    const access = await field.offer(unique('/slow'));
    await field.start();
    workspace.faults.api('*', { kind: 'delay', delayMs: 2000 }, Infinity);
    await lease(field, access);
    await field.quiet(); // what is on its way to Slack would be given up and said again
    const over = stopwatch();
    await field.pass(3601);
    await field.isGone('ann', access);
    const gone = over();
    await field.quiet();
    const told = over();
    workspace.faults.clear();
    return `every answer took 2 s: gone ${gone} after the end, all told after ${told}, each once`;
  });

/** Slack carries calls out and the answer is lost: once for each thing that is said. */
const twice = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, {}, async (field) => {
    const { workspace } = field;
    const access = await field.offer(unique('/twice'));
    await field.start();
    await lease(field, access);
    await field.quiet();
    workspace.faults.api('chat.postMessage', { kind: 'lose_answer' }, 2);
    await field.pass(3601);
    await field.isGone('ann', access);
    await field.quiet();
    must(workspace.faults.pending === 0, 'two answers were lost');
    const seen = `2 answers lost at the end of a lease: Ann heard of it ${endTold(field, access)} times`;
    return { seen, expected: { repeats: 2 } };
  });

/** Slack asks to wait. */
const limited = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, {}, async (field) => {
    const { workspace } = field;
    const access = await field.offer(unique('/limited'));
    await field.start();
    workspace.faults.api('chat.postMessage', { kind: 'rate_limit', retryAfterSeconds: 2 }, 3);
    const asked = stopwatch();
    await lease(field, access);
    const live = asked();
    await field.pass(3601);
    await field.isGone('ann', access);
    await field.quiet();
    return `three 429 with Retry-After 2 s: live ${live} after the command, one card, one end`;
  });

/** Nothing that is sent to Slack is ever answered. */
const hung = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, {}, async (field) => {
    const { workspace } = field;
    const access = await field.offer(unique('/hung'));
    await field.start();
    await lease(field, access);
    await field.quiet();
    workspace.faults.api('chat.postMessage', { kind: 'hang' }, 1);
    const over = stopwatch();
    await field.pass(3601);
    await field.isGone('ann', access);
    const gone = over();
    await sleep(0);
    await field.until('all told', async () => (await field.record.waiting()).outbox === 0);
    return `gone ${gone} after the end; the message that hung was given up and sent again: all told after ${over()}`;
  });

const row = (
  name: string,
  fault: string,
  injected: string,
  holds: readonly string[],
  run: (bench: Bench, store: StoreKind) => Promise<string>,
): Row => ({ name: `slack-${name}`, fault, injected: `the Slack sandbox: ${injected}`, holds, stores: BOTH, run });

export const SLACK_ROWS: readonly Row[] = [
  row('cut', 'Slack is away while a lease ends', 'every line cut, handshakes and calls refused', ['I1', 'I29'], cut),
  row(
    'half-open',
    'the lines to Slack go deaf',
    'both lines stay up and pass nothing, pings neither',
    ['I16', 'I23'],
    halfOpen,
  ),
  row(
    'refreshed',
    'Slack renews its connections',
    '`disconnect` on one of two lines, four times',
    ['I16', 'I23'],
    refreshed,
  ),
  row(
    'redelivered',
    'Slack delivers an envelope three times',
    'the last payload again, twice',
    ['I15', 'I16'],
    redelivered,
  ),
  row('slow', 'Slack answers late', 'every call is answered after 2 s', ['I1', 'I29'], slow),
  row('twice', 'Slack’s answer is lost', 'a message is posted and the line breaks before the answer', ['I29'], twice),
  row('limited', 'Slack asks to wait', 'three 429 with Retry-After', ['I29'], limited),
  row('hung', 'Slack never answers a call', 'a call is neither carried out nor answered', ['I1', 'I29'], hung),
];
