import type { StoredPost } from '../doubles/e2e-record.ts';
import { isDeepStrictEqual } from 'node:util';
import type { EndedGrant, Grant } from '../../src/domain/grant.ts';
import { repeated } from '../doubles/audit-once.ts';
import type { Offer } from '../doubles/e2e-cast.ts';
import type { Field } from './field.ts';

export type Expected = {
  /** Access that somebody had before, which must still be there. */
  readonly before?: readonly { readonly userId: string; readonly offered: Offer }[];
  /** How often Slack's answer to one message may have been lost: a killed bot loses one for each conversation. */
  readonly repeats?: number;
  /** So much ended at once that it is told in digests: only the sums can be compared. */
  readonly inDigests?: boolean;
  /** What Slack may have held against the bot: a stopped or killed one acknowledges late. */
  readonly violations?: readonly string[];
  /** Live leases whose access is rightly missing in Keycloak, such as those that are held. */
  readonly missing?: readonly Offer[];
};

/**
 * What must be true after every row, asked of Keycloak by an administrator of the test and of the record by another
 * connection. Answers what is not, one sentence each.
 */
export async function unsound(field: Field, expected: Expected = {}): Promise<readonly string[]> {
  return [
    ...(await recordProblems(field)),
    ...(await accessProblems(field, expected)),
    ...(await messageProblems(field, expected)),
    ...quietProblems(field, expected),
  ];
}

/** The chain holds, replaying it gives the tables, each step is on record once (I15, I22). */
async function recordProblems({ record }: Field): Promise<readonly string[]> {
  const { chain, replayed, tables } = await record.prove();
  return [
    ...(chain.ok ? [] : [`I22: the audit does not hold at ${chain.seq}: ${chain.problem}`]),
    ...(isDeepStrictEqual(replayed, tables) ? [] : ['I22: replaying the audit does not give the tables']),
    ...repeated(await record.audit()).map((step) => `I15: on record twice: ${step}`),
  ];
}

/** Nobody has access without an open grant; who had it before has it; who has a live lease has it (I7, I8, I27). */
async function accessProblems(field: Field, { before = [], missing = [] }: Expected): Promise<readonly string[]> {
  const { grants } = await field.record.tables();
  const problems: string[] = [];
  for (const offered of field.offers) {
    const holders = await holdersOf(field, offered);
    const had = new Set(before.filter((one) => one.offered.id === offered.id).map(({ userId }) => userId));
    const on = grants.filter(({ resource }) => resource.id === offered.id);
    const open = new Set<string>(on.filter(({ state }) => state !== 'ended').map(({ person }) => person.userId));
    for (const id of holders)
      if (!had.has(id) && !open.has(id)) problems.push(`I27: ${offered.path} is held without a lease by ${id}`);
    for (const id of had)
      if (!holders.has(id)) problems.push(`I8: ${offered.path}, there before, was taken from ${id}`);
    if (missing.some(({ id }) => id === offered.id)) continue;
    for (const { person, state } of on)
      if (state === 'live' && !holders.has(person.userId)) problems.push(`${offered.path} is live and not there`);
  }
  return problems;
}

async function holdersOf({ realm }: Field, { kind, id, path, clientUuid }: Offer): Promise<ReadonlySet<string>> {
  const name = path.slice(path.indexOf('/') + 1);
  const where = {
    group: `/groups/${id}/members?max=20000`,
    'realm-role': `/roles/${path}/users?max=20000`,
    'client-role': `/clients/${clientUuid ?? ''}/roles/${name}/users?max=20000`,
  }[kind];
  const { status, body } = await realm.asAdmin('GET', where);
  return new Set(status === 200 ? (body as readonly { readonly id: string }[]).map((user) => user.id) : []);
}

/** The person and the thread hear of each end, at least once, and again only when an answer was lost (I29). */
async function messageProblems(field: Field, { repeats = 0, inDigests = false }: Expected): Promise<readonly string[]> {
  const { requests, grants, posted } = await field.record.tables();
  const asked = new Set<string>(requests.map(({ id }) => id));
  const ended = grants.filter((grant): grant is EndedGrant => grant.state === 'ended');
  const problems: string[] = [];
  if (inDigests) {
    return [...Map.groupBy(ended, ({ person }) => person.slack.userId)].flatMap(([account, same]) => {
      const texts = field.workspace.dm(account).messages.map(({ text }) => text);
      const count = texts.reduce((sum, text) => sum + endsIn(text), 0);
      return miscounted(`${account} was told of ends`, count, same.length, repeats);
    });
  }
  for (const [, same] of Map.groupBy(ended, ({ person, resource }) => `${person.userId} ${resource.path}`)) {
    const [first] = same;
    if (first === undefined) continue;
    const { person, resource } = first;
    const texts = field.workspace.dm(person.slack.userId).messages.map(({ text }) => text);
    const count = texts.filter((text) => text.includes(`${resource.path}* ended`)).length;
    problems.push(
      ...miscounted(`${person.username} was told of the end of ${resource.path}`, count, same.length, repeats),
    );
  }
  for (const grant of ended) {
    if (!asked.has(grant.requestId)) continue; // a row wrote it down without a request, so it has no thread
    const lines = threadsOf(field, posted, grant);
    const count = lines.filter((text) => /^(Ended|The lease ended) /.test(text)).length;
    problems.push(...miscounted(`the thread of ${grant.resource.path} told its end`, count, 1, repeats));
  }
  return problems;
}

const threadsOf = ({ workspace }: Field, posted: readonly StoredPost[], { requestId }: Grant): readonly string[] =>
  posted
    .filter(({ request_id: id, role }) => id === requestId && role === 'card')
    .flatMap(({ channel, ts }) => workspace.channel(channel).thread(ts))
    .map(({ text }) => text);

/** Of how many ends a message tells. */
const endsIn = (text: string): number =>
  Number(/(\d+) leases? ended/.exec(text)?.[1] ?? (text.includes('* ended') ? 1 : 0));

const miscounted = (what: string, count: number, wanted: number, repeats: number): readonly string[] =>
  count >= wanted && count <= wanted + repeats ? [] : [`I29: ${what} ${count} times instead of ${wanted}`];

/** Nothing secret was logged, and Slack has nothing to complain about (I28). */
function quietProblems({ bots, workspace, realm }: Field, { violations = [] }: Expected): readonly string[] {
  const secrets = [realm.bot.clientSecret, workspace.app.botToken, workspace.app.appToken];
  return [
    ...(bots.some((bot) => secrets.some((secret) => bot.said().includes(secret))) ? ['I28: a secret was logged'] : []),
    ...workspace.violations
      .filter(({ rule }) => !violations.includes(rule))
      .map(({ rule, detail }) => `Slack complains: ${rule} ${detail}`),
  ];
}
