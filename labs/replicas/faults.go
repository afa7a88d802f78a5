package replicas

import (
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/link"
)

// lag is how far the nearer replica is behind. The other is as far behind that one.
const lag = 500 * time.Millisecond

var (
	behind = fault.Several{
		network.Latency{Link: link.Pattern{From: "db-3", To: "db-1"}, Delay: lag},
		network.Latency{Link: link.Pattern{From: "db-2", To: "db-1"}, Delay: 2 * lag},
	}
	// The primary's machine dies once both replicas are as far behind as they will be: what is on its way is gone too.
	death = fault.Several{
		behind[0], behind[1], fault.Wait(2*lag + 100*time.Millisecond),
		cut("db-[23]", "db-1"), process.Kill{Process: "db-1"},
	}
	// db-1 and app-1 are on one side.
	parted = fault.Several{
		cut("db-*", "db-1"), cut("app-2", "db-1"), cut("app-1", "db-[23]"), cut("app-1", "db-supervisor"),
	}
	// db-1, db-3 and app-1 are on one side.
	halved = fault.Several{
		cut("db-[2s]*", "db-[13]"), cut("app-2", "db-[13]"), cut("app-1", "db-2"), cut("app-1", "db-supervisor"),
	}
)

func cut(from, to string) fault.Fault { return network.Cut{Link: link.Pattern{From: from, To: to}} }
