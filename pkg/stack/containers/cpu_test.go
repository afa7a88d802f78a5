package containers

import (
	"context"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/stack"
)

func TestCPUResources(t *testing.T) {
	tenth := cpuLimit{5 * time.Millisecond, 50 * time.Millisecond}
	for name, c := range map[string]struct{ before, limited, lifted container.Resources }{
		"no limit before": {
			limited: container.Resources{CPUQuota: 5000, CPUPeriod: 50_000},
			lifted:  container.Resources{CPUQuota: -1, CPUPeriod: 100_000},
		},
		"a quota": {
			before:  container.Resources{CPUQuota: 80_000},
			limited: container.Resources{CPUQuota: 5000, CPUPeriod: 50_000},
			lifted:  container.Resources{CPUQuota: 80_000, CPUPeriod: 100_000},
		},
		"a quota in a period": {
			before:  container.Resources{CPUQuota: 80_000, CPUPeriod: 200_000},
			limited: container.Resources{CPUQuota: 5000, CPUPeriod: 50_000},
			lifted:  container.Resources{CPUQuota: 80_000, CPUPeriod: 200_000},
		},
		"--cpus": {
			before:  container.Resources{NanoCPUs: 1_500_000_000},
			limited: container.Resources{NanoCPUs: 100_000_000},
			lifted:  container.Resources{NanoCPUs: 1_500_000_000},
		},
	} {
		same := func(what string, got, want container.Resources) {
			if got.NanoCPUs != want.NanoCPUs || got.CPUQuota != want.CPUQuota || got.CPUPeriod != want.CPUPeriod {
				t.Errorf("%s, %s: %+v, want %+v", name, what, got, want)
			}
		}
		same("limited", tenth.resources(c.before), c.limited)
		same("lifted", cpuLimit{}.resources(c.before), c.lifted)
	}
	for want, r := range map[float64]container.Resources{
		0: {}, 1.5: {NanoCPUs: 1_500_000_000}, 0.8: {CPUQuota: 80_000}, 0.4: {CPUQuota: 80_000, CPUPeriod: 200_000},
	} {
		if got := (cpuLimit{}).own(r); got != want {
			t.Errorf("%+v is limited to %g CPUs, want %g", r, got, want)
		}
	}
}

// limitCPU skips the test if the engine can't limit CPU time.
func limitCPU(t *testing.T, p *process, quota time.Duration) (lift func(context.Context) error) {
	t.Helper()
	lift, err := p.LimitCPU(t.Context(), quota, cfsPeriod)
	if err != nil {
		t.Skipf("no CPU can be limited here: %v", err)
	}
	return lift
}

func TestCPULimit(t *testing.T) {
	st, r := group(t, 1, stack.Redis)
	p := st.Processes[stack.Redis].(*process)
	c := redis.NewClient(&redis.Options{Addr: st.Redis, MaxRetries: -1, ReadTimeout: 20 * time.Second})
	defer func() { _ = c.Close() }()
	busy := func() (took time.Duration) {
		t.Helper()
		start := time.Now()
		must(t, c.Eval(t.Context(), "local n = 0; for i = 1, 10000000 do n = n + i end; return 1", nil).Err())
		return time.Since(start)
	}
	throttled := func() int64 {
		t.Helper()
		n, err := p.Throttling(t.Context())
		must(t, err)
		return n.Throttled
	}
	quota := func() int64 {
		t.Helper()
		i, err := r.engine.docker.ContainerInspect(t.Context(), p.id, client.ContainerInspectOptions{})
		must(t, err)
		return i.Container.HostConfig.CPUQuota
	}

	free := busy()
	if n := throttled(); n != 0 {
		t.Fatalf("throttled %d times without a quota", n)
	}
	liftFifth := limitCPU(t, p, 20*time.Millisecond)
	var slow time.Duration
	within(t, 10*time.Second, "it is throttled at a fifth of a CPU", func() bool { slow = busy(); return throttled() > 0 })
	t.Logf("work took %v, at a fifth of a CPU %v, throttled %d times", free, slow, throttled())

	liftTenth := limitCPU(t, p, 10*time.Millisecond)
	if n := quota(); n != 10_000 {
		t.Errorf("quota of %d µs, want the tighter one's 10000", n)
	}
	must(t, liftFifth(t.Context()))
	must(t, liftFifth(t.Context()))
	must(t, p.Kill(t.Context()))
	must(t, p.Start(t.Context()))
	if n := quota(); n != 10_000 {
		t.Errorf("quota of %d µs after a restart, want 10000", n)
	}
	within(t, 10*time.Second, "it is throttled after a restart", func() bool { busy(); return throttled() > 0 })
	must(t, liftTenth(t.Context()))
	if n := quota(); n != -1 {
		t.Errorf("quota of %d µs when the last was lifted, want none", n)
	}
	before := throttled()
	busy()
	if n := throttled() - before; n > 1 { // the period in which the limit was lifted
		t.Errorf("throttled %d times when the last was lifted", n)
	}
}
