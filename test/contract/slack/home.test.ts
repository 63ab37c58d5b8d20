import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CodedError } from '../../../src/lib/errors.ts';
import type { HomeView } from '../../../src/usecases/views.ts';
import {
  ann,
  approved,
  AT,
  chen,
  denied,
  HOSTILE,
  live,
  LONG,
  pending,
  planned,
  taken,
  TEAM,
  worstPending,
  worstTaken,
} from '../../../sandbox/gallery/samples.ts';
import { WORST_TEXTS, everyRefusal } from '../../../sandbox/gallery/refusals.ts';
import { rig } from './harness.ts';
import type { Rig } from './harness.ts';

const nothing: HomeView = {
  waiting: { known: true, requests: [], more: false },
  reviews: [],
  open: [],
  pending: [],
  decided: [],
};
const at = {
  requestId: pending.id,
  role: 'card',
  stage: 0,
  channel: 'C0APPROVALS',
  ts: '1700000000.000100',
  line: null,
};
const home: HomeView = {
  waiting: { known: true, requests: [{ request: pending, card: at }], more: false },
  reviews: [{ request: taken, card: at }],
  open: [live, planned],
  pending: [pending],
  decided: [{ request: approved, kind: 'approve', at: AT }],
};
const many = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);

let slack: Rig;
beforeEach(async () => {
  slack = await rig({ app: { events: ['app_home_opened'] }, eventRetryDelaysMs: [0] });
  await slack.up();
});
afterEach(async () => {
  const { violations } = slack.workspace;
  await slack.stop();
  expect(violations).toEqual([]);
});

const publish = async (view: HomeView, person = ann) => {
  await slack.slack.conversation.publishHome(person.slack, view);
  const shown = slack.workspace.as(person.slack.userId).home();
  if (shown === undefined) throw new Error('nothing was published');
  return shown;
};
const read = async (view: HomeView): Promise<string> => slack.workspace.as('ann').read(await publish(view));

describe('what is published', () => {
  it('reads from what waits to what was decided, with the card a click away and times in the reader’s zone', async () => {
    const text = await read(home);
    const order = [
      '[ Request access ]',
      'Waiting for your decision',
      '@Ann Baker asks for */environments/production/production-read* for 8 hours',
      'INC-42 replication lag',
      'Open the card to decide',
      'Your leases',
      'live until',
      '[ Release ]',
      'Your requests',
      '[ Withdraw ]',
      'You decided lately',
      'You approved',
    ];
    const places = order.map((words) => text.indexOf(words));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).not.toMatch(/<@|<!date/);
    const blocks = JSON.stringify(slack.workspace.as('ann').home()?.blocks);
    expect(blocks).toContain('/archives/C0APPROVALS/p1700000000000100');
    expect(blocks).not.toMatch(/request_approve|request_deny/);
  });

  it('an empty one says what to do', async () => {
    const text = await read(nothing);
    expect(text).toContain('You hold no lease and wait for none. Ask with *Request access*.');
    expect(text).toContain('Nothing waits for your decision.');
  });

  it.each(['keycloak_away', 'keycloak_refuses'] as const)(
    'says so where Keycloak does not tell: %s',
    async (because) => {
      expect(await read({ ...home, waiting: { known: false, because } })).toContain('I cannot tell what waits for you');
    },
  );

  it('Slack takes it at its worst: everything at once, hostile words, any reason not to know', async () => {
    const resource = worstPending.resource;
    const worst: HomeView = {
      waiting: { known: true, requests: many(20, { request: worstPending, card: at }), more: true },
      reviews: many(10, { request: worstTaken, card: at }),
      open: many(80, { ...live, resource }),
      pending: many(80, worstPending),
      decided: many(5, { request: { ...denied, resource }, kind: 'deny' as const, at: AT }),
    };
    const { blocks } = await publish(worst);
    expect(blocks.length).toBeLessThanOrEqual(100);
    const text = slack.workspace.as('ann').read(await publish(worst));
    expect(text).toMatch(/Your leases[^]*and \d+ more[^]*Your requests[^]*and \d+ more/);
    expect(text).toContain('Others wait in the approval channels.');
    await publish({ ...worst, pending: [], waiting: { known: true, requests: [], more: true } });
    for (const because of WORST_TEXTS.flatMap((words) => everyRefusal(words)))
      await publish({ ...nothing, waiting: { known: false, because } });
    const hostile = { ...pending, justification: HOSTILE, resource: { ...resource, path: `/${LONG}` } };
    const shown = await read({
      ...nothing,
      pending: [hostile],
      waiting: { known: true, requests: [{ request: hostile, card: at }], more: false },
    });
    expect(shown).not.toMatch(/@channel|@here/);
  });

  it('goes to one person and takes the place of what he saw before', async () => {
    await publish(home);
    await publish(nothing, chen);
    await publish({ ...nothing, open: [live] });
    expect(slack.workspace.as('chen').read(await publish(nothing, chen))).not.toContain('production-read');
    expect(await read(nothing)).not.toContain('production-read');
    expect(slack.workspace.callsOf('views.publish').map(({ args }) => args['user_id'])).toContain('U0CHEN');
  });

  it('as fast as Slack allows: what nobody waits for leaves room for who opens it', async () => {
    const rest = async (priority: 'interactive' | 'background') => {
      for (let count = 0; ; count += 1) {
        const error: unknown = await slack.hurried
          .publishHome(ann.slack, nothing, priority)
          .catch((reason: unknown) => reason);
        if (error === undefined) continue;
        expect(error).toMatchObject({ code: 'slack_rate_limited' });
        return count;
      }
    };
    expect(await rest('background')).toBeGreaterThanOrEqual(20);
    expect(await rest('interactive')).toBeGreaterThanOrEqual(20);
  });

  it.each(['not_enabled', 'user_not_found'])('Slack’s refusal has its word: %s', async (error) => {
    slack.workspace.faults.api('views.publish', { kind: 'error', error });
    await expect(publish(nothing)).rejects.toMatchObject({ code: 'slack_refused', message: error });
  });
});

