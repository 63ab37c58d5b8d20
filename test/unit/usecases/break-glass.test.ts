import { describe, expect, it } from '@jest/globals';
import { isTaken } from '../../../src/domain/break-glass.ts';
import type { TakenRequest } from '../../../src/domain/request.ts';
import type { Intent } from '../../../src/usecases/intent.ts';
import { PLATFORM, READ } from '../../doubles/fake-cast.ts';
import { TEAM } from '../../doubles/fake-slack.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectRefused, expectSound } from '../../doubles/fake-world-checks.ts';

const GLASS = '/prod/glass';
const MARKED = {
  requestable: 'true',
  risk: 'low',
  'approver-group': '/approvers/platform',
  'max-duration': '4h',
  'break-glass': 'true',
};
const taking = (justification = 'INC-1 down', text = GLASS): Intent => ({
  intent: 'break_glass',
  access: { by: 'text', text },
  justification,
});

async function glassWorld(attributes: Readonly<Record<string, string>> = {}): Promise<World> {
  const world = await aWorld();
  for (const name of ['ann', 'bob', 'chen', 'dana', 'root'])
    world.keycloak.user(name, { slackIds: [`${TEAM}/${world.slackOf(name).userId}`] });
  world.keycloak.thing('group', GLASS, { ...MARKED, ...attributes });
  return world;
}

const takenIn = async (world: World): Promise<readonly TakenRequest[]> =>
  (await world.rows()).requests.flatMap((row) => (isTaken(row) ? [row] : []));
async function taken(world: World): Promise<TakenRequest> {
  const row = (await takenIn(world)).at(-1);
  if (row === undefined) throw new Error('nothing was taken');
  return row;
}
const messageOf = (world: World, { id }: TakenRequest, kind: 'card' | 'line' = 'card') => {
  const shown = world.slack.messages.findLast((one) => one.kind === kind && one.card?.request.id === id);
  if (shown === undefined) throw new Error('no card');
  return { channel: shown.channel, ts: shown.ts };
};
const signature = async (world: World, right = true, comment = ''): Promise<Intent> => {
  const row = await taken(world);
  return { intent: 'sign_review', requestId: row.id, message: messageOf(world, row), right, comment };
};
const sign = async (world: World, name: string, right = true, comment = ''): Promise<void> =>
  world.act(name, await signature(world, right, comment));
const kinds = async (world: World, id: string): Promise<readonly string[]> =>
  (await world.audit()).filter(({ requestId }) => requestId === id).map(({ kind }) => kind);
const breaking = async (): Promise<World> => {
  const world = await glassWorld();
  await world.act('ann', taking());
  return world;
};

