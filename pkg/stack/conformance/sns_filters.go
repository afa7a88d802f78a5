package conformance

import "testing"

// filtered is a case of two messages of which the policy passes only the second.
func filtered(name, policy string, stopped, passed attrs) Case {
	return Case{name, func(t *testing.T, e *Env) {
		topic, queue := e.subscribed(t, attrs{"RawMessageDelivery": "true", "FilterPolicy": policy})
		e.publish(t, topic, "stopped", stopped)
		e.publish(t, topic, "passed", passed)
		equal(t, "body", *e.one(t, queue).Body, "passed")
		e.none(t, queue)
	}}
}

var snsFilters = []Case{
	filtered("a filter takes one of several values", `{"kind":["order","refund"]}`, attrs{"kind": "visit"},
		attrs{"kind": "refund"}),
	filtered("a filter requires all its keys", `{"kind":["order"],"tier":["gold"]}`, attrs{"kind": "order"}, attrs{
		"kind": "order", "tier": "gold",
	}),
	filtered("a message without the attribute does not pass", `{"kind":["order"]}`, nil, attrs{"kind": "order"}),
	filtered("anything-but", `{"kind":[{"anything-but":["visit"]}]}`, attrs{"kind": "visit"}, attrs{"kind": "order"}),
	filtered("prefix", `{"kind":[{"prefix":"ord"}]}`, attrs{"kind": "disorder"}, attrs{"kind": "order"}),
	filtered("exists", `{"kind":[{"exists":true}]}`, nil, attrs{"kind": "x"}),
	filtered("exists, negated", `{"kind":[{"exists":false}]}`, attrs{"kind": "x"}, nil),
	{"a filter on the message's body", func(t *testing.T, e *Env) {
		topic, queue := e.subscribed(t, attrs{
			"RawMessageDelivery": "true", "FilterPolicyScope": "MessageBody",
			"FilterPolicy": `{"order":{"total":[{"numeric":[">=",100]}]}}`,
		})
		e.publish(t, topic, `{"order":{"total":99}}`, nil)
		e.publish(t, topic, `not JSON`, nil)
		e.publish(t, topic, `{"order":{"total":100}}`, nil)
		equal(t, "body", *e.one(t, queue).Body, `{"order":{"total":100}}`)
		e.none(t, queue)
	}},
}
