import { setTimeout as sleep } from 'node:timers/promises';
import { systemActor, grantEntry } from '../../../src/domain/audit-drafts.ts';
import { openHolding } from '../../../src/domain/holding.ts';
import { keycloakUserId, resourceId } from '../../../src/domain/ids.ts';
import type { Resource } from '../../../src/domain/resource.ts';
import { aLiveGrant } from '../../builders/domain.ts';
import { TEAM } from '../../doubles/e2e-cast.ts';
import type { Offer } from '../../doubles/e2e-cast.ts';
import type { TestRealm } from '../../doubles/keycloak-realm.ts';
import type { Field } from '../field.ts';
import { unique } from '../names.ts';
import { BOTH, must, onField } from '../row.ts';
import type { Bench, Row } from '../row.ts';
import type { StoreKind } from '../record.ts';

const LEASES = Number(process.env['FAULTS_LEASES'] ?? 10_000);
/** Slack opens fifty conversations a minute: so few people have all these leases that it does not take hours. */
const SLACK_PEOPLE = 50;
const IMPORTED_AT_ONCE = 1000;
const SAMPLE = 500;
const CALLS_AT_ONCE = 8;
const WEEK_MS = 7 * 86_400_000;
/** I2. */
const GRACE_SECONDS = 30;
const SHARE_OF_BARE = 0.9;

const name = (index: number): string => `u${index}`;
const slackId = (index: number): string => `U0W${index % SLACK_PEOPLE}`;

/** A week of downtime: every lease that was live ended meanwhile, at some moment of the week. */
const week = (bench: Bench, store: StoreKind): Promise<string> => {
  const slackPeople = Array.from({ length: SLACK_PEOPLE }, (_, index) => ({ id: slackId(index), name: name(index) }));
  return onField(bench, store, { ownRealm: 'classic', morePeople: slackPeople }, async (field) => {
    const access = await field.offer(unique('/week'));
    const stays = await field.offer(unique('/stays'));
    bench.say(`  ${LEASES} people …`);
    const ids = await importPeople(field.realm, [access.path, stays.path]);
    bench.say('  the bare rate …');
    const bare = await bareRate(field.realm, access, ids.slice(0, SAMPLE));
    bench.say(`  ${bare.toFixed(0)}/s; ${LEASES} leases …`);
    await writeLeases(field, access, ids);

    const bot = await field.launch();
    const { time } = await field.until('the bot begins', () => bot.started());
    const startedAt = Date.parse(time) - performance.timeOrigin;
    const elapsed = (): number => (performance.now() - startedAt) / 1000;
    const bound = GRACE_SECONDS + LEASES / (SHARE_OF_BARE * bare);
    let first = 0;
    let gone = 0;
    while (gone === 0) {
      must(elapsed() < 2 * bound, `the drain goes on: ${bot.said().slice(-2000)}`);
      const { open } = await field.record.waiting();
      if (first === 0 && open < LEASES) first = elapsed();
      const { body } = await field.realm.asAdmin('GET', `/groups/${access.id}/members?max=1&briefRepresentation=true`);
      if ((body as readonly unknown[]).length === 0) gone = elapsed();
      await sleep(500);
    }
    await untilDone(field, ({ open }) => open);
    const recorded = elapsed();
    bench.say(`  gone in ${gone.toFixed(1)} s of ${bound.toFixed(1)} s; now the messages …`);
    await untilDone(field, ({ outbox }) => outbox);
    const told = elapsed();
    must(gone <= bound, `all were gone within ${bound.toFixed(1)} s: ${gone.toFixed(1)} s`);
    const seen = `${LEASES} overdue leases: the first recorded ${first.toFixed(1)} s after the start, all gone from Keycloak after ${gone.toFixed(1)} s (bound ${bound.toFixed(1)} s; bare DELETE + GET ${bare.toFixed(0)}/s), all recorded after ${recorded.toFixed(1)} s, everybody told after ${told.toFixed(0)} s, in digests`;
    return { seen, expected: { before: ids.map((userId) => ({ userId, offered: stays })), inDigests: true } };
  });
};

