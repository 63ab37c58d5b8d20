import { describe, expect, it } from '@jest/globals';
import { groupPathOf } from '../../../src/domain/plan.ts';
import { CodedError } from '../../../src/lib/errors.ts';
import type { Ports } from '../../../src/usecases/ports.ts';
import type { HomeView } from '../../../src/usecases/views.ts';
import { DEEP, READ, VAULT } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';
import { expectSound } from '../../doubles/fake-world-checks.ts';

const open = (world: World, name: string) => world.act(name, { intent: 'home_opened' });
const published = (world: World, name: string): readonly HomeView[] =>
  world.slack.homes.filter(({ slack }) => slack.userId === world.slackOf(name).userId).map(({ home }) => home);
/** What this person sees now. */
const homeOf = (world: World, name: string): HomeView => {
  const home = published(world, name).at(-1);
  if (home === undefined) throw new Error(`${name} has no home`);
  return home;
};
const waitingFor = (world: World, name: string): readonly string[] => {
  const { waiting } = homeOf(world, name);
  if (!waiting.known) throw new Error(JSON.stringify(waiting.because));
  return waiting.requests.map(({ request }) => request.id);
};
const withHomes = async (...names: readonly string[]): Promise<World> => {
  const world = await aWorld();
  for (const name of names) await open(world, name);
  return world;
};
/** How often this person's Home was published by what the act brought about. */
const publishes = async (world: World, name: string, act: () => Promise<unknown>): Promise<number> => {
  const before = published(world, name).length;
  await act();
  return published(world, name).length - before;
};

