import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runCommand } from '../../src/cli/run-command.ts';
import { emailOf, offer } from '../doubles/e2e-cast.ts';
import { expectRefused } from '../doubles/e2e-refusal.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const POLICY = `version: 1
rules:
  - name: engineering reads at once
    when: '"/teams/engineering" in subject.groups && resource.path == "wiki"'
    allow: true
  - name: production needs security, too
    when: resource.path.startsWith("/production/")
    because: Production is shared.
    stages: [{ approvers: /approvers/platform }, { approvers: /approvers/security, required: 2 }]
    max-duration: 2h
    ticket: INC-[0-9]+
  - name: one at a time
    max-leases: 1
`;

async function seed(realm: TestRealm) {
  return { wiki: await offer(realm, 'wiki'), prod: await offer(realm, '/production/reading') };
}

let folder: string;
let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leasehold-explain-'));
  const file = path.join(folder, 'policy.yaml');
  await writeFile(file, POLICY);
  stage = await aStage({ seed, env: { POLICY_FILE: file } });
});
afterAll(async () => {
  await stage.stop();
  await rm(folder, { recursive: true });
});

async function run(env: Readonly<Record<string, string>>, ...words: readonly string[]) {
  const [said, complained]: [string[], string[]] = [[], []];
  const say = (line: string) => said.push(line);
  const complain = (line: string) => complained.push(line);
  const code = await runCommand(['policy', 'explain', ...words], { env, say, complain });
  return { code, said, complained };
}

async function told(words: string): Promise<string> {
  const eve = stage.workspace.as('eve');
  const heard = await stage.hears(eve, () => eve.command(`/access explain ${words}`));
  expect(heard).toHaveLength(1);
  return heard[0] ?? '';
}

const STAGES = [
  'Stage 1: 1 from /approvers/platform; 2 people could approve it now',
  'Stage 2: 2 from /approvers/security; 2 people could approve it now',
  'Longest lease: 2 hours',
  'The justification must contain: INC-[0-9]+',
  'Rule "production needs security, too" (stages): Production is shared.',
];

describe('explain, on a real Keycloak', () => {
  it('the terminal and Slack say who would be asked and which rule says so', async () => {
    const { code, said, complained } = await run(stage.env, emailOf('ann'), '/production/reading', '1h');
    expect({ code, complained }).toEqual({ code: 0, complained: [] });
    const verdict = 'If ann asked for /production/reading for 1 hour now, it would wait for approval.';
    expect(said.slice(0, 6)).toEqual([verdict, ...STAGES]);
    const shown = await told('@ann /production/reading 1h');
    for (const line of STAGES) expect(shown).toContain(line);
    expect(shown).toMatch(/asked for \*\/production\/reading\* for 1 hour now, it would wait for approval/);
  });

  it('others than admins are refused, and so are wrong forms', async () => {
    const [ann, eve] = [stage.workspace.as('ann'), stage.workspace.as('eve')];
    const ask = () => ann.command('/access explain @ann wiki 1h');
    await expectRefused(stage, ann, ask, { says: /\/access-admins/, audited: 'not_admin' });
    for (const form of ['@ann', 'wiki 1h', '@ann wiki 1h now']) {
      const misuse = () => eve.command(`/access explain ${form}`);
      await expectRefused(stage, eve, misuse, { says: /\/access explain @person/, audited: null });
    }
  });

  it('what somebody holds counts, in the terminal by the record; without one that is said', async () => {
    const before = await run(stage.env, 'ann', 'wiki', '1h');
    expect(before).toMatchObject({ code: 0, complained: [] });
    expect(before.said[0]).toBe('If ann asked for wiki for 1 hour now, it would be given at once.');
    await stage.workspace.as('ann').command('/request-access wiki 1h why');
    await stage.isLive('ann', stage.seeded.wiki);

    const tooMany = /ann would hold 2 leases, and there are at most 1/;
    const after = await run(stage.env, 'ann', '/production/reading');
    expect(after).toMatchObject({ code: 1, complained: [] });
    expect(after.said.join('\n')).toMatch(tooMany);
    expect(await told('@ann /production/reading')).toMatch(tooMany);

    const without = await run({ ...stage.env, DATABASE_URL: `file:${folder}/none.db` }, 'ann', '/production/reading');
    expect(without).toMatchObject({ code: 0, complained: [] });
    expect(without.said[0]).toMatch(/^No record was read \(.*\); leases and requests so far count as none\.$/);
  });

  it('who and what it does not know: exit 2', async () => {
    expect(await run(stage.env, 'nobody', 'wiki')).toMatchObject({
      code: 2,
      complained: ['Keycloak knows no user with the username or e-mail nobody.'],
    });
    expect(await run(stage.env, 'ann', 'nowhere')).toMatchObject({
      code: 2,
      complained: [expect.stringMatching(/know no access like/)],
    });
  });
});