async function importPeople(realm: TestRealm, groups: readonly string[]): Promise<readonly string[]> {
  for (let from = 0; from < LEASES; from += IMPORTED_AT_ONCE) {
    const users = Array.from({ length: Math.min(IMPORTED_AT_ONCE, LEASES - from) }, (_, index) => ({
      username: name(from + index),
      email: `${name(from + index)}@example.com`,
      ...{ firstName: 'U', lastName: String(from + index), emailVerified: true, enabled: true, groups },
    }));
    await realm.send('POST', '/partialImport', { ifResourceExists: 'FAIL', users });
  }
  const all = (await realm.list(`/users?max=${LEASES + 100}&briefRepresentation=true`)) as readonly {
    readonly id: string;
    readonly username?: unknown;
  }[];
  const byName = new Map(all.map(({ id, username }) => [username, id]));
  return Array.from({ length: LEASES }, (_, index) => byName.get(name(index)) ?? '');
}

/** DELETE and GET, eight at once, without anything else: revocations a second. Everybody is a member again afterwards. */
async function bareRate(realm: TestRealm, { id: group }: Offer, ids: readonly string[]): Promise<number> {
  const eightAtOnce = async (one: (id: string) => Promise<unknown>): Promise<number> => {
    const waiting = [...ids];
    const startedAt = performance.now();
    const work = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) await one(id);
    };
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, work));
    return (performance.now() - startedAt) / 1000;
  };
  const put = (id: string): Promise<unknown> => realm.asBot('PUT', `/users/${id}/groups/${group}`);
  const take = async (id: string): Promise<void> => {
    await realm.asBot('DELETE', `/users/${id}/groups/${group}`);
    await realm.asBot('GET', `/users/${id}/groups`);
  };
  await eightAtOnce(take); // warms Keycloak
  await eightAtOnce(put);
  const seconds = await eightAtOnce(take);
  await eightAtOnce(put);
  return ids.length / seconds;
}

/** What a bot that then went down had on record. */
async function writeLeases({ realm, record, now }: Field, offered: Offer, ids: readonly string[]): Promise<void> {
  const resource: Resource = { kind: 'group', id: resourceId(offered.id), path: offered.path, clientUuid: null };
  const store = await record.open(realm.name);
  try {
    const writes = ids.map((id, index) => {
      const person = {
        ...{ userId: keycloakUserId(id), username: name(index) },
        slack: { teamId: TEAM, userId: slackId(index) },
      };
      const expiresAt = now() - 1 - Math.floor((WEEK_MS * index) / LEASES);
      const liveAt = now() - WEEK_MS - 3_600_000;
      const grant = aLiveGrant({
        realm: realm.name,
        person,
        resource,
        liveAt,
        approvedAt: liveAt,
        expiresAt,
        revision: 1,
      });
      const holding = openHolding(realm.name, person.userId, person.username, resource, expiresAt);
      return store.commit({
        grants: [grant],
        holdings: [{ ...holding, owned: true }],
        audit: [grantEntry('grant.live', grant, systemActor, liveAt)],
      });
    });
    must(
      (await Promise.all(writes)).every((result) => result === 'committed'),
      'every lease is on record',
    );
  } finally {
    await store.close();
  }
}

/** Waits for as long as there are fewer and fewer. */
async function untilDone(field: Field, left: (waiting: Awaited<ReturnType<Field['record']['waiting']>>) => number) {
  const STALLED_MS = 60_000;
  let fewest = Infinity;
  let at = performance.now();
  for (;;) {
    const now = left(await field.record.waiting());
    if (now === 0) return;
    if (now < fewest) [fewest, at] = [now, performance.now()];
    must(performance.now() - at < STALLED_MS, `it goes on: ${now} left`);
    await sleep(500);
  }
}

export const WEEK_ROWS: readonly Row[] = [
  {
    name: 'week-down',
    fault: `the bot was down for a week, and ${LEASES.toLocaleString('en')} leases are overdue`,
    injected: 'the rows are written through the store, the people are members in Keycloak; then the bot starts',
    holds: ['I2', 'I3', 'I8', 'I22', 'I29'],
    stores: BOTH,
    run: week,
  },
];