describe('what is marked for it is taken at once', () => {
  it('I12: approved by nobody, live at once, for an hour at most; card, thread, audit channel and holder hear of it', async () => {
    const world = await breaking();
    const row = await taken(world);
    expect(row).toMatchObject({
      state: 'approved',
      approvals: [],
      leaseSeconds: 3600,
      endSessions: true,
      review: { signatures: [], closedAt: null },
    });
    expect(world.keycloak.has('ann', GLASS)).toBe(true);
    expect(await world.grantOf(row.id)).toMatchObject({ state: 'live', approvers: [], endSessions: true });
    const shown = world.slack.messages.filter(
      ({ channel, card }) => channel === PLATFORM && card?.request.id === row.id,
    );
    expect(shown.map(({ kind, line }) => [kind, line?.line])).toEqual([
      ['card', undefined],
      ['line', 'taken'],
      ['line', 'live'],
    ]);
    expect(world.slack.alarms).toMatchObject([{ alarm: 'glass_broken', path: GLASS, leaseSeconds: 3600 }]);
    expect(world.told('ann').map(({ say }) => say)).toEqual(['decided', 'live']);
    expect(await kinds(world, row.id)).toEqual(['request.taken', 'grant.planned', 'grant.live']);
    await expectSound(world);
  });

  it('ends when its hour is over, with the sessions of its holder', async () => {
    const world = await breaking();
    await world.advance(3601);
    expect(await world.grantOf((await taken(world)).id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    expect(world.keycloak.has('ann', GLASS)).toBe(false);
    expect(world.keycloak.logouts).toHaveLength(1);
    await expectSound(world);
  });

  it('I6: where an approved lease keeps the access longer, the sessions end with that', async () => {
    const world = await breaking();
    const longer = await world.lease('ann', GLASS, '2h');
    await world.advance(3601);
    expect(await world.grantOf((await taken(world)).id)).toMatchObject({ state: 'ended', endedBy: 'expiry' });
    expect(world.keycloak.has('ann', GLASS)).toBe(true);
    expect(world.keycloak.logouts).toEqual([]);
    await world.advance(3600);
    expect(await world.grantOf(longer)).toMatchObject({ state: 'ended', endSessions: false });
    expect(world.keycloak.logouts).toEqual([expect.objectContaining({ heldThen: false })]);
    await expectSound(world);
  });

  it('I6: ended while an approved lease begins, its sessions end with that, first where Keycloak wants it so', async () => {
    const world = await breaking();
    world.keycloak.logoutComesFirst(true);
    world.keycloak.faults.next('take', 'lost');
    await world.send('ann', { intent: 'release', grantId: (await world.grantOf((await taken(world)).id)).id });
    await world.bot.inbox();
    await world.bot.converge();
    expect(world.keycloak.has('ann', GLASS)).toBe(false);
    await world.lease('ann', GLASS, '2h');
    await world.advance(600);
    expect(await world.grantOf((await taken(world)).id)).toMatchObject({ state: 'ended', endedBy: 'release' });
    expect(world.keycloak.has('ann', GLASS)).toBe(true);
    const before = world.keycloak.logouts.length;
    await world.advance(7200);
    expect(world.keycloak.has('ann', GLASS)).toBe(false);
    expect(world.keycloak.logouts.slice(before)).toMatchObject([{ heldThen: true }, { heldThen: false }]);
    await expectSound(world);
  });

  it('a longest lease below the hour is kept', async () => {
    const world = await glassWorld({ 'max-duration': '20m', 'default-duration': '10m' });
    await world.act('ann', taking());
    expect(await taken(world)).toMatchObject({ leaseSeconds: 1200 });
  });

  it('what is asked for and waits already does not stand in the way', async () => {
    const world = await glassWorld();
    const waiting = await world.ask('ann', GLASS);
    await world.act('ann', taking());
    expect(world.keycloak.has('ann', GLASS)).toBe(true);
    expect(await world.request(waiting)).toMatchObject({ state: 'pending' });
  });

  it.each([
    ['is not marked', 'not_break_glass', 'ann', taking('INC-1', READ), {}],
    ['has no justification', 'justification_missing', 'ann', taking(' '), {}],
    [
      'does not fit the pattern',
      'justification_pattern',
      'ann',
      taking('down'),
      { 'justification-pattern': 'INC-\\d+' },
    ],
    ['is for others', 'not_eligible', 'ann', taking(), { 'eligible-group': '/access-admins' }],
    ['has an unreadable mark', 'not_requestable', 'ann', taking(), { 'break-glass': 'yes' }],
    ['is taken by somebody who is not linked', 'link_needed', 'erin', taking(), {}],
  ] as const)('nothing is taken when it %s', async (_, refusal, name, intent, attributes) => {
    const world = await glassWorld(attributes);
    await expectRefused(world, name, refusal, () => world.act(name, intent));
  });

  it('I18: nor when it would make an admin', async () => {
    const world = await glassWorld();
    world.keycloak
      .thing('group', GLASS, MARKED)
      .gives.push({ id: 'r', name: 'manage-users', client: 'realm-management' });
    await expectRefused(world, 'ann', 'not_requestable', () => world.act('ann', taking()));
  });

  it('nor where the approvers could not be told', async () => {
    const world = await glassWorld();
    world.slack.channel(PLATFORM, false);
    await expectRefused(world, 'ann', 'no_approvers', () => world.act('ann', taking()));
  });

  it('three times within a day at most', async () => {
    const world = await glassWorld();
    for (let count = 0; count < 3; count++) await world.act('ann', taking());
    await expectRefused(world, 'ann', 'too_often_taken', () => world.act('ann', taking()));
    await world.act('bob', taking());
    expect(await takenIn(world)).toHaveLength(4);
    await world.advance(86_401);
    await world.act('ann', taking());
    expect(await takenIn(world)).toHaveLength(5);
    await expectSound(world);
  });

  it('the mark must still stand when it goes live', async () => {
    const world = await glassWorld();
    world.keycloak.faults.next('give', 'unavailable');
    await world.act('ann', taking());
    world.keycloak.thing('group', GLASS, { ...MARKED, 'break-glass': 'false' });
    await world.advance(120);
    expect(await world.grantOf((await taken(world)).id)).toMatchObject({
      state: 'ended',
      endedBy: 'refused_at_activation',
    });
    expect(world.keycloak.has('ann', GLASS)).toBe(false);
  });
});

describe('its review', () => {
  it('is open until two people have signed: each signature is on record and told, the second closes it', async () => {
    const world = await breaking();
    await sign(world, 'chen', true, 'seen it');
    const once = await taken(world);
    expect(once.review).toMatchObject({ signatures: [{ right: true, comment: 'seen it' }], closedAt: null });
    await sign(world, 'dana', false);
    const twice = await taken(world);
    expect(twice.review.signatures.map(({ by, right }) => [by.username, right])).toEqual([
      ['chen', true],
      ['dana', false],
    ]);
    expect(twice).toMatchObject({ review: { closedAt: world.clock.now() }, remindAt: null });
    expect((await kinds(world, once.id)).filter((kind) => kind.startsWith('review.'))).toEqual([
      'review.signed',
      'review.closed',
    ]);
    const lines = world.slack.messages.flatMap(({ line }) =>
      line?.line === 'signed' ? [[line.count, line.right]] : [],
    );
    expect(lines).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(world.told('dana').map(({ say }) => say)).toEqual(['your_signature']);
    expect(await world.store.countOpenReviews()).toBe(0);
    await expectSound(world);
  });

  it.each([
    ['who took it', 'own_review', 'ann'],
    ['who is no approver', 'not_an_approver', 'bob'],
    ['who is not linked', 'link_needed', 'erin'],
  ])('nobody %s signs it', async (_, refusal, name) => {
    const world = await breaking();
    const intent = await signature(world);
    await expectRefused(world, name, refusal, () => world.act(name, intent));
  });

  it('one person counts once, and nobody signs what is closed', async () => {
    const world = await breaking();
    await sign(world, 'chen');
    await expectRefused(world, 'chen', 'already_signed', async () => sign(world, 'chen'));
    await sign(world, 'dana');
    world.keycloak.user('fay', { slackIds: [`${TEAM}/${world.slackOf('fay').userId}`] });
    world.keycloak.join('fay', '/approvers/platform');
    await expectRefused(world, 'fay', 'review_closed', async () => sign(world, 'fay'));
  });

  it('I13: a signature counts only from a recorded message of it', async () => {
    const world = await breaking();
    const row = await taken(world);
    const forged = { intent: 'sign_review', requestId: row.id, right: true, comment: '' } as const;
    await expectRefused(world, 'chen', 'old_message', () =>
      world.act('chen', { ...forged, message: { channel: PLATFORM, ts: '1.1' } }),
    );
    await world.act('chen', { ...forged, message: messageOf(world, row, 'line') });
    expect((await taken(world)).review.signatures).toHaveLength(1);
  });

  it('I14: who lost his seat among the approvers signs no more', async () => {
    const world = await breaking();
    const intent = await signature(world);
    world.keycloak.leave('chen', '/approvers/platform');
    await expectRefused(world, 'chen', 'not_an_approver', () => world.act('chen', intent));
  });

  it('I15: two who sign at once are two signatures', async () => {
    const world = await breaking();
    for (const name of ['chen', 'dana']) await world.send(name, await signature(world));
    await world.run();
    expect((await taken(world)).review.signatures).toHaveLength(2);
    await expectSound(world);
  });

  it('is reminded of ever more rarely, and never given up', async () => {
    const world = await breaking();
    await world.advance(2.5 * 86_400);
    const at = world.slack.messages.flatMap(({ line }) => (line?.line === 'review_waits' ? [line.at] : []));
    const hours = at.map((time) => Math.floor((time - (at[0] ?? 0)) / 3_600_000));
    expect(hours).toEqual([0, 3, 23, 47]);
    await sign(world, 'chen');
    await sign(world, 'dana');
    await world.advance(1.5 * 86_400);
    expect(world.slack.messages.filter(({ line }) => line?.line === 'review_waits')).toHaveLength(at.length);
  }, 60_000);

  it('is found in the audit by state:review for as long as it is open', async () => {
    const world = await breaking();
    await world.lease('bob', READ);
    const found = async (): Promise<readonly string[]> => {
      await world.act('root', { intent: 'audit', words: 'state:review', page: 0 });
      const page = world.told('root').at(-1);
      if (page?.say !== 'audit_page') throw new Error(page?.say);
      return page.entries.map(({ kind }) => kind);
    };
    await sign(world, 'chen');
    expect(await found()).toEqual((await kinds(world, (await taken(world)).id)).toReversed());
    expect(await found()).toContain('request.taken');
    await sign(world, 'dana', false, 'no need');
    expect(await found()).toEqual([]);
  });

  it('waits in the Home of those who can sign, and of nobody else', async () => {
    const world = await glassWorld();
    for (const name of ['ann', 'bob', 'chen', 'dana']) await world.act(name, { intent: 'home_opened' });
    await world.act('ann', taking());
    const waits = (name: string) =>
      world.slack.homes.findLast(({ slack }) => slack.userId === world.slackOf(name).userId)?.home.reviews.length;
    expect(['ann', 'bob', 'chen', 'dana'].map(waits)).toEqual([0, 0, 1, 1]);
    await sign(world, 'chen');
    expect(['chen', 'dana'].map(waits)).toEqual([0, 1]);
    await sign(world, 'dana');
    expect(waits('dana')).toBe(0);
  });
});

describe('End now', () => {
  const ending = async (world: World): Promise<Intent> => {
    const row = await taken(world);
    return { intent: 'end_taken', requestId: row.id, message: messageOf(world, row) };
  };

  it.each(['chen', 'root'])('%s ends it at once; the review stays open', async (name) => {
    const world = await breaking();
    await world.act(name, await ending(world));
    expect(world.keycloak.has('ann', GLASS)).toBe(false);
    const row = await taken(world);
    expect(await world.grantOf(row.id)).toMatchObject({ state: 'ended', endedBy: 'revocation' });
    expect(row.review.closedAt).toBeNull();
    await expectRefused(world, name, 'nothing_live', async () => world.act(name, await ending(world)));
  });

  it('and nobody else', async () => {
    const world = await breaking();
    const intent = await ending(world);
    await expectRefused(world, 'bob', 'may_not_revoke', () => world.act('bob', intent));
    expect(world.keycloak.has('ann', GLASS)).toBe(true);
  });
});
