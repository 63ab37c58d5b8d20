import { describe, expect, it } from '@jest/globals';
import type { AccessRequest } from '../../../src/domain/request.ts';
import type { Intent } from '../../../src/usecases/intent.ts';
import type { Store } from '../../../src/usecases/store-port.ts';
import { DEEP, PLATFORM, READ, SECURITY, VAULT } from '../../doubles/fake-cast.ts';
import type { Shown } from '../../doubles/fake-slack.ts';
import { expectRefused, expectSound } from '../../doubles/fake-world-checks.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

/** Only security decides about it. */
const SAFE = '/prod/safe';

async function aBundledWorld(settings: Parameters<typeof aWorld>[0] = {}): Promise<World> {
  const world = await aWorld(settings);
  world.keycloak.thing('group', SAFE, { requestable: 'true', risk: 'low', 'approver-group': '/approvers/security' });
  return world;
}

const asking = (paths: readonly string[], duration = '1h'): Intent => {
  const [first = '', ...also] = paths.map((text) => ({ by: 'text' as const, text }));
  if (typeof first === 'string') throw new Error('nothing to ask for');
  return { intent: 'request', access: first, also, duration, justification: 'INC-42' };
};
const partsOf = async (world: World): Promise<readonly AccessRequest[]> => (await world.rows()).requests;
const statesOf = async (world: World): Promise<readonly string[]> => (await partsOf(world)).map(({ state }) => state);
/** The newest message in a channel whose buttons can be clicked. */
function messageIn(world: World, channel: string): Shown & { readonly buttons: NonNullable<Shown['buttons']> } {
  const found = world.slack.messages.findLast((one) => one.channel === channel && one.buttons !== null);
  if (found?.buttons === undefined || found.buttons === null) throw new Error('no message has buttons');
  return { ...found, buttons: found.buttons };
}
const click = ({ buttons, channel, ts }: ReturnType<typeof messageIn>, leaseSeconds: number | null = null): Intent => ({
  intent: 'approve',
  ...buttons,
  message: { channel, ts },
  leaseSeconds,
});
const denial = ({ buttons, channel, ts }: ReturnType<typeof messageIn>, comment = 'no'): Intent => ({
  intent: 'deny',
  ...buttons,
  message: { channel, ts },
  comment,
});
const cardsOf = (world: World) => world.slack.messages.filter(({ kind }) => kind === 'card');
const saysOf = (world: World, name: string) => world.told(name).map(({ say }) => say);

