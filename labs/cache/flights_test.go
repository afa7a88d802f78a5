package cache

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Readers come one every 100 ms and want one key, of which a load takes a second.
func TestFlights(t *testing.T) {
	const stale, fresh = false, true
	for name, c := range map[string]struct {
		readers []bool
		loads   int32   // in all
		got     []int32 // of them
	}{
		"all take what is under way":               {[]bool{stale, stale, stale}, 1, []int32{1, 1, 1}},
		"the first has its own":                    {[]bool{fresh, stale}, 1, []int32{1, 1}},
		"some need the next, which is one for all": {[]bool{stale, fresh, stale, fresh, fresh}, 2, []int32{1, 2, 1, 2, 2}},
	} {
		synctest.Test(t, func(t *testing.T) {
			r, began := &replica{life: t.Context()}, time.Now()
			var loads atomic.Int32
			var all []*flight
			for _, f := range c.readers {
				all = append(all, r.fly(t.Context(), "k", f, func(context.Context) (product, error) {
					p := product{Version: int(loads.Add(1))}
					time.Sleep(time.Second)
					return p, nil
				}))
				time.Sleep(100 * time.Millisecond)
			}
			var got []int32
			for _, f := range all {
				p, err := f.wait(t.Context())
				if err != nil {
					t.Error(err)
				}
				got = append(got, int32(p.Version))
			}
			took, want := time.Since(began), time.Duration(c.loads)*time.Second // one after the other
			if loads.Load() != c.loads || !slices.Equal(got, c.got) || took != want {
				t.Errorf("%s: %d loads in %v, readers got %v; want %d in %v, %v", name, loads.Load(), took, got, c.loads, want, c.got)
			}
		})
	}
}

func TestAReaderThatGivesUp(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	if _, err := (&flight{landed: make(chan struct{})}).wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a reader that gives up gets %v", err)
	}
}
