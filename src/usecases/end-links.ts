import { unlink } from '../domain/link.ts';
import type { LiveLink, UnlinkedBy } from '../domain/link.ts';
import { slackAttribute } from '../domain/people.ts';
import { CodedError } from '../lib/errors.ts';
import { messagesOf } from './answer.ts';
import { linkEntry } from './link-account.ts';
import type { Ports } from './ports.ts';

/** Slack and Keycloak are asked about so many at once, others each time. */
const LINKS_AT_ONCE = 25;
const DAY_MS = 86_400_000;

type Looking = Pick<Ports, 'store' | 'directory' | 'slackPeople' | 'ids' | 'clock' | 'log'>;

/**
 * Ends links of people who left Slack, or are disabled in Keycloak or gone from it, tells operators where a link and the
 * attribute `slack-user-id` disagree, and forgets old sign-ins and gates.
 * @returns how many links were ended
 */
export async function endDeadLinks(ports: Looking): Promise<number> {
  await ports.store.forgetSignIns(ports.clock.now() - DAY_MS);
  await ports.store.forgetGates(ports.clock.now() - 7 * DAY_MS);
  let count = 0;
  try {
    for (const link of await someLinks(ports)) if (await endIfDead(ports, link)) count++;
  } catch (error) {
    if (!(error instanceof CodedError) || error.code === 'store_unavailable') throw error;
    ports.log.warn('cannot ask whose links are over', { code: error.code });
  }
  return count;
}

async function someLinks({ store, ids }: Looking): Promise<readonly LiveLink[]> {
  const after = await store.liveLinks(ids.uuid(), LINKS_AT_ONCE);
  if (after.length === LINKS_AT_ONCE) return after;
  const first = await store.liveLinks('', LINKS_AT_ONCE - after.length);
  return [...new Map([...after, ...first].map((link) => [link.id, link])).values()];
}

async function endIfDead(ports: Looking, link: LiveLink): Promise<boolean> {
  const endedBy = await whyDead(ports, link);
  if (endedBy === null) return false;
  const at = ports.clock.now();
  const ended = unlink(link, endedBy, at);
  const audit = [linkEntry('identity.unlinked', ended, null, at, `unlinked:${link.id}`)];
  return (await ports.store.commit({ links: [ended], audit })) === 'committed';
}

/** Only what is positively said counts: who cannot be found in Slack may be hidden from us. */
async function whyDead(ports: Looking, { id, person }: LiveLink): Promise<UnlinkedBy | null> {
  const profile = await ports.slackPeople.profile(person.slack);
  if (profile?.deleted === true || profile?.guest === true) return 'left';
  const user = await ports.directory.person(person.userId);
  if (user?.enabled !== true) return 'disabled';
  const account = slackAttribute(person.slack);
  const other = user.slackIds.find((claim) => claim !== account);
  if (other !== undefined) {
    const at = ports.clock.now();
    const cause = `disagree:${id}:${Math.floor(at / DAY_MS)}`;
    const alarm = { alarm: 'link_disagrees', person, attribute: other } as const;
    await ports.store.commit({ messages: [messagesOf(cause, at, cause)({ to: 'operators', alarm })], audit: [] });
  }
  return null;
}
