package ratelimit

import "github.com/crashlab/crashlab/pkg/lab"

// withSlidingWindow is exact, and remembers every request for it. As token-bucket it has no plan for
// the day on which Redis fails.
var withSlidingWindow = lab.Design{
	Name:    "sliding-window",
	Summary: "a log of what passed in Redis, by one script and by Redis' clock",
	Start:   design{"sliding-window", newSlidingWindow}.start,
	Expect: map[string]lab.Statuses{
		"edge-burst": {limitKept: holds, worstWindow: holds},
		"redis-cut":  {limitKept: holds, availability: violated},
		"redis-slow": {limitKept: holds, addedLatency: violated},
		"clock-skew": {limitKept: holds},
	},
}
