package gateway

import "github.com/crashlab/crashlab/pkg/lab"

// naive calls as most clients do out of the box: each layer waits a while and tries three times. A caller that gives up
// does not tell the service, which works at the request all the same. When the fault is over inventory is as quick as
// ever, and behind: what it gets to has been given up and is tried again. The retries are now their own cause.
var naive = lab.Design{
	Name:    "naive-retry",
	Summary: "3 tries at each of 3 layers, one pool of workers for all routes",
	Broken:  true,
	Build: mesh{hop: func(to *lab.Process, _ int) *hop {
		return &hop{to: to, timeout: tryTime, tries: tries}
	}}.build,
}
