package process

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/faulttest"
	"github.com/crashlab/crashlab/pkg/stack"
)

func TestJudgeMemory(t *testing.T) {
	const limit, machine = 16_000_000, 8_000_000_000
	died := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	was := stack.Memory{Used: 5_000_000, Limit: machine, Full: 3}
	for name, c := range map[string]struct {
		was, is stack.Memory
		acted   bool
		text    string
	}{
		"met its limit": {was, stack.Memory{Used: 9_000_000, Limit: limit, Full: 7}, true,
			"9 MB of 16 MB used, at the limit 4 times"},
		"stands at its limit": {was, stack.Memory{Used: 15_990_000, Limit: limit, Full: 3}, true,
			"16 MB of 16 MB used, at the limit"},
		"started since, met it": {was, stack.Memory{Used: 9_000_000, Limit: limit, Full: 2}, true,
			"9 MB of 16 MB used, at the limit 2 times"},
		"killed": {was, stack.Memory{OOMKilled: died}, true, "killed by the OOM killer"},
		"killed again": {stack.Memory{Limit: machine, OOMKilled: died}, stack.Memory{OOMKilled: died.Add(1)}, true,
			"killed by the OOM killer"},
		"had to give back": {stack.Memory{Used: 20_000_000, Full: 3}, stack.Memory{Used: 15_000_000, Limit: limit, Full: 3},
			true, "15 MB of 16 MB used, 5 MB taken back"},

		"not reached": {was, stack.Memory{Used: 9_000_000, Limit: limit, Full: 3}, false,
			"9 MB of 16 MB used, the limit was not reached"},
		"started since, not": {was, stack.Memory{Used: 9_000_000, Limit: limit}, false,
			"9 MB of 16 MB used, the limit was not reached"},
		"not in force": {was, stack.Memory{Used: 90_000_000, Limit: machine, Full: 9}, false,
			"90 MB of 8 GB used, the limit is not in force"},
		"killed before":    {stack.Memory{OOMKilled: died}, stack.Memory{OOMKilled: died}, false, "it does not run"},
		"killed by others": {was, stack.Memory{}, false, "it does not run"},
	} {
		if m := judgeMemory(c.was, c.is, limit); m.Acted != c.acted || m.Text != c.text {
			t.Errorf("%s: %+v, want %t, %q", name, m, c.acted, c.text)
		}
	}
}

// roomy is a process with a cgroup's memory limit.
type roomy struct {
	faulttest.Immortal
	memory  stack.Memory
	limit   int64 // 0 is none
	refuses error
}

func (r *roomy) LimitMemory(_ context.Context, bytes int64) (func(context.Context) error, error) {
	if r.refuses != nil {
		return nil, r.refuses
	}
	r.limit, r.memory.Limit = bytes, bytes
	return func(context.Context) error { r.limit, r.memory.Limit = 0, 8_000_000_000; return nil }, nil
}

func (r *roomy) Memory(context.Context) (stack.Memory, error) { return r.memory, nil }

func TestMemoryActsAndLeaves(t *testing.T) {
	one, two := &roomy{}, &roomy{}
	s := &fault.Surface{Processes: map[string]stack.Process{"kafka": stack.All{one, two}, "kafka-1": one, "kafka-2": two}}
	f := Memory{Process: stack.Kafka, Bytes: 300_000_000}
	if got := f.Requested(); got != "kafka: memory limited to 300 MB" {
		t.Error(got)
	}
	injection, err := f.Inject(t.Context(), s)
	if err != nil || one.limit != f.Bytes || two.limit != f.Bytes {
		t.Fatal(err, one.limit, two.limit)
	}
	one.memory.Full++
	const half = "kafka-1: 0 B of 300 MB used, at the limit 1 times; kafka-2: 0 B of 300 MB used, the limit was not " +
		"reached"
	if m, err := injection.Measure(t.Context()); err != nil || m.Acted || m.Text != half {
		t.Errorf("%+v, %v", m, err)
	}
	two.memory.OOMKilled = time.Now()
	if m, err := injection.Measure(t.Context()); err != nil || !m.Acted {
		t.Errorf("%+v, %v", m, err)
	}
	faulttest.Revert(t, injection)
	if one.limit != 0 || two.limit != 0 {
		t.Errorf("limits of %d and %d bytes stayed", one.limit, two.limit)
	}
}

