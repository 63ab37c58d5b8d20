import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../../sandbox/slack/model.ts';
import type { Actor, Workspace } from '../../sandbox/slack/workspace.ts';
import type { CastName, Offer } from './e2e-cast.ts';
import type { Tables } from './e2e-record.ts';
import type { TestRealm } from './keycloak-realm.ts';

/** Longest time that anything may take on a busy machine. */
const PATIENCE_MS = 90_000;
const POLL_MS = 50;

type Parts = {
  readonly realm: TestRealm;
  readonly users: Readonly<Record<CastName, string>>;
  readonly workspace: Workspace;
  /** Whether the bot has nothing to work on, to send or to look at now. */
  readonly isQuiet: () => Promise<boolean>;
  /** What is on record. */
  readonly tables: () => Promise<Pick<Tables, 'grants'>>;
};

/** What people do, and what can be seen of it in Slack, in Keycloak and in the record. */
export function actsOn({ realm, users, workspace, isQuiet, tables }: Parts) {
  /** Asks again until the answer is truthy. For what sends no event, such as Keycloak. */
  async function until<T>(
    what: string | (() => string),
    look: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  ) {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const seen = await look();
      if (seen !== false && seen !== null && seen !== undefined) return seen;
      if (performance.now() > deadline) {
        throw new Error(`not within ${PATIENCE_MS / 1000} s: ${typeof what === 'string' ? what : what()}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** Resolves when the bot has nothing left to work on, to send or to look at. */
  const quiet = (): Promise<true> => until('the bot has nothing left to do', isQuiet);

  /** Everything that this person alone was told, oldest first. */
  const told = (who: Actor): readonly string[] =>
    [...who.ephemerals(), ...who.dm.messages]
      .toSorted((a, b) => Number(a.ts) - Number(b.ts))
      .map((message) => who.read(message));

  /** What this person was told in private by the time everything had settled after the act. */
  async function hears(who: Actor, act: () => Promise<unknown>): Promise<readonly string[]> {
    const before = new Set([...who.ephemerals(), ...who.dm.messages]);
    await act();
    await quiet();
    return [...who.ephemerals(), ...who.dm.messages].filter((one) => !before.has(one)).map((one) => who.read(one));
  }

  const tell = (who: CastName, words: RegExp): Promise<string> =>
    workspace.until(() => told(workspace.as(who)).findLast((text) => words.test(text)), PATIENCE_MS);

  /** Types one line and waits for the card of that request. */
  async function ask(who: CastName, line: string, channel = 'platform-approvals'): Promise<Message> {
    const me = workspace.as(who);
    const fresh = () => [...workspace.channel(channel).messages, ...me.ephemerals()].filter((one) => !before.has(one));
    const before = new Set<unknown>([...workspace.channel(channel).messages, ...me.ephemerals()]);
    const outcome = await me.command(`/request-access ${line}`);
    if (!outcome.ok) throw new Error(`Slack said ${outcome.error ?? 'nothing'} to: ${line}`);
    const isCard = (message: { readonly ts: string }): message is Message => !('toUserId' in message);
    const card = await workspace.until(() => {
      const refusal = fresh().find((one) => !isCard(one) && !/^Your request for/.test(one.text));
      return refusal === undefined ? fresh().find(isCard) : { refusal: refusal.text };
    }, PATIENCE_MS);
    if ('refusal' in card) throw new Error(`${line} was refused: ${card.refusal}`);
    return card;
  }

  const press = async (who: CastName, card: Message, button: string): Promise<void> => {
    const outcome = await workspace.as(who).click(card, button);
    if (!outcome.ok) throw new Error(`Slack said ${outcome.error ?? 'nothing'} to ${button}`);
  };

  /** Whether Keycloak itself shows this person with that access, directly. */
  async function holds(who: CastName, offered: Offer): Promise<boolean> {
    const user = `/users/${users[who]}`;
    const path = {
      group: `${user}/groups?max=1000`,
      'realm-role': `${user}/role-mappings/realm`,
      'client-role': `${user}/role-mappings/clients/${offered.clientUuid ?? ''}`,
    }[offered.kind];
    return (await realm.list(path)).some(({ id }) => id === offered.id);
  }

  /** Whether the record has a grant of this person on it that is live, or any that is not ended. */
  const shows = async (who: CastName, offered: Offer, wanted: 'live' | 'open'): Promise<boolean> =>
    (await tables()).grants.some(
      ({ person, resource, state }) =>
        person.userId === users[who] &&
        resource.id === offered.id &&
        (wanted === 'live' ? state === 'live' : state !== 'ended'),
    );

  /** Gives or takes it as some other administrator would. */
  async function byHand(verb: 'give' | 'take', who: CastName, { kind, id, path, clientUuid }: Offer): Promise<void> {
    const user = `/users/${users[who]}`;
    if (kind === 'group') {
      await realm.send(verb === 'give' ? 'PUT' : 'DELETE', `${user}/groups/${id}`);
      return;
    }
    const role = { id, name: path.slice(path.indexOf('/') + 1) };
    const where = clientUuid === undefined ? 'realm' : `clients/${clientUuid}`;
    await realm.send(verb === 'give' ? 'POST' : 'DELETE', `${user}/role-mappings/${where}`, [role]);
  }

  return {
    ...{ until, quiet, told, hears, tell, ask, press, holds, byHand },
    approve: (who: CastName, card: Message) => press(who, card, 'Approve'),
    isLive: (who: CastName, offered: Offer) =>
      until(
        `${who} has ${offered.path}`,
        async () => (await holds(who, offered)) && (await shows(who, offered, 'live')),
      ),
    isGone: (who: CastName, offered: Offer) =>
      until(
        `${who} has no ${offered.path}`,
        async () => !(await holds(who, offered)) && !(await shows(who, offered, 'open')),
      ),
    /** What the bot's service account changed in Keycloak: `CREATE users/…/groups/…`, newest first. */
    botChanges: async (): Promise<readonly string[]> =>
      (await realm.list(`/admin-events?authUser=${realm.bot.userId}&max=1000`)).map(
        ({ operationType, resourcePath }) => `${String(operationType)} ${String(resourcePath)}`,
      ),
  };
}
