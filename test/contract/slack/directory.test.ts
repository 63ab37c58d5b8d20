import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ann, TEAM } from '../../../sandbox/gallery/samples.ts';
import { rig } from './harness.ts';
import type { Rig } from './harness.ts';

const CHANNEL = 'C0APPROVALS';

let slack: Rig;
beforeAll(async () => {
  slack = await rig({
    channels: [
      { id: CHANNEL, name: 'approvals', members: ['U0ANN', 'U0CHEN', 'U0LEASEBOT'] },
      { id: 'C0NOTIN', name: 'not-in', members: ['U0ANN'] },
      { id: 'C0SECRET', name: 'secret', kind: 'private', members: ['U0LEASEBOT'] },
      { id: 'C0ARCHIV', name: 'archived', members: ['U0LEASEBOT'], isArchived: true },
      { id: 'C0SHARED', name: 'shared', members: ['U0LEASEBOT', 'U0OUT'], isExtShared: true },
    ],
    people: [
      { id: 'U0ANN', name: 'ann', realName: 'Ann Baker', email: 'ann@example.com' },
      { id: 'U0CHEN', name: 'chen', realName: 'Chen Li' },
      { id: 'U0GUEST', name: 'gus', email: 'gus@example.com', isUltraRestricted: true },
      { id: 'U0GONE', name: 'gone', email: 'gone@example.com', deleted: true },
      { id: 'U0UNSURE', name: 'uma', email: 'uma@example.com', isEmailConfirmed: false },
      { id: 'U0OUT', name: 'olaf', email: 'ann@example.com', teamId: 'T0OTHER' },
    ],
  });
  await slack.up();
});
afterAll(async () => {
  await slack.stop();
  expect(slack.workspace.violations).toEqual([]);
});

describe('people', () => {
  it('tells team, guest, deactivated, bot and unconfirmed e-mail, asked afresh each time', async () => {
    const { people } = slack.slack;
    const of = (userId: string) => people.profile({ teamId: TEAM, userId });
    expect(people.homeTeamId()).toBe(TEAM);
    expect(await of('U0ANN')).toEqual({
      slack: ann.slack,
      name: 'Ann Baker',
      deleted: false,
      bot: false,
      guest: false,
      email: 'ann@example.com',
      emailConfirmed: true,
      timeZone: 'Etc/UTC',
    });
    expect(await of('U0GUEST')).toMatchObject({ guest: true });
    expect(await of('U0GONE')).toMatchObject({ deleted: true });
    expect(await of('U0UNSURE')).toMatchObject({ emailConfirmed: false });
    expect(await of('U0LEASEBOT')).toMatchObject({ bot: true });
    expect(await of('U0OUT')).toMatchObject({ slack: { teamId: 'T0OTHER', userId: 'U0OUT' } });
    expect(await of('U0NOBODY')).toBeNull();
    await slack.workspace.changePerson('U0ANN', { isRestricted: true });
    expect(await of('U0ANN')).toMatchObject({ guest: true });
    await slack.workspace.changePerson('U0ANN', { isRestricted: false });
  });
});

describe('channels', () => {
  it.each([
    [CHANNEL, CHANNEL],
    ['approvals', CHANNEL],
    ['#approvals', CHANNEL],
    ['secret', 'C0SECRET'],
    ['C0NOTIN', null],
    ['not-in', null],
    ['C0ARCHIV', null],
    ['archived', null],
    ['C0SHARED', null],
    ['#shared', null],
    ['nowhere', null],
    ['C0NOWHERE', null],
  ])('%s resolves to %s: only where we are a member and nobody from outside reads', async (name, id) => {
    expect(await slack.slack.conversation.resolveChannel(name)).toBe(id);
  });

  it('a burst of cards into one channel asks once, and a channel that becomes shared is noticed', async () => {
    const resolveChannel = (channel: string) => slack.slack.conversation.resolveChannel(channel);
    slack.pass(60_000);
    const before = slack.workspace.callsOf('conversations.info').length;
    await resolveChannel('C0SECRET');
    await resolveChannel('C0SECRET');
    expect(slack.workspace.callsOf('conversations.info').length).toBe(before + 1);
    await slack.workspace.share('secret', 'T0OTHER');
    slack.pass(60_000);
    expect(await resolveChannel('C0SECRET')).toBeNull();
  });
});
