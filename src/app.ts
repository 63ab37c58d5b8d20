import { randomUUID } from 'node:crypto';
import type { Config } from './config.ts';
import { secretsOf } from './config.ts';
import { createMetrics } from './http/metrics.ts';
import { startHttp } from './http/server.ts';
import { openBrowserSignIn } from './keycloak/browser-sign-in.ts';
import { connectKeycloak } from './keycloak/connect.ts';
import type { KeycloakPorts } from './keycloak/connect.ts';
import { CodedError } from './lib/errors.ts';
import { createLog } from './lib/logger.ts';
import { createLeaseClock } from './scheduler/clock.ts';
import { startHeartbeat } from './scheduler/heartbeat.ts';
import { createLoop } from './scheduler/loops.ts';
import { createLull } from './scheduler/lull.ts';
import { connectSlack } from './slack/connect.ts';
import { openPolicy } from './policy/open.ts';
import { openStore } from './store/open.ts';
import { checkForm, readAhead } from './usecases/ask.ts';
import { askAgain } from './usecases/ask-again.ts';
import { openBreakGlass, suggestMarked } from './usecases/break-glass.ts';
import { createConverger } from './usecases/converge-due.ts';
import { forTerminal } from './slack/render/escape.ts';
import { reasonText } from './slack/render/reason-text.ts';
import { en } from './slack/words/en.ts';
import { createDeliverer } from './usecases/deliver.ts';
import { createGate } from './usecases/gate.ts';
import { createBackchannel } from './usecases/open-backchannel.ts';
import type { Desk } from './usecases/desk.ts';
import type { PolicyStatus } from './usecases/policy-port.ts';
import type { Log, Ports } from './usecases/ports.ts';
import { tellInTime } from './usecases/in-time.ts';
import { findLeavers } from './usecases/leave-workspace.ts';
import { createSessionEnder } from './usecases/end-carried.ts';
import { endDeadLinks } from './usecases/end-links.ts';
import { withLinks } from './usecases/linked-directory.ts';
import { openReview } from './usecases/review.ts';
import { openRevocation } from './usecases/revoke-access.ts';
import { openQuestion } from './usecases/answer-question.ts';
import { openDialog } from './usecases/shown.ts';
import { previewRuled } from './usecases/preview-ruled.ts';
import { runAlone } from './usecases/run-alone.ts';
import { sweep } from './usecases/sweep.ts';
import { tellClockJump, tellGauges } from './usecases/tell-gauges.ts';
import { createSignInPages } from './usecases/sign-in-pages.ts';
import { createSuggester } from './usecases/suggestions.ts';
import { createInboxWorker } from './usecases/work-inbox.ts';

export type Overrides = {
  /** Puts something between the use cases and the outside world, for fault and speed tests. */
  readonly wrap?: (ports: Ports) => Ports;
  readonly log?: Log;
  readonly wall?: () => number;
  readonly monotonic?: () => number;
};

export type App = {
  /** Address of `/healthz`, `/readyz`, `/metrics` and, in HTTP mode, `/slack/events`. */
  readonly url: string;
  readonly ports: Ports;
  stop(): Promise<void>;
};

