import { isTaken } from '../../src/domain/break-glass.ts';
import { slackAttribute } from '../../src/domain/people.ts';
import { isManagerStage } from '../../src/domain/plan.ts';
import type { Stage } from '../../src/domain/plan.ts';
import { progress } from '../../src/domain/request.ts';
import { requestId } from '../../src/domain/ids.ts';
import type { AccessWord, Intent, PartSeen } from '../../src/usecases/intent.ts';
import { REALM } from '../builders/domain.ts';
import { DEEP, READ } from '../doubles/fake-cast.ts';
import { TEAM } from '../doubles/fake-slack.ts';
import { alive } from './scene.ts';
import type { Scene } from './scene.ts';

/** In everything that people write, and never to be seen in the audit or a log line. */
export const CANARY = 'canary';
const ROLE = 'db-reader';
export const PAIR = '/prod/pair';
/** Needs the manager of whoever asks. */
export const MANAGED = '/prod/managed';
/** Marked for break-glass; nothing else is. */
export const GLASS = '/prod/glass';
export const PATHS = [READ, DEEP, ROLE, PAIR, 'grafana/viewer', MANAGED] as const;
export const ASKERS = ['ann', 'bob'] as const;
const APPROVERS = { platform: ['chen', 'dana'], security: ['erin', 'fay'] } as const;
/** Who may manage the askers; one at a time does. */
export const MANAGERS = ['mia', 'gus'] as const;
const EVERYBODY = ['ann', 'bob', 'chen', 'dana', 'erin', 'fay', 'root', ...MANAGERS] as const;
/** Slack gives up on an envelope after so many tries. */
const TRIES = 4;
const AGAIN_MS = 3000;

const slackOf = (name: string) => ({ teamId: TEAM, userId: `U${name.toUpperCase()}` });

/** Somebody does something in Slack. */
export function act(scene: Scene, name: string, intent: Intent): void {
  const { chance, truth, timeline, story } = scene;
  const slack = slackOf(name);
  const correlationId = chance.uuid();
  const key = `envelope/${correlationId}`;
  const item = { key, slack, reply: { slack, responseUrl: null }, correlationId, intent };
  truth.envelopes.set(correlationId, { item, reachedAt: null, acknowledged: false, finished: 0 });
  story.tell(name, () => `${intent.intent} ${JSON.stringify(intent)}`);
  deliver(scene, correlationId, TRIES);
  // Now and then Slack delivers it again although it was acknowledged.
  if (chance.happens(0.1))
    timeline.plan({
      at: timeline.now() + chance.between(0, 5000),
      kind: 'plan',
      owner: null,
      run: () => deliver(scene, correlationId, 1),
    });
}

/** Slack tries one replica, and another when that does not acknowledge in time. */
function deliver(scene: Scene, correlationId: string, tries: number): void {
  const { chance, truth, timeline } = scene;
  const envelope = truth.envelopes.get(correlationId);
  if (envelope === undefined || tries === 0 || (envelope.acknowledged && tries < TRIES && tries > 1)) return;
  const there = alive(scene);
  if (there.length > 0) {
    const replica = chance.pick(there);
    timeline.plan({
      at: timeline.now() + chance.between(1, 30),
      kind: 'call',
      owner: replica,
      run: () => {
        envelope.reachedAt ??= timeline.now();
        void replica.receive(envelope.item);
      },
    });
  }
  timeline.plan({
    at: timeline.now() + AGAIN_MS,
    kind: 'plan',
    owner: null,
    run: () => deliver(scene, correlationId, tries - 1),
  });
}

export function ask(scene: Scene): void {
  const { chance } = scene;
  const minutes = chance.happens(0.6) ? chance.between(1, 6) : chance.between(5, 60);
  act(scene, chance.pick(chance.happens(0.9) ? ASKERS : EVERYBODY), {
    intent: 'request',
    ...(chance.happens(0.1) ? { beneficiary: slackOf(chance.pick(ASKERS)) } : {}),
    ...accesses(chance),
    duration: `${minutes}m`,
    ...(chance.happens(0.15) ? { start: { by: 'text', text: `+${chance.between(1, 20)}m` } } : {}),
    justification: `INC-42 ${CANARY}`,
  });
}

/** Somebody opens his Home, and has one from then on. */
export const openHome = (scene: Scene): void => act(scene, scene.chance.pick(EVERYBODY), { intent: 'home_opened' });

/** One access, or several together; now and then one of them that nobody may ask for, or one twice. */
function accesses(chance: Scene['chance']) {
  const some = (): AccessWord => ({
    by: 'text',
    text: chance.happens(0.03) ? '/approvers/platform' : chance.pick(PATHS),
  });
  if (chance.happens(0.7)) return { access: some() };
  return { access: some(), also: Array.from({ length: chance.between(1, 3) }, some) };
}

