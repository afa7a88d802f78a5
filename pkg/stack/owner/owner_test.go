package owner

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

func TestOfDistinguishesProcesses(t *testing.T) {
	self := Self()
	fields := strings.Split(self, " ")
	for _, tc := range []struct {
		label string
		want  Liveness
	}{
		{self, Live},
		{fields[0] + " " + fields[1] + " 1", Dead}, // its ID was reused
		{fields[0] + " 0 0", Dead},
		{"elsewhere " + fields[1] + " " + fields[2], Elsewhere},
		{"", Dead},
	} {
		if got := Of(tc.label); got != tc.want {
			t.Errorf("%q: %v, want %v", tc.label, got, tc.want)
		}
	}
}

// A process that was killed and not waited for is still in the process table.
func TestAKilledProcessIsDead(t *testing.T) {
	cmd := exec.Command("sleep", "60")
	if err := cmd.Start(); err != nil {
		t.Skip(err)
	}
	defer func() { _ = cmd.Wait() }() // it fails, since the process was killed
	started, err := startOf(cmd.Process.Pid)
	if err != nil {
		t.Fatal(err)
	}
	host, _ := os.Hostname()
	label := fmt.Sprintf("%s %d %d", host, cmd.Process.Pid, started)
	if got := Of(label); got != Live {
		t.Fatalf("before: %v", got)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); Of(label) != Dead; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it is still taken for alive")
		}
	}
}

func TestAnIDTellsItsRun(t *testing.T) {
	own := NewID()
	now := field(time.Now().Unix()/60, wideMinute)
	pid := field(int64(os.Getpid()), wideProcess)
	for _, tc := range []struct {
		name string
		mine bool
		want Liveness
	}{
		{Prefix + own, true, Live},
		{Prefix + own + "-dlq-orders", true, Live},
		{Prefix + now + user() + "00000" + "abc-x", true, Dead},
		{Prefix + "00001" + user() + pid + "abc-x", true, Dead}, // the process started long after the run
		{Prefix + now + "zzzz" + pid + "abc-x", false, Elsewhere},
	} {
		id, ok := Parse(tc.name)
		if !ok || id.Mine != tc.mine || id.Owner != tc.want {
			t.Errorf("%s: %+v, %v; want mine %v, %v", tc.name, id, ok, tc.mine, tc.want)
		}
	}
	id, _ := Parse(Prefix + own + "-x")
	if age := time.Since(id.Began); id.Text != own || age < 0 || age > 2*time.Minute {
		t.Errorf("%+v of %s", id, own)
	}
	for _, name := range []string{"", "cl-", "orders", "cl-abc-dlq", Prefix + own + "x", Prefix + "!!!!!" + own[5:]} {
		if id, ok := Parse(name); ok {
			t.Errorf("%q is taken for a run's: %+v", name, id)
		}
	}
	if NewID() == own {
		t.Error("two runs have one id")
	}
}
