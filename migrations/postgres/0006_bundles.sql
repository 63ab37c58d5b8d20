-- Requests that were asked for together: a bundle is called by the id of its first part.
ALTER TABLE requests ADD COLUMN bundle_id TEXT COLLATE "C" GENERATED ALWAYS AS (body #>> '{bundle,id}') STORED;
CREATE INDEX requests_by_bundle ON requests (realm, bundle_id) WHERE bundle_id IS NOT NULL;

-- A part that has all its approvals asks nobody while it waits for the rest of its bundle.
DROP INDEX requests_to_decide;
ALTER TABLE requests DROP COLUMN stage_group;
ALTER TABLE requests ADD COLUMN stage_group TEXT COLLATE "C" GENERATED ALWAYS AS (CASE
  WHEN jsonb_array_length(body -> 'approvals') < (body #>> '{plan,0,required}')::INTEGER THEN body #>> '{plan,0,groupId}'
  WHEN jsonb_array_length(body -> 'approvals') < (body #>> '{plan,0,required}')::INTEGER + (body #>> '{plan,1,required}')::INTEGER THEN body #>> '{plan,1,groupId}'
  WHEN jsonb_array_length(body -> 'approvals') < (body #>> '{plan,0,required}')::INTEGER + (body #>> '{plan,1,required}')::INTEGER + (body #>> '{plan,2,required}')::INTEGER THEN body #>> '{plan,2,groupId}'
END) STORED;
CREATE INDEX requests_to_decide ON requests (realm, stage_group, submitted_at) WHERE state = 'pending';

-- A message may show several parts of a bundle.
DROP INDEX posted_by_message;
CREATE INDEX posted_by_message ON posted (channel, ts);
