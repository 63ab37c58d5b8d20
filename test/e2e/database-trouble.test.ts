import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { CodedError } from '../../src/lib/errors.ts';
import type { Ports } from '../../src/usecases/ports.ts';
import { offer } from '../doubles/e2e-cast.ts';
import { proveRecord, readAudit } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

type Trouble = 'locked' | 'full or read-only' | 'unreadable';
const WRITES = /^(commit|receive|claim|wakeFailed|forgetSignIns|forgetGates|carry|claimCarried|saveHighestTime)$/;

let trouble: Trouble | null = null;
let stranger: Database.Database | null = null;
let listings = 0;

/** What a full, read-only or broken disk does to the store; a lock is a real one, held by a stranger's connection. */
const withTrouble = (ports: Ports): Ports => ({
  ...ports,
  store: new Proxy(ports.store, {
    get(store, name, receiver) {
      if (name === 'openHoldings') listings += 1;
      const fails = trouble === 'unreadable' || (trouble === 'full or read-only' && WRITES.test(String(name)));
      const broken = () => Promise.reject(new CodedError('store_unavailable', 'The database does not answer.'));
      return fails && name !== 'close' ? broken : (Reflect.get(store, name, receiver) as unknown);
    },
  }),
});

const TROUBLES = ['locked', 'full or read-only', 'unreadable'] as const satisfies readonly Trouble[];
const pathOf = (kind: string, how: Trouble) => `/${kind}/${how.replaceAll(' ', '-')}`;

async function seed(realm: TestRealm) {
  const of = async (how: Trouble) => ({
    ends: await offer(realm, pathOf('ends', how)),
    lasts: await offer(realm, pathOf('lasts', how)),
    waits: await offer(realm, pathOf('waits', how)),
  });
  return {
    locked: await of('locked'),
    'full or read-only': await of('full or read-only'),
    unreadable: await of('unreadable'),
  };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed, overrides: { wrap: withTrouble } });
});
afterEach(() => recover());
afterAll(() => stage.stop());

function begin(how: Trouble): void {
  trouble = how;
  if (how !== 'locked') return;
  stranger = new Database(stage.file);
  stranger.exec('BEGIN EXCLUSIVE');
}

function recover(): void {
  trouble = null;
  stranger?.close();
  stranger = null;
}

const NOT_RECORDED = /^I could not record this, so nothing was done\. Try again in a minute\.$/;

/** The one private sentence that answers something done while nothing can be kept. */
async function refusedAtOnce(who: 'bob' | 'chen', act: () => Promise<unknown>): Promise<void> {
  const actor = stage.workspace.as(who);
  const known = actor.ephemerals().length;
  await act();
  const said = await stage.workspace.until(() => actor.ephemerals().slice(known)[0], 90_000);
  expect(said.text).toMatch(NOT_RECORDED);
}

describe.each(TROUBLES)('I24: while the database is %s', (how) => {
  it('a due lease ends in Keycloak, nothing is granted or acknowledged as done, and all is recorded afterwards', async () => {
    const { ends, lasts, waits } = stage.seeded[how];
    await stage.approve('chen', await stage.ask('ann', `${lasts.path} 8h why`));
    await stage.isLive('ann', lasts);
    await stage.approve('chen', await stage.ask('ann', `${ends.path} 1h why`));
    await stage.isLive('ann', ends);
    const card = await stage.ask('bob', `${waits.path} 1h why`);
    await stage.quiet();
    // What is read at the next look is what is known when the database answers nothing.
    const known = listings;
    stage.pass(31);
    await stage.until('the live leases are read again', () => listings > known);
    await stage.quiet();
    const before = { tables: stage.tables(), audit: (await readAudit(stage.file)).length };
    const changed = (await stage.botChanges()).length;
    begin(how);

    stage.pass(3600);
    const bob = stage.workspace.as('bob');
    await refusedAtOnce('bob', () => bob.command(`/request-access ${lasts.path} 1h why`));
    await refusedAtOnce('chen', () => stage.workspace.as('chen').click(card, 'Approve'));
    await stage.until('the access is gone', async () => !(await stage.holds('ann', ends)));
    expect({ tables: stage.tables(), audit: (await readAudit(stage.file)).length }).toEqual(before);
    expect(stage.log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'the database cannot write' }),
    );
    if (how === 'locked') {
      const ready = await fetch(`${stage.app().url}/readyz`);
      expect([ready.status, await ready.json()]).toEqual([503, expect.objectContaining({ keycloak: 'ok' })]);
    }

    recover();
    await stage.isGone('ann', ends);
    await stage.quiet();
    const membership = `DELETE users/${stage.users.ann}/groups/${ends.id}`;
    expect(new Set((await stage.botChanges()).slice(0, -changed))).toEqual(new Set([membership]));
    expect(await stage.holds('ann', lasts)).toBe(true);
    expect(await stage.holds('bob', waits)).toBe(false);
    expect(stage.tables().requests.find(({ resource }) => resource.id === waits.id)).toMatchObject({
      state: 'pending',
    });
    expect(stage.tables().requests).toHaveLength(before.tables.requests.length);
    const { chain, replayed, tables } = await proveRecord(stage.file);
    expect(chain.ok).toBe(true);
    expect(replayed).toEqual(tables);
  });
});

it('the trouble cost Slack nothing: no call was against its rules', () => {
  expect(stage.workspace.violations).toEqual([]);
});
