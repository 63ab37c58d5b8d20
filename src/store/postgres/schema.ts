import { sql } from 'drizzle-orm';
import { bigint, customType, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import type { Gate } from '../../domain/gate.ts';
import type { Link } from '../../domain/link.ts';
import type { Message, PostedMessage, Rank, ThreadLine } from '../../domain/message.ts';
import type { Resource } from '../../domain/resource.ts';
import type { SignIn } from '../../domain/sign-in.ts';
import type { TeamAsk } from '../../domain/team-ask.ts';
import type { CarriedSession } from '../../usecases/carried-store.ts';
import type { InboxItem } from '../../usecases/intent.ts';
import type { GrantBody, HoldingBody, RequestBody } from '../rows.ts';

// The tables as queries see them. Expressions of derived columns, indices and triggers live in migrations/postgres alone; a
// contract test compares the columns.

const derivedText = (name: string) => text(name).generatedAlwaysAs(sql``);
const derivedInteger = (name: string) => integer(name).generatedAlwaysAs(sql``);
const derivedTime = (name: string) => bigint(name, { mode: 'number' }).generatedAlwaysAs(sql``);
/** UTC epoch ms. */
const time = (name: string) => bigint(name, { mode: 'number' });
/** JSON that nothing is searched in, kept as text: JSONB refuses some characters that people can send. */
const jsonText = customType<{ data: unknown; driverData: string }>({
  dataType: () => 'text',
  toDriver: (value) => JSON.stringify(value),
  fromDriver: (value): unknown => JSON.parse(value),
});

export const requests = pgTable('requests', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: jsonb('body').$type<RequestBody>().notNull(),
  realm: derivedText('realm'),
  state: derivedText('state'),
  requesterId: derivedText('requester_id'),
  requesterSlack: derivedText('requester_slack'),
  beneficiaryId: derivedText('beneficiary_id'),
  beneficiarySlack: derivedText('beneficiary_slack'),
  resourceKind: derivedText('resource_kind'),
  resourceId: derivedText('resource_id'),
  submittedAt: derivedTime('submitted_at'),
  waitsUntil: derivedTime('waits_until'),
  remindAt: derivedTime('remind_at'),
  stageSeat: derivedText('stage_seat'),
  escalateAt: derivedTime('escalate_at'),
  escalatedTo: derivedText('escalated_to'),
  reviewGroup: derivedText('review_group'),
  bundleId: derivedText('bundle_id'),
});

export const justifications = pgTable('justifications', {
  requestId: text('request_id').primaryKey(),
  realm: text('realm').notNull(),
  salt: text('salt').notNull(),
  text: text('text').notNull(),
});

export const grants = pgTable('grants', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: jsonb('body').$type<GrantBody>().notNull(),
  realm: derivedText('realm'),
  state: derivedText('state'),
  requestId: derivedText('request_id'),
  personSlack: derivedText('person_slack'),
  holdingKey: derivedText('holding_key'),
  warnAt: derivedTime('warn_at'),
  resourceKey: derivedText('resource_key'),
  hadUntil: derivedTime('had_until'),
  liveAt: derivedTime('live_at'),
  personId: derivedText('person_id'),
});

export const teamAsks = pgTable('team_asks', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: jsonb('body').$type<TeamAsk>().notNull(),
  channel: text('channel'),
  ts: text('ts'),
  realm: derivedText('realm'),
  state: derivedText('state'),
  askerId: derivedText('asker_id'),
});

export const signIns = pgTable('sign_ins', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: jsonb('body').$type<SignIn>().notNull(),
  realm: derivedText('realm'),
  state: derivedText('state'),
  slack: derivedText('slack'),
  createdAt: derivedTime('created_at'),
  expiresAt: derivedTime('expires_at'),
  visitState: derivedText('visit_state'),
});

export const links = pgTable('links', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: jsonb('body').$type<Link>().notNull(),
  realm: derivedText('realm'),
  state: derivedText('state'),
  personSlack: derivedText('person_slack'),
  personId: derivedText('person_id'),
});

