import type { Offer } from '../../doubles/e2e-cast.ts';
import type { Field } from '../field.ts';
import { unique } from '../names.ts';
import { BOTH, must, onField, stopwatch } from '../row.ts';
import type { Bench, Row } from '../row.ts';
import type { StoreKind } from '../record.ts';
import { counted, lease } from './keycloak.ts';

/** The sweep looks every second, so that a row need not wait for a quarter of an hour. */
const SWEPT = { SWEEP_SECONDS: '1' };

/** Once the sweep has read everything again. */
const untilSwept = async (field: Field): Promise<true> => {
  const sweeps = (): number => field.bots.reduce((sum, bot) => sum + bot.said().split('"msg":"sweep"').length - 1, 0);
  const before = sweeps();
  return field.until('the sweep has looked twice more', () => sweeps() >= before + 2);
};
const endedBy = async ({ record }: Field, { id }: Offer): Promise<string | null> => {
  const grant = (await record.tables()).grants.findLast(({ resource }) => resource.id === id);
  return grant?.state === 'ended' ? grant.endedBy : null;
};
const ended = (field: Field, access: Offer): Promise<string> =>
  field.until(`an end of ${access.path}`, () => endedBy(field, access));

const renamedGroup = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, { env: SWEPT }, async (field) => {
    const access = await field.offer(unique('/renamed'));
    await field.start();
    await lease(field, access);
    const group = await field.realm.get(`/groups/${access.id}`);
    await field.realm.send('PUT', `/groups/${access.id}`, { ...group, name: unique('other') });
    // Another group takes the old name, and Ann is in it by another hand.
    const twin = await field.offer(access.path);
    await field.byHand('give', 'ann', twin);
    await untilSwept(field);
    must(await field.holds('ann', access), 'the lease goes on in the renamed group');
    const over = stopwatch();
    await field.pass(3601);
    await field.isGone('ann', access);
    const took = over();
    await field.quiet();
    const seen = `the lease went on, and ended in the renamed group after ${took} (${await counted(field, access)}); the group that took its name was left alone (${await counted(field, twin)})`;
    return { seen, expected: { before: [{ userId: field.users.ann, offered: twin }] } };
  });

const recreatedGroup = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, { env: SWEPT }, async (field) => {
    const access = await field.offer(unique('/recreated'));
    await field.start();
    await lease(field, access);
    await field.realm.send('DELETE', `/groups/${access.id}`);
    const twin = await field.offer(access.path);
    await field.byHand('give', 'ann', twin);
    const deleted = stopwatch();
    const reason = await ended(field, access);
    const noticed = deleted();
    must(reason === 'resource_gone', `the lease ended as resource_gone, not ${reason}`);
    await field.pass(3601);
    await untilSwept(field);
    await field.quiet();
    const seen = `the lease ended as ${reason} after ${noticed}; the new group of that name was left alone (${await counted(field, twin)})`;
    return { seen, expected: { before: [{ userId: field.users.ann, offered: twin }] } };
  });

const people = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, { env: SWEPT, ownRealm: 'classic' }, async (field) => {
    const { realm, users } = field;
    const [renamed, gone] = [await field.offer(unique('/renamed')), await field.offer(unique('/gone'))];
    await field.start();
    await lease(field, renamed);
    await field.approve('chen', await field.ask('bob', `${gone.path} 1h why`));
    await field.isLive('bob', gone);
    await realm.send('PUT', `/users/${users.ann}`, {
      ...(await realm.get(`/users/${users.ann}`)),
      email: 'ann.married@example.com',
      lastName: 'Married',
    });
    await realm.send('DELETE', `/users/${users.bob}`);
    const again = await realm.createUser('bob', { email: 'bob@example.com' });
    await realm.send('PUT', `/users/${again}/groups/${gone.id}`);
    const deleted = stopwatch();
    const reason = await ended(field, gone);
    const noticed = deleted();
    must(reason === 'person_gone', `the lease ended as person_gone, not ${reason}`);
    await field.pass(3601);
    await field.isGone('ann', renamed);
    await untilSwept(field);
    await field.quiet();
    const seen = `the deleted person's lease ended as ${reason} after ${noticed}, the new account of that name was left alone; the renamed person's lease ended as it should (${await counted(field, renamed)})`;
    return { seen, expected: { before: [{ userId: again, offered: gone }] } };
  });

