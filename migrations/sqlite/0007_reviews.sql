-- The approver group whose people are to sign what was taken by break-glass, while that review is open.
ALTER TABLE requests ADD COLUMN review_group TEXT AS (CASE
  WHEN json_type(body, '$.review') = 'object' AND (body ->> '$.review.closedAt') IS NULL THEN body ->> '$.plan[0].groupId'
END);
CREATE INDEX requests_in_review ON requests (realm, review_group, submitted_at) WHERE review_group IS NOT NULL;
CREATE INDEX reviews_to_remind ON requests (realm, remind_at) WHERE review_group IS NOT NULL;
