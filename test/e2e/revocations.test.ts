import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { offer } from '../doubles/e2e-cast.ts';
import { proveRecord } from '../doubles/e2e-record.ts';
import { aStage } from '../doubles/e2e-stage.ts';
import type { Stage } from '../doubles/e2e-stage.ts';
import type { TestRealm } from '../doubles/keycloak-realm.ts';

async function seed(realm: TestRealm) {
  return { first: await offer(realm, 'first'), second: await offer(realm, 'second') };
}

let stage: Stage<Awaited<ReturnType<typeof seed>>>;
beforeAll(async () => {
  stage = await aStage({ seed });
});
afterAll(() => stage.stop());

describe('many ends at once', () => {
  const alarms = () => stage.workspace.channel('access-audit').messages.map(({ text }) => text);
  const told = (words: string) => stage.workspace.until(() => alarms().some((text) => text.includes(words)));
  const lease = async (who: 'ann' | 'bob', what: 'first' | 'second') => {
    await stage.approve('chen', await stage.ask(who, `${what} 1h INC-42`));
    await stage.isLive(who, stage.seeded[what]);
  };

  it('all leases of a person, all on one access, and all there are; the audit channel hears of each', async () => {
    const { first, second } = stage.seeded;
    const eve = stage.workspace.as('eve');
    for (const what of ['first', 'second'] as const) await lease('ann', what);
    await lease('bob', 'second');
    await eve.command('/access revoke @ann everything');
    for (const what of [first, second]) await stage.isGone('ann', what);
    expect(await stage.holds('bob', second)).toBe(true);
    await told('revoked 2 leases of <@U0ANN>');

    await lease('ann', 'second');
    await lease('bob', 'first');
    await eve.command('/access revoke everyone second');
    for (const who of ['ann', 'bob'] as const) await stage.isGone(who, second);
    expect(await stage.holds('bob', first)).toBe(true);
    await told('revoked 2 leases on *second*');

    await lease('ann', 'second');
    await eve.command('/access revoke everything');
    const form = await eve.modal((top) => eve.read(top).includes('2 leases'));
    const wrong = await eve.submit(form, { Realm: 'everything' });
    expect(wrong.errors).toEqual({ Realm: expect.stringContaining(stage.realm.name) });
    expect(await stage.holds('ann', second)).toBe(true);
    await eve.submit(form, { Realm: stage.realm.name });
    await stage.isGone('ann', second);
    await stage.isGone('bob', first);
    await told('revoked 2 leases.');
  });

  it('the form that ends everything tells an approver that it is not for him', async () => {
    const chen = stage.workspace.as('chen');
    await chen.command('/access revoke everything');
    await chen.modal((top) => chen.read(top).includes('Only members of /access-admins can end the leases of others'));
  });

  it('I22: the audit holds and gives the tables', async () => {
    const { replayed, tables } = await proveRecord(stage.file);
    expect(tables.grants).toHaveLength(6);
    expect(replayed).toEqual(tables);
  });
});
