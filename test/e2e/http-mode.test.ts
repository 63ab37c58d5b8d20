import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const seed = async (realm: TestRealm) => ({ access: await offer(realm, 'over-http') });
let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed, http: true });
});
afterAll(() => stage.stop());

/** A command as Slack would post it, signed with this secret at this time. */
function post(secret: string, timestamp: number, body: string): Promise<Response> {
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return fetch(`${stage.app().url}/slack/events`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(timestamp),
      'x-slack-signature': `v0=${signature}`,
    },
  });
}

describe('HTTP mode', () => {
  it('plays a whole lease, form and dialog included', async () => {
    const [ann, chen] = [stage.workspace.as('ann'), stage.workspace.as('chen')];
    await ann.command('/request-access');
    const form = await ann.modal();
    await ann.fill(form, { Access: 'over-http' });
    await ann.modal((view) => ann.read(view).includes('Longest lease'));
    expect(await ann.submit(form, { Duration: '1 hour', Justification: 'why' })).toMatchObject({ result: 'cleared' });
    const card = await stage.workspace.until(() => stage.workspace.channel('platform-approvals').messages.at(-1));
    await stage.press('chen', card, 'Approve shorter…');
    const dialog = await chen.modal((view) => chen.read(view).includes('Gives'));
    await chen.submit(dialog, { Duration: '5 minutes' });
    await stage.isLive('ann', stage.seeded.access);
    stage.pass(301);
    await stage.isGone('ann', stage.seeded.access);
    await stage.quiet();
    expect(stage.workspace.violations).toEqual([]);
  });

  it.each([
    ['a wrong secret', 'some-other-secret', 0],
    ['a signature of ten minutes ago', 'sandbox-signing-secret', -600],
  ])('answers 401 to %s and does nothing', async (_, secret, seconds) => {
    const body = new URLSearchParams({
      ...{ command: '/request-access', text: 'over-http 1h why', team_id: 'T0LEASE', user_id: 'U0ANN' },
      ...{ trigger_id: '1.2.3', response_url: '', channel_id: 'C0GENERAL' },
    }).toString();
    const before = stage.tables();
    const answer = await post(secret, Math.floor(Date.now() / 1000) + seconds, body);
    expect(answer.status).toBe(401);
    await stage.quiet();
    expect(stage.tables()).toEqual(before);
  });

  it('refuses a body beyond every limit of Slack before it is read', async () => {
    const answer = await post('sandbox-signing-secret', Math.floor(Date.now() / 1000), 'x'.repeat(5_000_000)).catch(
      () => null,
    );
    expect([413, undefined]).toContain(answer?.status);
  });
});
