import { describe, expect, it } from '@jest/globals';
import { replayTeams, tallyOf } from '../../../src/domain/team-ask.ts';
import { CodedError } from '../../../src/lib/errors.ts';
import type { TeamView } from '../../../src/usecases/views.ts';
import { READ, VAULT } from '../../doubles/fake-cast.ts';
import { mortal } from '../../doubles/fake-process.ts';
import { expectRefused, expectSound } from '../../doubles/fake-world-checks.ts';
import { aWorld } from '../../doubles/fake-world.ts';
import type { World } from '../../doubles/fake-world.ts';

const NAMES = Array.from({ length: 30 }, (_, index) => `new${index}`);

/** A world into which these people were just hired. */
async function aTeamWorld(names: readonly string[] = NAMES): Promise<World> {
  const world = await aWorld();
  for (const name of names) {
    world.keycloak.user(name);
    world.slack.person(name);
  }
  return world;
}
const asking = (world: World, names: readonly string[], access = READ) => ({
  intent: 'team_request' as const,
  people: names.map((name) => world.slackOf(name)),
  access: { by: 'text' as const, text: access },
  duration: '1h',
  justification: 'INC-42 first day',
});
/** The one message that tells Ann how it goes. */
function shown(world: World): TeamView {
  const [first, second] = world.slack.teams;
  if (first === undefined || second !== undefined) throw new Error('not one message');
  return first.team;
}
const refusedIn = ({ ask }: TeamView) =>
  ask.people.flatMap((one) => (one.part === 'refused' ? [[one.slack.userId, one.refusal.refusal]] : []));

/** Everything that is true of a finished ask: nobody twice, and the audit tells the same. */
async function expectDone(world: World, tally: { readonly people: number; readonly asked: number }): Promise<void> {
  const { ask, requests } = shown(world);
  expect(ask.state).toBe('asked');
  const { people, asked } = tally;
  expect(tallyOf(ask)).toEqual({ people, asked, refused: people - asked });
  expect(new Set(requests.map(({ beneficiary }) => beneficiary.userId)).size).toBe(asked);
  expect((await world.rows()).requests).toHaveLength(asked);
  expect([...replayTeams(await world.audit()).values()]).toEqual([tallyOf(ask)]);
  expect(world.slack.messages.filter(({ kind }) => kind === 'card')).toHaveLength(asked);
  await expectSound(world);
}

