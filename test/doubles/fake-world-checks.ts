import { expect } from '@jest/globals';
import { replayLinks } from '../../src/domain/link.ts';
import { slackAttribute } from '../../src/domain/people.ts';
import { replay, replayedGate, replayedGrant, replayedRequest } from '../../src/domain/replay.ts';
import { verifyChain } from '../../src/usecases/verify-audit.ts';
import { repeated } from './audit-once.ts';
import type { World } from './fake-world.ts';

/** What must be true of every world at any time: the chain holds, and replaying it gives the tables (I22, I15). */
export async function expectSound(world: World): Promise<void> {
  const entries = await world.audit();
  const proof = await verifyChain(world.store.auditEntries(), () => world.store.auditHead());
  expect(proof).toMatchObject({ ok: true });
  const { requests, grants, gates } = await world.rows();
  const told = replay(entries);
  expect(Object.fromEntries(told.requests)).toEqual(
    Object.fromEntries(requests.map((row) => [row.id, replayedRequest(row)])),
  );
  expect(Object.fromEntries(told.grants)).toEqual(
    Object.fromEntries(grants.map((row) => [row.id, replayedGrant(row)])),
  );
  for (const row of gates) expect([row.id, told.gates.get(row.id)]).toEqual([row.id, replayedGate(row)]);
  const links = await world.store.liveLinks('', 1000);
  expect(Object.fromEntries(replayLinks(entries))).toEqual(
    Object.fromEntries(
      links.map(({ id, person }) => [id, { slack: slackAttribute(person.slack), userId: person.userId }]),
    ),
  );
  expect(repeated(entries)).toEqual([]);
}

/** Runs `act` and expects the one private sentence it earns, and nothing changed. */
export async function expectRefused(
  world: World,
  name: string,
  refusal: string,
  act: () => Promise<unknown>,
): Promise<void> {
  const before = await world.tables();
  const heard = world.slack.privates.length;
  const posted = world.slack.messages.length;
  const held = world.keycloak.count('give') + world.keycloak.count('take');
  await act();
  const news = world.slack.privates.slice(heard);
  expect(
    news.map(({ slack, words }) => [slack.userId, words.say === 'refused' ? words.refusal.refusal : words.say]),
  ).toEqual([[world.slackOf(name).userId, refusal]]);
  expect(await world.tables()).toBe(before);
  expect(world.slack.messages).toHaveLength(posted);
  expect(world.keycloak.count('give') + world.keycloak.count('take')).toBe(held);
  await expectSound(world);
}
