import type { JsonObject } from './json.ts';

export type Team = { readonly id: string; readonly name: string; readonly domain: string };

export type Person = {
  readonly id: string;
  /** The handle, without "@". */
  readonly name: string;
  readonly realName: string;
  /** Another team's id makes an outsider, who is seen only in shared channels. */
  readonly teamId: string;
  readonly email?: string;
  readonly title?: string;
  /** IANA name of the time zone in which this person reads dates. */
  readonly tz: string;
  /** The language this person reads Slack in, such as `de-DE`. */
  readonly locale: string;
  readonly isEmailConfirmed: boolean;
  readonly deleted: boolean;
  readonly isBot: boolean;
  readonly isAdmin: boolean;
  readonly isRestricted: boolean;
  readonly isUltraRestricted: boolean;
};

export type ChannelKind = 'public' | 'private' | 'im';

export type Message = {
  readonly ts: string;
  readonly channelId: string;
  readonly userId: string;
  readonly botId?: string;
  text: string;
  blocks: readonly JsonObject[];
  readonly threadTs?: string;
  editedTs?: string;
  metadata?: JsonObject;
  readonly files: readonly string[];
};

/** Seen by one person only and kept nowhere else: no history, no chat.update. */
export type Ephemeral = {
  readonly ts: string;
  readonly channelId: string;
  readonly toUserId: string;
  text: string;
  blocks: readonly JsonObject[];
  readonly threadTs?: string;
  /** 'slackbot' when Slack itself speaks, such as for an unknown command. */
  readonly from: 'app' | 'slackbot';
};

export type Channel = {
  readonly id: string;
  name: string;
  readonly kind: ChannelKind;
  readonly topic: string;
  isArchived: boolean;
  isExtShared: boolean;
  readonly members: Set<string>;
  /** Top-level messages and replies, oldest first. */
  readonly messages: Message[];
  readonly byTs: Map<string, Message>;
};

export type StateValue = JsonObject & { readonly type: string };

export type View = {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly userId: string;
  readonly rootViewId: string;
  readonly previousViewId: string | null;
  /** The view as the app wrote it, every block with an id. */
  source: JsonObject;
  blocks: readonly JsonObject[];
  hash: string;
  /** What the person typed or chose, by block id and action id. */
  readonly typed: Map<string, Map<string, StateValue>>;
  /** Errors under fields, by block id, until the next submission. */
  errors: Readonly<Record<string, string>>;
};

export type StoredFile = {
  readonly id: string;
  readonly name: string;
  title: string;
  readonly declaredBytes: number;
  content: Buffer | null;
  readonly channels: Set<string>;
};

export type Usergroup = {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
};

export type Command = {
  /** With its slash. */
  readonly command: string;
  readonly description: string;
  readonly usageHint?: string;
  readonly shouldEscape?: boolean;
};

export type Shortcut = { readonly callbackId: string; readonly name: string; readonly type: 'global' | 'message' };

export type SlackApp = {
  readonly id: string;
  readonly name: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  /** Present: HTTP mode, everything is posted here. Absent: Socket Mode. */
  readonly requestUrl?: string;
  /** Absent: every scope is granted. */
  readonly scopes?: readonly string[];
  readonly events: readonly string[];
  readonly commands: readonly Command[];
  readonly shortcuts: readonly Shortcut[];
  readonly homeTab: boolean;
  /** Whether people may write to the app in direct messages. */
  readonly messagesTab: 'open' | 'read_only';
};

/** Opens one modal, once, for three seconds. */
export type Trigger = {
  readonly id: string;
  readonly userId: string;
  /** The modal in which the person acted, when it was one: only such a trigger can push. */
  readonly viewId?: string;
  readonly bornMs: number;
  used: boolean;
};

/** Where a response_url came from decides what replace_original and delete_original mean. */
export type ResponseUrl = {
  readonly userId: string;
  readonly channelId: string;
  readonly source?: { readonly ts: string; readonly isEphemeral: boolean };
  readonly threadTs?: string;
  readonly bornMs: number;
  uses: number;
};

export type ApiCall = {
  readonly method: string;
  readonly args: JsonObject;
  readonly token: 'bot' | 'app' | 'none' | 'unknown';
  readonly atMs: number;
  /** Set when the call has been answered; null while it is running or when a fault swallowed it. */
  answer: { readonly status: number; readonly body: JsonObject } | null;
};

export type EnvelopeKind = 'slash_commands' | 'interactive' | 'events_api';

export type AckRecord = {
  readonly kind: EnvelopeKind;
  /** The command, the type of interaction or the type of event. */
  readonly what: string;
  readonly latencyMs: number;
  readonly outcome: AckOutcome;
};

export type AckOutcome = 'acked' | 'operation_timeout' | 'not_connected' | 'http_error';

/** What the app said in answer to one payload. `body` is `{}` for a bare ack. */
export type Ack =
  | { readonly outcome: 'acked'; readonly body: JsonObject; readonly latencyMs: number }
  | {
      readonly outcome: Exclude<AckOutcome, 'acked'>;
      readonly body: JsonObject;
      readonly latencyMs: number;
      readonly detail: string;
    };

export type Violation = { readonly rule: string; readonly detail: string; readonly atMs: number };
