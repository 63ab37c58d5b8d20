import { replay, replayedGrant, replayedRequest } from '../../../src/domain/replay.ts';
import type { Grant } from '../../../src/domain/grant.ts';
import type { MessageBody } from '../../../src/domain/message.ts';
import { isManagerStage } from '../../../src/domain/plan.ts';
import { slackAttribute } from '../../../src/domain/people.ts';
import type { RequestId } from '../../../src/domain/ids.ts';
import type { AccessRequest } from '../../../src/domain/request.ts';
import { verifyChain } from '../../../src/usecases/verify-audit.ts';
import { readEntry } from '../../../src/store/chain.ts';
import { holdingKey } from '../../../src/domain/grant.ts';
import { SWEEP_SECONDS } from '../replica.ts';
import { isOursThere, isThere } from '../scene.ts';
import type { Scene } from '../scene.ts';
import { pairOf } from '../truth.ts';

/** Any wait for a row or a late call, and what a clock may be ahead. */
const LEAVING_MS = 180_000;

/** What must be true once everything has healed and every lease has ended. */
export async function checkEnding(scene: Scene): Promise<void> {
  checkAccess(scene);
  await checkWork(scene);
  checkTold(scene);
  checkHomes(scene);
  checkLeavers(scene);
  checkSessions(scene);
  await checkRecord(scene);
}

function checkAccess(scene: Scene): void {
  const { truth, record, realm } = scene;
  for (const grant of record.tables.grants.values())
    if (grant.state !== 'ended') scene.complain('I2', `grant ${grant.id} of ${grant.person.username} never ended`);
  for (const { userId, resource } of truth.touched.values()) {
    if (!isOursThere(scene, userId, resource.id)) continue;
    if (record.tables.openOn(holdingKey(realm, userId, resource)).length === 0)
      scene.complain('I27', `${resource.path} is still there without a lease`);
  }
  for (const pair of truth.before) {
    const [userId = '', resourceId = ''] = pair.split(' ');
    if (!isThere(scene, userId, resourceId)) scene.complain('I8', `${pair} was there before and is gone`);
  }
  for (const row of record.tables.holdings.values())
    if (row.puts + row.deletes > 0 || row.nextLookAt !== null)
      scene.complain('I2', `holding ${row.username} ${row.resource.path} is not at rest: ${JSON.stringify(row)}`);
}

async function checkWork(scene: Scene): Promise<void> {
  const { truth, record, complain } = scene;
  for (const { item, acknowledged, finished } of truth.envelopes.values())
    if (acknowledged && finished === 0) complain('I23', `${item.intent.intent} was acknowledged and never carried out`);
  for (const row of record.tables.requests.values())
    if (row.state === 'pending') complain('I15', `request ${row.id} waits for ever`);
  for (const { message, sent } of record.outbox.values())
    if (!sent && !(await isNowhere(scene, message.body))) complain('I29', `${message.key} was never said`);
}

/** There is no channel for all: what a group that is gone for good was to read waits, and the operators know. */
async function isNowhere({ keycloak, record }: Scene, body: MessageBody): Promise<boolean> {
  if (body.to !== 'card' && body.to !== 'thread') return false;
  const asked = record.tables.requests.get(body.requestId);
  const bundle = asked?.bundle?.id ?? null;
  const parts = [...record.tables.requests.values()].filter((one) =>
    bundle === null ? one.id === asked?.id : one.bundle?.id === bundle,
  );
  const groups = parts.flatMap(({ plan }) => plan.flatMap((stage) => (isManagerStage(stage) ? [] : [stage.groupId])));
  const found = await Promise.all(groups.map((id) => keycloak.directory.groupById(id)));
  return found.includes(null) && record.outbox.has(`undeliverable:${body.requestId}:0`);
}

