-- Of one person at one client one sign-in waits at most, but any number of tokens that are asked for without a browser.
ALTER TABLE gates ADD COLUMN came_by TEXT COLLATE "C" GENERATED ALWAYS AS (body ->> 'trigger') STORED;
DROP INDEX gates_one_waits;
CREATE UNIQUE INDEX gates_one_waits ON gates (realm, person_id, client) WHERE state = 'waiting' AND came_by <> 'backchannel';
