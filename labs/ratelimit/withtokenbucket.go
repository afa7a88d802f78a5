package ratelimit

import "github.com/crashlab/crashlab/pkg/lab"

// withTokenBucket keeps the limit whatever happens, and has no plan for the day on which Redis fails:
// it waits as long as its client does, and then answers with an error.
var withTokenBucket = lab.Design{
	Name:    "token-bucket",
	Summary: "a bucket of tokens in Redis, by one script and by Redis' clock",
	Start:   design{"token-bucket", newTokenBucket}.start,
	Expect: map[string]lab.Statuses{
		"edge-burst": {limitKept: holds, worstWindow: holds},
		"redis-cut":  {limitKept: holds, availability: violated},
		"redis-slow": {limitKept: holds, addedLatency: violated},
		"clock-skew": {limitKept: holds},
	},
}
