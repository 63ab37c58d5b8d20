-- Who decides the current stage of a pending request: a group, or the manager, whose id stands in the same column. Approvals
-- come stage by stage, each up to what its stage requires, so their number tells the stage; there are at most three.
DROP INDEX requests_to_decide;
ALTER TABLE requests DROP COLUMN stage_group;
ALTER TABLE requests ADD COLUMN stage_seat TEXT AS (CASE
  WHEN json_array_length(body, '$.approvals') < (body ->> '$.plan[0].required') THEN coalesce(body ->> '$.plan[0].groupId', body ->> '$.plan[0].manager.userId')
  WHEN json_array_length(body, '$.approvals') < (body ->> '$.plan[0].required') + (body ->> '$.plan[1].required') THEN coalesce(body ->> '$.plan[1].groupId', body ->> '$.plan[1].manager.userId')
  WHEN json_array_length(body, '$.approvals') < (body ->> '$.plan[0].required') + (body ->> '$.plan[1].required') + (body ->> '$.plan[2].required') THEN coalesce(body ->> '$.plan[2].groupId', body ->> '$.plan[2].manager.userId')
END);
CREATE INDEX requests_to_decide ON requests (realm, stage_seat, submitted_at) WHERE state = 'pending';

-- When the current stage goes on to another group, too, and to which it did.
ALTER TABLE requests ADD COLUMN escalate_at INTEGER AS (body ->> '$.escalateAt');
ALTER TABLE requests ADD COLUMN escalated_to TEXT AS (body ->> '$.escalatedTo');
CREATE INDEX requests_to_escalate ON requests (realm, escalate_at) WHERE state = 'pending' AND escalate_at IS NOT NULL;
CREATE INDEX requests_escalated ON requests (realm, escalated_to, submitted_at) WHERE state = 'pending' AND escalated_to IS NOT NULL;
