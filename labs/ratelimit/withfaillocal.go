package ratelimit

import "github.com/crashlab/crashlab/pkg/lab"

// withFailLocal goes on with each instance's share of the limit: the API stays up and the limit stays
// one, twice what it was at worst while the two take turns.
var withFailLocal = lab.Design{
	Name:    "fail-local",
	Summary: "token-bucket; a third of the limit in each instance when Redis does not answer within 50 ms",
	Start:   design{"fail-local", failLocal}.start,
	Expect: map[string]lab.Statuses{
		"edge-burst": {bounded: holds, availability: holds},
		"redis-cut":  {bounded: holds, availability: holds},
		"redis-slow": {bounded: holds, availability: holds, addedLatency: holds},
		"clock-skew": {bounded: holds, availability: holds},
	},
}
