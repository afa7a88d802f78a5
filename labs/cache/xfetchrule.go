package cache

import (
	"math"
	"time"
)

// early reports whether a reader that finds an entry is to recompute it before it expires: the rule
// of Vattani, Chierichetti and Lowenstein ("Optimal probabilistic cache stampede prevention", VLDB
// 2015), now − Δ·β·ln(u) ≥ expiry, with Δ the time that a recomputation takes and u drawn evenly from
// (0, 1]. Each reader decides for itself, with nobody to ask, and the nearer the expiry the likelier:
// at a distance of r it recomputes with probability e^(−r ÷ βΔ). A β above 1 favours earlier.
func early(now, expiry time.Time, delta time.Duration, beta, u float64) bool {
	ahead := time.Duration(-float64(delta) * beta * math.Log(u))
	return !now.Add(ahead).Before(expiry)
}