describe('a bundle is asked for', () => {
  it('as one submission: a request for each access, one message for each channel, one word to the requester', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, 'db-reader', SAFE]));
    const parts = await partsOf(world);
    expect(parts.map(({ resource }) => resource.path)).toEqual([READ, 'db-reader', SAFE]);
    expect(parts.map(({ bundle }) => bundle)).toEqual([0, 1, 2].map((part) => ({ id: parts[0]?.id, part, parts: 3 })));
    expect(cardsOf(world).map(({ channel }) => channel)).toEqual([PLATFORM, SECURITY]);
    expect(messageIn(world, PLATFORM).buttons.also).toHaveLength(1);
    expect(messageIn(world, SECURITY).buttons).toMatchObject({ requestId: parts[2]?.id, also: [] });
    expect(saysOf(world, 'ann')).toEqual(['received']);
    expect(world.told('ann')).toMatchObject([{ bundle: parts.map(({ id }) => ({ id })) }]);
    const submitted = (await world.audit()).filter(({ kind }) => kind === 'request.submitted');
    expect(submitted.map(({ data }) => data['bundle'])).toEqual(parts.map(() => parts[0]?.id));
    await expectSound(world);
  });

  it.each([
    ['an access that nobody knows', [READ, 'no-such', '/nor/this'], ['no-such', '/nor/this']],
    ['one named twice', [READ, 'db-reader', READ], [READ]],
    ['one that may not be had for so long', [READ, 'db-reader'], ['db-reader'], '6h'],
    ['one of a risk for which the account is not proven', [READ, VAULT], [VAULT], '30m'],
  ] as readonly (readonly [string, readonly string[], readonly string[], string?])[])(
    'all or nothing: %s stops it, and the answer names it',
    async (_, paths, refused, duration = '1h') => {
      const world = await aBundledWorld();
      await expectRefused(world, 'ann', 'parts_refused', () => world.act('ann', asking(paths, duration)));
      expect(world.refusals('ann')).toMatchObject([{ verb: 'ask', parts: refused.map((path) => ({ path })) }]);
      expect(await partsOf(world)).toEqual([]);
    },
  );

  it('all or nothing: one that is pending already, and one whose approvers cannot be reached', async () => {
    const world = await aBundledWorld();
    await world.ask('ann', READ);
    world.slack.channel(SECURITY, false);
    await expectRefused(world, 'ann', 'parts_refused', () => world.act('ann', asking(['db-reader', READ, SAFE])));
    expect(world.refusals('ann')).toMatchObject([
      {
        parts: [
          { path: READ, refusal: { refusal: 'already_pending' } },
          { path: SAFE, refusal: { refusal: 'no_approvers', because: 'no_channel' } },
        ],
      },
    ]);
  });

  it('what is wrong with all of them is said once, and every part counts for the limits', async () => {
    const world = await aBundledWorld();
    const empty = { ...asking([READ, SAFE]), justification: ' ' } as Intent;
    await expectRefused(world, 'ann', 'justification_missing', () => world.act('ann', empty));
    const many = Array.from({ length: 11 }, (_, index) => `part-${index}`);
    await expectRefused(world, 'ann', 'too_many_parts', () => world.act('ann', asking(many)));
    for (let index = 0; index < 9; index++) {
      const path = `/prod/more-${index}`;
      world.keycloak.thing('group', path, {
        requestable: 'true',
        risk: 'low',
        'approver-group': '/approvers/platform',
      });
      await world.ask('ann', path);
    }
    await expectRefused(world, 'ann', 'too_many_pending', () => world.act('ann', asking([READ, SAFE])));
    await world.act('ann', asking([READ]));
    expect(await partsOf(world)).toHaveLength(10);
  });

  it('a part that somebody asks for at the same moment stops it as a whole', async () => {
    const world = await aBundledWorld();
    const commit: Store['commit'] = (batch) => world.store.commit(batch);
    let isFirst = true;
    world.restart('two', {
      ...world.ports,
      store: {
        ...world.store,
        commit: async (batch) => {
          if (isFirst && batch.requests?.length === 2) {
            isFirst = false;
            const [row] = batch.requests;
            if (row !== undefined)
              await commit({ requests: [{ ...row, id: `${row.id}x` as typeof row.id, bundle: null }], audit: [] });
          }
          return commit(batch);
        },
      },
    });
    await world.act('ann', asking([READ, SAFE]));
    expect(world.refusals('ann')).toMatchObject([
      { refusal: 'parts_refused', parts: [{ path: READ, refusal: { refusal: 'already_pending' } }] },
    ]);
    expect(await partsOf(world)).toEqual([]);
  });
});

