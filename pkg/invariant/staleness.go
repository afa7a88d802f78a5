package invariant

import (
	"time"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Staleness holds if every read of r returns a write no older than the newest one that any client had
// acknowledged more than bound before the read was invoked. With a bound of zero no read may be stale at all.
func Staleness(r Registers, bound time.Duration) Invariant {
	claim := "every read returns the newest acknowledged write, or a newer one"
	if bound > 0 {
		claim = "no read is more than " + unit.Duration(bound) + " behind the newest acknowledged write"
	}
	return Invariant{
		Name:       "staleness",
		Claim:      claim,
		Safety:     bound <= 0, // a bound in time holds in fair weather
		registered: true,
		Check:      func(v *View) Finding { return r.fresh(v, false, bound) },
	}
}
