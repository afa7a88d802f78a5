package hunt

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/catalog"
	"github.com/crashlab/crashlab/pkg/fault/data"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/stack"
)

func TestSurface(t *testing.T) {
	s := SurfaceOf(spec(), plain("sound"))
	for want, got := range map[string]any{
		"[intake worker-1 worker-2]": s.Instances,
		// schedules can't target the client or the mover
		"[intake→kafka-1 worker-1→aws worker-1→redis worker-2→redis]": s.Links,
		// and not calls that AWS makes by itself
		"[aws/dynamodb/PutItem aws/sqs/SendMessageBatch]": s.Calls,
		"[{worker-1 before ack} {worker-2 before ack}]":   s.Crashes, // it is code of both
		// rules of a file can't be expressed
		"[redis: cut poison: 1 operation in 8 can't be parsed (12.5 %) grow: on]": requested(s.Own),
	} {
		if fmt.Sprint(got) != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	if got := s.dependencies(); !slices.Equal(got, []string{"aws", "kafka-1", "redis"}) {
		t.Error(got)
	}
}

func requested(all []fault.Fault) (texts []string) {
	for _, f := range all {
		texts = append(texts, f.Requested())
	}
	return texts
}

// The same seed gives the same text, which parses to the same schedule and makes a plan. It targets nothing
// that does not exist, and makes no dependency lose data.
func TestCompose(t *testing.T) {
	s := SurfaceOf(spec(), plain("sound"))
	names := append([]string{stack.AWS, stack.Kafka, stack.Redis, "kafka-1"}, s.Instances...)
	texts, kinds := map[string]bool{}, map[string]bool{}
	for seed := range uint64(3000) {
		schedule := Compose(s, "sound", 2*time.Second, seed)
		text := Text(schedule)
		texts[text] = true
		if again := Text(Compose(s, "sound", 2*time.Second, seed)); again != text {
			t.Fatalf("seed %d: %s, then %s", seed, text, again)
		}
		read, err := catalog.ParseSchedule(text, seed, names...)
		if err != nil || Text(read) != text {
			t.Fatalf("seed %d: %s was read as %s: %v", seed, text, Text(read), err)
		}
		if len(schedule) == 0 || len(schedule) > mostWindows {
			t.Fatalf("seed %d: %d windows", seed, len(schedule))
		}
		taken := map[string]bool{}
		for _, w := range schedule {
			if w.To > 2*time.Second {
				t.Fatalf("seed %d: %v ends after the load", seed, w)
			}
			key := exclusive(w.Fault)
			if key != "" && taken[key] {
				t.Fatalf("seed %d: two faults on %s: %s", seed, key, text)
			}
			taken[key] = true
			switch f := w.Fault.(type) {
			case process.Kill:
				if f.Process == stack.AWS || f.Process == stack.Redis {
					t.Fatalf("seed %d: %s forgets", seed, f.Process)
				}
			case process.Restart:
				if f.Process == stack.AWS || f.Process == stack.Redis {
					t.Fatalf("seed %d: %s forgets", seed, f.Process)
				}
			case data.Corruption, data.Oversize, data.Reorder, data.Duplicates:
				t.Fatalf("seed %d: the lab declares no %T", seed, f)
			}
			kinds[w.Fault.(fault.Named).Kind().Name] = true
		}
	}
	if len(texts) < 2990 {
		t.Errorf("%d schedules of 3000 seeds", len(texts))
	}
	for _, k := range catalog.Kinds() {
		if undrawn := []string{
			"memory", "duplicate", "reorder", "oversize", "corrupt",
		}; kinds[k.Name] == slices.Contains(undrawn, k.Name) {
			t.Errorf("%s is drawn: %v", k.Name, kinds[k.Name])
		}
	}
}

func TestNothingToComposeOf(t *testing.T) {
	if s := Compose(Surface{}, "sound", time.Second, 1); len(s) != 0 {
		t.Error(Text(s))
	}
}
