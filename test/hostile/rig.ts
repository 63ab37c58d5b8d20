import { createHmac } from 'node:crypto';
import { startHttp } from '../../src/http/server.ts';
import type { HttpServer } from '../../src/http/server.ts';
import { renderAlarm } from '../../src/slack/render/alarm.ts';
import { renderCard } from '../../src/slack/render/card.ts';
import { renderTeam } from '../../src/slack/render/team.ts';
import { renderLine } from '../../src/slack/render/thread.ts';
import { renderWords } from '../../src/slack/render/words.ts';
import { checkForm, preview } from '../../src/usecases/ask.ts';
import { askAgain } from '../../src/usecases/ask-again.ts';
import { openRevocation } from '../../src/usecases/revoke-access.ts';
import { createSignInPages } from '../../src/usecases/sign-in-pages.ts';
import { createSuggester } from '../../src/usecases/suggestions.ts';
import { openDialog } from '../../src/usecases/shown.ts';
import { en } from '../../src/slack/words/en.ts';
import { rig } from '../contract/slack/harness.ts';
import type { Rig } from '../contract/slack/harness.ts';
import { fakeSignIn } from '../doubles/fake-sign-in.ts';
import { TEAM } from '../doubles/fake-slack.ts';
import { aWorld } from '../doubles/fake-world.ts';
import type { World } from '../doubles/fake-world.ts';
import { closedGate } from '../doubles/gate-door.ts';
import { recordedLog } from '../doubles/log.ts';
import { expectHarmless } from './slack-eyes.ts';

export const SIGNING_SECRET = 'hostile-signing-secret';

/** Real listeners behind the real HTTP server, over the real use cases and record; Keycloak and people are the fake world's. */
export type Front = {
  readonly world: World;
  readonly slack: Rig;
  readonly http: HttpServer;
  readonly log: ReturnType<typeof recordedLog>;
  /** POSTs to /slack/events; `null` when it hung up before the answer. */
  post(body: string, headers: Readonly<Record<string, string>>, hangUp?: boolean): Promise<Response | null>;
  stop(): Promise<void>;
};

export async function aFront(): Promise<Front> {
  const signIn = fakeSignIn();
  const world = await aWorld({ signIn });
  const slack = await rig({ team: { id: TEAM } }, { appToken: null, signingSecret: SIGNING_SECRET });
  const { ports } = world;
  slack.desk.receive = (item) => world.store.receive({ ...item, receivedAt: world.clock.now() });
  const suggester = createSuggester(ports);
  slack.desk.formOpened = (who) => void suggester.readAhead(who);
  slack.desk.suggest = (query, who) => suggester.suggest(query, who);
  slack.desk.again = (ids, who) => askAgain(ports, ids, who);
  slack.desk.preview = (access, who) => preview(ports, access, who);
  slack.desk.check = (form) => checkForm(ports, form);
  slack.desk.dialog = (id, message, asker) => openDialog(ports, id, message, asker);
  slack.desk.revocation = (who) => openRevocation(ports, who);
  const log = recordedLog();
  const http = await startHttp({
    host: '127.0.0.1',
    port: 0,
    health: () => Promise.resolve({ keycloak: 'ok', database: 'ok', slack: 'ok' }),
    metricsText: () => Promise.resolve('leasehold_live_leases 3\n'),
    slackEvents: slack.slack.requestListener,
    signIn: createSignInPages({ ...ports, signIn, onReceived: () => undefined }),
    publicUrl: ports.settings.publicUrl,
    gate: closedGate,
    backchannel: { receive: () => Promise.resolve('forged') },
    log,
  });
  await slack.up();
  return {
    world,
    slack,
    http,
    log,
    async post(body, headers, hangUp = false) {
      const signal = hangUp ? AbortSignal.timeout(40) : AbortSignal.timeout(20_000);
      try {
        return await fetch(`${http.url}/slack/events`, { method: 'POST', headers, body, signal });
      } catch (error) {
        if (hangUp) return null;
        throw error;
      }
    },
    async stop() {
      await http.stop();
      await slack.stop();
      await world.store.close();
    },
  };
}

/** The headers that Slack sends with this body. */
export function signed(body: string, contentType: string, { secret = SIGNING_SECRET, ageSeconds = 0 } = {}) {
  const at = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const hmac = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex');
  return { 'content-type': contentType, 'x-slack-signature': `v0=${hmac}`, 'x-slack-request-timestamp': at };
}

/** Everything that the world said since this was called last, as Slack gets it, is harmless. */
export function createListener(world: World, people: ReadonlySet<string>): () => void {
  let messages = 0;
  let privates = 0;
  let alarms = 0;
  const permalink = (): string => 'https://acme.slack.example/archives/C0X/p12';
  return () => {
    for (const { card, line } of world.slack.messages.slice(messages)) {
      if (line !== null) expectHarmless(renderLine(en, line, card), people);
      else if (card !== null) expectHarmless(renderCard(en, card), people);
    }
    for (const { words } of world.slack.privates.slice(privates))
      expectHarmless(renderWords(en, words, permalink), people);
    for (const { team } of world.slack.teams) expectHarmless(renderTeam(en, team), people);
    for (const alarm of world.slack.alarms.slice(alarms)) expectHarmless(renderAlarm(en, alarm), people);
    messages = world.slack.messages.length;
    privates = world.slack.privates.length;
    alarms = world.slack.alarms.length;
  };
}
