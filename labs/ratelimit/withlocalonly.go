package ratelimit

import "github.com/crashlab/crashlab/pkg/lab"

// withLocalOnly needs no Redis, and so minds none of its faults. Its limit is that of one instance:
// behind a load balancer it is as many times the limit as there are instances, with no fault at all.
var withLocalOnly = lab.Design{
	Name:    "local-only",
	Summary: "each instance limits what it sees itself",
	Broken:  true,
	Start:   design{"local-only", newLocalLog}.start,
	Expect: map[string]lab.Statuses{
		"edge-burst": {limitKept: violated, worstWindow: holds},
		"redis-cut":  {bounded: violated, availability: holds},
		"redis-slow": {bounded: violated, availability: holds, addedLatency: holds},
		"clock-skew": {limitKept: violated},
	},
}
