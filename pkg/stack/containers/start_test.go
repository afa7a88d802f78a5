package containers

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"go.uber.org/zap/zaptest"

	"github.com/crashlab/crashlab/pkg/stack"
)

// TestStartIsAsQuickAsTheSlowest starts each dependency alone and then all at once. It logs the times and the
// steps of each start: create, turn (to start), start and boot. Starting is mostly computing, so other work
// on the machine affects it. On an idle machine, which CRASHLAB_QUIET=1 declares, all at once take at most
// 1.3 times the slowest.
func TestStartIsAsQuickAsTheSlowest(t *testing.T) {
	needDocker(t, dependencies...)
	alone := map[string]time.Duration{}
	var slowest time.Duration
	for _, name := range dependencies {
		began := time.Now()
		_, r := group(t, 1, name)
		alone[name] = time.Since(began)
		slowest = max(slowest, alone[name])
		_, err := remove(t.Context(), r.engine, filter(r.id), everything)
		must(t, err)
	}
	began := time.Now()
	st, err := Start(t.Context(), Config{Log: zaptest.NewLogger(t)})
	must(t, err)
	all := time.Since(began)
	must(t, st.Close(context.Background()))
	t.Logf("alone: %v; all three: %v, %.2f times the slowest", alone, all, float64(all)/float64(slowest))
	if os.Getenv("CRASHLAB_QUIET") == "1" && float64(all) > 1.3*float64(slowest) {
		t.Errorf("all three take %v, the slowest alone %v", all, slowest)
	}
}

func TestWarmStackIsFoundAndStays(t *testing.T) {
	kept, id := warmStack(t)
	began := time.Now()
	found, err := find(t.Context(), id, stack.Needs{}, Images{}, silent)
	must(t, err)
	if found == nil {
		t.Fatal("not found")
	}
	t.Logf("found in %v", time.Since(began).Round(time.Millisecond))
	if found.AWS != kept.AWS || found.Redis != kept.Redis || !slices.Equal(found.Kafka, kept.Kafka) {
		t.Errorf("found %+v, kept %+v", found, kept)
	}
	must(t, found.Processes[stack.Redis].Kill(t.Context()))
	must(t, found.Processes[stack.Redis].Start(t.Context()))
	must(t, found.Close(t.Context()))
	for what, find := range map[string]func() (*stack.Stack, error){
		"more nodes": func() (*stack.Stack, error) {
			return find(t.Context(), id, stack.Needs{KafkaNodes: 3}, Images{}, silent)
		},
		"images": func() (*stack.Stack, error) {
			return find(t.Context(), id, stack.Needs{}, Images{Redis: "other"}, silent)
		},
	} {
		if st, err := find(); st != nil || err != nil {
			t.Errorf("%s: found %v, %v", what, st, err)
		}
	}
}

func TestTwoStacksSideBySide(t *testing.T) {
	needDocker(t, dependencies...)
	stacks := make(chan *stack.Stack, 2)
	for range 2 {
		go func() {
			st, err := Start(t.Context(), Config{})
			if err != nil {
				t.Error(err)
			}
			stacks <- st
		}()
	}
	a, b := <-stacks, <-stacks
	for _, st := range []*stack.Stack{a, b} {
		if st != nil {
			must(t, st.Close(context.Background()))
		}
	}
	if a != nil && b != nil && (a.Redis == b.Redis || a.AWS.URL == b.AWS.URL || a.Kafka[0] == b.Kafka[0]) {
		t.Errorf("they share an address: %+v, %+v", a, b)
	}
}

func TestAWSProcess(t *testing.T) {
	st, _ := group(t, 1, stack.AWS)
	p := st.Processes[stack.AWS]
	answers := func() bool { return askHealth(brief(t, 500*time.Millisecond), st.AWS.URL) == nil }
	must(t, p.Pause(t.Context()))
	if answers() {
		t.Error("a paused AWS answers")
	}
	must(t, p.Resume(t.Context()))
	if !answers() {
		t.Error("a resumed AWS does not answer")
	}
	must(t, p.Kill(t.Context()))
	if answers() {
		t.Error("a killed AWS answers")
	}
	must(t, p.Start(t.Context()))
	if !answers() {
		t.Error("a restarted AWS does not answer")
	}
}

func silent(string) {}
