package ratelimit

import "github.com/crashlab/crashlab/pkg/lab"

// withFailClosed has declared that without Redis there is no API. A Redis that is merely slow is then
// an outage too, and so is a moment in which the machine is busy.
var withFailClosed = lab.Design{
	Name:    "fail-closed",
	Summary: "token-bucket; nothing passes when Redis does not answer within 50 ms",
	Start:   design{"fail-closed", failClosed}.start,
	Expect: map[string]lab.Statuses{
		"edge-burst": {limitKept: holds},
		"redis-cut":  {limitKept: holds, availability: violated},
		"redis-slow": {limitKept: holds, availability: violated, addedLatency: holds},
		"clock-skew": {limitKept: holds},
	},
}
