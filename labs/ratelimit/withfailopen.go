package ratelimit

import "github.com/crashlab/crashlab/pkg/lab"

// withFailOpen has declared that without Redis there is no limit. A busy machine can make Redis seem
// away for a moment, so that its limit is not judged while it is there.
var withFailOpen = lab.Design{
	Name:    "fail-open",
	Summary: "token-bucket; everything passes when Redis does not answer within 50 ms",
	Start:   design{"fail-open", failOpen}.start,
	Expect: map[string]lab.Statuses{
		"edge-burst": {availability: holds},
		"redis-cut":  {bounded: violated, availability: holds},
		"redis-slow": {bounded: violated, availability: holds, addedLatency: holds},
		"clock-skew": {availability: holds},
	},
}
