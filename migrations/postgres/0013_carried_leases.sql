-- The lease of a role that only tokens carry is held apart from one of the same role in Keycloak.
DROP INDEX grants_open_by_holding;
DROP INDEX grants_live_by_resource;
DROP INDEX grants_had_by_holding;
ALTER TABLE grants DROP COLUMN holding_key;
ALTER TABLE grants ADD COLUMN holding_key TEXT COLLATE "C" GENERATED ALWAYS AS ((body ->> 'realm') || '/' || (body #>> '{person,userId}') || '/' || (body #>> '{resource,kind}') || '/' || (body #>> '{resource,id}') || CASE WHEN body #>> '{resource,inToken}' = 'true' THEN '/token' ELSE '' END) STORED;
CREATE INDEX grants_open_by_holding ON grants (realm, holding_key) WHERE state <> 'ended';
CREATE INDEX grants_live_by_resource ON grants (realm, resource_key, holding_key, person_slack) WHERE state = 'live';
CREATE INDEX grants_had_by_holding ON grants (realm, holding_key, had_until) WHERE had_until IS NOT NULL;

-- User sessions of Keycloak whose tokens were told of a lease that only tokens carry, or of what was approved without a browser.
CREATE TABLE carried_leases (
  realm TEXT COLLATE "C" NOT NULL,
  session TEXT COLLATE "C" NOT NULL,
  carries TEXT COLLATE "C" NOT NULL,
  user_id TEXT COLLATE "C" NOT NULL,
  told_at BIGINT NOT NULL,
  due_at BIGINT,
  ended_at BIGINT,
  PRIMARY KEY (realm, session, carries)
);
CREATE INDEX carried_by_lease ON carried_leases (realm, carries);
CREATE INDEX carried_due ON carried_leases (realm, due_at) WHERE due_at IS NOT NULL;
