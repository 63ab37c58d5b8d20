import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { castWorkspace, offer } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const seed = async (realm: TestRealm) => ({
  viewer: await offer(realm, 'sprachen-viewer'),
  writer: await offer(realm, 'sprachen-writer'),
});
const people = castWorkspace().people?.map((one) => (one.name === 'ann' ? { ...one, locale: 'de-DE' } : one)) ?? [];

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed, slack: { people } });
  // By the end of it Slack has told Ann's language, however slow the machine.
  await stage.hears(stage.workspace.as('ann'), () => stage.workspace.as('ann').command('/access help'));
});
afterAll(() => stage.stop());

const platform = () => stage.workspace.channel('platform-approvals');

describe('Ann reads German, everybody else English', () => {
  it('asks, is approved, holds and gives back: each reads it in a language of their own', async () => {
    const [ann, chen] = [stage.workspace.as('ann'), stage.workspace.as('chen')];
    await ann.shortcut('request_access');
    const form = await ann.modal();
    expect(ann.read(form)).toContain('Begründung');
    await ann.fill(form, { Zugriff: 'sprachen-viewer' });
    await ann.modal((view) => ann.read(view).includes('Längste Dauer: 8 Stunden'));
    expect((await ann.submit(form, { Dauer: '1 Stunde', Begründung: '\u200b \u2800' })).errors).toEqual({
      Begründung: expect.stringContaining('Schreibe in wenigen Worten'),
    });
    expect(await ann.submit(form, { Begründung: 'INC-42 Abfrage prüfen' })).toMatchObject({ result: 'cleared' });

    const card = await stage.workspace.until(() => platform().messages.at(-1), 90_000);
    expect(chen.read(card)).toMatch(/Access request: waiting[^]*@ann asks for[^]*1 hour, from approval/);
    expect(chen.read(card)).toContain('INC-42 Abfrage prüfen');
    await stage.tell('ann', /Deine Anfrage zu \S*sprachen-viewer\S* für 1 Stunde liegt den Genehmigenden vor/);

    await stage.approve('chen', card);
    await stage.isLive('ann', stage.seeded.viewer);
    await stage.tell('ann', /ist genehmigt für 1 Stunde\. Ich aktiviere es jetzt/);
    await stage.tell('ann', /Du hast \S*sprachen-viewer\S* bis /);
    await stage.tell('chen', /You approved \S*sprachen-viewer/);

    await ann.openHome();
    const home = await stage.workspace.until(() => ann.home(), 90_000);
    expect(ann.read(home)).toMatch(/Deine befristeten Zugriffe[^]*sprachen-viewer[^]*aktiv bis/);

    const held = await stage.workspace.until(() => ann.dm.messages.findLast(({ text }) => text.startsWith('Du hast')));
    await stage.press('ann', held, 'Zurückgeben');
    await stage.isGone('ann', stage.seeded.viewer);
    await stage.tell('ann', /ist beendet, .*: du hast ihn zurückgegeben\. Der Zugriff ist entfernt\./);
    await stage.quiet();
    expect(chen.read(card)).toContain('Access request: ended');
    expect(
      platform()
        .thread(card.ts)
        .map(({ text }) => text),
    ).toEqual([
      expect.stringContaining('Asked by'),
      expect.stringContaining('Approved by'),
      expect.stringContaining('Live:'),
      expect.stringContaining('released it'),
      expect.stringMatching(/^Ended .*: the holder released it\. Removed in Keycloak/),
    ]);
  });

  it('a refusal is said to each in a language of their own', async () => {
    const [ann, bob] = [stage.workspace.as('ann'), stage.workspace.as('bob')];
    expect(await stage.hears(ann, () => ann.command('/request-access nirgends 1h INC-42'))).toEqual([
      expect.stringContaining('Ich kenne keinen Zugriff wie „nirgends“'),
    ]);
    expect(await stage.hears(bob, () => bob.command('/request-access nirgends 1h INC-42'))).toEqual([
      expect.stringContaining('I know no access like "nirgends"'),
    ]);
    expect(await stage.hears(ann, () => ann.command('/access help'))).toEqual([
      expect.stringContaining('Das kannst du eingeben:'),
    ]);
  });

  it('an approver who reads German decides about what was asked in English', async () => {
    await stage.workspace.changePerson('U0DANA', { locale: 'de-DE' });
    const [bob, dana] = [stage.workspace.as('bob'), stage.workspace.as('dana')];
    const card = await stage.ask('bob', 'sprachen-writer 1h INC-43 needed for the report');
    await stage.press('dana', card, 'Deny…');
    const dialog = await dana.modal((view) => dana.read(view).includes('INC-43'));
    expect(dana.read(dialog)).toMatch(/@bob bittet um[^]*1 Stunde, ab der Genehmigung/);
    await dana.submit(dialog, { Kommentar: 'Please take the viewer' });
    await stage.tell('bob', /@dana denied \S*sprachen-writer\S*: Please take the viewer/);
    await stage.tell('dana', /Du hast \S*sprachen-writer\S* für @bob abgelehnt/);
    expect(await stage.holds('bob', stage.seeded.writer)).toBe(false);
    expect(stage.told(bob).join()).not.toMatch(/abgelehnt|Anfrage/);
  });
});

it('I22: after all this the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
  await stage.quiet();
  const { chain, replayed, tables } = await proveRecord(stage.file);
  expect(chain.ok).toBe(true);
  expect(replayed).toEqual(tables);
  expect(stage.workspace.violations).toEqual([]);
});
