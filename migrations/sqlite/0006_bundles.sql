-- Requests that were asked for together: a bundle is called by the id of its first part.
ALTER TABLE requests ADD COLUMN bundle_id TEXT AS (body ->> '$.bundle.id');
CREATE INDEX requests_by_bundle ON requests (realm, bundle_id) WHERE bundle_id IS NOT NULL;

-- A part that has all its approvals asks nobody while it waits for the rest of its bundle.
DROP INDEX requests_to_decide;
ALTER TABLE requests DROP COLUMN stage_group;
ALTER TABLE requests ADD COLUMN stage_group TEXT AS (CASE
  WHEN json_array_length(body, '$.approvals') < (body ->> '$.plan[0].required') THEN body ->> '$.plan[0].groupId'
  WHEN json_array_length(body, '$.approvals') < (body ->> '$.plan[0].required') + (body ->> '$.plan[1].required') THEN body ->> '$.plan[1].groupId'
  WHEN json_array_length(body, '$.approvals') < (body ->> '$.plan[0].required') + (body ->> '$.plan[1].required') + (body ->> '$.plan[2].required') THEN body ->> '$.plan[2].groupId'
END);
CREATE INDEX requests_to_decide ON requests (realm, stage_group, submitted_at) WHERE state = 'pending';

-- A message may show several parts of a bundle.
DROP INDEX posted_by_message;
CREATE INDEX posted_by_message ON posted (channel, ts);
