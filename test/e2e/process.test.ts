import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBotProcess } from '../doubles/e2e-bot.ts';
import type { BotProcess } from '../doubles/e2e-bot.ts';
import { offer } from '../doubles/e2e-cast.ts';
import type { Offer } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

const BUSY = ['/busy/a', '/busy/b', 'busy-c', 'demo-api/busy-d'];

async function seed(realm: TestRealm) {
  const busy: Offer[] = [];
  for (const name of BUSY) busy.push(await offer(realm, name));
  return { busy, overdue: await offer(realm, '/overdue'), followed: await offer(realm, '/followed') };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
let bot: BotProcess | null = null;
beforeAll(async () => {
  stage = await aStage({ seed, start: false, env: { QUARANTINE_SECONDS: '2', SWEEP_SECONDS: '2' } });
});
afterEach(async () => {
  await bot?.kill();
});
afterAll(() => stage.stop());

async function start(env: Readonly<Record<string, string>> = {}): Promise<BotProcess> {
  const started = await startBotProcess({ ...stage.env, ...env });
  bot = started;
  await stage.until(
    () => `the process is ready: ${started.said().slice(-500)}`,
    async () => {
      const url = started.started()?.url;
      return url !== undefined && (await fetch(`${url}/readyz`)).ok;
    },
  );
  return started;
}

// Before the busy run, after which Ann has asked too often to ask again.
it('one correlation id leads through the log from the Slack payload to the calls to Keycloak', async () => {
  const running = await start({ LOG_LEVEL: 'debug' });
  await stage.approve('chen', await stage.ask('ann', '/followed 2s why'));
  await stage.until('the lease has come and gone', () =>
    stage.tables().grants.some(({ resource, state }) => resource.path === '/followed' && state === 'ended'),
  );
  expect(await running.stop()).toBe(0);
  const lines = running
    .said()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const asked = lines.find(({ msg, intent }) => msg === 'slack.received' && intent === 'request');
  const followed = lines.filter(({ correlationId }) => correlationId === asked?.['correlationId']);
  const operations = new Set(followed.map(({ operation }) => operation));
  for (const operation of ['groups.give', 'groups.take']) expect(operations).toContain(operation);
});

describe('kill -9', () => {
  it('I3: what fell due while nobody ran is taken away at most 5 s after the next start', async () => {
    const first = await start();
    await stage.approve('chen', await stage.ask('ann', '/overdue 3s why'));
    await stage.isLive('ann', stage.seeded.overdue);
    await first.kill();
    const grant = stage.tables().grants.find(({ resource }) => resource.path === '/overdue');
    await stage.until('the lease is over', () => Date.now() > (grant?.expiresAt ?? Infinity));
    expect(await stage.holds('ann', stage.seeded.overdue)).toBe(true);
    const second = await start();
    await stage.isGone('ann', stage.seeded.overdue);
    const ended = stage.tables().grants.find(({ resource }) => resource.path === '/overdue');
    const endedAt = ended?.state === 'ended' ? ended.endedAt : Infinity;
    expect(endedAt - Date.parse(second.started()?.time ?? '')).toBeLessThan(5000);
    expect(await second.stop()).toBe(0);
  });

  it('at any moment of a busy run leaves nothing behind', async () => {
    for (let round = 0; round < 5; round++) {
      const running = await start();
      const until = performance.now() + 300 + Math.random() * 1700;
      const work = busyUntil(until);
      await sleep(until - performance.now());
      await running.kill();
      await work;
    }
    const last = await start();
    await stage.until(
      () =>
        `every lease has ended: ${JSON.stringify([stage.tables().grants, stage.tables().holdings])}\n${last.said()}`,
      () => stage.tables().grants.every(({ state }) => state === 'ended'),
    );
    await last.stop();
    const { grants } = stage.tables();
    expect(grants.length).toBeGreaterThan(0);
    for (const access of stage.seeded.busy) {
      for (const who of ['ann', 'bob'] as const) expect(await stage.holds(who, access)).toBe(false);
    }
    const { chain, replayed, tables } = await proveRecord(stage.file);
    expect(chain.ok).toBe(true);
    expect(replayed).toEqual(tables);
  });

  /** Ann and Bob ask for everything, Chen approves whatever he sees. Slack answers or not. */
  async function busyUntil(deadline: number): Promise<void> {
    const known = stage.workspace.channel('platform-approvals').messages.length;
    const chen = stage.workspace.as('chen');
    const people = [stage.workspace.as('ann'), stage.workspace.as('bob')];
    const lines = BUSY.map((access) => `/request-access ${access} 2s why`);
    await Promise.all(people.flatMap((who) => lines.map((line) => who.command(line))));
    while (performance.now() < deadline) {
      const cards = stage.workspace.channel('platform-approvals').messages.slice(known);
      const open = cards.filter((card) => chen.read(card).includes('[ Approve ]'));
      await Promise.all(open.map((card) => chen.click(card, 'Approve')));
      await sleep(20);
    }
  }
});

describe('a start that cannot be', () => {
  it('a second bot on the same file ends with one sentence, and the first goes on', async () => {
    const first = await start();
    const second = await startBotProcess(stage.env);
    expect(await second.exited).toBe(1);
    expect(second.said()).toMatch(/^Another Leasehold is running on .*\n$/);
    expect((await fetch(`${first.started()?.url ?? ''}/readyz`)).ok).toBe(true);
    expect(await first.stop()).toBe(0);
  });

  it('a bad configuration ends with code 2, a line for each problem, no secret and no stack', async () => {
    const secret = 'hunter2-is-my-secret';
    const broken = await startBotProcess({
      SLACK_BOT_TOKEN: secret,
      SLACK_APP_TOKEN: secret,
      KEYCLOAK_URL: `https://ann:${secret}@sso.example.com`,
      KEYCLOAK_REALM: 'a',
      KEYCLOAK_CLIENT_SECRET: secret,
      SWEEP_SECONDS: 'often',
      OPA_URL: `http://ann:${secret}@opa`,
      DATABASE_URL: 'postgres://localhost/leasehold',
    });
    expect(await broken.exited).toBe(2);
    const lines = broken.said().trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ')[0]).toSorted()).toEqual([
      ...['DATABASE_URL', 'KEYCLOAK_CLIENT_ID', 'KEYCLOAK_URL', 'OPA_URL'],
      ...['SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN', 'SWEEP_SECONDS'],
    ]);
    expect(broken.said()).not.toContain(secret);
    expect(broken.said()).not.toMatch(/^\s+at /m);
  });

  it('a policy file that is wrong ends with code 2, and names the line and column of each problem', async () => {
    const file = `${stage.file}-policy.yaml`;
    await writeFile(file, 'version: 1\nrules:\n  - name: nobody\n    when: subject.gruops == []\n    deny: No.\n');
    const broken = await startBotProcess({ ...stage.env, POLICY_FILE: file });
    expect(await broken.exited).toBe(2);
    expect(broken.said().trimEnd().split('\n').at(-1)).toMatch(/policy\.yaml:4:\d+: .*gruops/);
  });

  it('a database that cannot be opened ends with one sentence', async () => {
    const broken = await startBotProcess({ ...stage.env, DATABASE_URL: 'file:/dev/null/leasehold.db' });
    expect(await broken.exited).toBe(1);
    expect(broken.said().trimEnd().split('\n')).toHaveLength(1);
  });
});