type Button = {
  readonly requestId: string;
  readonly version: number;
  readonly stage: number;
  readonly channel: string;
  readonly ts: string;
  readonly askedSeconds: number;
  readonly also?: readonly PartSeen[];
};

function askedAt(stage: Stage | undefined): readonly string[] {
  if (stage === undefined) return APPROVERS.platform;
  if (isManagerStage(stage)) return MANAGERS;
  return stage.groupPath.endsWith('security') ? APPROVERS.security : APPROVERS.platform;
}

/** Every button that can be seen now. */
const buttons = ({ slack }: Scene): readonly Button[] =>
  slack.messages.flatMap(({ buttons: shown, card, channel, ts }) =>
    shown === null || card === null ? [] : [{ ...shown, channel, ts, askedSeconds: card.request.askedSeconds }],
  );

export type Clicks = {
  readonly decide: () => void;
  readonly stale: () => void;
  readonly duel: () => void;
  readonly question: () => void;
};

/** Approvers; they remember what they saw, and click on it later, when it may no longer be so. */
export function createClicks(scene: Scene): Clicks {
  const { chance } = scene;
  const seen: Button[] = [];
  const look = (): readonly Button[] => {
    const shown = buttons(scene);
    for (const button of shown)
      if (
        !seen.some(({ ts, version, stage }) => ts === button.ts && version === button.version && stage === button.stage)
      )
        seen.push(button);
    return shown;
  };
  const click = (name: string, button: Button): void => {
    const { version, stage, channel, ts, askedSeconds, also } = button;
    const about = {
      requestId: requestId(button.requestId),
      version,
      stage,
      message: { channel, ts },
      ...(also === undefined ? {} : { also }),
    };
    if (chance.happens(0.07)) {
      act(scene, name, { intent: 'deny', ...about, comment: `no ${CANARY}` });
      return;
    }
    const leaseSeconds = chance.happens(0.3) ? Math.max(60, Math.floor(askedSeconds / 2)) : null;
    act(scene, name, { intent: 'approve', ...about, leaseSeconds });
  };
  /** Somebody who is asked at this stage. */
  const asked = ({ requestId: id, stage }: Button): string => {
    const row = scene.record.tables.requests.get(id);
    const current = row?.state === 'pending' ? progress(row)?.stage : row?.plan[stage];
    return chance.pick(askedAt(current));
  };
  return {
    decide: () => {
      const shown = look();
      if (shown.length === 0) {
        ask(scene);
        return;
      }
      const button = chance.pick(shown);
      click(chance.happens(0.9) ? asked(button) : chance.pick(EVERYBODY), button);
    },
    stale: () => {
      const shown = look();
      if (seen.length === 0) return;
      const button = chance.pick(seen);
      const other = chance.pick(shown.length > 0 ? shown : seen);
      // A click from another message than the one it speaks of.
      const forged = chance.happens(0.3) ? { ...button, requestId: other.requestId } : button;
      click(asked(forged), forged);
    },
    duel: () => {
      const shown = look();
      if (shown.length === 0) return;
      const button = chance.pick(shown);
      const stage = scene.record.tables.requests.get(button.requestId)?.plan[button.stage];
      for (const name of askedAt(stage)) click(name, button);
    },
    question: () => {
      const shown = look();
      if (shown.length === 0) return;
      const button = chance.pick(chance.happens(0.8) ? shown : seen);
      const { version, stage, channel, ts } = button;
      const about = { requestId: requestId(button.requestId), version, stage, message: { channel, ts } };
      const text = `what for, ${CANARY}`;
      act(scene, chance.happens(0.9) ? asked(button) : chance.pick(EVERYBODY), { intent: 'question', ...about, text });
    },
  };
}

/** Somebody wants an end, or a later one: the holder, an admin, the requester, or somebody who has no business with it. */
export function end(scene: Scene): void {
  const { chance, record } = scene;
  const grants = [...record.tables.grants.values()].filter((row) => row.state !== 'ended');
  const requests = [...record.tables.requests.values()].filter((row) => row.state === 'pending');
  const meddler = chance.happens(0.15) ? chance.pick(EVERYBODY) : null;
  const how = chance.pick(['release', 'revoke', 'withdraw', 'extend'] as const);
  if (how === 'withdraw' && requests.length > 0) {
    const row = chance.pick(requests);
    act(scene, meddler ?? row.requester.username, { intent: 'withdraw', requestId: row.id });
    return;
  }
  if (grants.length === 0) return;
  const grant = chance.pick(grants);
  if (how === 'revoke') {
    const { person, resource } = grant;
    const one = { person: person.slack, access: resource.path, confirmation: null };
    const scope = chance.happens(0.7)
      ? one
      : chance.pick([
          { ...one, access: null },
          { ...one, person: null },
          { person: null, access: null, confirmation: REALM },
        ]);
    act(scene, meddler ?? 'root', { intent: 'revoke', ...scope });
    return;
  }
  act(scene, meddler ?? grant.person.username, { intent: how === 'extend' ? how : 'release', grantId: grant.id });
}

