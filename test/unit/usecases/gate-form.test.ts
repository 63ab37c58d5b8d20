import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { keycloakUserId } from '../../../src/domain/ids.ts';
import { slackAttribute } from '../../../src/domain/people.ts';
import { askByForm, openForm } from '../../../src/usecases/gate-form.ts';
import type { FormAsk } from '../../../src/usecases/gate-port.ts';
import { DEEP, PLATFORM, READ, VAULT } from '../../doubles/fake-cast.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const OFFERED = [DEEP, READ, 'db-reader', 'grafana/viewer'];

function personOf({ keycloak }: World, username: string) {
  const userId = keycloak.users.get(username)?.userId ?? keycloakUserId('nobody');
  return { userId, username };
}

/** Ann is linked to her Slack account. */
async function aLinkedWorld(): Promise<World> {
  const world = await aWorld();
  world.keycloak.user('ann', { slackIds: [slackAttribute(world.slackOf('ann'))] });
  return world;
}

async function offered(world: World, username = 'ann'): Promise<readonly string[] | string> {
  const view = await openForm(world.ports, personOf(world, username));
  return view.form === 'open' ? view.entries.map(({ path }) => path) : view.because;
}

/** Asks on the page, and tells how often the inbox was woken. */
async function ask(world: World, facts: Partial<FormAsk> = {}) {
  let woken = 0;
  const asked = await askByForm(
    { ...world.ports, onReceived: () => (woken += 1) },
    {
      ...{ nonce: randomUUID(), person: personOf(world, 'ann'), access: { by: 'text', text: READ } },
      ...{ seconds: 3600, justification: 'INC-42 replication lag' },
      ...facts,
    },
  );
  return { ...asked, woken };
}

describe('the form at login', () => {
  it('offers what this person may ask for, by path, with the lengths that the form in Slack offers', async () => {
    const world = await aWorld();
    const view = await openForm(world.ports, personOf(world, 'ann'));
    if (view.form !== 'open') throw new Error(view.because);
    expect(view.entries.map(({ path }) => path)).toEqual(OFFERED);
    expect(view.more).toBe(false);
    expect(view.entries[1]).toMatchObject({ kind: 'group', path: READ });
    const { durations = [], defaultSeconds = 0 } = view.entries[1] ?? {};
    expect(durations).toContain(defaultSeconds);
  });

  it('offers what needs a linked account to those alone who have one', async () => {
    expect(await offered(await aWorld())).toEqual(OFFERED);
    expect(await offered(await aLinkedWorld())).toEqual([DEEP, READ, VAULT, 'db-reader', 'grafana/viewer']);
  });

  it('offers what is for a group to its members alone, whether it is named by path or bare', async () => {
    for (const group of ['/approvers/platform', 'platform']) {
      const world = await aWorld();
      const marks = { requestable: 'true', 'approver-group': '/approvers/security', risk: 'low' };
      world.keycloak.thing('group', READ, { ...marks, 'eligible-group': group });
      expect(await offered(world, 'ann')).not.toContain(READ);
      expect(await offered(world, 'chen')).toContain(READ);
      world.keycloak.hideGroups(true);
      expect(await offered(world, 'chen')).not.toContain(READ);
    }
  });

  it('shows a hundred at most, and says that there are more', async () => {
    const world = await aWorld();
    for (let index = 0; index < 100; index++)
      world.keycloak.thing('group', `/many/${String(index)}`, { requestable: 'true', 'approver-group': 'platform' });
    const view = await openForm(world.ports, personOf(world, 'ann'));
    expect(view).toMatchObject({ form: 'open', more: true });
    expect(view.form === 'open' && view.entries).toHaveLength(100);
  });

  it('is open while Keycloak reads the catalogue slowly: what was read last serves', async () => {
    const world = await aWorld();
    await world.ports.catalogue.latest();
    world.keycloak.faults.always('list', 'unavailable');
    expect(await offered(world)).toEqual(OFFERED);
  });

  it.each([
    ['whose e-mail is not verified', (world: World) => world.keycloak.user('ann', { emailVerified: false })],
    ['who has no Slack account', (world: World) => world.keycloak.user('ann', { email: 'else@acme.example' })],
    ['who is gone', (world: World) => world.keycloak.dropUser('ann')],
    ['whose account is a guest', (world: World) => world.slack.person('ann', { guest: true })],
    [
      'whose account is another person’s, too',
      (world: World) => world.keycloak.user('bob', { slackIds: [slackAttribute(world.slackOf('ann'))] }),
    ],
  ])('is closed for somebody %s', async (_, change) => {
    const world = await aWorld();
    const person = personOf(world, 'ann');
    change(world);
    expect(await openForm(world.ports, person)).toEqual({ form: 'closed', because: 'not_linked' });
    expect(await ask(world, { person })).toMatchObject({ asked: false, field: null, because: 'not_linked', woken: 0 });
  });

  it('is closed while Slack is away, and says nothing for certain while Keycloak is', async () => {
    const world = await aWorld();
    world.slack.faults.always('profile', 'unavailable');
    expect(await offered(world)).toBe('slack_away');
    expect(await ask(world)).toMatchObject({ asked: false, field: null, because: 'slack_away' });
    world.keycloak.faults.always('person', 'unavailable');
    await expect(offered(world)).rejects.toMatchObject({ code: 'keycloak_unavailable' });
  });

  it('is closed where nothing can be asked for', async () => {
    const world = await aWorld();
    for (const path of [...OFFERED, VAULT]) world.keycloak.dropThing(path);
    expect(await offered(world)).toBe('nothing_offered');
  });
});

