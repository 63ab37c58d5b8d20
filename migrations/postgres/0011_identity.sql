-- Ways to prove in a browser which Keycloak user a Slack account is, each for one purpose and for minutes.
CREATE TABLE sign_ins (
  id TEXT COLLATE "C" PRIMARY KEY,
  revision INTEGER NOT NULL,
  body JSONB NOT NULL,
  realm TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'realm') STORED,
  state TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'state') STORED,
  slack TEXT COLLATE "C" GENERATED ALWAYS AS ((body #>> '{slack,teamId}') || '/' || (body #>> '{slack,userId}')) STORED,
  created_at BIGINT GENERATED ALWAYS AS ((body ->> 'createdAt')::BIGINT) STORED,
  expires_at BIGINT GENERATED ALWAYS AS ((body ->> 'expiresAt')::BIGINT) STORED,
  visit_state TEXT COLLATE "C" GENERATED ALWAYS AS (body #>> '{visit,state}') STORED
);
CREATE INDEX sign_ins_sent ON sign_ins (realm, visit_state) WHERE state = 'sent';
CREATE INDEX sign_ins_by_slack ON sign_ins (realm, slack, created_at);
CREATE INDEX sign_ins_by_end ON sign_ins (realm, expires_at);

-- Slack accounts and Keycloak users that were proven to be one person; of each at most one that holds.
CREATE TABLE links (
  id TEXT COLLATE "C" PRIMARY KEY,
  revision INTEGER NOT NULL,
  body JSONB NOT NULL,
  realm TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'realm') STORED,
  state TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'state') STORED,
  person_slack TEXT COLLATE "C" GENERATED ALWAYS AS ((body #>> '{person,slack,teamId}') || '/' || (body #>> '{person,slack,userId}')) STORED,
  person_id TEXT COLLATE "C" GENERATED ALWAYS AS (body #>> '{person,userId}') STORED
);
CREATE UNIQUE INDEX links_one_of_slack ON links (realm, person_slack) WHERE state = 'live';
CREATE UNIQUE INDEX links_one_of_person ON links (realm, person_id) WHERE state = 'live';
CREATE INDEX links_live ON links (realm, id) WHERE state = 'live';