describe('an ask for many people', () => {
  it('asks for each of them, tells each, and reports in one message who could not be asked for and why', async () => {
    const world = await aTeamWorld();
    world.slack.person('new3', { guest: true });
    world.keycloak.user('new7', { enabled: false });
    world.keycloak.dropUser('new9');
    await world.ask('new11');
    await world.act('ann', asking(world, NAMES));
    expect(refusedIn(shown(world))).toEqual([
      ['UNEW3', 'not_for_them'],
      ['UNEW7', 'not_for_them'],
      ['UNEW9', 'not_for_them'],
      ['UNEW11', 'already_pending'],
    ]);
    expect(world.told('ann')).toEqual([]);
    expect(world.told('new0').map(({ say }) => say)).toEqual(['asked_for_you']);
    expect(world.told('new3')).toEqual([]);
    const refusals = (await world.audit()).filter(({ kind }) => kind === 'request.refused');
    expect(refusals.map(({ data }) => data['person'])).toEqual(
      ['UNEW3', 'UNEW7', 'UNEW9', 'UNEW11'].map((id) => `${world.slackOf('ann').teamId}/${id}`),
    );
    const { requests } = await world.rows();
    expect(requests.filter(({ teamId }) => teamId !== null)).toHaveLength(26);
    await expectSound(world);
  });

  it('the asker hears decisions in that message, the people themselves', async () => {
    const world = await aTeamWorld(['new0', 'new1', 'new2']);
    await world.act('ann', asking(world, ['new0', 'new1', 'new2']));
    const [first, second] = shown(world).requests;
    if (first === undefined || second === undefined) throw new Error('not asked');
    await world.approve('chen', first.id);
    await world.deny('chen', second.id);
    expect(shown(world).requests.map(({ state }) => state)).toEqual(['approved', 'denied', 'pending']);
    expect(world.told('ann')).toEqual([]);
    expect(world.told('new0').map(({ say }) => say)).toEqual(['asked_for_you', 'decided', 'live']);
    expect(world.told('new1').map(({ say }) => say)).toEqual(['asked_for_you', 'decided']);
    await world.advance(86_500);
    expect(shown(world).requests.map(({ state }) => state)).toEqual(['approved', 'denied', 'expired']);
    await expectSound(world);
  });

  it('one’s own part is told in one’s own words, too', async () => {
    const world = await aTeamWorld(['new0']);
    await world.act('ann', asking(world, ['ann', 'new0']));
    const own = shown(world).requests.find(({ beneficiary }) => beneficiary.username === 'ann');
    if (own === undefined) throw new Error('not asked');
    await world.approve('chen', own.id);
    expect(world.told('ann').map(({ say }) => say)).toEqual(['decided', 'live']);
    await expectDone(world, { people: 2, asked: 2 });
  });

  it('counts as one ask, and leaves the asker free to ask for himself', async () => {
    const world = await aTeamWorld();
    await world.act('ann', asking(world, NAMES));
    await expectDone(world, { people: 30, asked: 30 });
    await world.ask('ann', 'db-reader');
  });

  it('is refused whole where it is wrong for all of them, and then asks for nobody', async () => {
    const world = await aTeamWorld();
    const people = Array.from({ length: 51 }, (_, index) => ({ teamId: 'T0ACME', userId: `U${index}` }));
    const wrong = [
      ['too_many_people', { ...asking(world, NAMES), people }],
      ['unknown_access', asking(world, NAMES, 'nothing-like-it')],
      ['too_long', { ...asking(world, NAMES), duration: '9d' }],
      ['bundle_for_many', { ...asking(world, NAMES), also: [{ by: 'text' as const, text: 'db-reader' }] }],
      ['justification_missing', { ...asking(world, NAMES), justification: ' ' }],
    ] as const;
    for (const [refusal, intent] of wrong) await expectRefused(world, 'ann', refusal, () => world.act('ann', intent));
    await expectRefused(world, 'ann', 'link_needed', () => world.act('ann', asking(world, NAMES, VAULT)));
    expect(world.slack.teams).toEqual([]);
  });

  it('a second one waits until the first is done, and another person’s does not', async () => {
    const world = await aTeamWorld();
    const isOpen = async (name: string): Promise<boolean> => {
      const user = world.keycloak.users.get(name);
      return user !== undefined && (await world.store.openTeamAsk(user.userId)) !== null;
    };
    world.keycloak.faults.always('self', 'unavailable');
    await world.act('ann', asking(world, NAMES.slice(0, 2)));
    expect(await isOpen('ann')).toBe(true);
    await world.act('ann', asking(world, NAMES.slice(2, 4)));
    expect(world.refusals('ann')).toEqual([{ refusal: 'team_under_way', path: READ }]);
    await world.act('bob', asking(world, NAMES.slice(4, 6)));
    expect(await isOpen('bob')).toBe(true);
    world.keycloak.faults.heal();
    await world.advance(5);
    expect([await isOpen('ann'), await isOpen('bob')]).toEqual([false, false]);
    expect((await world.rows()).requests).toHaveLength(4);
    await expectSound(world);
  });

  it('waits for Keycloak and for Slack in the middle of it, and then goes on where it was', async () => {
    const world = await aTeamWorld();
    const { slackPeople, directory, conversation } = world.ports;
    const counted = (from: number, to: number, error: CodedError) => {
      let count = 0;
      return <T>(work: () => Promise<T>): Promise<T> =>
        ++count > from && count <= to ? Promise.reject(error) : work();
    };
    const limit = new CodedError('slack_rate_limited', 'users.info', { retryAfterMs: 7000 });
    const profile = counted(20, 23, limit);
    const self = counted(15, 25, new CodedError('keycloak_unavailable', 'self'));
    const tell = counted(1, 4, limit);
    world.restart('two', {
      ...world.ports,
      slackPeople: { ...slackPeople, profile: (slack) => profile(() => slackPeople.profile(slack)) },
      directory: { ...directory, self: () => self(() => directory.self()) },
      conversation: { ...conversation, tellTeam: (...args) => tell(() => conversation.tellTeam(...args)) },
    });
    await world.act('ann', asking(world, NAMES));
    expect((await world.rows()).requests.length).toBeLessThan(30);
    await world.advance(20);
    expect((await world.rows()).requests.length).toBeLessThan(30);
    await world.advance(120);
    await expectDone(world, { people: 30, asked: 30 });
  });

  it('what does not come back by itself is refused for that person alone', async () => {
    const world = await aTeamWorld(['new0', 'new1']);
    world.keycloak.thing('group', '/eligible');
    world.keycloak.join('new1', '/eligible');
    const attributes = { requestable: 'true', 'approver-group': '/approvers/platform', 'eligible-group': '/eligible' };
    world.keycloak.thing('group', READ, attributes);
    await world.act('ann', asking(world, ['new0', 'new1']));
    expect(refusedIn(shown(world))).toEqual([['UNEW0', 'not_for_them']]);
    await expectDone(world, { people: 2, asked: 1 });
  });

  it.each(['before', 'after'] as const)(
    'I16: killed %s any call to the outside, it is finished by the next process, and asks for nobody twice',
    async (when) => {
      for (const dieAt of [3, 9, 14, 20, 27, 35, 44, 54, 65, 77]) {
        const world = await aTeamWorld(['new0', 'new1', 'new2', 'new3']);
        world.slack.person('new2', { guest: true });
        const dying = mortal(world.ports, dieAt, when);
        world.restart('dying', dying.ports);
        await world.send('ann', asking(world, ['new0', 'new1', 'new2', 'new3']));
        await Promise.race([world.run(), dying.died]);
        world.restart('next');
        await world.advance(120);
        const { ask } = world.slack.teams.at(-1)?.team ?? shown(world);
        expect(tallyOf(ask)).toEqual({ people: 4, asked: 3, refused: 1 });
        expect((await world.rows()).requests).toHaveLength(3);
        await expectSound(world);
      }
    },
  );

  it('tells how it goes at most once in a few seconds, in the place of what it told before', async () => {
    const world = await aTeamWorld();
    let told = 0;
    const conversation: typeof world.slack.conversation = {
      ...world.slack.conversation,
      tellTeam: (...args) => {
        told += 1;
        return world.slack.conversation.tellTeam(...args);
      },
    };
    world.restart('two', { ...world.ports, conversation });
    await world.act('ann', asking(world, NAMES));
    expect(told).toBeLessThanOrEqual(3);
    await expectDone(world, { people: 30, asked: 30 });
  });
});