/** I29: every outcome reaches the requester and the thread; twice only with an excuse. */
function checkTold(scene: Scene): void {
  const { slack: said, truth, record, complain } = scene;
  const told = new Map<string, number>();
  const count = (name: string): void => void told.set(name, (told.get(name) ?? 0) + 1);
  /** One message about parts of a bundle, said twice, is one excuse. */
  const countAsOne = (names: readonly string[]): void => {
    const again = names.find((name) => told.has(name));
    for (const name of names) if (name === again || !told.has(name)) count(name);
  };
  for (const { words, slack: to } of said.privates) {
    if (words.say === 'decided' || words.say === 'received') {
      countAsOne((words.bundle ?? [words.request]).map(({ id }) => `${words.say} ${id} ${to.userId}`));
    }
    if (words.say === 'question' || words.say === 'answer')
      count(`private ${words.say} ${words.index} ${words.request.id}`);
    if (words.say === 'live' || words.say === 'ended') count(`${words.say} ${words.grant.id} ${to.userId}`);
    if (words.say === 'parts_live' || words.say === 'parts_ended')
      countAsOne(words.parts.map(({ say, grant }) => `${say} ${grant.id} ${to.userId}`));
  }
  const allowed = new Map<string, number>();
  const askOf = (id: RequestId): string => record.tables.requests.get(id)?.bundle?.id ?? id;
  /** A stage goes on to another group once, and once more when it is asked for anew, which a line that comes late cannot tell. */
  const escalations = (id: RequestId, about: string): number =>
    [...record.outbox.values()].filter(
      ({ message: { body } }) =>
        body.to === 'thread' &&
        body.line.line === 'escalated' &&
        (body.line.of ?? []).join(' ') === about &&
        askOf(body.requestId) === askOf(id),
    ).length;
  // A line stands under each card of a stage, and once for each version, of a bundle also for the parts that it is about.
  for (const { card, line, thread } of said.messages)
    if (line !== null && card !== null) {
      const about = (line.of ?? []).join(' ');
      const name = `${line.line} ${card.request.id} ${card.request.version} ${thread ?? 'nowhere'} ${about}`;
      count(name);
      if (line.line === 'escalated') allowed.set(name, escalations(card.request.id, about));
    }
  const heard = (name: string, what: string): void => {
    if (!told.has(name)) complain('I29', `nobody told ${what}`);
  };
  for (const { id, requester, questions } of record.tables.requests.values())
    for (const [index, { by, answer }] of questions.entries()) {
      heard(`private question ${index} ${id}`, `${requester.username}: a question`);
      if (answer !== null) heard(`private answer ${index} ${id}`, `${by.username}: an answer`);
    }
  for (const request of record.tables.requests.values())
    for (const { slack: to, username } of [request.requester, request.beneficiary])
      heard(`decided ${request.id} ${to.userId}`, `${username}: ${request.state}`);
  for (const grant of record.tables.grants.values())
    heard(`ended ${grant.id} ${grant.person.slack.userId}`, `${grant.person.username}: ${endOf(grant)}`);
  const twice = [...told].filter(
    ([name, times]) =>
      times > (allowed.get(name) ?? 1) &&
      !/^(approved|trouble|reopened|reminder|review_waits|signed|question|answer|stuck) /.test(name),
  );
  if (twice.length > truth.excuses)
    complain('I29', `said twice without a reason: ${twice.map(([name]) => name).join(', ')}`);
  for (const { card } of said.messages) {
    if (card === null) continue;
    const row = record.tables.requests.get(card.request.id);
    const shown = said.messages.find(
      (message) => message.card?.request.id === card.request.id && message.buttons !== null,
    );
    if (row !== undefined && row.state !== 'pending' && shown !== undefined) checkButtons(scene, row, shown.ts);
  }
}

/** I29: whoever has a Home sees on it how things are now, and it was not published more often than something changed. */
function checkHomes({ slack, truth, record, complain }: Scene): void {
  for (const owner of record.tables.homes.keys()) {
    const published = slack.homes.filter((one) => slackAttribute(one.slack) === owner);
    const home = published.at(-1)?.home;
    const waits = home?.waiting.known === true ? home.waiting.requests.length : 0;
    if (home === undefined || home.open.length + home.pending.length + waits > 0)
      complain('I29', `the Home of ${owner} does not show that all is over`);
    // One that could not be drawn whole is drawn again without a change.
    const whole = published.filter((one) => one.home.waiting.known || one.home.waiting.because !== 'keycloak_away');
    const called = truth.homeCalls.get(owner) ?? 0;
    if (whole.length > called + truth.excuses)
      complain('I29', `the Home of ${owner} was published ${whole.length} times for ${called} changes`);
  }
}

/** Whoever left and stays away keeps no lease for longer than it takes to look at everybody twice, once all is calm. */
function checkLeavers({ truth, record, weather, complain }: Scene): void {
  for (const grant of record.tables.grants.values()) {
    const leftAt = truth.leftAt.get(slackAttribute(grant.person.slack));
    if (leftAt === undefined || grant.state !== 'ended') continue;
    const latest = Math.max(leftAt, weather.calmSince().at) + 2 * SWEEP_SECONDS * 1000 + LEAVING_MS;
    if ((truth.endedSince.get(grant.id) ?? 0) > latest)
      complain('I30', `${grant.person.username} left and kept ${grant.resource.path}`);
  }
}

const endOf = (grant: Grant): string => (grant.state === 'ended' ? `ended by ${grant.endedBy}` : grant.state);

/** Buttons of what is settled are gone, at least from every message that counts. */
function checkButtons({ record, complain }: Scene, row: AccessRequest, ts: string): void {
  const counts = [...record.tables.posted.values()].some((message) => message.ts === ts && message.role === 'card');
  if (counts) complain('I29', `the card of ${row.state} request ${row.id} still has buttons`);
}

/** I6: who had to be logged out was, after the access was gone. */
function checkSessions({ record, truth, keycloak, complain }: Scene): void {
  if (keycloak.access.endsSessionsFirst()) return;
  for (const grant of record.tables.grants.values()) {
    if (!grant.endSessions || grant.state !== 'ended' || !['expiry', 'release', 'revocation'].includes(grant.endedBy))
      continue;
    const takenAt = truth.takenByUs.get(pairOf(grant.person.userId, grant.resource.id));
    if (takenAt === undefined || truth.goneAt.has(grant.person.userId)) continue;
    if ((truth.loggedOut.get(grant.person.userId) ?? -1) < takenAt)
      complain('I6', `the sessions of ${grant.person.username} outlive ${grant.resource.path}`);
  }
}

/** I22, I25: the chain holds, and replaying it gives the tables. */
async function checkRecord({ record, complain }: Scene): Promise<void> {
  const proof = await verifyChain(record.auditEntries(), () => record.auditHead());
  if (!proof.ok) {
    complain('I25', `the chain is broken at ${proof.seq}: ${proof.problem}`);
    return;
  }
  const told = replay(record.chain.map(readEntry));
  for (const row of record.tables.requests.values())
    if (JSON.stringify(told.requests.get(row.id)) !== JSON.stringify(replayedRequest(row)))
      complain('I22', `request ${row.id} is not what the audit tells`);
  for (const row of record.tables.grants.values())
    if (JSON.stringify(told.grants.get(row.id)) !== JSON.stringify(replayedGrant(row)))
      complain('I22', `grant ${row.id} is not what the audit tells`);
}
