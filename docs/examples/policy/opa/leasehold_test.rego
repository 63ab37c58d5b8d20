# opa test docs/examples/policy/opa
package leasehold_test

import data.leasehold

# A Monday, 12:00 in Berlin.
noon := 1772449200000

question := {
	"kind": "request",
	"subject": {"username": "ann", "groups": [], "attributes": {}, "manager": null},
	"resource": {"kind": "group", "id": "u", "path": "/sandbox", "risk": "medium", "roles": []},
	"request": {
		"seconds": 3600, "startsAt": null, "justification": "to look", "onBehalf": false,
		"requester": "ann", "bundle": [],
	},
	"account": null,
	"context": {
		"now": noon, "ip": null, "device": null, "client": null, "acr": null, "trigger": null, "action": null, "grant": null,
		"scopes": [],
		"recent": {"requests24h": 0, "denied24h": 0}, "live": [], "liveCount": 0,
	},
}

with_changes(changes) := object.union(question, changes)

test_nothing_matches_leaves_it_to_the_entitlement if {
	answer := leasehold.decision with input as question
	answer.verdict == "approval"
	answer.stages == null
	answer.maxSeconds == null
}

test_a_contractor_in_the_evening_is_denied if {
	answer := leasehold.decision with input as with_changes({
		"subject": {"groups": ["/contractors"]},
		"context": {"now": noon + ((7 * 3600) * 1000)},
	})
	answer.verdict == "deny"
}

test_stages_of_two_rules_become_the_stricter_ones if {
	answer := leasehold.decision with input as with_changes({"resource": {"path": "/production/customers/db"}})
	answer.stages == [
		{"approverGroup": "/approvers/platform", "required": 2},
		{"approverGroup": "/approvers/privacy", "required": 1},
		{"approverGroup": "/approvers/security", "required": 2},
	]
}

test_the_lower_number_of_a_limit_counts if {
	answer := leasehold.decision with input as with_changes({
		"subject": {"groups": ["/contractors"]},
		"resource": {"roles": ["db/read"]},
	})
	answer.limits == {"db_role": "reader", "max_rows": 100}
}

test_a_gate_lets_pass_what_nothing_forbids if {
	answer := leasehold.decision with input as with_changes({"kind": "login", "resource": null, "request": null})
	answer.verdict == "allow"
}

test_login_without_an_address_is_no_office if {
	answer := leasehold.decision with input as with_changes({
		"kind": "login", "resource": null, "request": null,
		"subject": {"groups": ["/contractors"]},
	})
	answer.verdict == "deny"
}

test_the_admin_console_is_approved_by_security if {
	answer := leasehold.decision with input as with_changes({
		"kind": "login", "resource": null, "request": null,
		"account": {"emailVerified": true, "termsAccepted": true, "otp": true, "ageDays": 365, "filled": ["email"]},
		"context": {"client": "admin-console"},
	})
	answer.verdict == "approval"
	answer.stages == [{"approverGroup": "/approvers/security", "required": 1}]
}

test_an_old_account_accepts_the_terms if {
	answer := leasehold.decision with input as with_changes({
		"kind": "login", "resource": null, "request": null,
		"account": {"emailVerified": true, "termsAccepted": false, "otp": true, "ageDays": 400, "filled": ["email"]},
	})
	answer.verdict == "allow"
	answer.requiredActions == ["TERMS_AND_CONDITIONS"]
}

test_a_deployment_by_a_pipeline_is_approved if {
	answer := leasehold.decision with input as with_changes({
		"kind": "token", "resource": null, "request": null,
		"context": {"grant": "ciba", "client": "ci", "scopes": ["openid", "deploy"]},
	})
	answer.verdict == "approval"
	answer.maxSeconds == 600
}

test_a_password_gives_no_deployment if {
	answer := leasehold.decision with input as with_changes({
		"kind": "token", "resource": null, "request": null,
		"context": {"grant": "password", "client": "ci", "scopes": ["openid", "deploy"]},
	})
	answer.verdict == "allow"
	answer.removedScopes == ["deploy", "offline_access"]
}