/** A requester, or somebody who has no business with it, answers a question, also one that needs no answer any more. */
export function answer(scene: Scene): void {
  const { chance, record } = scene;
  const rows = [...record.tables.requests.values()].filter(({ questions }) => questions.length > 0);
  if (rows.length === 0) return;
  const waiting = rows.filter((row) => row.state === 'pending' && row.questions.some((one) => one.answer === null));
  const row = chance.pick(chance.happens(0.8) && waiting.length > 0 ? waiting : rows);
  const question = chance.between(0, row.questions.length);
  const who = chance.happens(0.9) ? row.requester.username : chance.pick(EVERYBODY);
  act(scene, who, { intent: 'answer', requestId: row.id, question, text: `for this, ${CANARY}` });
}

/** Somebody wants to know something. */
export function inquire(scene: Scene): void {
  const { chance } = scene;
  const intents: readonly Intent[] = [
    { intent: 'my_access' },
    { intent: 'help' },
    { intent: 'audit', words: 'state:live', page: 0 },
    { intent: 'audit_csv', words: '' },
    { intent: 'audit_verify' },
  ];
  act(scene, chance.pick(EVERYBODY), chance.pick(intents));
}

/** An envelope of long ago comes again. */
export function redeliver(scene: Scene): void {
  const old = [...scene.truth.envelopes.keys()];
  if (old.length > 0) deliver(scene, scene.chance.pick(old), 1);
}

/** Somebody takes access at once, mostly what is marked for it. */
export function breakGlass(scene: Scene): void {
  const { chance } = scene;
  const text = chance.happens(0.7) ? GLASS : chance.pick(PATHS);
  act(scene, chance.pick(chance.happens(0.9) ? ASKERS : EVERYBODY), {
    intent: 'break_glass',
    access: { by: 'text', text },
    justification: `INC-42 ${CANARY}`,
  });
}

/** Somebody signs what was taken, or ends it: an approver, or somebody who has no business with it; from its card or another. */
export function review(scene: Scene): void {
  const { chance, record, slack } = scene;
  const rows = [...record.tables.requests.values()].filter(isTaken);
  const shown = slack.messages.filter(({ card }) => card !== null && isTaken(card.request));
  if (rows.length === 0 || shown.length === 0) return;
  const row = chance.pick(rows);
  const own = shown.filter(({ card }) => card?.request.id === row.id);
  const { channel, ts } = chance.pick(own.length > 0 && chance.happens(0.9) ? own : shown);
  const about = { requestId: row.id, message: { channel, ts } };
  const name = chance.pick(chance.happens(0.85) ? APPROVERS.platform : EVERYBODY);
  if (chance.happens(0.2)) act(scene, name, { intent: 'end_taken', ...about });
  else act(scene, name, { intent: 'sign_review', ...about, right: chance.happens(0.5), comment: `ok ${CANARY}` });
}

/** Somebody leaves the workspace or comes back; Slack's word of it may be lost, or be no longer so. */
export function leave(scene: Scene): void {
  const { chance, slack, truth, timeline, keycloak, story } = scene;
  const name = chance.pick(ASKERS);
  const account = slackAttribute(slackOf(name));
  const isBack = truth.leftAt.has(account);
  story.tell(name, () => (isBack ? 'comes back' : 'leaves the workspace'));
  const profile = chance.happens(0.5) ? { deleted: true } : { guest: true };
  slack.person(name, isBack ? {} : profile);
  if (isBack) truth.leftAt.delete(account);
  else {
    truth.leftAt.set(account, timeline.now());
    // Whoever bears the name now, or bore it: a lease is of the account that asked for it.
    for (const user of keycloak.users.values())
      if (user.username === name) truth.everLeft.set(user.userId, timeline.now());
    for (const grant of scene.record.tables.grants.values())
      if (slackAttribute(grant.person.slack) === account) truth.everLeft.set(grant.person.userId, timeline.now());
  }
  if (chance.happens(0.8)) act(scene, name, { intent: 'left' });
}
