package ratelimit

import "github.com/crashlab/crashlab/pkg/lab"

// withFixedWindow is the limiter of most tutorials: INCR and EXPIRE.
var withFixedWindow = lab.Design{
	Name:    "fixed-window",
	Summary: "a counter in Redis for each window of the clock",
	Broken:  true,
	Start:   design{"fixed-window", newFixedWindow}.start,
	Expect: map[string]lab.Statuses{
		"edge-burst": {limitKept: violated, worstWindow: holds},
		"redis-cut":  {bounded: holds, availability: violated},
		"redis-slow": {bounded: holds, addedLatency: violated},
		"clock-skew": {limitKept: violated},
	},
}
