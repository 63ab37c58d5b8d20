import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CodedError } from '../../../src/lib/errors.ts';
import { TEAM } from '../../../sandbox/gallery/samples.ts';
import { rig } from './harness.ts';
import type { Rig } from './harness.ts';

let slack: Rig;
beforeEach(async () => {
  slack = await rig({ app: { events: ['user_change'] }, eventRetryDelaysMs: [0] });
  await slack.up();
});
afterEach(() => slack.stop());

const outcomes = () => slack.workspace.acks.map(({ what, outcome }) => `${what} ${outcome}`);

describe('Slack says that a member changed', () => {
  it.each([{ deleted: true }, { isRestricted: true }, { isUltraRestricted: true }])(
    'who has left is recorded, then acknowledged: %j',
    async (change) => {
      await slack.workspace.changePerson('U0ANN', change);
      expect(slack.desk.items).toMatchObject([
        { intent: { intent: 'left' }, slack: { teamId: TEAM, userId: 'U0ANN' } },
      ]);
      expect(slack.desk.items[0]?.key).toMatch(/^event:Ev/);
      expect(outcomes()).toEqual(['user_change acked']);
    },
  );

  it('whatever else changes is acknowledged and nothing more', async () => {
    await slack.workspace.changePerson('U0ANN', { title: 'Engineer' });
    await slack.workspace.emit({ type: 'user_change', user: { id: 7, deleted: true } });
    await slack.workspace.emit({ type: 'user_change' });
    expect(slack.desk.items).toEqual([]);
    expect(outcomes()).toEqual(Array.from({ length: 3 }, () => 'user_change acked'));
  });

  it('I23: what could not be recorded is not acknowledged, and comes again', async () => {
    const { receive } = slack.desk;
    let tries = 0;
    slack.desk.receive = (item) => {
      tries += 1;
      return tries === 1 ? Promise.reject(new CodedError('store_unavailable', 'locked')) : receive(item);
    };
    const changed = slack.workspace.changePerson('U0ANN', { deleted: true });
    await slack.workspace.until(() => slack.desk.items.length > 0, 10_000);
    await changed;
    expect(slack.desk.items).toMatchObject([{ intent: { intent: 'left' } }]);
  });
});
