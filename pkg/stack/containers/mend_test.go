package containers

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

func TestLimitsOfContainers(t *testing.T) {
	for _, tc := range []struct {
		name string
		has  container.Resources
		want bool
	}{
		{"none", container.Resources{}, false},
		{"a CFS quota", container.Resources{CPUQuota: 2000, CPUPeriod: 100_000}, true},
		{"CPUs", container.Resources{NanoCPUs: 5e8}, true},
		{"memory", container.Resources{Memory: 64 << 20}, true},
		{"a quota that was lifted", container.Resources{CPUQuota: -1, CPUPeriod: 100_000}, false},
		{"memory that was given back", container.Resources{Memory: unlimited}, false},
	} {
		lift, got := withoutLimits(tc.has)
		if got != tc.want {
			t.Errorf("%s: limited %v, want %v", tc.name, got, tc.want)
		}
		if _, still := withoutLimits(lift); still {
			t.Errorf("%s: after the lift it is still limited: %+v", tc.name, lift)
		}
	}
}

// warmStack starts a warm stack for the test alone, as Keep does, and returns it with its ID. Everything else
// on the engine belongs to others.
func warmStack(t *testing.T) (*stack.Stack, string) {
	t.Helper()
	e := needDocker(t, dependencies...)
	kept, r, err := start(t.Context(), Config{}.withDefaults(), map[string]string{labelWarm: "1"})
	must(t, err)
	must(t, r.release())
	t.Cleanup(func() {
		report, err := clean(context.Background(), e, r.id, false)
		must(t, err)
		if !slices.Contains(report.Removed, "container kafka-1 of run "+r.id) {
			t.Errorf("removed %q", report.Removed)
		}
		if n := objects(t, e, r.id); n != 0 {
			t.Errorf("%d objects are left", n)
		}
	})
	return kept, r.id
}

// TestWhatAKilledRunDidIsUndone leaves on a warm stack what a run leaves that is killed during its faults:
// the faults, and the claim of a dead process.
func TestWhatAKilledRunDidIsUndone(t *testing.T) {
	_, id := warmStack(t)
	st, err := find(t.Context(), id, stack.Needs{}, Images{}, silent)
	must(t, err)
	if st == nil {
		t.Fatal("not found")
	}
	redis, kafka := st.Processes[stack.Redis].(*process), st.Processes[stack.Node(1)].(*process)
	_, err = redis.LimitCPU(t.Context(), 2*time.Millisecond, 100*time.Millisecond)
	must(t, err)
	must(t, redis.Kill(t.Context()))
	must(t, kafka.Pause(t.Context()))
	s := st.Sharing.(*sharing)
	left := newClaim(s.stack, owner.NewID(), alone)
	host, _ := os.Hostname()
	left.owner = fmt.Sprintf("%s %d 1", host, os.Getpid())
	must(t, s.board.post(t.Context(), left))
	must(t, st.Close(t.Context()))

	var told []string
	found, err := find(t.Context(), id, stack.Needs{}, Images{}, func(s string) { told = append(told, s) })
	must(t, err)
	if found == nil {
		t.Fatal("not found any more")
	}
	for _, want := range []string{
		"lifted the limits of redis", "started redis", "resumed kafka-1", owner.Describe(left.owner),
	} {
		if len(told) != 1 || !strings.Contains(told[0], want) {
			t.Errorf("told %q, not %q", told, want)
		}
	}
	r, err := found.Processes[stack.Redis].(*process).resources(t.Context())
	must(t, err)
	if _, limited := withoutLimits(r); limited {
		t.Errorf("still limited: %+v", r)
	}
	claims, err := found.Sharing.(*sharing).board.read(t.Context(), id)
	must(t, err)
	if slices.ContainsFunc(claims, func(c claim) bool { return c.id == left.id }) {
		t.Error("the claim is still there")
	}
	must(t, found.Close(t.Context()))
}

func TestCleanSparesAStackInUse(t *testing.T) {
	_, id := warmStack(t)
	found, err := find(t.Context(), id, stack.Needs{}, Images{}, silent)
	must(t, err)
	report, err := clean(t.Context(), found.Sharing.(*sharing).board.(volumes).engine, id, false)
	must(t, err)
	if len(report.Removed) > 0 || len(report.Kept) != 3 || !strings.Contains(report.Kept[0], "uses it since") {
		t.Errorf("%+v", report)
	}
	all, err := Survey(t.Context())
	must(t, err)
	i := slices.IndexFunc(all, func(s WarmStack) bool { return s.ID == id })
	if i < 0 || len(all[i].Users) != 1 || len(all[i].State)+len(all[i].Killed) > 0 {
		t.Errorf("%+v", all)
	}
	must(t, found.Close(t.Context()))
}
