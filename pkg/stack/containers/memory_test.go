package containers

import (
	"math"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/stack"
)

func TestMemoryResources(t *testing.T) {
	const mb = 1_000_000
	for name, c := range map[string]struct{ before, lifted container.Resources }{
		"no limit before": {lifted: container.Resources{Memory: unlimited, MemorySwap: math.MaxInt64}},
		"a limit": {
			container.Resources{Memory: 64 * mb, MemorySwap: 128 * mb},
			container.Resources{Memory: 64 * mb, MemorySwap: 128 * mb},
		},
		"any swap": {
			container.Resources{Memory: 64 * mb, MemorySwap: -1},
			container.Resources{Memory: 64 * mb, MemorySwap: math.MaxInt64},
		},
	} {
		if got := memoryLimit(16 * mb).resources(c.before); got.Memory != 16*mb || got.MemorySwap != 16*mb {
			t.Errorf("%s, limited: %+v", name, got)
		}
		if got := memoryLimit(0).resources(c.before); got.Memory != c.lifted.Memory || got.MemorySwap != c.lifted.MemorySwap {
			t.Errorf("%s, lifted: %+v", name, got)
		}
	}
}

func TestMemoryLimit(t *testing.T) {
	st, _ := group(t, 1, stack.Redis)
	p := st.Processes[stack.Redis].(*process)
	c := redis.NewClient(&redis.Options{Addr: st.Redis, MaxRetries: -1, ReadTimeout: 20 * time.Second})
	defer func() { _ = c.Close() }()
	fill := func() error { // 32 MB
		return c.Eval(t.Context(), "for i = 1, 32 do redis.call('set', i, string.rep('x', 1000000)) end return 1", nil).Err()
	}
	memory := func() stack.Memory {
		t.Helper()
		m, err := p.Memory(t.Context())
		must(t, err)
		return m
	}
	const limit = 16_000_000
	if m := memory(); m.Used == 0 || m.Limit <= limit || !m.OOMKilled.IsZero() {
		t.Errorf("without a limit: %+v", m)
	}
	lift, err := p.LimitMemory(t.Context(), limit)
	if err != nil {
		t.Skipf("no memory can be limited here: %v", err)
	}
	liftLoose, err := p.LimitMemory(t.Context(), 2*limit)
	must(t, err)
	if m := memory(); m.Limit > limit || m.Used > m.Limit {
		t.Errorf("limited to %d: %+v", limit, m)
	}
	must(t, c.Ping(t.Context()).Err())
	if fill() == nil {
		t.Error("32 MB went into 16")
	}
	within(t, 10*time.Second, "the OOM killer ends it", func() bool { return !memory().OOMKilled.IsZero() })
	must(t, liftLoose(t.Context()))
	if m := memory(); m.Limit > limit {
		t.Errorf("when the looser limit was lifted: %+v", m)
	}
	must(t, lift(t.Context()))
	must(t, lift(t.Context()))
	must(t, fill())
	if m := memory(); m.Limit <= 2*limit || m.Used <= limit {
		t.Errorf("when both limits were lifted: %+v", m)
	}

	// Version 1 refuses a limit below what is used. Version 2 reclaims it.
	if lift, err := p.LimitMemory(t.Context(), limit); err == nil {
		must(t, lift(t.Context()))
	} else {
		t.Log(err)
	}
	if _, err := p.LimitMemory(t.Context(), 1000); err == nil {
		t.Error("limited to 1000 bytes")
	}

	// A container that another fault killed is restarted by that fault alone.
	lift, err = p.LimitMemory(t.Context(), 4*limit)
	must(t, err)
	must(t, p.Kill(t.Context()))
	must(t, lift(t.Context()))
	if c.Ping(t.Context()).Err() == nil {
		t.Error("the end of a memory limit started what was killed")
	}
	must(t, p.Start(t.Context()))
	must(t, fill())
}
