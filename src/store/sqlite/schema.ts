import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core';
import type { Gate } from '../../domain/gate.ts';
import type { Link } from '../../domain/link.ts';
import type { Message, PostedMessage, Rank, ThreadLine } from '../../domain/message.ts';
import type { Resource } from '../../domain/resource.ts';
import type { SignIn } from '../../domain/sign-in.ts';
import type { TeamAsk } from '../../domain/team-ask.ts';
import type { CarriedSession } from '../../usecases/carried-store.ts';
import type { InboxItem } from '../../usecases/intent.ts';
import type { GrantBody, HoldingBody, RequestBody } from '../rows.ts';

// The tables as queries see them. Expressions of derived columns, indices and triggers live in migrations/sqlite alone; a
// contract test compares the columns.

const derivedText = (name: string) => text(name).generatedAlwaysAs(sql``);
const derivedInteger = (name: string) => integer(name).generatedAlwaysAs(sql``);

export const requests = sqliteTable('requests', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: text('body', { mode: 'json' }).$type<RequestBody>().notNull(),
  realm: derivedText('realm'),
  state: derivedText('state'),
  requesterId: derivedText('requester_id'),
  requesterSlack: derivedText('requester_slack'),
  beneficiaryId: derivedText('beneficiary_id'),
  beneficiarySlack: derivedText('beneficiary_slack'),
  resourceKind: derivedText('resource_kind'),
  resourceId: derivedText('resource_id'),
  submittedAt: derivedInteger('submitted_at'),
  waitsUntil: derivedInteger('waits_until'),
  remindAt: derivedInteger('remind_at'),
  stageSeat: derivedText('stage_seat'),
  escalateAt: derivedInteger('escalate_at'),
  escalatedTo: derivedText('escalated_to'),
  reviewGroup: derivedText('review_group'),
  bundleId: derivedText('bundle_id'),
});

export const justifications = sqliteTable('justifications', {
  requestId: text('request_id').primaryKey(),
  realm: text('realm').notNull(),
  salt: text('salt').notNull(),
  text: text('text').notNull(),
});

export const grants = sqliteTable('grants', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: text('body', { mode: 'json' }).$type<GrantBody>().notNull(),
  realm: derivedText('realm'),
  state: derivedText('state'),
  requestId: derivedText('request_id'),
  personSlack: derivedText('person_slack'),
  holdingKey: derivedText('holding_key'),
  warnAt: derivedInteger('warn_at'),
  resourceKey: derivedText('resource_key'),
  hadUntil: derivedInteger('had_until'),
  liveAt: derivedInteger('live_at'),
  personId: derivedText('person_id'),
});

export const teamAsks = sqliteTable('team_asks', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: text('body', { mode: 'json' }).$type<TeamAsk>().notNull(),
  channel: text('channel'),
  ts: text('ts'),
  realm: derivedText('realm'),
  state: derivedText('state'),
  askerId: derivedText('asker_id'),
});

export const signIns = sqliteTable('sign_ins', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: text('body', { mode: 'json' }).$type<SignIn>().notNull(),
  realm: derivedText('realm'),
  state: derivedText('state'),
  slack: derivedText('slack'),
  createdAt: derivedInteger('created_at'),
  expiresAt: derivedInteger('expires_at'),
  visitState: derivedText('visit_state'),
});

export const links = sqliteTable('links', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: text('body', { mode: 'json' }).$type<Link>().notNull(),
  realm: derivedText('realm'),
  state: derivedText('state'),
  personSlack: derivedText('person_slack'),
  personId: derivedText('person_id'),
});

export const gates = sqliteTable('gates', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: text('body', { mode: 'json' }).$type<Gate>().notNull(),
  realm: derivedText('realm'),
  state: derivedText('state'),
  personId: derivedText('person_id'),
  client: derivedText('client'),
  nonce: derivedText('nonce'),
  cameBy: derivedText('came_by'),
  openedAt: derivedInteger('opened_at'),
  waitsUntil: derivedInteger('waits_until'),
});

export const carriedLeases = sqliteTable('carried_leases', {
  realm: text('realm').notNull(),
  session: text('session').notNull(),
  carries: text('carries').notNull().$type<CarriedSession['carries']>(),
  userId: text('user_id').notNull().$type<CarriedSession['userId']>(),
  toldAt: integer('told_at').notNull(),
  dueAt: integer('due_at'),
  endedAt: integer('ended_at'),
});

