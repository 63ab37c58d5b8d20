import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accountIn, identityIn } from '../../../src/cli/keycloak-identity.ts';
import { openRecord } from '../../../src/cli/read-record.ts';
import { runCommand } from '../../../src/cli/run-command.ts';
import { keycloakUserId } from '../../../src/domain/ids.ts';
import type { DirectoryUser } from '../../../src/domain/people.ts';
import { plainly } from '../../../src/slack/render/escape.ts';
import { explainedLines } from '../../../src/slack/render/explain.ts';
import { en } from '../../../src/slack/words/en.ts';
import { EXPLAINED } from '../../../sandbox/gallery/explained.ts';
import { recordedLog } from '../../doubles/log.ts';

const KEYCLOAK = {
  KEYCLOAK_URL: 'http://127.0.0.1:1',
  KEYCLOAK_REALM: 'acme',
  KEYCLOAK_CLIENT_ID: 'leasehold',
  KEYCLOAK_CLIENT_SECRET: 'very-private',
};

async function run(words: readonly string[], env: Readonly<Record<string, string>>) {
  const said: string[] = [];
  const complained: string[] = [];
  const code = await runCommand(['policy', 'explain', ...words], {
    env,
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });
  return { code, said, complained };
}

const ann: DirectoryUser = {
  userId: keycloakUserId('kc-ann'),
  username: 'ann',
  enabled: true,
  email: 'ann@acme.example',
  emailVerified: true,
  slackIds: [],
};

describe('leasehold policy explain', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'explain-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('a duration that is none: one sentence, exit 2', async () => {
    expect(await run(['ann', '/a', 'soon'], KEYCLOAK)).toEqual({
      code: 2,
      said: [],
      complained: ['The duration soon cannot be read; write it as 30m, 4h or 2d.'],
    });
  });

  it('says everything that is wrong with its variables, exit 2', async () => {
    const env = { POLICY_FILE: '/a', OPA_URL: 'http://127.0.0.1:2', DATABASE_URL: 'mysql:x' };
    const { code, complained } = await run(['ann', '/a'], env);
    expect({ code, names: complained.map((line) => line.split(' ')[0]) }).toEqual({
      code: 2,
      names: [...Object.keys(KEYCLOAK), 'POLICY_FILE', 'DATABASE_URL'],
    });
  });

  it('a policy that is wrong: its line and column, exit 1, before Keycloak is asked', async () => {
    const file = path.join(directory, 'policy.yaml');
    writeFileSync(file, 'version: 2');
    expect(await run(['ann', '/a'], { ...KEYCLOAK, POLICY_FILE: file })).toEqual({
      code: 1,
      said: [],
      complained: [`${file}:1:10: version must be 1`],
    });
  });

  it('I28: a Keycloak that does not answer is one sentence without the secret, exit 1', async () => {
    const { code, said, complained } = await run(['ann', '/a', '4h'], KEYCLOAK);
    expect({ code, said }).toEqual({ code: 1, said: [] });
    expect(complained).toEqual([expect.stringMatching(/^[^\n]*Keycloak[^\n]*\.$/)]);
    expect(complained[0]).not.toContain('very-private');
  });

  it('without a record everything that it would tell is none, and why is said', async () => {
    const database = { engine: 'sqlite', file: path.join(directory, 'lost.db') } as const;
    const { store, problem, close } = await openRecord(database, recordedLog());
    expect(problem).toMatch(/^The database /);
    expect(await store.liveGrantsOf(ann.userId)).toEqual([]);
    expect(await store.requestsFor(ann.userId, 0)).toEqual({ requests: 0, denied: 0 });
    expect(await store.countRequestsSince(ann.userId, 0)).toBe(0);
    await close();
  });
});

describe('what Keycloak alone tells of an identity', () => {
  it.each([
    ['a verified e-mail, where that is enough', {}, 'email', null],
    ['a verified e-mail, where it is not', {}, 'linked', 'link_needed'],
    ['an e-mail that is not verified', { emailVerified: false }, 'email', 'email_unverified'],
    ['no e-mail', { email: null }, 'email', 'not_linked'],
    ['one account', { slackIds: ['T1/U1'], email: null }, 'linked', null],
    ['two accounts', { slackIds: ['T1/U1', 'T1/U2'] }, 'email', 'identity_ambiguous'],
    ['nobody any more', { enabled: false, slackIds: ['T1/U1'] }, 'email', 'user_disabled'],
  ] as const)('%s', (_, facts, need, refusal) => {
    expect(identityIn({ ...ann, ...facts }, need, true)?.refusal ?? null).toBe(refusal);
  });

  it('an attribute that users may write proves nothing', () => {
    const linked = { ...ann, slackIds: ['T1/U1'] };
    expect(identityIn(linked, 'linked', false)).toEqual({ refusal: 'link_needed' });
    expect(accountIn(linked, false)).toEqual({ teamId: '', userId: '' });
    expect(accountIn(linked, true)).toEqual({ teamId: 'T1', userId: 'U1' });
  });
});

describe('in a terminal', () => {
  it('a fact a line, without signs of Slack', () => {
    const shown = EXPLAINED['explained: by approvers'];
    if (shown === undefined) throw new Error('no such exhibit');
    expect(explainedLines(en, shown.explained).map((line) => plainly(line, 'ann'))).toEqual([
      'If ann asked for /environments/production/production-read for 4 hours now, it would wait for approval.',
      'Stage 1: 2 from /approvers/platform; 3 people could approve it now',
      'Stage 2: the manager, dana, who could approve it now',
      'Longest lease: 4 hours',
      'Whoever approves signs in to Keycloak for it, with gold',
      'The justification must contain: INC-[0-9]+',
      'Rule "production" (stages): Production needs two.',
      'Rule "on call" (allow)',
      'Leasehold itself (not-at-once): another rule demands stages',
      'Policy decision 0d1f7a52-4b7e-4d1a-9a3f-00000000abcd',
    ]);
  });

  it('what was escaped is as it was written, and passes for nothing of ours', () => {
    expect(plainly('*a ∗b∗* `c` &lt;@U1&gt; &amp;lt; <@U2> <@>', 'ann*')).toBe('a *b* c <@U1> &lt; ann* ann*');
    expect(plainly('until <!date^1^{time}|2026-11-23 14:40 UTC>', '')).toBe('until 2026-11-23 14:40 UTC');
  });
});
