package containers

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

const victimCommand = "__victim"

// victim starts a Redis and a network as a run does, prints its run's ID, and waits to be killed.
func victim() error {
	ctx := context.Background()
	e, err := Connect(ctx)
	if err != nil {
		return err
	}
	chosen, err := choose(ctx, e, Images{})
	if err != nil {
		return err
	}
	r := &run{id: newRun(), engine: e}
	if r.guard, err = watch(ctx, r.id, e); err != nil {
		return err
	}
	labels := map[string]string{labelOurs: "1", labelRun: r.id, labelOwner: owner.Self()}
	network, err := r.network(ctx, 3, labels)
	if err != nil {
		return err
	}
	s := redisSpec(chosen[2].Ref, 0)
	ports, err := plan(map[string]string{}, stack.Needs{})
	if err != nil {
		return err
	}
	s.port = ports[1].port
	if _, err := r.launch(ctx, Config{}.withDefaults(), []spec{s}, labels, network); err != nil {
		return err
	}
	fmt.Println(r.id)
	select {}
}

// startVictim returns the process and its run's ID.
func startVictim(t *testing.T) (*exec.Cmd, string) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	cmd := exec.Command(self, victimCommand)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	return cmd, strings.TrimSpace(line)
}

func objects(t *testing.T, e *Engine, run string) (n int) {
	t.Helper()
	ctx := context.Background() // it is used in the cleanup, too
	containers, err := e.docker.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: filter(run)})
	must(t, err)
	networks, err := e.docker.NetworkList(ctx, client.NetworkListOptions{Filters: filter(run)})
	must(t, err)
	volumes, err := e.docker.VolumeList(ctx, client.VolumeListOptions{Filters: filter(run)})
	must(t, err)
	return len(containers.Items) + len(networks.Items) + len(volumes.Items)
}

func TestKilledRunLeavesNothing(t *testing.T) {
	e := needDocker(t, stack.Redis)
	cmd, run := startVictim(t)
	if n := objects(t, e, run); n != 2 {
		t.Fatalf("the victim has %d objects, want a container and a network", n)
	}
	must(t, cmd.Process.Kill())
	killed := time.Now()
	within(t, 10*time.Second, "nothing is left", func() bool { return objects(t, e, run) == 0 })
	t.Logf("nothing left %v after SIGKILL", time.Since(killed).Round(time.Millisecond))
	_ = cmd.Wait()
}

func TestCleanSparesLiveRuns(t *testing.T) {
	e := needDocker(t, stack.Redis)
	cmd, run := startVictim(t)
	report, err := clean(t.Context(), e, run, false)
	must(t, err)
	if n := objects(t, e, run); n != 2 {
		t.Errorf("of a live run %d objects are left, want 2", n)
	}
	kept := "container redis of run " + run + ": its run is still going on"
	if !slices.Contains(report.Kept, kept) {
		t.Errorf("kept %q, want %q", report.Kept, kept)
	}
	report, err = clean(t.Context(), e, run, true)
	must(t, err)
	for _, want := range []string{"container redis of run " + run, "network of run " + run} {
		if !slices.Contains(report.Removed, want) {
			t.Errorf("removed %q, want %q", report.Removed, want)
		}
	}
	must(t, cmd.Process.Kill())
	_ = cmd.Wait()
}
