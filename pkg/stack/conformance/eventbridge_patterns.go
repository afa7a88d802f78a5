package conformance

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
)

// matches is a case that asks whether a pattern matches an event with a detail.
func matches(name, pattern, detail string, want bool) Case {
	return Case{"pattern: " + name, func(t *testing.T, e *Env) {
		out := ok(e.Events.TestEventPattern(t.Context(), &eventbridge.TestEventPatternInput{
			EventPattern: str(`{"detail":` + pattern + `}`),
			Event: str(
				`{"id":"1","detail-type":"placed","source":"shop","account":"000000000000","time":"2026-01-01T00:00:00Z",` +
					`"region":"us-east-1","resources":[],"detail":` + detail + `}`),
		}))(t)
		equal(t, "matches", out.Result, want)
	}}
}

var eventPatterns = []Case{
	matches("one of several values", `{"s":["a","b"]}`, `{"s":"b"}`, true),
	matches("a missing field", `{"s":["a"]}`, `{"t":"a"}`, false),
	matches("all fields are required", `{"s":["a"],"t":["b"]}`, `{"s":"a"}`, false),
	matches("a number in a range", `{"n":[{"numeric":[">",1,"<=",5]}]}`, `{"n":5}`, true),
	matches("a number outside a range", `{"n":[{"numeric":[">",1,"<=",5]}]}`, `{"n":1}`, false),
	matches("prefix", `{"s":[{"prefix":"ab"}]}`, `{"s":"abc"}`, true),
	matches("suffix", `{"s":[{"suffix":"bc"}]}`, `{"s":"abd"}`, false),
	matches("anything-but", `{"s":[{"anything-but":["a"]}]}`, `{"s":"a"}`, false),
	matches("exists false", `{"s":[{"exists":false}]}`, `{"t":1}`, true),
	matches("one of an array's elements", `{"s":["b"]}`, `{"s":["a","b"]}`, true),
	matches("equals-ignore-case", `{"s":[{"equals-ignore-case":"ABC"}]}`, `{"s":"abc"}`, true),
	matches("wildcard", `{"s":[{"wildcard":"a*c"}]}`, `{"s":"abbbc"}`, true),
	matches("$or", `{"$or":[{"s":["x"]},{"n":[1]}]}`, `{"n":1}`, true),
	matches("null is not an empty string", `{"s":[null]}`, `{"s":""}`, false),
}
