import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { expectRefused } from '../doubles/e2e-refusal.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const DANGEROUS = '=1+1';

async function seed(realm: TestRealm) {
  await offer(realm, DANGEROUS);
  await offer(realm, 'denied-one');
  await offer(realm, 'waiting-one');
  return { live: await offer(realm, 'live-one'), ended: await offer(realm, 'ended-one') };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
  await stage.approve('chen', await stage.ask('ann', 'ended-one 1h why'));
  await stage.isLive('ann', stage.seeded.ended);
  stage.pass(86_400 * 3);
  await stage.isGone('ann', stage.seeded.ended);
  await stage.approve('chen', await stage.ask('bob', 'live-one 1h why'));
  await stage.isLive('bob', stage.seeded.live);
  const denied = await stage.ask('ann', 'denied-one 1h why');
  await stage.press('chen', denied, 'Deny…');
  const chen = stage.workspace.as('chen');
  await chen.submit(await chen.modal((view) => chen.read(view).includes('Gives')));
  await stage.ask('ann', 'waiting-one 1h why');
  await stage.ask('bob', `${DANGEROUS} 1h why`);
  await stage.quiet();
});
afterAll(() => stage.stop());

/** The page that Eve sees, one string per entry: what and on what, then for whom, by whom, when and which number. */
async function page(words: string): Promise<readonly string[]> {
  const eve = stage.workspace.as('eve');
  const heard = await stage.hears(eve, () => eve.command(`/access-audit ${words}`));
  expect(heard).toHaveLength(1);
  return [...(heard[0] ?? '').matchAll(/^\*.*\n.* · #\d+$/gm)].map(([entry]) => entry);
}
const paths = (entries: readonly string[]) =>
  [...new Set(entries.map((entry) => /^\*.*?\* {2}(.*)$/m.exec(entry)?.[1]))].toSorted();

describe('/access-audit', () => {
  it('shows the latest, newest first, and the older ones on the next page', async () => {
    const latest = await page('');
    expect(latest).toHaveLength(10);
    const numbers = latest.map((line) => Number(/#(\d+)$/.exec(line)?.[1]));
    expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    const eve = stage.workspace.as('eve');
    const shown = await stage.workspace.until(() => eve.ephemerals().at(-1));
    const older = await stage.hears(eve, () => eve.click(shown, 'Older'));
    expect(older).toEqual([expect.stringContaining(`#${Math.min(...numbers) - 1}\n`)]);
  });

  it.each([
    ['state:live', ['live-one']],
    ['state:ended', ['ended-one']],
    ['state:denied', ['denied-one']],
    ['state:pending', [DANGEROUS, 'waiting-one']],
    ['DENIED', ['denied-one']],
    ['@bob', [DANGEROUS, 'live-one']],
    ['@bob state:ended', []],
    ['ended-one until:2d', ['ended-one']],
    ['live-one until:2d', []],
    ['live-one since:2d', ['live-one']],
  ])('narrows by %s', async (words, expected) => {
    expect(paths(await page(words))).toEqual(expected);
  });

  it('finds what a person decided, not only what he got', async () => {
    expect(paths(await page('@chen'))).toEqual(expect.arrayContaining(['live-one', 'denied-one', 'ended-one']));
  });

  it('refuses a word that it cannot read, rather than showing too much', async () => {
    const eve = stage.workspace.as('eve');
    for (const words of ['state:dead', 'since:yesterday', 'color:red', '@nobody-here']) {
      const ask = () => eve.command(`/access-audit ${words}`);
      await expectRefused(stage, eve, ask, { says: /I do not understand/, audited: null });
    }
  });

  it('is for members of the admin group alone', async () => {
    for (const words of ['', 'csv', 'verify', 'state:live']) {
      const chen = stage.workspace.as('chen');
      const ask = () => chen.command(`/access-audit ${words}`);
      await expectRefused(stage, chen, ask, { says: /Only members of \/access-admins/, audited: 'not_admin' });
    }
    expect(stage.workspace.files.size).toBe(0);
  });

  it('I21: csv goes to the asker’s direct messages alone, and no cell is a formula', async () => {
    const eve = stage.workspace.as('eve');
    await eve.command('/access-audit csv');
    await stage.quiet();
    const [file] = stage.workspace.files.values();
    expect([...(file?.channels ?? [])]).toEqual([eve.dm.id]);
    const text = file?.content?.toString('utf8') ?? '';
    const lines = text.trimEnd().split('\r\n');
    expect(lines[0]).toContain('"seq","time","what"');
    expect(lines.length).toBeGreaterThan(15);
    expect(text).toContain(`"'${DANGEROUS}"`);
    expect(text).not.toMatch(/(^|,)"[=+@\t\r-]/m);
    expect((await page('')).at(0)).toContain('audit exported');
  });

  it('verify says that the chain holds', async () => {
    const eve = stage.workspace.as('eve');
    const heard = await stage.hears(eve, () => eve.command('/access-audit verify'));
    expect(heard).toEqual([expect.stringMatching(/The audit is whole: \d+ entries/)]);
    expect(stage.workspace.violations).toEqual([]);
  });
});