describe('what a Home shows', () => {
  it('to an approver: what waits for him, the oldest first, with its card; not what he asked for or has approved', async () => {
    const world = await aWorld();
    const first = await world.ask('ann');
    await world.advance(60);
    const second = await world.ask('bob', DEEP);
    await world.ask('chen');
    await open(world, 'chen');
    expect(waitingFor(world, 'chen')).toEqual([first, second]);
    const { waiting } = homeOf(world, 'chen');
    const shown = waiting.known ? waiting.requests.map(({ card: { channel, ts } }) => ({ channel, ts })) : [];
    expect(shown).toEqual(
      [first, second].map((id) => {
        const { channel, ts } = world.buttonsOf(id, 'card');
        return { channel, ts };
      }),
    );
    await world.approve('chen', second);
    expect(waitingFor(world, 'chen')).toEqual([first]);
  });

  it('a stage that needs two shows the request to the other one still', async () => {
    const world = await withHomes('chen', 'dana');
    world.keycloak.thing('group', READ, {
      requestable: 'true',
      risk: 'low',
      'approver-group': '/approvers/platform',
      'approvals-required': '2',
    });
    const id = await world.ask('ann');
    await world.approve('chen', id);
    expect(waitingFor(world, 'chen')).toEqual([]);
    expect(waitingFor(world, 'dana')).toEqual([id]);
  });

  it('of a request in two stages, to the group whose turn it is', async () => {
    const world = await withHomes('chen', 'erin');
    const id = await world.ask('ann', DEEP);
    expect([waitingFor(world, 'chen'), waitingFor(world, 'erin')]).toEqual([[id], []]);
    await world.approve('chen', id);
    expect([waitingFor(world, 'chen'), waitingFor(world, 'erin')]).toEqual([[], [id]]);
    await world.deny('erin', id, 'no');
    expect([waitingFor(world, 'chen'), waitingFor(world, 'erin')]).toEqual([[], []]);
    expect(homeOf(world, 'chen').decided).toMatchObject([{ kind: 'approve', request: { id } }]);
    expect(homeOf(world, 'erin').decided).toMatchObject([{ kind: 'deny', request: { id } }]);
  });

  it('a request that needs a linked identity waits only for who is linked', async () => {
    const world = await aWorld();
    world.keycloak.user('ann', { slackIds: ['T0ACME/UANN'] });
    world.keycloak.user('dana', { slackIds: ['T0ACME/UDANA'] });
    const high = { requestable: 'true', risk: 'high', 'approver-group': '/approvers/platform' };
    world.keycloak.thing('group', VAULT, high);
    const id = await world.ask('ann', VAULT);
    await open(world, 'chen');
    await open(world, 'dana');
    expect([waitingFor(world, 'chen'), waitingFor(world, 'dana')]).toEqual([[], [id]]);
  });

  it('to its owner: each step of his requests and leases, as it is made', async () => {
    const world = await withHomes('ann');
    const seen = () => {
      const { pending, open: held } = homeOf(world, 'ann');
      return [pending.map(({ id }) => id), held.map(({ state, endAsked }) => (endAsked === null ? state : 'ending'))];
    };
    expect(seen()).toEqual([[], []]);
    const withdrawn = await world.ask('ann', DEEP);
    expect(seen()).toEqual([[withdrawn], []]);
    await world.act('ann', { intent: 'withdraw', requestId: withdrawn });
    expect(seen()).toEqual([[], []]);
    const expired = await world.ask('ann', DEEP);
    await world.advance(86_401);
    expect(seen()).toEqual([[], []]);
    expect(await world.request(expired)).toMatchObject({ state: 'expired' });
    const id = await world.lease('ann');
    expect(seen()).toEqual([[], ['live']]);
    const { id: grantId } = await world.grantOf(id);
    await world.act('ann', { intent: 'extend', grantId });
    expect(seen()).toEqual([[expect.any(String)], ['live']]);
    world.keycloak.faults.always('take', 'unavailable');
    await world.act('ann', { intent: 'release', grantId });
    expect(seen()).toEqual([[expect.any(String)], ['ending']]);
    world.keycloak.faults.heal();
    await world.advance(120);
    expect(seen()).toEqual([[expect.any(String)], []]);
    await expectSound(world);
  });

  it('never to anybody what is another one’s', async () => {
    const everybody = ['ann', 'bob', 'chen', 'dana', 'erin', 'root'];
    const world = await withHomes(...everybody);
    await world.lease('ann');
    await world.lease('bob');
    await world.ask('ann', DEEP);
    await world.approve('chen', await world.ask('bob', DEEP));
    for (const name of everybody) {
      const mine = world.slackOf(name);
      for (const { open: held, pending, decided, waiting } of published(world, name)) {
        for (const { person } of held) expect(person.slack).toEqual(mine);
        for (const { requester } of pending) expect(requester.slack).toEqual(mine);
        for (const { request } of decided) expect(request.approvals.map(({ by }) => by.slack)).toContainEqual(mine);
        const group = { chen: 'platform', dana: 'platform', erin: 'security' }[name] ?? 'none';
        for (const { request } of waiting.known ? waiting.requests : [])
          expect(request.plan.map(groupPathOf)).toContain(`/approvers/${group}`);
      }
    }
  });

  it('to who left the group or cannot be told apart, nothing of what waits', async () => {
    const world = await aWorld();
    await world.ask('ann');
    world.keycloak.leave('chen', '/approvers/platform');
    world.keycloak.user('dana', { email: 'somebody@else.example' });
    await open(world, 'chen');
    await open(world, 'dana');
    expect(waitingFor(world, 'chen')).toEqual([]);
    expect(homeOf(world, 'dana').waiting).toEqual({ known: false, because: { refusal: 'not_linked' } });
  });
});

