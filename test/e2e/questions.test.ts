import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import type { CastName } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  return {
    answered: await offer(realm, 'answered'),
    withdrawn: await offer(realm, 'withdrawn'),
    denied: await offer(realm, 'denied'),
  };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

type Card = Awaited<ReturnType<typeof stage.ask>>;

/** Opens a dialog by this button and returns it once it shows its facts. */
async function dialogOf(who: CastName, message: Card, button: string, fact: string) {
  await stage.press(who, message, button);
  const actor = stage.workspace.as(who);
  return actor.modal((view) => actor.read(view).includes(fact));
}
async function question(who: CastName, card: Card, text: string): Promise<void> {
  const dialog = await dialogOf(who, card, 'Ask for more…', 'Gives');
  expect(await stage.workspace.as(who).submit(dialog, { Question: text })).toMatchObject({ result: 'cleared' });
}
/** The message in which Ann is asked. */
const questionTo = (text: string) =>
  stage.workspace.until(() => stage.workspace.as('ann').dm.messages.findLast((one) => one.text.includes(text)));

describe('an approver asks for more', () => {
  it('the requester hears it, answers, and the approval that follows gives the access', async () => {
    const card = await stage.ask('ann', 'answered 1h INC-42');
    const [ann, chen, dana] = (['ann', 'chen', 'dana'] as const).map((name) => stage.workspace.as(name));
    if (ann === undefined || chen === undefined || dana === undefined) throw new Error('nobody');
    await question('chen', card, 'Which replica?');
    const asked = await questionTo('Which replica?');
    expect(ann.read(asked)).toMatch(/@chen asks about your request for \*?answered\*?: Which replica\?/);
    await stage.quiet();
    expect(dana.read(card)).toMatch(/@chen asks: Which replica\?[^]*has not answered yet/);
    const dialog = await dialogOf('ann', asked, 'Answer…', 'Which replica?');
    expect(await ann.submit(dialog, { Answer: 'The second one' })).toMatchObject({ result: 'cleared' });
    expect(await stage.tell('chen', /@ann answers about/)).toMatch(/The second one[^]*You asked: Which replica\?/);
    await stage.quiet();
    expect(dana.read(card)).toMatch(/@chen asks: Which replica\?[^]*@ann: The second one/);
    const story = stage.workspace.channel('platform-approvals').thread(card.ts);
    expect(story.map((line) => dana.read(line)).join('\n')).toMatch(
      /@chen asks: Which replica\?[^]*@ann answers: The second one/,
    );
    const latest = story.at(-1);
    if (latest === undefined) throw new Error('no line');
    expect(dana.read(latest)).toContain('[ Ask for more… ]');
    expect(await stage.holds('ann', stage.seeded.answered)).toBe(false);
    await stage.press('dana', latest, 'Approve');
    await stage.isLive('ann', stage.seeded.answered);
    await stage.press('ann', asked, 'Answer…');
    await ann.modal((view) => ann.read(view).includes('You answered this'));
  });

  it('the requester withdraws instead, and what is answered later is told that it is over', async () => {
    const card = await stage.ask('ann', 'withdrawn 1h INC-43');
    await question('dana', card, 'Is it still needed?');
    const asked = await questionTo('Is it still needed?');
    const ann = stage.workspace.as('ann');
    const dialog = await dialogOf('ann', asked, 'Answer…', 'Is it still needed?');
    const heard = await stage.hears(ann, () => stage.press('ann', asked, 'Withdraw'));
    expect(heard).toEqual([expect.stringContaining('is withdrawn')]);
    const late = await stage.hears(ann, () => ann.submit(dialog, { Answer: 'No' }));
    expect(late).toEqual([expect.stringContaining('withdrew this')]);
    expect(stage.workspace.as('chen').read(card)).toMatch(/Is it still needed\?[^]*none was given/);
  });

  it('and nobody else: not the requester, not a stranger to the group, not once it is decided', async () => {
    const card = await stage.ask('ann', 'denied 1h INC-44');
    const eve = stage.workspace.as('eve');
    const dialog = await dialogOf('eve', card, 'Ask for more…', 'Gives');
    const stranger = await stage.hears(eve, () => eve.submit(dialog, { Question: 'Me too?' }));
    expect(stranger).toEqual([expect.stringContaining('Only members of /approvers/platform')]);
    await dialogOf('ann', card, 'Ask for more…', 'You asked for this access yourself');
    const chen = stage.workspace.as('chen');
    const open = await dialogOf('chen', card, 'Ask for more…', 'Gives');
    await stage.press('dana', card, 'Deny…');
    const dana = stage.workspace.as('dana');
    await dana.submit(await dana.modal((view) => dana.read(view).includes('Gives')));
    await stage.tell('ann', /@dana denied/);
    const late = await stage.hears(chen, () => chen.submit(open, { Question: 'Why?' }));
    expect(late).toEqual([expect.stringContaining('denied this')]);
    expect(stage.tables().requests.find(({ resource }) => resource.path === 'denied')).toMatchObject({ questions: [] });
  });
});

it('I22: after all this the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
  await stage.quiet();
  const { chain, replayed, tables } = await proveRecord(stage.file);
  expect(chain.ok).toBe(true);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