describe('what comes from it', () => {
  const intents = () => slack.desk.items.map(({ intent }) => intent);

  it('opening the Home tab is recorded, then acknowledged; the messages tab means nothing', async () => {
    const order: string[] = [];
    const { receive } = slack.desk;
    slack.desk.receive = async (item) => {
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`recorded, ${slack.workspace.acks.length} acknowledged`);
      return receive(item);
    };
    await slack.workspace.as('ann').openHome();
    expect(order).toEqual(['recorded, 0 acknowledged']);
    expect(slack.desk.items).toMatchObject([
      { intent: { intent: 'home_opened' }, slack: { teamId: TEAM, userId: 'U0ANN' }, reply: { responseUrl: null } },
    ]);
    expect(slack.desk.items[0]?.key).toMatch(/^event:Ev/);
    await slack.workspace.as('ann').openHome('messages');
    expect(intents()).toHaveLength(1);
    expect(slack.workspace.acks.map(({ outcome }) => outcome)).toEqual(['acked', 'acked']);
  });

  it('I23: an opening that could not be recorded is not acknowledged, and comes again', async () => {
    const { receive } = slack.desk;
    let tries = 0;
    slack.desk.receive = (item) => {
      tries += 1;
      return tries === 1 ? Promise.reject(new CodedError('store_unavailable', 'locked')) : receive(item);
    };
    const opened = slack.workspace.as('ann').openHome();
    await slack.workspace.until(() => slack.desk.items.length > 0, 10_000);
    await opened;
    expect(intents()).toEqual([{ intent: 'home_opened' }]);
  });

  it('its buttons mean what they mean in messages', async () => {
    const view = await publish({ ...nothing, open: [live], pending: [pending] });
    const actor = slack.workspace.as('ann');
    for (const name of ['Release', 'Extend', 'Withdraw'])
      expect(await actor.click(view, name)).toMatchObject({ ok: true });
    expect(intents()).toEqual([
      { intent: 'release', grantId: live.id },
      { intent: 'extend', grantId: live.id },
      { intent: 'withdraw', requestId: pending.id },
    ]);
    expect(slack.desk.items.map(({ reply }) => reply)).toEqual(many(3, { slack: ann.slack, responseUrl: null }));
  });

  it('Request access opens the form', async () => {
    const actor = slack.workspace.as('ann');
    expect(await actor.click(await publish(nothing), 'Request access')).toMatchObject({ ok: true });
    expect(actor.read(await actor.modal())).toContain('Justification');
  });

  it('I23: a click that could not be recorded is told in a dialog', async () => {
    slack.desk.receive = () => Promise.reject(new CodedError('store_unavailable', 'locked'));
    const actor = slack.workspace.as('ann');
    await actor.click(await publish({ ...nothing, open: [live] }), 'Release');
    expect(actor.read(await actor.modal())).toContain('I could not record this, so nothing was done.');
  });
});

describe('in HTTP mode', () => {
  it('opening the Home tab is acknowledged when it is recorded, and answered 500 when it cannot be', async () => {
    const posted: Rig[] = [];
    const server = createServer((request, response) => posted[0]?.slack.requestListener?.(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
    const app = { requestUrl, events: ['app_home_opened'] };
    const signingSecret = 'sandbox-signing-secret';
    const other = await rig({ app, eventRetryDelaysMs: [0] }, { appToken: null, signingSecret });
    posted.push(other);
    await other.up();
    const { receive } = other.desk;
    let tries = 0;
    other.desk.receive = (item) => {
      tries += 1;
      return tries === 1 ? Promise.reject(new CodedError('store_unavailable', 'locked')) : receive(item);
    };
    await other.workspace.as('ann').openHome();
    await other.workspace.until(() => other.workspace.acks.length === 2);
    expect(other.workspace.acks.map(({ outcome }) => outcome)).toEqual(['http_error', 'acked']);
    expect(other.desk.items).toMatchObject([{ intent: { intent: 'home_opened' } }]);
    await other.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
