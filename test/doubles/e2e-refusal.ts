import { expect } from '@jest/globals';
import type { Actor } from '../../sandbox/slack/workspace.ts';
import { readAudit } from './e2e-record.ts';
import type { Stage } from './e2e-stage.ts';

/**
 * Somebody does what must be refused: he alone hears one sentence, nothing changes in Keycloak, in the tables or in what
 * others see, and the refusal is on record where it matters.
 * @param audited the refusal as the audit names it, or null when it is not worth an entry
 */
export async function expectRefused(
  stage: Stage,
  who: Actor,
  act: () => Promise<unknown>,
  { says, audited }: { readonly says: RegExp; readonly audited: string | null },
): Promise<void> {
  const posted = () => stage.workspace.callsOf('chat.postMessage').filter(({ args }) => args['channel'] !== who.dm.id);
  const world = async () => ({ tables: stage.tables(), keycloak: await stage.botChanges(), posted: posted().length });
  await stage.quiet();
  const before = await world();
  const known = (await readAudit(stage.file)).length;
  expect(await stage.hears(who, act)).toEqual([expect.stringMatching(says)]);
  expect(await world()).toEqual(before);
  const fresh = (await readAudit(stage.file)).slice(known).map(({ data }) => data['refusal']);
  expect(fresh).toEqual(audited === null ? [] : [audited]);
}
