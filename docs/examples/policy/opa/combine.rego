# One answer from all that matched, as Leasehold's own engine combines it: any deny denies, else the strictest counts.
package leasehold

values(effect) := [one.value | some one in matched; one.effect == effect]

decision := {
	"verdict": verdict,
	"reasons": [{"rule": one.rule, "because": one.because, "effect": one.effect} | some one in matched],
	"stages": stages,
	"maxSeconds": lowest(values("max-duration")),
	"requiredActions": sort({action | some actions in values("required-actions"); some action in actions}),
	"tickets": sort({ticket | some ticket in values("ticket")}),
	"stepUp": sort({acr | some acr in values("step-up")}),
	"maxLeases": lowest(values("max-leases")),
	"limits": limits,
	"removedScopes": sort({scope | some scopes in values("remove-scopes"); some scope in scopes}),
}

default verdict := "approval"

verdict := "deny" if {
	denied
} else := "approval" if {
	not lease
	count(stage_groups) > 0
} else := "allow" if {
	not lease
} else := "allow" if {
	count(values("allow")) > 0
}

denied if {
	some one in matched
	one.effect in {"deny", "forbid-together"}
}

# Different values that are no numbers: nobody can say which one is stricter.
denied if {
	some name in limit_names
	count(limit_values(name)) > 1
	not all_numbers(limit_values(name))
}

default stages := null

stages := [{"approverGroup": key[1], "required": key[2]} |
	some key in sort([[latest(group), group, most(group)] | some group in stage_groups])
] if {
	count(stage_groups) > 0
}

stage_groups contains stage.approverGroup if {
	some list in values("stages")
	some stage in list
}

latest(group) := max([place | some list in values("stages"); some place, stage in list; stage.approverGroup == group])

most(group) := max([stage.required | some list in values("stages"); some stage in list; stage.approverGroup == group])

limit_names contains name if {
	some pairs in values("limits")
	some name, _ in pairs
}

limit_values(name) := {value | some pairs in values("limits"); value := pairs[name]}

all_numbers(known) if every value in known {
	is_number(value)
}

limits[name] := value if {
	some name in limit_names
	count(limit_values(name)) == 1
	some value in limit_values(name)
}

limits[name] := min(limit_values(name)) if {
	some name in limit_names
	count(limit_values(name)) > 1
	all_numbers(limit_values(name))
}

lowest(numbers) := null if count(numbers) == 0

lowest(numbers) := min(numbers) if count(numbers) > 0
