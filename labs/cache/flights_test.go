package cache

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Readers come one every 100 ms and want one key, of which a load takes a second.
func TestFlights(t *testing.T) {
	const all, fresh = false, true // who may join a flight that began before it came
	for name, c := range map[string]struct {
		readers []bool
		loads   int   // in all
		got     []int // of them
	}{
		"all take what is under way":      {[]bool{all, all, all}, 1, []int{1, 1, 1}},
		"the first has its own":           {[]bool{fresh, all}, 1, []int{1, 1}},
		"some need the next, one for all": {[]bool{all, fresh, all, fresh, fresh}, 2, []int{1, 2, 1, 2, 2}},
	} {
		synctest.Test(t, func(t *testing.T) {
			r, began := &replica{}, time.Now()
			var loads atomic.Int32
			var readers sync.WaitGroup
			got := make([]int, len(c.readers))
			for n, f := range c.readers {
				readers.Go(func() {
					after := int64(anyFlight)
					if f {
						after = r.begun.Load()
					}
					p, err := r.join("k", after, func() (product, error) {
						p := product{Version: int(loads.Add(1))}
						time.Sleep(time.Second)
						return p, nil
					})
					if err != nil {
						t.Error(err)
					}
					got[n] = p.Version
				})
				time.Sleep(100 * time.Millisecond)
			}
			readers.Wait()
			took, want := time.Since(began), time.Duration(c.loads)*time.Second // one after the other
			if int(loads.Load()) != c.loads || !slices.Equal(got, c.got) || took != want {
				t.Errorf("%s: %d loads in %v, readers got %v; want %d in %v, %v",
					name, loads.Load(), took, got, c.loads, want, c.got)
			}
		})
	}
}