describe('asking by the form', () => {
  it('becomes the same access request with the same card, and the person hears of it in Slack', async () => {
    const world = await aWorld();
    expect(await ask(world)).toEqual({ asked: true, woken: 1 });
    await world.run();
    expect(world.told('ann')).toMatchObject([
      { say: 'received', request: { askedSeconds: 3600, justification: 'INC-42 replication lag' } },
    ]);
    expect(world.slack.messages.find(({ kind }) => kind === 'card')).toMatchObject({
      channel: PLATFORM,
      card: { request: { resource: { path: READ }, requester: { username: 'ann' } } },
    });
  });

  it('I16: asks once, however often the same signed call comes', async () => {
    const world = await aWorld();
    const nonce = randomUUID();
    await Promise.all([ask(world, { nonce }), ask(world, { nonce })]);
    await world.run();
    expect(world.told('ann').map(({ say }) => say)).toEqual(['received']);
  });

  it.each([
    [{ access: { by: 'text', text: 'no-such' } }, { field: 'access', because: 'unknown_access', limit: null }],
    [{ access: { by: 'text', text: VAULT } }, { field: 'access', because: 'link_needed', limit: null }],
    [{ seconds: 1 }, { field: 'duration', because: 'too_short', limit: 60 }],
    [{ seconds: 366 * 86_400 }, { field: 'duration', because: 'too_long', limit: 28_800 }],
    [{ seconds: 400 * 86_400 }, { field: 'duration', because: 'bad_duration', limit: null }],
    [{ justification: ' \u200b ' }, { field: 'justification', because: 'justification_missing', limit: null }],
    [{ justification: 'x'.repeat(5000) }, { field: 'justification', because: 'justification_too_long', limit: 1000 }],
  ] as const)('tells at the field what is wrong, and asks for nothing: %j', async (facts, told) => {
    const world = await aWorld();
    expect(await ask(world, facts)).toEqual({ asked: false, ...told, woken: 0 });
    expect(await world.store.countUnfinished()).toBe(0);
  });

  it('tells a pattern that the justification must fit, and who may not ask', async () => {
    const world = await aWorld();
    const marks = { requestable: 'true', 'approver-group': 'platform', risk: 'low' };
    world.keycloak.thing('group', READ, { ...marks, 'justification-pattern': 'OPS-[0-9]+' });
    world.keycloak.thing('group', DEEP, { ...marks, 'eligible-group': '/approvers/security' });
    expect(await ask(world)).toMatchObject({ because: 'justification_pattern', limit: 'OPS-[0-9]+' });
    expect(await ask(world, { access: { by: 'text', text: DEEP } })).toMatchObject({
      ...{ asked: false, field: 'access', because: 'not_eligible' },
    });
  });

  it('tells that the same is asked for already, and that too much is', async () => {
    const world = await aWorld();
    await world.ask('ann', READ);
    expect(await ask(world)).toMatchObject({ asked: false, field: 'access', because: 'already_pending' });
    const marks = { requestable: 'true', 'approver-group': 'platform', risk: 'low' };
    for (let index = 0; index < 9; index++) {
      world.keycloak.thing('group', `/many/${String(index)}`, marks);
      world.clock.advance(61);
      await world.ask('ann', `/many/${String(index)}`);
    }
    expect(await ask(world, { access: { by: 'text', text: DEEP } })).toMatchObject({
      ...{ asked: false, field: null, because: 'too_many_pending', limit: 10 },
    });
  });

  it('I17: asks for nobody else, should the Slack account become another person’s before it is carried out', async () => {
    const world = await aWorld();
    expect(await ask(world)).toMatchObject({ asked: true });
    const account = slackAttribute(world.slackOf('ann'));
    world.keycloak.user('ann', { email: 'else@acme.example' });
    world.keycloak.user('bob', { slackIds: [account], email: 'ann@acme.example' });
    await world.run();
    expect(world.refusals('ann')).toEqual([{ refusal: 'identity_ambiguous' }]);
    expect((await world.rows()).requests).toEqual([]);
  });
});