export const gates = pgTable('gates', {
  id: text('id').primaryKey(),
  revision: integer('revision').notNull(),
  body: jsonb('body').$type<Gate>().notNull(),
  realm: derivedText('realm'),
  state: derivedText('state'),
  personId: derivedText('person_id'),
  client: derivedText('client'),
  nonce: derivedText('nonce'),
  cameBy: derivedText('came_by'),
  openedAt: derivedTime('opened_at'),
  waitsUntil: derivedTime('waits_until'),
});

export const carriedLeases = pgTable('carried_leases', {
  realm: text('realm').notNull(),
  session: text('session').notNull(),
  carries: text('carries').notNull().$type<CarriedSession['carries']>(),
  userId: text('user_id').notNull().$type<CarriedSession['userId']>(),
  toldAt: time('told_at').notNull(),
  dueAt: time('due_at'),
  endedAt: time('ended_at'),
});

export const holdings = pgTable('holdings', {
  key: text('key').primaryKey(),
  revision: integer('revision').notNull(),
  epoch: integer('epoch').notNull(),
  leaseReplica: text('lease_replica'),
  leaseUntil: time('lease_until'),
  nextLookAt: time('next_look_at'),
  body: jsonb('body').$type<HoldingBody>().notNull(),
  realm: derivedText('realm'),
  failures: derivedInteger('failures'),
  unresolved: derivedInteger('unresolved'),
});

export const resources = pgTable('resources', {
  realm: text('realm').notNull(),
  kind: text('kind').notNull(),
  id: text('id').notNull(),
  body: jsonb('body').$type<Resource>().notNull(),
});

export const posted = pgTable('posted', {
  requestId: text('request_id').notNull().$type<PostedMessage['requestId']>(),
  role: text('role').notNull().$type<PostedMessage['role']>(),
  stage: integer('stage').notNull(),
  realm: text('realm').notNull(),
  channel: text('channel').notNull(),
  ts: text('ts').notNull(),
  line: jsonText('line').$type<ThreadLine>(),
});

export const inbox = pgTable('inbox', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  realm: text('realm').notNull(),
  key: text('key').notNull(),
  lane: text('lane').notNull(),
  item: jsonText('item').$type<InboxItem>(),
  doneAt: time('done_at'),
});

export const outbox = pgTable('outbox', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  realm: text('realm').notNull(),
  key: text('key').notNull(),
  lane: text('lane').notNull(),
  rank: integer('rank').notNull().$type<Rank>(),
  message: jsonText('message').$type<Message>(),
  sentAt: time('sent_at'),
});

export const homes = pgTable('homes', {
  realm: text('realm').notNull(),
  slack: text('slack').notNull(),
  drawn: integer('drawn').notNull(),
});

export const homeGroups = pgTable('home_groups', {
  realm: text('realm').notNull(),
  groupId: text('group_id').notNull(),
  slack: text('slack').notNull(),
});

export const leases = pgTable('leases', {
  realm: text('realm').notNull(),
  name: text('name').notNull(),
  replica: text('replica'),
  until: time('until').notNull(),
  attempts: integer('attempts').notNull().default(0),
});

export const audit = pgTable('audit', {
  seq: bigint('seq', { mode: 'number' }).primaryKey(),
  entry: text('entry').notNull(),
  hash: text('hash').notNull(),
  realm: derivedText('realm'),
  at: derivedTime('at'),
  actorSlack: derivedText('actor_slack'),
  subjectId: derivedText('subject_id'),
  resourcePath: derivedText('resource_path'),
  requestId: derivedText('request_id'),
});

export const meta = pgTable('meta', {
  id: integer('id').primaryKey(),
  realm: text('realm').notNull(),
  instance: text('instance').notNull(),
  highestTime: time('highest_time'),
  auditSeq: bigint('audit_seq', { mode: 'number' }).notNull(),
  auditHash: text('audit_hash').notNull(),
});

// Written out, not bound: a partial index is used only where the plan sees the same condition in the query.
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
