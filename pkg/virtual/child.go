package virtual

import (
	"context"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// lifeline is the file descriptor of a pipe that the parent holds the other end of, and never
	// writes to.
	lifeline = 3
	// tick is how often the variant looks whether it shall end and whether its memory wants collecting.
	tick = 250 * time.Millisecond
	// garbage is how much is allocated between two collections, in bytes, and as much again as what lives. The
	// collector's own choice of the instant would follow from what the runtime allocates for itself.
	garbage = 256 << 20
	// threads is more than the runtime ever needs at once.
	threads = 16
	// most is the memory from which on the collector chooses for itself again.
	most = 3 << 30
)

// Enter prepares the program to be the variant, and returns a context that ends when its parent ends or
// wants it to end. Call it once, first.
func Enter(ctx context.Context) (context.Context, context.CancelFunc) {
	runtime.GOMAXPROCS(1)
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(most)
	threshold.Store(garbage)
	startThreads()
	ctx, cancel := context.WithCancel(ctx)
	go watch(ctx, cancel)
	return ctx, cancel
}

// startThreads has the runtime make its threads now. One that it makes later, because a system call takes
// long just then, takes memory from the heap, so that whatever is allocated next lies elsewhere, and a
// map whose keys are pointers has another order.
func startThreads() {
	var all, ready sync.WaitGroup
	end := make(chan struct{})
	for range threads {
		ready.Add(1)
		all.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			ready.Done()
			<-end
		})
	}
	ready.Wait()
	close(end)
	all.Wait()
}

// watch ticks until ctx ends.
func watch(ctx context.Context, cancel context.CancelFunc) {
	held := os.Getenv(lifelineEnv) != "" && syscall.SetNonblock(lifeline, true) == nil
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if held && cut() {
			cancel()
			return
		}
		Collect()
	}
}

// threshold is the heap's size from which on Collect does something, in bytes.
var threshold atomic.Uint64

// Collect collects the variant's garbage where there is much of it, and does nothing in an ordinary
// program. It is done at every tick; who computes for long calls it in between, since the clock stands
// still meanwhile.
func Collect() {
	if !On || allocated() < threshold.Load() {
		return
	}
	runtime.GC()
	threshold.Store(garbage + 2*allocated())
}

// cut reports whether the lifeline's other end is closed. It does not wait.
func cut() bool {
	n, err := syscall.Read(lifeline, make([]byte, 1))
	return n == 0 && err == nil
}

// allocated returns the size of the heap, in bytes.
func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// Seed makes whatever the program draws from now on follow a seed. In an ordinary program it does
// nothing.
func Seed(seed uint64) {
	if !On {
		return
	}
	// The runtime's generator has a known beginning, and no way in; other seeds begin elsewhere on it.
	for range seed % (1 << 20) {
		_ = rand.Uint64()
	}
}
