import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { offer } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  const dbReader = await realm.createRealmRole('db-reader');
  return {
    group: await offer(realm, '/environments/production/production-read', { roles: [dbReader] }),
    realmRole: await offer(realm, 'report-reader'),
    clientRole: await offer(realm, 'demo-api/orders-viewer'),
  };
}

const root = path.join(import.meta.dirname, '..', '..');
let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

/** What Ann's new token carries: groups, realm roles and roles of demo-api. */
async function tokenOf(name: string): Promise<readonly string[]> {
  const { claims } = await stage.realm.login(name);
  const roles = (holder: unknown): readonly string[] =>
    (holder as { roles?: readonly string[] } | undefined)?.roles ?? [];
  const clients = claims['resource_access'] as Record<string, unknown> | undefined;
  return [
    ...(claims['groups'] as readonly string[]),
    ...roles(claims['realm_access']),
    ...roles(clients?.['demo-api']),
  ];
}

describe.each([
  ['a group', 'group', 'production-read', 'db-reader'],
  ['a realm role', 'realmRole', 'report-reader', 'report-reader'],
  ['a client role', 'clientRole', 'demo-api/orders-viewer', 'orders-viewer'],
] as const)('a lease on %s', (_, key, word, role) => {
  it('is asked in one line, approved, in the next token, and gone after its end', async () => {
    const offered = stage.seeded[key];
    expect(await tokenOf('ann')).not.toContain(role);

    const card = await stage.ask('ann', `${word} 1h INC-42 looking at a slow query`);
    const chen = stage.workspace.as('chen');
    expect(chen.read(card)).toContain(offered.path);
    expect(chen.read(card)).toContain('INC-42 looking at a slow query');
    expect(await stage.holds('ann', offered)).toBe(false);

    await stage.approve('chen', card);
    await stage.isLive('ann', offered);
    expect(await tokenOf('ann')).toContain(role);
    await stage.tell('ann', /You have .* until/);

    stage.pass(3601);
    await stage.isGone('ann', offered);
    expect(await tokenOf('ann')).not.toContain(role);
    await stage.quiet();
    expect(stage.told(stage.workspace.as('ann')).at(-1)).toContain('The access is gone');
    expect(chen.read(card)).toContain('ended');
    expect(
      stage.workspace
        .channel('platform-approvals')
        .thread(card.ts)
        .map((line) => line.text),
    ).toEqual([
      expect.stringContaining('Asked by'),
      expect.stringContaining('Approved by'),
      expect.stringContaining('Live:'),
      expect.stringContaining('Ended'),
    ]);
  });
});

describe('the form', () => {
  it('offers, explains, checks and asks', async () => {
    const ann = stage.workspace.as('ann');
    await ann.shortcut('request_access');
    const form = await ann.modal();
    const { options } = await ann.suggest(form, 'Access', 'report');
    expect(options.map((option) => option['value'])).toHaveLength(1);
    await ann.fill(form, { Access: 'report-reader' });
    await ann.modal((view) => ann.read(view).includes('Longest lease: 8 hours'));
    const empty = await ann.submit(form, { Duration: '15 minutes' });
    expect(empty).toMatchObject({ result: 'errors', errors: { Justification: expect.any(String) } });
    const blank = await ann.submit(form, { Justification: '\u200b \u2800' });
    expect(blank.errors).toEqual({ Justification: expect.stringContaining('Say why') });

    const asked = stage.workspace.channel('platform-approvals').messages.length;
    const done = await ann.submit(form, { Justification: 'quarterly report' });
    expect(done.result).toBe('cleared');
    const card = await stage.workspace.until(() => stage.workspace.channel('platform-approvals').messages[asked]);
    expect(stage.workspace.as('chen').read(card)).toContain('15 minutes');
    await stage.press('ann', await stage.workspace.until(() => ann.dm.messages.at(-1)), 'Withdraw');
    await stage.tell('ann', /is withdrawn/);
  });
});

describe('what remains', () => {
  it('I22: the audit holds, replayed it gives the tables, and the command line says so', async () => {
    await stage.quiet();
    const proof = await proveRecord(stage.file);
    expect(proof.chain.ok).toBe(true);
    expect(proof.tables.requests).toHaveLength(4);
    expect(proof.replayed).toEqual(proof.tables);

    const args = [path.join(root, 'src/cli/main.ts'), 'audit', 'verify', stage.file];
    const command = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(command).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^ok: \d+ entries/) });
  });

  it('Slack had nothing to complain about', () => {
    expect(stage.workspace.violations).toEqual([]);
    expect(stage.log.lines.filter((line) => line.level === 'error')).toEqual([]);
  });
});
