-- What policy may ask about a person: how much was asked for him lately, and how much of that was denied.
CREATE INDEX requests_by_beneficiary ON requests (realm, beneficiary_id, submitted_at);