describe('a bundle is decided', () => {
  it('I12: nothing is given before the last approval; then all is, at once', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, 'db-reader', SAFE]));
    await world.act('chen', click(messageIn(world, PLATFORM)));
    expect(await statesOf(world)).toEqual(['pending', 'pending', 'pending']);
    expect((await world.rows()).grants).toEqual([]);
    expect(world.told('chen')).toMatchObject([
      { say: 'your_decision', parts: { decided: [READ, 'db-reader'], refused: [] } },
    ]);
    expect(() => messageIn(world, PLATFORM)).toThrow('no message has buttons');
    await world.act('erin', click(messageIn(world, SECURITY)));
    expect(await statesOf(world)).toEqual(['approved', 'approved', 'approved']);
    for (const path of [READ, 'db-reader', SAFE]) expect(world.keycloak.has('ann', path)).toBe(true);
    expect(saysOf(world, 'ann')).toEqual(['received', 'decided', 'parts_live']);
    const approved = (await world.audit()).filter(({ kind }) => kind === 'request.approved');
    expect(approved.map(({ actor }) => (actor.kind === 'person' ? actor.username : actor.kind))).toEqual([
      'leasehold',
      'leasehold',
      'erin',
    ]);
    await world.advance(3700);
    for (const path of [READ, 'db-reader', SAFE]) expect(world.keycloak.has('ann', path)).toBe(false);
    await expectSound(world);
  });

  it('one line for each message and decision, which names the parts', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, 'db-reader', SAFE]));
    await world.act('chen', click(messageIn(world, PLATFORM)));
    const lines = world.slack.messages.flatMap(({ kind, line, channel }) =>
      kind === 'line' ? [{ line, channel }] : [],
    );
    expect(lines.map(({ line, channel }) => [line?.line, channel])).toEqual([
      ['asked', PLATFORM],
      ['asked', SECURITY],
      ['approved', PLATFORM],
      ['approved', SECURITY],
    ]);
    expect(lines.at(-1)?.line).toMatchObject({ of: [READ, 'db-reader'] });
  });

  it('one denial denies all, also what was approved, and each entry says why', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, SAFE]));
    await world.act('chen', click(messageIn(world, PLATFORM)));
    await world.act('erin', denial(messageIn(world, SECURITY), 'not today'));
    expect(await statesOf(world)).toEqual(['denied', 'denied']);
    expect((await world.rows()).grants).toEqual([]);
    const [, denied] = await partsOf(world);
    const entries = (await world.audit()).filter(({ kind }) => kind === 'request.denied');
    expect(entries.map(({ actor, data }) => [actor.kind, data['because'] ?? null])).toEqual([
      ['leasehold', denied?.id],
      ['person', null],
    ]);
    expect(world.told('ann').at(-1)).toMatchObject({ say: 'decided', request: { state: 'denied' } });
    expect(world.slack.messages.every(({ buttons }) => buttons === null)).toBe(true);
    await expectSound(world);
  });

  it('I13: a part is decided only from a message that shows it, and once', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, SAFE]));
    const [platform, security] = [messageIn(world, PLATFORM), messageIn(world, SECURITY)];
    const forged = { ...platform, buttons: { ...platform.buttons, also: [security.buttons] } };
    await expectRefused(world, 'chen', 'old_message', () => world.act('chen', click(forged)));
    const twice = { ...platform, buttons: { ...platform.buttons, also: [platform.buttons] } };
    await expectRefused(world, 'chen', 'old_message', () => world.act('chen', click(twice)));
    await world.act('chen', click(platform));
    await expectRefused(world, 'dana', 'old_message', () => world.act('dana', click(platform)));
    const now = messageIn(world, SECURITY);
    await expectRefused(world, 'fay', 'changed_meanwhile', () =>
      world.act('fay', click({ ...now, buttons: { ...now.buttons, version: 7 } })),
    );
    expect(await statesOf(world)).toEqual(['pending', 'pending']);
  });

  it('I16: two approvers of different parts at the same moment give it once', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, SAFE]));
    const [platform, security] = [click(messageIn(world, PLATFORM)), click(messageIn(world, SECURITY))];
    await world.send('chen', platform);
    await world.send('erin', security);
    await world.run();
    expect(await statesOf(world)).toEqual(['approved', 'approved']);
    expect((await world.rows()).grants).toHaveLength(2);
    expect((await world.audit()).filter(({ kind }) => kind === 'grant.planned')).toHaveLength(2);
    await expectSound(world);
  });

  it('a message of several groups: each decides what is his, and hears what is not', async () => {
    const world = await aBundledWorld({ settings: { approvalsChannel: PLATFORM } });
    world.keycloak.thing('group', '/approvers/security', {});
    await world.act('ann', asking([READ, SAFE]));
    expect(cardsOf(world)).toHaveLength(1);
    await world.act('chen', click(messageIn(world, PLATFORM)));
    expect(world.told('chen')).toMatchObject([
      { parts: { decided: [READ], refused: [{ path: SAFE, refusal: { refusal: 'not_an_approver' } }] } },
    ]);
    await world.act('erin', click(messageIn(world, PLATFORM)));
    expect(await statesOf(world)).toEqual(['approved', 'approved']);
    await expectSound(world);
  });

  it('the next stages of several parts get one message, and a shorter lease is for each', async () => {
    const world = await aBundledWorld();
    world.keycloak.thing('group', '/prod/deeper', {
      requestable: 'true',
      risk: 'low',
      'approver-group': '/approvers/platform',
      'approver-group-2': '/approvers/security',
    });
    await world.act('ann', asking([DEEP, '/prod/deeper']));
    await world.act('chen', click(messageIn(world, PLATFORM), 1800));
    expect(cardsOf(world).map(({ channel }) => channel)).toEqual([PLATFORM, SECURITY]);
    expect(messageIn(world, SECURITY).buttons.also).toHaveLength(1);
    await world.act('erin', click(messageIn(world, SECURITY)));
    expect((await world.rows()).grants.map(({ leaseSeconds }) => leaseSeconds)).toEqual([1800, 1800]);
    await expectSound(world);
  });
});

