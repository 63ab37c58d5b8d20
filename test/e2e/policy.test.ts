import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const HEAD = 'version: 1\ntimezone: Europe/Berlin\nrules:\n';
const RULES = `${HEAD}
  - name: contractors get no database
    when: '"/contractors" in subject.groups && resource.path == "database"'
    deny: Contractors get no database.
  - name: logs at once
    when: resource.path == "logs"
    allow: true
  - name: production needs security, too
    when: resource.path.startsWith("/production")
    because: Production is shared.
    stages: [{ approvers: /approvers/platform }, { approvers: /approvers/security }]
    max-duration: 30m
`;

async function seed(realm: TestRealm) {
  await realm.createGroup('/contractors');
  return {
    database: await offer(realm, 'database'),
    logs: await offer(realm, 'logs'),
    production: await offer(realm, '/production'),
    contractors: await realm.findGroup('/contractors'),
  };
}

let folder: string;
let file: string;
let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leasehold-policy-'));
  file = path.join(folder, 'policy.yaml');
  await writeFile(file, RULES);
  stage = await aStage({ seed, env: { POLICY_FILE: file } });
});
afterAll(async () => {
  await stage.stop();
  await rm(folder, { recursive: true, force: true });
});

const alarms = () => stage.workspace.channel('access-audit').messages.map(({ text }) => text);

describe('a policy file', () => {
  it('gives at once what a rule allows: no card, one message that says so', async () => {
    const ann = stage.workspace.as('ann');
    await ann.command('/request-access logs 1h INC-1 why');
    await stage.isLive('ann', stage.seeded.logs);
    expect(await stage.tell('ann', /needs no approval/)).toMatch(/logs.* needs no approval; it is given for 1 hour/);
    expect(stage.workspace.channel('platform-approvals').messages).toEqual([]);
  });

  it('asks the stages that it demands, names its rule on the card, and shortens', async () => {
    const bob = stage.workspace.as('bob');
    const tooLong = await stage.hears(bob, () => bob.command('/request-access production 4h INC-2 why'));
    expect(tooLong).toEqual([expect.stringContaining('30 minutes')]);
    const card = await stage.ask('bob', 'production 30m INC-2 why');
    const chen = stage.workspace.as('chen');
    expect(chen.read(card)).toMatch(
      /Policy: production needs security, too \(Production is shared\.\) · decision [0-9a-f]{8}\n/,
    );
    await stage.approve('chen', card);
    const second = await stage.workspace.until(() =>
      stage.workspace.channel('security-approvals').messages.find((one) => one.text.includes('/production')),
    );
    await stage.approve('dana', second);
    await stage.isLive('bob', stage.seeded.production);
  });

  it('refuses by a group that somebody is in now, at the request and at the approval', async () => {
    const card = await stage.ask('bob', 'database 1h INC-3 why');
    await stage.realm.send('PUT', `/users/${stage.users.bob}/groups/${stage.seeded.contractors}`);
    const chen = stage.workspace.as('chen');
    const late = await stage.hears(chen, () => stage.approve('chen', card));
    expect(late).toEqual([expect.stringMatching(/Policy does not allow .*database.*Contractors get no database\./)]);
    expect(await stage.holds('bob', stage.seeded.database)).toBe(false);
    const bob = stage.workspace.as('bob');
    const received = await stage.workspace.until(() =>
      bob.ephemerals().findLast((one) => /^Your request for .*database/.test(one.text)),
    );
    await stage.hears(bob, () => bob.click(received, 'Withdraw'));
    const again = await stage.hears(bob, () => bob.command('/request-access database 1h INC-3 why'));
    expect(again).toEqual([
      expect.stringMatching(/Contractors get no database\.[^]*Rule: contractors get no database/),
    ]);
  });

  it('follows its changes; one that is wrong is told with its line, and the one before stays in force', async () => {
    await writeFile(file, RULES.replace('subject.groups', 'subject.gruops'));
    await stage.until('the alarm', () => alarms().some((text) => /is wrong[^]*policy\.yaml:6:\d+/.test(text)));
    const ready = await fetch(`${stage.app().url}/readyz`);
    expect(ready.status).toBe(200);
    expect(((await ready.json()) as { policy: string }).policy).toMatch(/gruops/);
    const bob = stage.workspace.as('bob');
    const refused = await stage.hears(bob, () => bob.command('/request-access database 1h INC-4 why'));
    expect(refused).toEqual([expect.stringContaining('Contractors get no database.')]);
    await writeFile(file, `${HEAD}  - name: everything is short\n    max-duration: 2h\n`);
    await stage.until('the new one', () => alarms().some((text) => text.includes('is in force from now on')));
    await stage.ask('bob', 'database 1h INC-5 why');
  });

  it('I22: the audit holds and gives the tables, and Slack had nothing to complain about', async () => {
    await stage.quiet();
    const { chain, replayed, tables } = await proveRecord(stage.file);
    expect(chain.ok).toBe(true);
    expect(replayed).toEqual(tables);
    expect(stage.workspace.violations).toEqual([]);
  });
});
