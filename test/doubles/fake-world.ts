import type { Posted } from '../../src/domain/message.ts';
import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../../src/domain/audit.ts';
import type { Gate } from '../../src/domain/gate.ts';
import type { Grant, OpenGrant } from '../../src/domain/grant.ts';
import { holdingKey } from '../../src/domain/grant.ts';
import { gateId, grantId, requestId } from '../../src/domain/ids.ts';
import type { RequestId } from '../../src/domain/ids.ts';
import type { Refusal } from '../../src/domain/refusal.ts';
import type { AccessRequest } from '../../src/domain/request.ts';
import { progress } from '../../src/domain/request.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import type { Intent } from '../../src/usecases/intent.ts';
import { withLinks } from '../../src/usecases/linked-directory.ts';
import type { Ports } from '../../src/usecases/ports.ts';
import type { Policy } from '../../src/usecases/policy-port.ts';
import type { Settings } from '../../src/usecases/settings.ts';
import type { BrowserSignIn } from '../../src/usecases/sign-in-port.ts';
import type { Words } from '../../src/usecases/views.ts';
import { REALM } from '../builders/domain.ts';
import { furnish, READ } from './fake-cast.ts';
import { handClock } from './fake-clock.ts';
import { fakeKeycloak } from './fake-keycloak.ts';
import { startProcess } from './fake-process.ts';
import type { BotProcess } from './fake-process.ts';
import { fakeBackchannel } from './fake-backchannel.ts';
import { TEAM, fakeSlack } from './fake-slack.ts';
import type { Shown } from './fake-slack.ts';
import { recordedLog } from './log.ts';

const QUIET_ROUNDS = 10;

export type World = Awaited<ReturnType<typeof aWorld>>;

/**
 * A bot with people around it: Ann and Bob ask; Chen and Dana approve for the platform, Erin and Fay for security; Root is
 * an admin. Keycloak, Slack and time are fakes, the record is the real one, in memory unless a file is given.
 */