describe('what changed meanwhile', () => {
  it('I12: a part approved earlier is drawn up anew at the last approval; changed, it is asked anew and nothing is given', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, SAFE]));
    await world.act('chen', click(messageIn(world, PLATFORM)));
    world.keycloak.things.get(READ)?.gives.push({ id: 'role-x', name: 'reader', client: null });
    await world.act('erin', click(messageIn(world, SECURITY)));
    expect(await statesOf(world)).toEqual(['pending', 'pending']);
    expect((await partsOf(world)).map(({ version, approvals }) => [version, approvals.length])).toEqual([
      [2, 0],
      [1, 1],
    ]);
    expect((await world.rows()).grants).toEqual([]);
    await world.act('dana', click(messageIn(world, PLATFORM)));
    expect(await statesOf(world)).toEqual(['approved', 'approved']);
    await expectSound(world);
  });

  it('I14: the approval of somebody who left is void at the last one', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, SAFE]));
    await world.act('chen', click(messageIn(world, PLATFORM)));
    await world.advance(120);
    world.keycloak.leave('chen', '/approvers/platform');
    await world.act('erin', click(messageIn(world, SECURITY)));
    expect(await statesOf(world)).toEqual(['pending', 'pending']);
    await world.act('dana', click(messageIn(world, PLATFORM)));
    expect(await statesOf(world)).toEqual(['approved', 'approved']);
    await expectSound(world);
  });

  it('I18: a part that may not be given any more stops the last approval, by name', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, SAFE]));
    await world.act('chen', click(messageIn(world, PLATFORM)));
    const thing = world.keycloak.things.get(READ);
    thing?.gives.push({ id: 'role-x', name: 'manage-users', client: 'realm-management' });
    await expectRefused(world, 'erin', 'parts_refused', () => world.act('erin', click(messageIn(world, SECURITY))));
    expect(world.refusals('erin')).toMatchObject([{ verb: 'decide', parts: [{ path: READ }] }]);
    thing?.gives.splice(0);
    await world.act('erin', click(messageIn(world, SECURITY)));
    expect(await statesOf(world)).toEqual(['approved', 'approved']);
  });

  it('a part of the clicked message that has changed is asked anew, the others count', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, 'db-reader', SAFE]));
    world.keycloak.things.get(READ)?.gives.push({ id: 'role-x', name: 'reader', client: null });
    await world.act('chen', click(messageIn(world, PLATFORM)));
    expect(world.told('chen')).toMatchObject([
      { parts: { decided: ['db-reader'], refused: [{ path: READ, refusal: { refusal: 'changed_meanwhile' } }] } },
    ]);
    expect((await partsOf(world)).map(({ version, approvals }) => [version, approvals.length])).toEqual([
      [2, 0],
      [1, 1],
      [1, 0],
    ]);
    await expectSound(world);
  });
});

describe('a bundle ends', () => {
  it('as a whole when it is withdrawn, from any of its parts', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, SAFE]));
    const [, second] = await partsOf(world);
    if (second === undefined) throw new Error('no second part');
    await expectRefused(world, 'bob', 'not_yours', () =>
      world.act('bob', { intent: 'withdraw', requestId: second.id }),
    );
    await world.act('ann', { intent: 'withdraw', requestId: second.id });
    expect(await statesOf(world)).toEqual(['withdrawn', 'withdrawn']);
    expect(saysOf(world, 'ann')).toEqual(['received', 'decided']);
    await expectSound(world);
  });

  it('as a whole when nobody decides about all of it in time; reminders come once for all', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, SAFE]));
    await world.act('chen', click(messageIn(world, PLATFORM)));
    await world.advance(3700);
    const reminders = world.slack.messages.filter(({ line }) => line?.line === 'reminder');
    expect(reminders.map(({ channel }) => channel)).toEqual([SECURITY]);
    await world.advance(86_400);
    expect(await statesOf(world)).toEqual(['expired', 'expired']);
    expect(saysOf(world, 'ann')).toEqual(['received', 'decided']);
    await expectSound(world);
  });

  it('one part by one, once it lives: each is a lease of its own', async () => {
    const world = await aBundledWorld();
    await world.act('ann', asking([READ, SAFE]));
    await world.act('chen', click(messageIn(world, PLATFORM)));
    await world.act('erin', click(messageIn(world, SECURITY)));
    const [read] = (await world.rows()).grants;
    if (read === undefined) throw new Error('no grant');
    await world.act('ann', { intent: 'release', grantId: read.id });
    expect([world.keycloak.has('ann', READ), world.keycloak.has('ann', SAFE)]).toEqual([false, true]);
    const ended = world.slack.messages.filter(({ line }) => line?.line === 'ended');
    expect(ended).toMatchObject([{ channel: PLATFORM, line: { of: [READ] } }]);
    await expectSound(world);
  });
});