func TestMemoryNeedsContainers(t *testing.T) {
	const needs = "; a memory limit needs a dependency with --backend containers"
	embedded := &fault.Surface{
		Processes: map[string]stack.Process{"redis": faulttest.Immortal{}, "billing-1": faulttest.Immortal{}},
	}
	external := &fault.Surface{Processes: map[string]stack.Process{"billing-1": faulttest.Immortal{}}}
	for want, c := range map[string]struct {
		name string
		on   *fault.Surface
	}{
		"limit memory of redis: it shares this process's memory":      {"redis", embedded},
		"limit memory of billing-1: it shares this process's memory":  {"billing-1", embedded},
		"limit memory of redis: no such process; there are billing-1": {"redis", external},
		"limit memory of kafka: no process can be reached here":       {"kafka", &fault.Surface{}},
	} {
		if _, err := (Memory{Process: c.name, Bytes: 16_000_000}).Inject(t.Context(), c.on); err == nil ||
			err.Error() != want+needs {
			t.Errorf("%v, want %s%s", err, want, needs)
		}
	}
}

func TestMemoryThatFailsForOneIsUndoneForAll(t *testing.T) {
	one, two := &roomy{}, &roomy{refuses: errors.New("it uses more")}
	s := &fault.Surface{Processes: map[string]stack.Process{"kafka-1": one, "kafka-2": two}}
	_, err := Memory{Process: stack.Kafka, Bytes: 1}.Inject(t.Context(), s)
	if err == nil || err.Error() != "limit memory of kafka-2: it uses more" || one.limit != 0 {
		t.Errorf("%v, limit %d", err, one.limit)
	}
	for want, f := range map[string]Memory{
		"memory: 0 bytes: want more than 0":  {},
		"memory: -1 bytes: want more than 0": {Bytes: -1},
		"memory: -2 bytes: want more than 0": {BytesLess: -2},
		"not both":                           {Bytes: 1, BytesLess: 1},
	} {
		f.Process = stack.Kafka
		if _, err := f.Inject(t.Context(), s); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// The same amount is taken from each process, whatever it uses.
func TestMemoryLess(t *testing.T) {
	one, two := &roomy{memory: stack.Memory{Used: 300_000_000}}, &roomy{memory: stack.Memory{Used: 410_000_000}}
	s := &fault.Surface{Processes: map[string]stack.Process{"kafka-1": one, "kafka-2": two}}
	f := Memory{Process: stack.Kafka, BytesLess: 4_000_000}
	if got := f.Requested(); got != "kafka: memory limited to 4 MB less than it has" {
		t.Error(got)
	}
	injection, err := f.Inject(t.Context(), s)
	if err != nil || one.limit != 296_000_000 || two.limit != 406_000_000 {
		t.Fatal(err, one.limit, two.limit)
	}
	one.memory.Used, two.memory.Used = 296_000_000, 405_000_000
	const both = "kafka-1: 296 MB of 296 MB used, 4 MB taken back; kafka-2: 405 MB of 406 MB used, 5 MB taken back"
	if m, err := injection.Measure(t.Context()); err != nil || !m.Acted || m.Text != both {
		t.Errorf("%+v, %v, want %s", m, err, both)
	}
	faulttest.Revert(t, injection)
	if one.limit != 0 || two.limit != 0 {
		t.Errorf("limits of %d and %d bytes stayed", one.limit, two.limit)
	}

	f.BytesLess = 300_000_000
	if _, err := f.Inject(t.Context(), s); err == nil ||
		err.Error() != "limit memory of kafka-1: it uses 296 MB, and can't have 300 MB less" || two.limit != 0 {
		t.Errorf("%v, limit %d", err, two.limit)
	}
}
