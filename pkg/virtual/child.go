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
	// lifeline is the file descriptor of a pipe. The parent holds the other end and never writes to it.
	lifeline = 3
	// tick is how often the variant checks whether it has to end and whether to collect garbage.
	tick = 250 * time.Millisecond
	// garbage is how many bytes may be allocated between two collections, in addition to the live heap. The
	// collector's own timing would depend on the runtime's own allocations.
	garbage = 256 << 20
	// threads is more than the runtime ever needs at once.
	threads = 16
	// most is the memory above which the collector's own timing takes over again.
	most = 3 << 30
)

// Enter prepares the program to be the variant, and returns a context that ends when its parent ends or wants
// it to end. Call it once, first.
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

// startThreads makes the runtime create its threads now. A thread that it creates later, because a system
// call takes long, takes memory from the heap. Then later allocations lie elsewhere, and a map with pointers
// as keys has another order.
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

// threshold is the heap size in bytes above which Collect collects.
var threshold atomic.Uint64

// Collect collects the variant's garbage if there is much of it, and does nothing in an ordinary program. It
// runs at every tick. Long computations call it in between, since the clock stands still meanwhile.
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

// Seed makes all later random draws of the program follow from a seed. In an ordinary program it does
// nothing.
func Seed(seed uint64) {
	if !On {
		return
	}
	// The runtime's generator has a fixed start and can't be seeded. Other seeds start at a later place.
	for range seed % (1 << 20) {
		_ = rand.Uint64()
	}
}
