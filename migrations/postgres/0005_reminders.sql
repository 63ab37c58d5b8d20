-- When the approvers of a pending request are to be reminded next. Rows written before tell whether they were reminded, at
-- half of the waiting.
DROP INDEX requests_to_remind;
ALTER TABLE requests DROP COLUMN reminded_at;
ALTER TABLE requests ADD COLUMN remind_at BIGINT GENERATED ALWAYS AS (CASE
  WHEN body ? 'remindAt' THEN (body ->> 'remindAt')::BIGINT
  WHEN body ->> 'remindedAt' IS NULL THEN ((body ->> 'submittedAt')::BIGINT + (body ->> 'waitsUntil')::BIGINT) / 2
END) STORED;
CREATE INDEX requests_to_remind ON requests (realm, remind_at) WHERE state = 'pending' AND remind_at IS NOT NULL;
