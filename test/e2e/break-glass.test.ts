import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import type { CastName } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const marked = { 'break-glass': 'true', 'max-duration': '4h' };

async function seed(realm: TestRealm) {
  return {
    database: await offer(realm, 'database', { attributes: marked }),
    console: await offer(realm, '/console', { attributes: { ...marked, 'justification-pattern': 'INC-\\d+' } }),
    plain: await offer(realm, 'plain'),
  };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

const channel = () => stage.workspace.channel('platform-approvals');
const cardOf = (path: string) =>
  stage.workspace.until(() =>
    channel().messages.findLast((one) => one.text.startsWith('Break-glass') && one.text.includes(path)),
  );
type Card = Awaited<ReturnType<typeof cardOf>>;
const thread = (card: Card): string =>
  channel()
    .thread(card.ts)
    .map((line) => stage.workspace.as('dana').read(line))
    .join('\n');
async function sign(who: CastName, card: Card, verdict: string, comment: string): Promise<void> {
  await stage.press(who, card, 'Sign review…');
  const actor = stage.workspace.as(who);
  const dialog = await actor.modal((view) => actor.read(view).includes('Was it right?'));
  expect(await actor.submit(dialog, { 'Was it right?': verdict, Comment: comment })).toMatchObject({
    result: 'cleared',
  });
  await stage.tell(who, /You signed the review/);
}

/** What Eve is shown of the emergencies that still wait for signatures. */
async function openReviews(): Promise<string> {
  const eve = stage.workspace.as('eve');
  return (await stage.hears(eve, () => eve.command('/access-audit state:review'))).join('\n');
}

describe('an emergency', () => {
  it('one line takes what is marked at once; everybody hears, two approvers sign, and End now takes it away', async () => {
    const { database } = stage.seeded;
    const ann = stage.workspace.as('ann');
    await ann.command('/access break-glass database INC-7 the primary is down');
    await stage.isLive('ann', database);
    const card = await cardOf('database');
    const dana = stage.workspace.as('dana');
    await stage.quiet();
    expect(dana.read(card)).toMatch(
      /Break-glass: live, review open[^]*@ann took \*?database\*?[^]*Nobody approved it[^]*1 hour[^]*INC-7 the primary is down[^]*\[ End now \][^]*\[ Sign review… \]/,
    );
    expect(await stage.tell('ann', /You took/)).toMatch(/2 approvers will sign/);
    const alarms = stage.workspace.channel('access-audit').messages.map(({ text }) => text);
    expect(alarms).toContainEqual(expect.stringMatching(/<@U0ANN> took \*database\* for 1 hour/));

    await stage.press('ann', card, 'Sign review…');
    await ann.modal((view) => ann.read(view).includes('You took this yourself'));
    expect(await openReviews()).toMatch(/taken by break-glass\*? {2}database/);
    await sign('chen', card, 'It was right', 'I saw it');
    await sign('dana', card, 'It was not right', 'Call next time');
    await stage.quiet();
    expect(dana.read(card)).toMatch(/reviewed[^]*closed: 2 people have signed[^]*@chen[^]*it was right: I saw it/);
    expect(dana.read(card)).not.toContain('[ Sign review… ]');
    expect(await openReviews()).toContain('No audit entry fits');
    expect(thread(card)).toMatch(
      /took it for 1 hour[^]*@chen signed \(1 of 2\)[^]*@dana signed \(2 of 2\)[^]*not right/,
    );

    await stage.press('chen', card, 'End now');
    await stage.isGone('ann', database);
    expect(stage.tables().grants).toMatchObject([{ state: 'ended', endedBy: 'revocation', endSessions: true }]);
  });

  it('the form warns first, says what is wrong with the justification, and takes it with one button', async () => {
    const { console: place } = stage.seeded;
    const eve = stage.workspace.as('eve');
    await eve.command('/access break-glass console');
    const form = await eve.modal((view) => eve.read(view).includes('Nobody approves it'));
    const wrong = await eve.submit(form, { Justification: 'it is down' });
    expect(wrong.errors).toEqual({ Justification: expect.stringContaining('INC-') });
    expect(await stage.holds('eve', place)).toBe(false);
    expect(await eve.submit(form, { Justification: 'INC-8 it is down' })).toMatchObject({ result: 'cleared' });
    await stage.isLive('eve', place);
    expect(stage.workspace.as('dana').read(await cardOf('/console'))).toContain('INC-8 it is down');
  });

  it('the form alone offers only what is marked', async () => {
    const ann = stage.workspace.as('ann');
    await ann.command('/access break-glass');
    const form = await ann.modal((view) => ann.read(view).includes('Nobody approves it'));
    const offered = JSON.stringify(await ann.suggest(form, 'Access', ''));
    expect(offered).toContain('"text":"database"');
    expect(offered).not.toContain('"text":"plain"');
    await ann.close(true);
  });

  it('who is known by e-mail alone takes nothing, and what is not marked is not taken: it is said', async () => {
    const bob = stage.workspace.as('bob');
    const unlinked = await stage.hears(bob, () => bob.command('/access break-glass database INC-9 quick'));
    expect(unlinked).toEqual([expect.stringContaining('slack-user-id')]);
    expect(await stage.holds('bob', stage.seeded.database)).toBe(false);
    const ann = stage.workspace.as('ann');
    const heard = await stage.hears(ann, () => ann.command('/access break-glass plain INC-9 quick'));
    expect(heard).toEqual([expect.stringContaining('not marked for break-glass')]);
    expect(await stage.holds('ann', stage.seeded.plain)).toBe(false);
  });
});

it('I22: the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
  await stage.quiet();
  const { chain, replayed, tables } = await proveRecord(stage.file);
  expect(chain.ok).toBe(true);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