/** The service account loses what it needs to take access away. */
const narrowedClassic = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, { env: SWEPT, ownRealm: 'classic' }, async (field) => {
    const { realm } = field;
    const access = await field.offer(unique('/narrowed'));
    await field.start();
    await lease(field, access);
    const { id, name, clientUuid = '' } = await realm.clientRole('realm-management', 'manage-users');
    const mapping = `/users/${realm.bot.userId}/role-mappings/clients/${clientUuid}`;
    await realm.send('DELETE', mapping, [{ id, name }]);
    await field.pass(3601);
    await held(field, access);
    await realm.send('POST', mapping, [{ id, name }]);
    return { seen: await recovers(field, access), expected: {} };
  });

/** Under fine-grained permissions most reads of what may not be seen are an empty 200. */
const narrowedFineGrained = (bench: Bench, store: StoreKind): Promise<string> =>
  onField(bench, store, { env: SWEPT, ownRealm: 'fine-grained' }, async (field) => {
    const { realm, users } = field;
    const access = await field.offer(unique('/narrowed'));
    const approvers = await realm.list('/groups?search=approvers');
    const children = await realm.list(`/groups/${approvers[0]?.id ?? ''}/children`);
    const groups = [access.id, ...children.map(({ id }) => id)];
    await realm.permit({ groups });
    await field.start();
    await lease(field, access);
    await realm.forbid();
    await untilSwept(field);
    must((await endedBy(field, access)) === null, 'an empty answer does not end the lease');
    must(await field.holds('ann', access), 'an empty answer does not take the access away');
    await field.pass(3601);
    await held(field, access);
    const reads = await realm.asBot('GET', `/users/${users.ann}/groups`);
    await realm.permit({ groups });
    const seen = await recovers(field, access);
    return { seen: `a read of her groups answered ${reads.status}; ${seen}`, expected: {} };
  });

/** Keycloak refuses: the lease is neither lost nor called ended, and somebody is told. */
async function held(field: Field, access: Offer): Promise<void> {
  await field.until('somebody is told', () =>
    field.workspace.channel('access-audit').messages.some(({ text }) => text.includes(access.path)),
  );
  must((await endedBy(field, access)) === null, 'the lease is not called ended');
  must(await field.holds('ann', access), 'the access is still there');
}

async function recovers(field: Field, access: Offer): Promise<string> {
  const restored = stopwatch();
  await field.pass(61); // a refused holding is tried again every minute
  await field.isGone('ann', access);
  const took = restored();
  await field.quiet();
  return `the lease was held with an alarm, never called ended; permissions back, it was gone at the next try (each minute), ${took} after it was due; ${await counted(field, access)}`;
}

export const REALM_ROWS: readonly Row[] = [
  {
    name: 'group-renamed',
    fault: 'a group is renamed under a lease, and another takes its name',
    injected: 'Keycloak’s Admin API, by another administrator',
    holds: ['I1', 'I8', 'I11'],
    stores: BOTH,
    run: renamedGroup,
  },
  {
    name: 'group-re-created',
    fault: 'a group is deleted under a lease and created again',
    injected: 'Keycloak’s Admin API, by another administrator',
    holds: ['I7', 'I8', 'I11'],
    stores: BOTH,
    run: recreatedGroup,
  },
  {
    name: 'people-deleted',
    fault: 'one holder is renamed, another deleted and created again',
    injected: 'Keycloak’s Admin API, by another administrator',
    holds: ['I1', 'I7', 'I8', 'I11'],
    stores: BOTH,
    run: people,
  },
  {
    name: 'permissions-narrowed-classic',
    fault: 'the service account loses `manage-users` while a lease is live',
    injected: 'Keycloak’s Admin API, by another administrator',
    holds: ['I1', 'I22', 'I30'],
    stores: BOTH,
    run: narrowedClassic,
  },
  {
    name: 'permissions-narrowed-fine-grained',
    fault: 'the service account’s fine-grained permissions are taken away while a lease is live: reads become empty',
    injected: 'Keycloak’s Admin API, by another administrator',
    holds: ['I1', 'I10', 'I30'],
    stores: BOTH,
    run: narrowedFineGrained,
  },
];