/** The only place that knows everyone. Revocation starts first; Slack and Keycloak may be away. */
export async function startApp(config: Config, overrides: Overrides = {}): Promise<App> {
  const { wall = Date.now, monotonic = () => performance.now(), wrap = (ports: Ports) => ports } = overrides;
  const log = overrides.log ?? createLog({ level: config.logLevel, secrets: secretsOf(config) });
  const { metrics, text } = createMetrics();
  const ids = { uuid: () => randomUUID() };
  const { database } = config;
  const opened = await openStore({ database, realm: config.keycloak.realm, wall, monotonic, log });
  const { store } = opened;
  const clock = createLeaseClock({ wall: opened.wall, monotonic, highest: await store.highestTime() });
  const { adminGroup, minSeconds, requestTtlSeconds, quarantineSeconds } = config;
  const keycloak = connectKeycloak({
    ...config.keycloak,
    adminGroup,
    minSeconds,
    metrics,
    log,
    now: () => clock.now(),
  });
  const slack = connectSlack({
    appToken: null,
    signingSecret: null,
    ...config.slack,
    clock,
    metrics,
    log,
    ids,
  });
  const policy = await openPolicy(config.policy, { clock, log, store }).catch(async (error: unknown) => {
    await keycloak.close();
    await store.close();
    throw error;
  });
  const signIn =
    config.signIn === null
      ? null
      : openBrowserSignIn({
          ...config.signIn,
          keycloakUrl: config.keycloak.url,
          keycloakPublicUrl: config.signIn.keycloakUrl,
          realm: config.keycloak.realm,
          metrics,
          log,
          now: () => clock.now(),
        });
  const settings = {
    realm: config.keycloak.realm,
    adminGroup,
    approvalsChannel: config.slack.approvalsChannel,
    publicUrl: config.signIn?.publicUrl ?? null,
    stepUpAcr: config.signIn?.stepUpAcr ?? null,
    minSeconds,
    requestTtlSeconds,
    quarantineSeconds,
    replica: randomUUID(),
  };
  const outside = {
    clock,
    ids,
    store,
    metrics,
    log,
    settings,
    policy,
    signIn,
    slackPeople: slack.people,
    conversation: slack.conversation,
  };
  const known = (ports: KeycloakPorts) => ({ ...ports, directory: withLinks(ports.directory, store) });
  const people = wrap({ ...outside, ...known(keycloak.interactive) });
  const background = wrap({ ...outside, ...known(keycloak.background) });

  const converger = createConverger(background);
  const deliverer = createDeliverer(people, () => deliver.wake());
  const inboxWorker = createInboxWorker(people, () => {
    converge.wake();
    deliver.wake();
    inbox.wake();
  });
  const deliver = createLoop({
    name: 'deliver',
    run: async () => {
      await deliverer.words.run();
      await deliverer.cards.run();
      await deliverer.homes.run();
    },
    log,
  });
  // Slack gives an acknowledgement 3 s and its work any time: in a burst of commands all are acknowledged first.
  const lull = createLull({ quietMs: 20, longestMs: 250 });
  const inbox = createLoop({
    name: 'inbox',
    run: async () => {
      await lull.wait();
      await inboxWorker.run();
    },
    log,
  });
  const sessionEnder = createSessionEnder(background);
  const sessions = createLoop({ name: 'sessions', run: () => sessionEnder.run(), log });
  const converge = createLoop({
    name: 'converge',
    run: async () => {
      await converger.run();
      heartbeat.rearm();
      sessions.wake();
      deliver.wake();
    },
    log,
  });
  const sweeper = createLoop({
    name: 'sweep',
    run: async () => {
      const sweeping = { name: 'sweep', everySeconds: config.sweepSeconds, run: () => sweep(background) };
      if ((await runAlone(background, sweeping)) !== null) converge.wake();
    },
    log,
  });
  const leavers = createLoop({
    name: 'leavers',
    run: async () => {
      const finding = { name: 'leavers', everySeconds: config.sweepSeconds, run: () => findLeavers(background) };
      if (((await runAlone(background, finding)) ?? 0) > 0) converge.wake();
      await runAlone(background, {
        name: 'links',
        everySeconds: config.sweepSeconds,
        run: () => endDeadLinks(background),
      });
    },
    log,
  });
  const heartbeat = startHeartbeat({
    jobs: [
      {
        name: 'beat',
        everySeconds: 1,
        run: () => {
          converge.wake();
          inbox.wake();
          deliver.wake();
        },
      },
      {
        name: 'requests',
        everySeconds: 5,
        run: async () => {
          const telling = { name: 'requests', everySeconds: 5, run: () => tellInTime(background) };
          if (((await runAlone(background, telling)) ?? 0) > 0) deliver.wake();
        },
      },
      { name: 'sweep', everySeconds: config.sweepSeconds, run: () => sweeper.wake() },
      { name: 'leavers', everySeconds: config.sweepSeconds, run: () => leavers.wake() },
      { name: 'gauges', everySeconds: 10, run: () => tellGauges(background) },
      { name: 'time', everySeconds: 10, run: () => store.saveHighestTime(clock.highest()) },
    ],
    nextDue: () => store.nextLook(),
    onDue: () => converge.wake(),
    clock,
    onClockJump: (seconds) => {
      tellClockJump(background, seconds).catch((error: unknown) => log.error('clock jump not recorded', { error }));
    },
    log,
  });
  converge.wake();
  sweeper.wake();
  inbox.wake();

  // Suggestions leave the way to Keycloak to those who wait for it.
  const suggester = createSuggester({ ...people, directory: background.directory });
  const desk: Desk = {
    receive: (item) => {
      lull.stir();
      return people.store.receive(item);
    },
    work: () => inbox.wake(),
    formOpened: (slack) => void suggester.readAhead(slack),
    suggest: (query, slack) => suggester.suggest(query, slack),
    again: (ids, asker) => askAgain(people, ids, asker),
    preview: (access, slack) => previewRuled(people, access, slack),
    check: (form) => checkForm(people, form),
    dialog: (id, message, asker) => openDialog(people, id, message, asker),
    suggestMarked: (query) => suggestMarked(people, query),
    breakGlass: (access) => openBreakGlass(people, access),
    review: (id, message, asker) => openReview(people, id, message, asker),
    revocation: (slack) => openRevocation(people, slack),
    question: (id, index, requester) => openQuestion(people, id, index, requester),
  };
  const pages =
    people.signIn && createSignInPages({ ...people, signIn: people.signIn, onReceived: () => inbox.wake() });
  const onWritten = (): void => {
    inbox.wake();
    deliver.wake();
  };
  const http = await startHttp({
    ...config.http,
    health: async () => ({
      keycloak: (await background.access.probe()) ? 'ok' : 'Keycloak does not answer',
      database: await sayWorks(async () => store.saveHighestTime(clock.highest())),
      slack: slack.ready() ? 'ok' : 'not connected to Slack',
      ...(policy === null ? {} : { policy: policyHealth(policy.status()) }),
    }),
    metricsText: text,
    slackEvents: slack.requestListener,
    signIn: pages,
    publicUrl: settings.publicUrl,
    backchannel: createBackchannel({ ...people, onWritten }),
    gate: {
      door: config.gate && { calls: createGate(people, onWritten), secrets: config.gate.secrets },
      realm: settings.realm,
      // Never held ahead as the leases' clock is: Keycloak's would be apart from it for so long.
      now: opened.wall,
      metrics,
    },
    log,
  });
  void slack.listen(desk);
  void readAhead(people);
  log.info('started', { url: http.url, realm: settings.realm });

  return {
    url: http.url,
    ports: people,
    stop: async () => {
      await http.stop();
      await slack.stop();
      await heartbeat.stop();
      await Promise.all([inbox.stop(), sweeper.stop(), leavers.stop(), converge.stop(), sessions.stop()]);
      await inboxWorker.stop();
      await deliver.stop();
      await Promise.all([deliverer.words.stop(), deliverer.cards.stop(), deliverer.homes.stop()]);
      await store.saveHighestTime(clock.highest()).catch(() => undefined);
      await keycloak.close();
      await policy?.close();
      await store.close();
    },
  };
}

/** What is wrong with the policy, for the operator. */
function policyHealth({ problem }: PolicyStatus): string {
  if (problem === null) return 'ok';
  return typeof problem === 'string' ? problem : reasonText(en, problem, forTerminal);
}

async function sayWorks(check: () => Promise<void>): Promise<string> {
  try {
    await check();
    return 'ok';
  } catch (error) {
    return error instanceof CodedError ? error.message : 'the database failed';
  }
}
