-- The record: requests, grants, holdings, messages and the audit chain. Times are epoch ms.
-- `body` holds the whole domain value as JSON; the columns derived from it exist to be searched, so no fact is kept twice.
-- Ids and keys compare by their bytes, whatever the language of the database.

CREATE TABLE requests (
  id TEXT COLLATE "C" PRIMARY KEY,
  revision INTEGER NOT NULL,
  body JSONB NOT NULL,
  realm TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'realm') STORED,
  state TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'state') STORED,
  requester_id TEXT COLLATE "C" GENERATED ALWAYS AS (body #>> '{requester,userId}') STORED,
  requester_slack TEXT COLLATE "C" GENERATED ALWAYS AS ((body #>> '{requester,slack,teamId}') || '/' || (body #>> '{requester,slack,userId}')) STORED,
  beneficiary_id TEXT COLLATE "C" GENERATED ALWAYS AS (body #>> '{beneficiary,userId}') STORED,
  beneficiary_slack TEXT COLLATE "C" GENERATED ALWAYS AS ((body #>> '{beneficiary,slack,teamId}') || '/' || (body #>> '{beneficiary,slack,userId}')) STORED,
  resource_kind TEXT COLLATE "C" GENERATED ALWAYS AS (body #>> '{resource,kind}') STORED,
  resource_id TEXT COLLATE "C" GENERATED ALWAYS AS (body #>> '{resource,id}') STORED,
  submitted_at BIGINT GENERATED ALWAYS AS ((body ->> 'submittedAt')::BIGINT) STORED,
  waits_until BIGINT GENERATED ALWAYS AS ((body ->> 'waitsUntil')::BIGINT) STORED,
  reminded_at BIGINT GENERATED ALWAYS AS ((body ->> 'remindedAt')::BIGINT) STORED
);
CREATE UNIQUE INDEX requests_one_pending ON requests (realm, beneficiary_id, resource_kind, resource_id) WHERE state = 'pending';
CREATE INDEX requests_waiting ON requests (realm, waits_until) WHERE state = 'pending';
CREATE INDEX requests_to_remind ON requests (realm, submitted_at) WHERE state = 'pending' AND reminded_at IS NULL;
CREATE INDEX requests_by_requester ON requests (realm, requester_id, submitted_at);
CREATE INDEX requests_pending_by_slack ON requests (realm, requester_slack, submitted_at) WHERE state = 'pending';
CREATE INDEX requests_by_slack ON requests (realm, beneficiary_slack, beneficiary_id);
CREATE INDEX requests_denied ON requests (realm) WHERE state = 'denied';

-- A justification is people's text: it can be erased here while the audit keeps its salted commitment.
CREATE TABLE justifications (
  request_id TEXT COLLATE "C" PRIMARY KEY REFERENCES requests (id),
  realm TEXT COLLATE "C" NOT NULL,
  salt TEXT NOT NULL,
  text TEXT NOT NULL
);

CREATE TABLE grants (
  id TEXT COLLATE "C" PRIMARY KEY,
  revision INTEGER NOT NULL,
  body JSONB NOT NULL,
  realm TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'realm') STORED,
  state TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'state') STORED,
  request_id TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'requestId') STORED,
  person_slack TEXT COLLATE "C" GENERATED ALWAYS AS ((body #>> '{person,slack,teamId}') || '/' || (body #>> '{person,slack,userId}')) STORED,
  holding_key TEXT COLLATE "C" GENERATED ALWAYS AS ((body ->> 'realm') || '/' || (body #>> '{person,userId}') || '/' || (body #>> '{resource,kind}') || '/' || (body #>> '{resource,id}')) STORED
);
CREATE UNIQUE INDEX grants_by_request ON grants (request_id);
CREATE INDEX grants_open_by_holding ON grants (realm, holding_key) WHERE state <> 'ended';
CREATE INDEX grants_open_by_slack ON grants (realm, person_slack) WHERE state <> 'ended';

-- Epoch, row lease and next look are bookkeeping that claims change by themselves; the rest of the holding is in `body`.
CREATE TABLE holdings (
  key TEXT COLLATE "C" PRIMARY KEY,
  revision INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  lease_replica TEXT,
  lease_until BIGINT,
  next_look_at BIGINT,
  body JSONB NOT NULL,
  realm TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'realm') STORED,
  failures INTEGER GENERATED ALWAYS AS ((body ->> 'failures')::INTEGER) STORED,
  unresolved INTEGER GENERATED ALWAYS AS ((body ->> 'puts')::INTEGER + (body ->> 'deletes')::INTEGER) STORED
);
CREATE INDEX holdings_by_next_look ON holdings (realm, next_look_at) WHERE next_look_at IS NOT NULL;
CREATE INDEX holdings_failing ON holdings (realm, next_look_at) WHERE failures > 0;
CREATE INDEX holdings_unresolved ON holdings (realm, key) WHERE unresolved > 0;

-- Every resource that ever had a holding, so that the sweep need not read all holdings to know what to look at.
CREATE TABLE resources (
  realm TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  id TEXT COLLATE "C" NOT NULL,
  body JSONB NOT NULL,
  PRIMARY KEY (realm, kind, id)
);

-- The Slack messages whose buttons count: one per request, role and stage.
CREATE TABLE posted (
  request_id TEXT COLLATE "C" NOT NULL,
  role TEXT COLLATE "C" NOT NULL,
  stage INTEGER NOT NULL,
  realm TEXT COLLATE "C" NOT NULL,
  channel TEXT COLLATE "C" NOT NULL,
  ts TEXT COLLATE "C" NOT NULL,
  line TEXT,
  PRIMARY KEY (request_id, role, stage)
);
CREATE UNIQUE INDEX posted_by_message ON posted (channel, ts);

-- What came in and what goes out. The text is dropped when the work is done, the key stays a while so that a repeat is known.
-- It is JSON kept as text: what people sent may hold characters that JSONB refuses.
-- A lane is worked off in order by one replica at a time. `rank` 0 goes first, 2 is a card that is only to be brought up to date.
CREATE TABLE inbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  realm TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  lane TEXT COLLATE "C" NOT NULL,
  item TEXT,
  done_at BIGINT,
  UNIQUE (realm, key)
);
CREATE INDEX inbox_unfinished ON inbox (realm, lane, id) WHERE done_at IS NULL;
CREATE INDEX inbox_done ON inbox (done_at) WHERE done_at IS NOT NULL;

CREATE TABLE outbox (
  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  realm TEXT COLLATE "C" NOT NULL,
  key TEXT COLLATE "C" NOT NULL,
  lane TEXT COLLATE "C" NOT NULL,
  rank INTEGER NOT NULL,
  message TEXT,
  sent_at BIGINT,
  UNIQUE (realm, key)
);
CREATE INDEX outbox_unsent ON outbox (realm, rank, id) WHERE sent_at IS NULL;
CREATE INDEX outbox_lanes ON outbox (realm, lane, id) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at) WHERE sent_at IS NOT NULL;

-- Who works on what, by name: lanes of the inbox and outbox, and jobs. Nobody else gets it before `until`; without a
-- replica nobody gets it before then. Where there is no row it is free.
CREATE TABLE leases (
  realm TEXT COLLATE "C" NOT NULL,
  name TEXT COLLATE "C" NOT NULL,
  replica TEXT,
  until BIGINT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (realm, name)
);

-- `entry` is the very text that was hashed. One chain per database.
CREATE TABLE audit (
  seq BIGINT PRIMARY KEY,
  entry TEXT NOT NULL,
  hash TEXT NOT NULL,
  realm TEXT COLLATE "C" GENERATED ALWAYS AS (entry::JSONB ->> 'realm') STORED,
  at BIGINT GENERATED ALWAYS AS ((entry::JSONB ->> 'at')::BIGINT) STORED,
  actor_slack TEXT COLLATE "C" GENERATED ALWAYS AS (entry::JSONB #>> '{actor,slack}') STORED,
  subject_id TEXT COLLATE "C" GENERATED ALWAYS AS (entry::JSONB #>> '{subject,userId}') STORED,
  resource_path TEXT COLLATE "C" GENERATED ALWAYS AS (entry::JSONB #>> '{resource,path}') STORED,
  request_id TEXT COLLATE "C" GENERATED ALWAYS AS (entry::JSONB ->> 'requestId') STORED
);
CREATE INDEX audit_by_time ON audit (realm, at, seq);
CREATE INDEX audit_by_actor ON audit (realm, actor_slack, seq) WHERE actor_slack IS NOT NULL;
CREATE INDEX audit_by_subject ON audit (realm, subject_id, seq) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_by_path ON audit (realm, resource_path, seq) WHERE resource_path IS NOT NULL;
CREATE INDEX audit_by_request ON audit (realm, request_id, seq) WHERE request_id IS NOT NULL;

CREATE FUNCTION audit_stays() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit cannot be changed';
END $$;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_stays();

-- One row: who this database is, the highest time it has seen, and where the audit ends.
CREATE TABLE meta (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  realm TEXT NOT NULL,
  instance TEXT NOT NULL,
  highest_time BIGINT,
  audit_seq BIGINT NOT NULL,
  audit_hash TEXT NOT NULL
);
