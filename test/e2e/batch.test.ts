import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { replayTeams } from '../../src/domain/team-ask.ts';
import { castWorkspace, emailOf, offer, slackIdOf } from '../doubles/e2e-cast.ts';
import { proveRecord, readAudit } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const NEWCOMERS = Array.from({ length: 30 }, (_, index) => `new${index}`);
/** In Slack a guest; unknown to Keycloak; disabled there; asked for by somebody else before. */
const GUEST = 'new3';
const UNKNOWN = 'new8';
const DISABLED = 'new14';
const PENDING = 'new21';
const REFUSED = [GUEST, UNKNOWN, DISABLED, PENDING];
const LONG_MS = 200_000;

async function seed(realm: TestRealm) {
  for (const name of NEWCOMERS.filter((one) => one !== UNKNOWN))
    await realm.createUser(name, { email: emailOf(name), emailVerified: true, enabled: name !== DISABLED });
  return { access: await offer(realm, 'onboarding') };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  const { people = [], ...workspace } = castWorkspace();
  const newcomers = NEWCOMERS.map((name) => ({
    ...{ id: slackIdOf(name), name, realName: name, email: emailOf(name) },
    isRestricted: name === GUEST,
  }));
  stage = await aStage({ seed, slack: { ...workspace, people: [...people, ...newcomers] } });
});
afterEach(() => stage.workspace.faults.clear());
afterAll(() => stage.stop());

const channel = () => stage.workspace.channel('platform-approvals');
const reports = () => stage.workspace.as('ann').dm.messages.filter(({ text }) => text.includes('for 30 people'));
const report = () => reports().map((message) => stage.workspace.as('ann').read(message))[0] ?? '';
/** For whom there is a request of this ask. */
const askedFor = () => {
  const { requests } = stage.tables();
  return requests.filter(({ teamId }) => teamId !== null).map(({ beneficiary }) => beneficiary.username);
};

describe('onboarding of 30 people at once', () => {
  it('goes on through Slack’s 429 and a restart in the middle, and reports exactly those who could not be asked for', async () => {
    await stage.ask('bob', `onboarding @${PENDING} 1h first`);
    const mentions = NEWCOMERS.map((name) => `@${name}`).join(' ');
    const { faults } = stage.workspace;
    const outcome = await stage.workspace.as('ann').command(`/request-access onboarding ${mentions} 2h first day`);
    expect(outcome.ok).toBe(true);
    await stage.until('some are asked', () => askedFor().length >= 5);
    faults.api('users.info', { kind: 'rate_limit', retryAfterSeconds: 1 }, 3);
    faults.api('chat.postMessage', { kind: 'rate_limit', retryAfterSeconds: 1 }, 3);
    faults.api('chat.update', { kind: 'rate_limit', retryAfterSeconds: 1 }, 2);
    await stage.until('more are asked', () => askedFor().length >= 10);
    await stage.end();
    expect(askedFor().length).toBeLessThan(26);
    await stage.begin();
    await stage.workspace.until(() => report().includes('26 of 30 asked, 4 could not be.'), LONG_MS);
    expect(reports()).toHaveLength(1);
    const [, refused = ''] = report().split('Could not be asked');
    expect([...refused.matchAll(/• @(\w+):/g)].map(([, name]) => name)).toEqual(REFUSED);
    expect(refused).toMatch(/@new3: .*guest/);
    expect(refused).toMatch(/@new21: .*asked for already/);
  });

  it('nobody is asked for twice: one request and one card for each, and each was told once', async () => {
    expect(askedFor().toSorted()).toEqual(NEWCOMERS.filter((name) => !REFUSED.includes(name)).toSorted());
    const cards = () => channel().messages.filter(({ text }) => text.includes('first day'));
    await stage.workspace.until(() => cards().length >= 26, LONG_MS);
    expect(cards()).toHaveLength(26);
    for (const name of ['new0', 'new29'])
      expect(stage.told(stage.workspace.as(name)).filter((text) => text.includes('for you'))).toHaveLength(1);
    expect(stage.told(stage.workspace.as(GUEST))).toEqual([]);
  });

  it('the asker sees decisions in the same message, the person has the access', async () => {
    const cardOf = (name: string) =>
      channel().messages.find(({ text }) => text.includes(`<@${slackIdOf(name)}>`) && text.includes('first day'));
    const [first, second] = [cardOf('new0'), cardOf('new1')];
    if (first === undefined || second === undefined) throw new Error('no cards');
    await stage.approve('chen', first);
    await stage.press('dana', second, 'Deny…');
    const dana = stage.workspace.as('dana');
    await dana.submit(await dana.modal((view) => dana.read(view).includes('Gives')));
    await stage.workspace.until(() => /1 approved, 1 denied; 24 wait/.test(report()), LONG_MS);
    expect(report()).toContain('Denied*  @new1');
    expect(stage.tables().grants.map(({ person }) => person.username)).toEqual(['new0']);
  });

  it('I22: the audit holds, gives the tables, and tells what became of each', async () => {
    await stage.workspace.until(() => stage.tables().grants.some(({ state }) => state === 'live'), LONG_MS);
    const { chain, replayed, tables } = await proveRecord(stage.file);
    expect(chain.ok).toBe(true);
    expect(replayed).toEqual(tables);
    expect([...replayTeams(await readAudit(stage.file)).values()]).toEqual([{ people: 30, asked: 26, refused: 4 }]);
    expect(stage.workspace.violations).toEqual([]);
  });
});
