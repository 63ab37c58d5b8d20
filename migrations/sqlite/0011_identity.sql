-- Ways to prove in a browser which Keycloak user a Slack account is, each for one purpose and for minutes.
CREATE TABLE sign_ins (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  realm TEXT AS (body ->> '$.realm'),
  state TEXT AS (body ->> '$.state'),
  slack TEXT AS ((body ->> '$.slack.teamId') || '/' || (body ->> '$.slack.userId')),
  created_at INTEGER AS (body ->> '$.createdAt'),
  expires_at INTEGER AS (body ->> '$.expiresAt'),
  visit_state TEXT AS (body ->> '$.visit.state')
);
CREATE INDEX sign_ins_sent ON sign_ins (realm, visit_state) WHERE state = 'sent';
CREATE INDEX sign_ins_by_slack ON sign_ins (realm, slack, created_at);
CREATE INDEX sign_ins_by_end ON sign_ins (realm, expires_at);

-- Slack accounts and Keycloak users that were proven to be one person; of each at most one that holds.
CREATE TABLE links (
  id TEXT PRIMARY KEY,
  revision INTEGER NOT NULL,
  body TEXT NOT NULL,
  realm TEXT AS (body ->> '$.realm'),
  state TEXT AS (body ->> '$.state'),
  person_slack TEXT AS ((body ->> '$.person.slack.teamId') || '/' || (body ->> '$.person.slack.userId')),
  person_id TEXT AS (body ->> '$.person.userId')
);
CREATE UNIQUE INDEX links_one_of_slack ON links (realm, person_slack) WHERE state = 'live';
CREATE UNIQUE INDEX links_one_of_person ON links (realm, person_id) WHERE state = 'live';
CREATE INDEX links_live ON links (realm, id) WHERE state = 'live';
