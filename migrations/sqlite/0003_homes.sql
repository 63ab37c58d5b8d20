-- Who has opened the App Home, and of which Keycloak groups each was a member when it was last drawn. `drawn` counts the
-- drawings: what changes between two of them is one message.
CREATE TABLE homes (
  realm TEXT NOT NULL,
  slack TEXT NOT NULL,
  drawn INTEGER NOT NULL,
  PRIMARY KEY (realm, slack)
);

CREATE TABLE home_groups (
  realm TEXT NOT NULL,
  group_id TEXT NOT NULL,
  slack TEXT NOT NULL,
  PRIMARY KEY (realm, group_id, slack)
);
CREATE INDEX home_groups_by_slack ON home_groups (realm, slack);

-- The approver group that a pending request asks now. Approvals come stage by stage, each up to what its stage requires, so
-- their number tells the stage; there are at most three.
ALTER TABLE requests ADD COLUMN stage_group TEXT AS (CASE
  WHEN json_array_length(body, '$.approvals') < (body ->> '$.plan[0].required') THEN body ->> '$.plan[0].groupId'
  WHEN json_array_length(body, '$.approvals') < (body ->> '$.plan[0].required') + (body ->> '$.plan[1].required') THEN body ->> '$.plan[1].groupId'
  ELSE body ->> '$.plan[2].groupId'
END);
CREATE INDEX requests_to_decide ON requests (realm, stage_group, submitted_at) WHERE state = 'pending';
