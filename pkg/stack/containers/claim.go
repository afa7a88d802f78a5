package containers

import (
	"context"
	"fmt"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/crashlab/crashlab/pkg/stack/owner"
)

// mode is how a process uses a warm stack.
type mode string

const (
	present mode = "present" // it has found the stack and may run something: the stack must not be removed
	shared  mode = "shared"  // it runs something that others may run beside
	alone   mode = "alone"   // it runs something that disturbs the others
)

// claim is a note that a user of a warm stack leaves for the others: how the stack is used, by which process
// and since when. A claim of a dead process shows what to undo.
type claim struct {
	id    string
	stack string // the warm stack's run
	run   string // the ID that begins the names of what the owner makes there; empty for none
	mode  mode
	owner string // in the form of package owner
	since time.Time
}

func newClaim(stack, run string, m mode) claim {
	return claim{id: newRun(), stack: stack, run: run, mode: m, owner: owner.Self(), since: time.Now()}
}

// String is a line for a reader: "process 4711 on box has it to itself since 12:03:04".
func (c claim) String() string {
	does := map[mode]string{present: "uses it", shared: "uses it", alone: "has it to itself"}[c.mode]
	return fmt.Sprintf("%s %s since %s", owner.Describe(c.owner), does, c.since.Local().Format(time.TimeOnly))
}

// board is where claims are posted. A claim is visible to every read that begins after its post.
type board interface {
	post(ctx context.Context, c claim) error
	read(ctx context.Context, stack string) ([]claim, error) // of all stacks if stack is empty
	remove(ctx context.Context, c claim) error               // does nothing if it is gone
}

// volumes is the board on the engine. A claim is an empty volume with labels: the engine keeps it for all its
// users, and it is removed with the warm stack.
type volumes struct{ engine *Engine }

func (v volumes) post(ctx context.Context, c claim) error {
	_, err := v.engine.docker.VolumeCreate(ctx, client.VolumeCreateOptions{Name: c.volume(), Labels: map[string]string{
		labelOurs: "1", labelWarm: "1", labelRun: c.stack, labelName: "claim " + c.id, labelClaim: c.id,
		labelMode: string(c.mode),
		labelFor:  c.run, labelOwner: c.owner, labelSince: c.since.Format(time.RFC3339Nano),
	}})
	if err != nil {
		return fmt.Errorf("claim stack %s: %w", c.stack, err)
	}
	return nil
}

func (c claim) volume() string { return "crashlab-" + c.stack + "-claim-" + c.id }

func (v volumes) read(ctx context.Context, stack string) ([]claim, error) {
	list, err := v.engine.docker.VolumeList(ctx, client.VolumeListOptions{Filters: filter(stack).Add("label", labelClaim)})
	if err != nil {
		return nil, fmt.Errorf("read the claims on stack %s: %w", stack, err)
	}
	var claims []claim
	for _, i := range list.Items {
		since, err := time.Parse(time.RFC3339Nano, i.Labels[labelSince])
		if err != nil {
			continue // not a claim of ours
		}
		claims = append(claims, claim{
			id: i.Labels[labelClaim], stack: i.Labels[labelRun], run: i.Labels[labelFor],
			mode: mode(i.Labels[labelMode]), owner: i.Labels[labelOwner], since: since,
		})
	}
	return claims, nil
}

func (v volumes) remove(ctx context.Context, c claim) error {
	_, err := v.engine.docker.VolumeRemove(ctx, c.volume(), client.VolumeRemoveOptions{})
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("give up the claim on stack %s: %w", c.stack, err)
	}
	return nil
}