export const holdings = sqliteTable('holdings', {
  key: text('key').primaryKey(),
  revision: integer('revision').notNull(),
  epoch: integer('epoch').notNull(),
  leaseReplica: text('lease_replica'),
  leaseUntil: integer('lease_until'),
  nextLookAt: integer('next_look_at'),
  body: text('body', { mode: 'json' }).$type<HoldingBody>().notNull(),
  realm: derivedText('realm'),
  failures: derivedInteger('failures'),
  unresolved: derivedInteger('unresolved'),
});

export const resources = sqliteTable('resources', {
  realm: text('realm').notNull(),
  kind: text('kind').notNull(),
  id: text('id').notNull(),
  body: text('body', { mode: 'json' }).$type<Resource>().notNull(),
});

export const posted = sqliteTable('posted', {
  requestId: text('request_id').notNull().$type<PostedMessage['requestId']>(),
  role: text('role').notNull().$type<PostedMessage['role']>(),
  stage: integer('stage').notNull(),
  realm: text('realm').notNull(),
  channel: text('channel').notNull(),
  ts: text('ts').notNull(),
  line: text('line', { mode: 'json' }).$type<ThreadLine>(),
});

export const inbox = sqliteTable('inbox', {
  id: integer('id').primaryKey(),
  realm: text('realm').notNull(),
  key: text('key').notNull(),
  lane: text('lane').notNull(),
  item: text('item', { mode: 'json' }).$type<InboxItem>(),
  doneAt: integer('done_at'),
});

export const outbox = sqliteTable('outbox', {
  id: integer('id').primaryKey(),
  realm: text('realm').notNull(),
  key: text('key').notNull(),
  lane: text('lane').notNull(),
  rank: integer('rank').notNull().$type<Rank>(),
  message: text('message', { mode: 'json' }).$type<Message>(),
  sentAt: integer('sent_at'),
});

export const homes = sqliteTable('homes', {
  realm: text('realm').notNull(),
  slack: text('slack').notNull(),
  drawn: integer('drawn').notNull(),
});

export const homeGroups = sqliteTable('home_groups', {
  realm: text('realm').notNull(),
  groupId: text('group_id').notNull(),
  slack: text('slack').notNull(),
});

export const leases = sqliteTable('leases', {
  realm: text('realm').notNull(),
  name: text('name').notNull(),
  replica: text('replica'),
  until: integer('until').notNull(),
  attempts: integer('attempts').notNull().default(0),
});

export const audit = sqliteTable('audit', {
  seq: integer('seq').primaryKey(),
  entry: text('entry').notNull(),
  hash: text('hash').notNull(),
  realm: derivedText('realm'),
  at: derivedInteger('at'),
  actorSlack: derivedText('actor_slack'),
  subjectId: derivedText('subject_id'),
  resourcePath: derivedText('resource_path'),
  requestId: derivedText('request_id'),
});

export const meta = sqliteTable('meta', {
  id: integer('id').primaryKey(),
  realm: text('realm').notNull(),
  instance: text('instance').notNull(),
  highestTime: integer('highest_time'),
  auditSeq: integer('audit_seq').notNull(),
  auditHash: text('audit_hash').notNull(),
});

// Written out, not bound: SQLite uses a partial index only when it sees the same condition in the query.
export const isInReview = sql`${requests.reviewGroup} IS NOT NULL`;
export const isPending = sql`${requests.state} = 'pending'`;
export const isUnfinished = sql`${inbox.doneAt} IS NULL`;
export const isUnsent = sql`${outbox.sentAt} IS NULL`;
export const isOpen = sql`${grants.state} <> 'ended'`;
export const isLive = sql`${grants.state} = 'live'`;
export const isAsking = sql`${teamAsks.state} = 'asking'`;
export const isSent = sql`${signIns.state} = 'sent'`;
export const isLinked = sql`${links.state} = 'live'`;
export const isAtGate = sql`${gates.state} = 'waiting'`;
/** Of a sign-in, of which one waits at most. */
export const isSignIn = sql`${gates.cameBy} <> 'backchannel'`;
export const isPastGate = sql`${gates.state} <> 'waiting'`;
export const isToWarn = sql`${grants.state} = 'live' AND ${grants.warnAt} IS NOT NULL`;

/** A named place for a column's new value in a prepared UPDATE. */
export const slot = (column: SQLiteColumn): SQL => sql`${sql.param(sql.placeholder(column.name), column)}`;
