import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkStart } from '../../src/domain/start.ts';
import type { PendingRequest } from '../../src/domain/request.ts';
import { READ } from '../doubles/fake-cast.ts';
import { expectSound } from '../doubles/fake-world-checks.ts';
import { tryDoorAtOnce } from './generator.ts';
import {
  anything,
  click,
  command,
  commandPayload,
  memberChange,
  misledClick,
  startForm,
  submission,
  suggestion,
  written,
} from './payloads.ts';
import type { Known, Payload } from './payloads.ts';
import { aFront, createListener, signed } from './rig.ts';
import type { Front } from './rig.ts';

/** The bot knows all of them but Mallory, who is shown where he tried something. */
const NAMES = ['ann', 'bob', 'chen', 'dana', 'erin', 'fay', 'root'];
const SECRETS = /hostile-signing-secret|xoxb-|xapp-/;
const AT_ONCE = 20;

let front: Front;
let expectHeard: () => void;
beforeEach(async () => {
  front = await aFront();
  expectHeard = createListener(
    front.world,
    new Set([...NAMES, 'mallory'].map((name) => front.world.slackOf(name).userId)),
  );
});
afterEach(() => front.stop());

/** A settled request, a live lease and one that waits with an open question, so that there is something to steal. */
async function furnished(): Promise<Known> {
  const { world } = front;
  const settled = await world.ask('bob', 'db-reader');
  await world.deny('chen', settled, 'no');
  const leased = await world.lease('erin', READ);
  const pending = await world.ask('ann', READ);
  const first = world.buttonsOf(pending);
  await world.act('chen', {
    intent: 'question',
    requestId: pending,
    version: 1,
    stage: 0,
    message: { channel: first.channel, ts: first.ts },
    text: 'which one?',
  });
  expect((await world.request(pending)).questions).toMatchObject([{ answer: null }]);
  const { channel, ts } = world.buttonsOf(pending);
  return { pending, settled, grant: (await world.grantOf(leased)).id, card: { channel, ts } };
}

/** It begins at its approval, or within the time that one may ask ahead. */
function expectSoon({ startsAt }: Pick<PendingRequest, 'startsAt'>, now: number): void {
  if (startsAt !== null) expect(checkStart(startsAt, now)).toEqual({ ok: true, at: startsAt });
}

/**
 * Each is sent as Slack would send it, the first ones once more; then everything is carried out and told.
 * @returns the statuses of the answers that were waited for
 */
async function deliver(payloads: readonly Payload[]): Promise<readonly number[]> {
  const sent = [...payloads, ...payloads.slice(0, 3)].map(async ({ body, contentType, unheard, misshapen }) => {
    const response = await front.post(body, signed(body, contentType), unheard);
    if (response === null) return [];
    if (!misshapen) expect(response.status).toBeLessThan(500);
    expect(await response.text()).not.toMatch(SECRETS);
    return [response.status];
  });
  const statuses = (await Promise.all(sent)).flat();
  await front.world.run();
  expectHeard();
  expect(JSON.stringify([front.log.lines, front.slack.lines.splice(0)])).not.toMatch(SECRETS);
  return statuses;
}

describe('what comes from Slack, over HTTP to the real listeners', () => {
  it('command text: nothing breaks, nothing unescaped is said, and no more comes of it than a request that waits', async () => {
    const { world } = front;
    let asked = 0;
    await tryDoorAtOnce('command text', AT_ONCE, command, async (typed) => {
      await deliver(typed.map(commandPayload));
      for (const name of NAMES) {
        for (const request of await world.store.pendingRequestsOf(world.slackOf(name))) {
          asked += 1;
          expect(request).toMatchObject({ state: 'pending', approvals: [], requester: { username: name } });
          expectSoon(request, world.clock.now());
          await world.act(name, { intent: 'withdraw', requestId: request.id });
        }
      }
      world.clock.advance(3601);
    });
    const { requests, grants } = await world.rows();
    expect(grants).toEqual([]);
    expect(requests.every((request) => request.state === 'withdrawn')).toBe(true);
    expect(requests).toHaveLength(asked);
    expect(asked).toBeGreaterThan(20);
    expect(world.keycloak.count('give') + world.keycloak.count('take')).toBe(0);
    await expectSound(world);
  }, 120_000);

  it('starts in the form: what cannot be read, is past or too far is refused, and never taken for a start at approval', async () => {
    const { world } = front;
    let planned = 0;
    await tryDoorAtOnce('starts in the form', AT_ONCE, startForm, async (forms) => {
      const statuses = await deliver(forms.map(({ payload }) => payload));
      expect([...new Set(statuses)]).toEqual([200]);
      const asksForNow = forms.some(({ isEmpty }) => isEmpty);
      for (const name of ['ann', 'bob']) {
        for (const request of await world.store.pendingRequestsOf(world.slackOf(name))) {
          if (request.startsAt !== null) planned += 1;
          else expect(asksForNow).toBe(true);
          expectSoon(request, world.clock.now());
          await world.act(name, { intent: 'withdraw', requestId: request.id });
        }
      }
    });
    expect((await world.rows()).grants).toEqual([]);
    expect(planned).toBeGreaterThan(20);
    await expectSound(world);
  }, 120_000);

  it('forged payloads: no click, form, query or nonsense of a stranger changes anything', async () => {
    const known = await furnished();
    const { world } = front;
    const before = await world.tables();
    const payload = fc.oneof(
      { weight: 4, arbitrary: click(known) },
      { weight: 4, arbitrary: submission(known) },
      { weight: 1, arbitrary: suggestion },
      { weight: 1, arbitrary: memberChange },
      { weight: 1, arbitrary: written },
      { weight: 2, arbitrary: anything },
    );
    await tryDoorAtOnce('forged payloads', AT_ONCE, payload, async (payloads) => {
      await deliver(payloads);
      expect(await world.tables()).toBe(before);
    });
    await expectSound(world);
  }, 120_000);

  it('clicks of approvers: a decision on another request, version, stage or message, or for an unreadable time, is none', async () => {
    const known = await furnished();
    const { world } = front;
    const before = await world.tables();
    await tryDoorAtOnce('clicks of approvers', AT_ONCE, misledClick(known), async (payloads) => {
      await deliver(payloads);
      expect(await world.tables()).toBe(before);
    });
    await expectSound(world);
  }, 120_000);
});