describe('when a Home is published', () => {
  it('for nobody who has not opened it', async () => {
    const world = await withHomes('chen');
    await world.lease('ann');
    expect(new Set(world.slack.homes.map(({ slack }) => slack.userId))).toEqual(new Set(['UCHEN']));
  });

  it('once for each change, for those alone who see it', async () => {
    const world = await withHomes('ann', 'bob', 'chen', 'erin');
    const counts = async (act: () => Promise<unknown>): Promise<readonly number[]> => {
      const names = ['ann', 'bob', 'chen', 'erin'];
      const before = names.map((name) => published(world, name).length);
      await act();
      return names.map((name, index) => published(world, name).length - (before[index] ?? 0));
    };
    expect(await counts(() => world.ask('ann'))).toEqual([1, 0, 1, 0]);
    expect(await counts(() => world.advance(43_201))).toEqual([0, 0, 0, 0]);
    const id = await world.ask('bob', DEEP);
    expect(await counts(() => world.approve('chen', id))).toEqual([0, 1, 1, 1]);
  });

  it('once for many changes', async () => {
    const world = await withHomes('ann', 'chen');
    const leases = [await world.lease('ann'), await world.lease('ann', 'db-reader'), await world.lease('ann', DEEP)];
    const times = await publishes(world, 'ann', async () => {
      for (const id of leases.slice(0, 2)) {
        const { id: grantId } = await world.grantOf(id);
        await world.send('ann', { intent: 'release', grantId });
      }
      await world.bot.inbox();
      await world.bot.converge();
      await world.run();
    });
    expect(times).toBe(1);
    expect(homeOf(world, 'ann').open).toEqual([]);
    expect(await world.store.countUnsent()).toBe(0);
  });

  it('once more when something changed while it was being published', async () => {
    const world = await withHomes('ann');
    const drawn = Promise.withResolvers<undefined>();
    const gate = Promise.withResolvers<undefined>();
    const conversation: Ports['conversation'] = {
      ...world.ports.conversation,
      publishHome: async (slack, home) => {
        drawn.resolve(undefined);
        await gate.promise;
        await world.ports.conversation.publishHome(slack, home);
      },
    };
    const bot = world.restart('two', { ...world.ports, conversation });
    await world.send('ann', { intent: 'home_opened' });
    await bot.inbox();
    const delivered = bot.deliver();
    await drawn.promise;
    const ask = { access: { by: 'text', text: READ }, duration: '1h', justification: 'INC-42' } as const;
    await world.send('ann', { intent: 'request', ...ask });
    await bot.inbox();
    gate.resolve(undefined);
    await delivered;
    await world.run();
    expect(published(world, 'ann').map(({ pending }) => pending.length)).toEqual([0, 0, 1]);
  });

  it('anew for the group that a request no longer asks', async () => {
    const world = await withHomes('chen', 'erin');
    const id = await world.ask('ann');
    expect(waitingFor(world, 'chen')).toEqual([id]);
    world.keycloak.thing('group', READ, { requestable: 'true', risk: 'low', 'approver-group': '/approvers/security' });
    await world.approve('erin', id);
    expect([waitingFor(world, 'chen'), waitingFor(world, 'erin')]).toEqual([[], [id]]);
  });

  it('for who joined a group since then, when he opens it', async () => {
    const world = await withHomes('bob');
    world.keycloak.join('bob', '/approvers/platform');
    const id = await world.ask('ann');
    await open(world, 'bob');
    expect(waitingFor(world, 'bob')).toEqual([id]);
    const next = await world.ask('ann', DEEP);
    expect(waitingFor(world, 'bob')).toEqual([id, next]);
  });

  it('with what is on record while Keycloak is away, and whole when it is back', async () => {
    const world = await aWorld();
    const id = await world.ask('ann');
    await world.ask('chen', DEEP);
    world.keycloak.faults.always('*', 'unavailable');
    await open(world, 'chen');
    expect(homeOf(world, 'chen').waiting).toEqual({ known: false, because: 'keycloak_away' });
    expect(homeOf(world, 'chen').pending).toHaveLength(1);
    world.keycloak.faults.heal();
    await world.advance(61);
    expect(waitingFor(world, 'chen')).toContain(id);
  });

  it('again after a rate limit or a lost answer', async () => {
    const world = await withHomes('ann');
    world.slack.faults.next('publishHome', 'limited', 'lost', 'unavailable');
    await world.ask('ann');
    await world.advance(60);
    expect(homeOf(world, 'ann').pending).toHaveLength(1);
    expect(await world.store.countUnsent()).toBe(0);
  });

  it.each(['not_enabled', 'user_not_found', 'view_too_large'])(
    'and given up without an alarm when Slack says %s',
    async (code) => {
      const world = await aWorld();
      const conversation: Ports['conversation'] = {
        ...world.ports.conversation,
        publishHome: () => Promise.reject(new CodedError('slack_refused', code)),
      };
      world.restart('two', { ...world.ports, conversation });
      await open(world, 'ann');
      await world.advance(120);
      expect(await world.store.countUnsent()).toBe(0);
      expect(world.slack.alarms).toEqual([]);
    },
  );
});
