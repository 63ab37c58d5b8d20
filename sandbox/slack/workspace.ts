import type { ClickOutcome, Choice } from './acting/interaction.ts';
import type { CommandOutcome } from './acting/command.ts';
import type { Outcome } from './acting/stage.ts';
import type { SubmitOutcome } from './acting/submission.ts';
import type { Suggestions } from './acting/suggestions.ts';
import type { Faults } from './faults.ts';
import type { JsonObject } from './json.ts';
import type {
  AckRecord,
  ApiCall,
  Channel,
  Ephemeral,
  Message,
  Person,
  SlackApp,
  StoredFile,
  View,
  Violation,
} from './model.ts';
import type { PersonSeed } from './options.ts';
import type { SocketMode } from './socket.ts';

/** Something on the screen. A spread copy of a message is how it looked then: clicking it clicks the old card. */
export type Target = Message | Ephemeral | View;

/** One person at the keyboard. Names of controls are labels, button texts or, failing those, action or block ids. */
export interface Actor {
  readonly id: string;
  /** The whole line: `/request-access db-reader 2h because`. In the direct messages with the app unless told otherwise. */
  command(line: string, channel?: string, where?: { readonly inThread: boolean }): Promise<CommandOutcome>;
  /** Presses a button and confirms; `entry` picks from an overflow menu. */
  click(target: Target, name: string, entry?: string): Promise<ClickOutcome>;
  /** Types into or chooses in one control. Undefined when the app need not hear of it. */
  choose(target: Target, name: string, choice: Choice): Promise<Outcome | undefined>;
  suggest(target: Target, name: string, query: string): Promise<Suggestions>;
  /** The stack of modals, the top one last. */
  openModals(): readonly View[];
  /** Resolves with the top modal as soon as there is one that fits; by default any. */
  modal(fits?: (view: View) => boolean, timeoutMs?: number): Promise<View>;
  fill(view: View, values: Readonly<Record<string, Choice>>): Promise<void>;
  /** Fills, then presses submit. */
  submit(view: View, values?: Readonly<Record<string, Choice>>): Promise<SubmitOutcome>;
  /** The top modal, or with `all` (the X) every one. */
  close(all?: boolean): Promise<void>;
  /** Writes a message, or a reply when `threadTs` is given. */
  say(channel: string, text: string, threadTs?: string): Message;
  shortcut(callbackId: string, on?: Message): Promise<Outcome>;
  openHome(tab?: 'home' | 'messages'): Promise<void>;
  home(): View | undefined;
  /** What only this person sees, oldest first. */
  ephemerals(channel?: string): readonly Ephemeral[];
  /** The direct messages with the app. */
  readonly dm: ChannelView;
  /** What is read in a message or a view, in this person's time zone. */
  read(target: Target): string;
}

export interface ChannelView {
  readonly id: string;
  readonly channel: Channel;
  /** Not in threads, oldest first. */
  readonly messages: readonly Message[];
  /** The replies, without the first message. */
  thread(ts: string): readonly Message[];
}

/** In-process control and inspection of the sandbox, for tests. Nothing here sleeps: wait with `until`. */
export interface Workspace {
  as(idOrName: string): Actor;
  channel(idOrName: string): ChannelView;
  dm(userId: string): ChannelView;
  /** Resolves with the first truthy answer, asked now and after every change; rejects after `timeoutMs` (5000). */
  until<T>(look: () => T | undefined | null | false | 0, timeoutMs?: number): Promise<T>;
  readonly app: SlackApp;
  /** Another token, secret, set of scopes or request URL, from now on. */
  changeApp(change: Partial<SlackApp>): void;
  readonly people: ReadonlyMap<string, Person>;
  addPerson(person: PersonSeed): Person;
  /** Changes a profile or flags (`{deleted: true}`) and sends user_change. */
  changePerson(id: string, change: Partial<Person>): Promise<void>;
  invite(channel: string, userId: string): void;
  kick(channel: string, userId: string): void;
  archive(channel: string): void;
  /** Shares the channel with another organisation and sends channel_shared. */
  share(channel: string, connectedTeamId: string): Promise<void>;
  emit(event: JsonObject & { readonly type: string }): Promise<void>;
  readonly files: ReadonlyMap<string, StoredFile>;
  readonly calls: readonly ApiCall[];
  callsOf(method: string): readonly ApiCall[];
  /** Every payload that was sent, with how long its ack took. */
  readonly acks: readonly AckRecord[];
  readonly violations: readonly Violation[];
  readonly faults: Faults;
  readonly socket: Pick<
    SocketMode,
    'connections' | 'hellos' | 'drop' | 'halfOpen' | 'refresh' | 'refuseHandshakes' | 'redeliver'
  >;
  /** Makes every trigger_id that is out older than its three seconds. */
  expireTriggers(): void;
}
