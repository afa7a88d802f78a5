package cache

import (
	"context"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// beta above 1 begins earlier than the paper's optimum, which lets a reader wait now and then.
const beta = 2

// cacheXFetch is aside-singleflight whose readers now and then recompute an entry before it expires, the likelier the
// nearer that is, while everybody goes on reading the old one. Nobody waits.
var cacheXFetch = lab.Design{
	Name:    "xfetch",
	Summary: "as aside-singleflight; readers recompute an entry by chance before it expires",
	Guards:  []lab.Guard{early, freshFlight, versions, jitter},
	Build: func(b *lab.Builder) {
		d := design{read: readAhead, fill: fillNewer, written: dropOlder}
		if !b.Guarded(early) {
			d.read = readThrough
		}
		if !b.Guarded(versions) {
			d.fill, d.written = fillAlways, dropAlways
		}
		d.build(b)
	},
}

func readAhead(ctx context.Context, r reader) (product, error) {
	p, err := r.cached(ctx)
	if err != nil {
		return r.load(ctx, err)
	}
	left, err := r.entries.PTTL(ctx, r.entries.keys(r.id)[0]).Result()
	if err == nil && isEarly(left, time.Duration(p.Delta)*time.Millisecond, beta, 1-r.draw(ctx)) {
		r.ahead.Go(func() {
			last, cancel := part.Lasting(ctx, flightTime)
			defer cancel()
			_, _ = r.share(last, anyFlight, nil) // where that fails the next reader tries
		})
	}
	return p, nil
}

// draw returns a number from [0, 1), by chance for each operation and each seed.
func (r *replica) draw(ctx context.Context) float64 {
	return rand.New(rand.NewPCG(r.seed, uint64(crc32.ChecksumIEEE([]byte(load.OperationOf(ctx)))))).Float64()
}

// isEarly reports whether a reader that finds an entry is to recompute it before it expires: the rule of Vattani,
// Chierichetti and Lowenstein ("Optimal probabilistic cache stampede prevention", VLDB 2015), −Δ·β·ln(u) ≥ the time
// that is left, with Δ the time that a recomputation takes and u drawn evenly from (0, 1]. Each reader decides for
// itself, with nobody to ask, and the nearer the expiry the likelier: it recomputes with probability e^(−left ÷ βΔ).
func isEarly(left, delta time.Duration, beta, u float64) bool {
	return left <= time.Duration(-float64(delta)*beta*math.Log(u))
}
