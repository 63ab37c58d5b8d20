# The rules of ../policy.yaml for Open Policy Agent. Leasehold asks for data.leasehold.decision.
package leasehold

zone := "Europe/Berlin"

now_ns := input.context.now * 1000000

hour := time.clock([now_ns, zone])[0]

weekday := time.weekday([now_ns, zone])

lease if input.kind in {"request", "approval", "activation", "break-glass"}

contractor if "/contractors" in input.subject.groups

oncall if "/oncall" in input.subject.groups

production if startswith(input.resource.path, "/production/")

database if {
	some role in input.resource.roles
	startswith(role, "db/")
}

night if hour >= 22

night if hour < 6

oncall_at_night if {
	oncall
	night
}

office_hours if {
	hour >= 8
	hour < 18
}

office_network if startswith(input.context.ip, "10.")

# What matched: {rule, effect, because, value}.

matched contains deny("contractors only in office hours", "Contractors get access from 8 to 18 only.") if {
	lease
	contractor
	not office_hours
}

matched contains deny("nobody asks for a contractor", "Contractors ask for themselves.") if {
	lease
	contractor
	input.request.onBehalf
}

matched contains deny("too many denials", "Five requests were denied within a day; talk to the security team first.") if {
	lease
	input.context.recent.denied24h >= 5
}

matched contains does("production needs two stages", "stages", [
	{"approverGroup": "/approvers/platform", "required": 1},
	{"approverGroup": "/approvers/security", "required": 2},
]) if {
	lease
	production
	not oncall_at_night
}

matched contains does("customer data needs privacy", "stages", [
	{"approverGroup": "/approvers/platform", "required": 2},
	{"approverGroup": "/approvers/privacy", "required": 1},
]) if {
	lease
	startswith(input.resource.path, "/production/customers/")
}

matched contains does("the manager decides about HR", "stages", [
	{"approverGroup": "manager", "required": 1},
	{"approverGroup": "/approvers/hr", "required": 1},
]) if {
	lease
	startswith(input.resource.path, "/hr/")
}

matched contains does("on-call at night at once", "allow", true) if {
	lease
	production
	oncall_at_night
}

matched contains does("nights are short", "max-duration", 3600) if {
	lease
	night
}

matched contains does("nights are short", "ticket", "^INC-[0-9]+") if {
	lease
	night
}

matched contains does("weekends are shorter", "max-duration", 1800) if {
	lease
	weekday in {"Saturday", "Sunday"}
}

matched contains does("weekends are shorter", "ticket", "[A-Z]+-[0-9]+") if {
	lease
	weekday in {"Saturday", "Sunday"}
}

matched contains does("logs at once", "allow", true) if {
	lease
	input.resource.path == "/logs/read"
	not contractor
}

matched contains does("critical needs a strong sign-in", "step-up", "gold") if {
	lease
	input.resource.risk == "critical"
}

matched contains does("critical needs a strong sign-in", "required-actions", ["CONFIGURE_TOTP"]) if {
	lease
	input.resource.risk == "critical"
}

matched contains does("contractors hold two leases", "max-leases", 2) if {
	lease
	contractor
}

apart := {"/payments/create", "/payments/approve"}

held contains path if some path in input.subject.groups

held contains path if some path in input.context.live

held contains path if some path in input.request.bundle

matched contains {
	"rule": "separation of duties",
	"effect": "forbid-together",
	"because": "Nobody creates and approves payments.",
	"value": null,
} if {
	lease
	input.resource.path in apart
	some other in apart
	other != input.resource.path
	other in held
}

matched contains does("readers read", "limits", {"db_role": "reader", "max_rows": 5000}) if {
	lease
	database
}

matched contains does("contractors read less", "limits", {"max_rows": 100}) if {
	lease
	contractor
	database
}

matched contains deny("contractors sign in from the office", "Contractors sign in from the office network.") if {
	input.kind == "login"
	contractor
	not office_network
}

matched contains does("administrators have a second factor", "required-actions", ["CONFIGURE_TOTP"]) if {
	input.kind == "login"
	"/access-admins" in input.subject.groups
	not input.subject.attributes["second-factor"]
}

matched contains does("administrators prove themselves outside the office", "step-up", "gold") if {
	input.kind == "login"
	"/access-admins" in input.subject.groups
	input.context.ip != null
	not office_network
}

matched contains does("the admin console is approved", "stages", [
	{"approverGroup": "/approvers/security", "required": 1},
]) if {
	input.kind == "login"
	input.context.client == "admin-console"
}

matched contains does("account changes are approved", "stages", [
	{"approverGroup": "/approvers/security", "required": 2},
]) if {
	input.kind == "login"
	input.context.action in {"UPDATE_PASSWORD", "UPDATE_EMAIL", "delete_account"}
}

matched contains does("old accounts accept the terms", "required-actions", ["TERMS_AND_CONDITIONS"]) if {
	input.kind == "login"
	not input.account.termsAccepted
	input.account.ageDays >= 30
}

matched contains does("payments need a telephone number", "required-actions", ["UPDATE_PROFILE"]) if {
	input.kind == "login"
	"payments" in input.context.scopes
	not "phone" in input.account.filled
}

matched contains does("billing sees its region", "limits", {"region_bound": true}) if {
	input.kind == "token"
	input.context.client == "billing"
	input.subject.attributes.region
}

matched contains does("deployments by pipelines are approved", "stages", [
	{"approverGroup": "/approvers/platform", "required": 1},
]) if {
	deployment_by_pipeline
}

matched contains does("deployments by pipelines are approved", "max-duration", 600) if {
	deployment_by_pipeline
}

deployment_by_pipeline if {
	input.kind == "token"
	input.context.grant == "ciba"
	"deploy" in input.context.scopes
}

matched contains does("nobody deploys with a password", "remove-scopes", ["deploy", "offline_access"]) if {
	input.kind == "token"
	input.context.grant in {"password", "client_credentials"}
}

does(rule, effect, value) := {"rule": rule, "effect": effect, "because": null, "value": value}

deny(rule, because) := {"rule": rule, "effect": "deny", "because": because, "value": null}