export async function aWorld({
  settings = {},
  policy = null,
  signIn = null,
  file = ':memory:',
}: {
  readonly settings?: Partial<Settings>;
  readonly policy?: Policy | null;
  readonly signIn?: BrowserSignIn | null;
  readonly file?: string;
} = {}) {
  const clock = handClock();
  const keycloak = fakeKeycloak(clock);
  const slack = fakeSlack();
  const backchannel = fakeBackchannel();
  const log = recordedLog();
  const minted: string[] = [];
  const store = await openSqliteStore({ file, realm: REALM, now: () => clock.now(), log });
  const lateness: number[] = [];
  const nothing = (): void => undefined;
  const ports: Ports = {
    clock,
    ids: {
      uuid: () => {
        const id = randomUUID();
        minted.push(id);
        return id;
      },
    },
    store,
    log,
    catalogue: keycloak.catalogue,
    directory: withLinks(keycloak.directory, store),
    access: keycloak.access,
    backchannel: backchannel.channel,
    slackPeople: slack.people,
    conversation: slack.conversation,
    metrics: {
      requestEnded: nothing,
      liveGrants: nothing,
      revoked: (seconds) => void lateness.push(seconds),
      overdue: nothing,
      unsentMessages: nothing,
      unfinishedEnvelopes: nothing,
      openReviews: nothing,
      keycloakCall: nothing,
      keycloakLimit: nothing,
      slackCall: nothing,
      policyDecided: nothing,
      gateAsked: nothing,
      gateRefused: nothing,
      tokenAsked: nothing,
      gateClosed: nothing,
      gateCallRefused: nothing,
      waitingGates: nothing,
    },
    policy,
    signIn,
    settings: {
      realm: REALM,
      adminGroup: '/access-admins',
      approvalsChannel: null,
      publicUrl: signIn === null ? null : 'https://access.acme.example',
      stepUpAcr: signIn === null ? null : 'gold',
      minSeconds: 60,
      requestTtlSeconds: 86_400,
      quarantineSeconds: 120,
      replica: 'one',
      ...settings,
    },
  };
  furnish(keycloak, slack);
  let bot: BotProcess = startProcess(ports);

  const slackOf = (name: string) => ({ teamId: TEAM, userId: `U${name.toUpperCase()}` });
  const send = async (
    name: string,
    intent: Intent,
    { key = `envelope/${randomUUID()}`, team = TEAM }: { readonly key?: string; readonly team?: string } = {},
  ): Promise<string> => {
    const from = { ...slackOf(name), teamId: team };
    await store.receive({
      key,
      receivedAt: clock.now(),
      slack: from,
      reply: { slack: from, responseUrl: null },
      correlationId: randomUUID(),
      intent,
    });
    return key;
  };

  const fingerprint = async (): Promise<string> => {
    const [head, unsent, unfinished, next] = await Promise.all([
      store.auditHead(),
      store.countUnsent(),
      store.countUnfinished(),
      store.nextLook(),
    ]);
    return JSON.stringify([head.seq, unsent, unfinished, next, slack.messages.length, slack.privates.length]);
  };
  /** Everything that can be done now is done. */
  const run = async (): Promise<void> => {
    for (let round = 0, before = ''; round < QUIET_ROUNDS; round++) {
      await bot.inbox();
      await bot.converge();
      await bot.sessions();
      await bot.requests();
      await bot.deliver();
      const after = await fingerprint();
      if (after === before) return;
      before = after;
    }
  };
  /** Time passes; whatever becomes due on the way is done when it is due. */
  const advance = async (seconds: number): Promise<void> => {
    const end = clock.now() + seconds * 1000;
    while (clock.now() < end) {
      const [next, unsent, unfinished] = await Promise.all([
        store.nextLook(),
        store.countUnsent(),
        store.countUnfinished(),
      ]);
      const busy = unsent > 0 || unfinished > 0 || keycloak.faults.stands('probe') !== null;
      const stepMs = busy ? (end - clock.now() > 600_000 ? 30_000 : 1000) : 600_000;
      const until = Math.min(end, clock.now() + stepMs, Math.max(next ?? end, clock.now() + 500));
      clock.advance((until - clock.now()) / 1000);
      await run();
    }
  };

  const request = async (id: RequestId): Promise<AccessRequest> => {
    const found = await store.request(id);
    if (found === null) throw new Error(`no request ${id}`);
    return found;
  };
  /** The newest message with the buttons of a request, as an approver would find it. */
  const buttonsOf = (id: RequestId, kind?: Shown['kind']): Shown => {
    const found = slack.messages.findLast(
      (message) =>
        message.buttons !== null && message.card?.request.id === id && (kind === undefined || message.kind === kind),
    );
    if (found?.buttons === undefined || found.buttons === null) throw new Error('no message has buttons');
    return found;
  };
  const ask = async (name: string, access = READ, duration = '1h', justification = 'INC-42'): Promise<RequestId> => {
    const before = minted.length;
    await send(name, { intent: 'request', access: { by: 'text', text: access }, duration, justification });
    await run();
    for (const id of minted.slice(before)) if ((await store.request(requestId(id))) !== null) return requestId(id);
    throw new Error(`refused: ${JSON.stringify(refusals(name).at(-1))}`);
  };
  const approval = async (
    id: RequestId,
    facts: {
      readonly leaseSeconds?: number | null;
      readonly message?: Posted;
      readonly version?: number;
      readonly stage?: number;
    } = {},
  ): Promise<Intent> => {
    const row = await request(id);
    const shown = facts.message ?? buttonsOf(id);
    const stage = facts.stage ?? (row.state === 'pending' ? (progress(row)?.index ?? 0) : 0);
    return {
      intent: 'approve',
      requestId: id,
      version: facts.version ?? row.version,
      stage,
      message: { channel: shown.channel, ts: shown.ts },
      leaseSeconds: facts.leaseSeconds ?? null,
    };
  };
  const denial = async (id: RequestId, comment = ''): Promise<Intent> => {
    const intent = await approval(id);
    if (intent.intent !== 'approve') throw new Error('not an approval');
    const { requestId: about, version, stage, message } = intent;
    return { intent: 'deny', requestId: about, version, stage, message, comment };
  };
  const act = async (name: string, intent: Intent): Promise<void> => {
    await send(name, intent);
    await run();
  };
  const approve = async (name: string, id: RequestId, facts: Parameters<typeof approval>[1] = {}): Promise<void> =>
    act(name, await approval(id, facts));
  const deny = async (name: string, id: RequestId, comment = ''): Promise<void> => act(name, await denial(id, comment));
  const refusals = (name: string): readonly Refusal[] =>
    told(name).flatMap((words) => (words.say === 'refused' ? [words.refusal] : []));
  const told = (name: string): readonly Words[] =>
    slack.privates.filter((one) => one.slack.userId === slackOf(name).userId).map((one) => one.words);
  const grantOf = async (id: RequestId): Promise<Grant> => {
    const grant = await store.grantOfRequest(id);
    if (grant === null) throw new Error(`no grant of ${id}`);
    return grant;
  };
  /** A lease that was asked for by `name`, approved by Chen, and is live unless something is in its way. */
  const lease = async (name: string, access = READ, duration = '1h'): Promise<RequestId> => {
    const id = await ask(name, access, duration);
    await approve('chen', id);
    return id;
  };
  const holdingOf = (name: string, path: string) => {
    const user = keycloak.users.get(name);
    const thing = keycloak.things.get(path);
    if (user === undefined || thing === undefined) throw new Error(`no ${name} or ${path}`);
    return store.holding(holdingKey(REALM, user.userId, thing.resource));
  };

  const rows = async () => {
    const requests: AccessRequest[] = [];
    const grants: Grant[] = [];
    const gates: Gate[] = [];
    for (const id of minted) {
      const row = await store.request(requestId(id));
      if (row !== null) requests.push(row);
      const grant = await store.grant(grantId(id));
      if (grant !== null) grants.push(grant);
      const gate = await store.gate(gateId(id));
      if (gate !== null) gates.push(gate);
    }
    return { requests, grants, gates };
  };
  /** Everything that a refusal must leave as it is. */
  const tables = async (): Promise<string> => {
    const holdings = [];
    for (const user of keycloak.users.keys())
      for (const path of keycloak.things.keys()) holdings.push((await holdingOf(user, path))?.holding ?? null);
    return JSON.stringify([await rows(), holdings]);
  };
  const audit = async (): Promise<readonly AuditEntry[]> => collected(store.auditEntries());

  return {
    clock,
    keycloak,
    slack,
    backchannel,
    log,
    ports,
    store,
    lateness,
    send,
    act,
    run,
    advance,
    ask,
    approval,
    denial,
    approve,
    deny,
    lease,
    request,
    grantOf,
    holdingOf,
    buttonsOf,
    refusals,
    told,
    slackOf,
    rows,
    tables,
    audit,
    sweep: async () => {
      await bot.sweep();
      await run();
    },
    /** Another process takes over on the same record. */
    restart: (replica: string, over: Ports = ports): BotProcess => {
      bot = startProcess({ ...over, settings: { ...over.settings, replica } });
      return bot;
    },
    get bot() {
      return bot;
    },
    openGrants: async (): Promise<readonly OpenGrant[]> =>
      (await rows()).grants.filter((grant) => grant.state !== 'ended'),
  };
}

async function collected<T>(values: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}
