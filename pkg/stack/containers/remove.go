package containers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"

	"github.com/crashlab/crashlab/pkg/stack/owner"
)

// scope returns why an object with these labels is kept, or an empty string if it is removed.
type scope func(labels map[string]string) (keep string)

// everything removes all; it is for a run's own objects.
func everything(map[string]string) string { return "" }

// ofTheDead removes what no living process will remove. A warm stack is kept.
func ofTheDead(labels map[string]string) string {
	if labels[labelWarm] != "" {
		return "it belongs to a warm stack"
	}
	switch owner.Of(labels[labelOwner]) {
	case owner.Elsewhere:
		return "its run belongs to another machine"
	case owner.Live:
		return "its run is still going on"
	}
	return ""
}

// Report is the result of a clean-up, one line per object: "container kafka-1 of run 1f2e3d4c".
type Report struct {
	Removed []string
	Kept    []string // with the reason
}

// remove removes the selected containers with their anonymous volumes, then networks, then volumes. It goes
// on after a failure. An object that is already gone is no failure.
func remove(ctx context.Context, e *Engine, selected client.Filters, in scope) (Report, error) {
	var r Report
	containers, err := e.docker.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: selected})
	if err != nil {
		return r, fmt.Errorf("list containers: %w", err)
	}
	// Networks and volumes can only be removed after the containers that use them.
	var jobs []job
	for _, c := range containers.Items {
		jobs = append(jobs, job{"container " + what(c.Labels), c.Labels, func() error {
			_, err := e.docker.ContainerRemove(ctx, c.ID, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
			return err
		}})
	}
	err = r.do(jobs, in)

	networks, listErr := e.docker.NetworkList(ctx, client.NetworkListOptions{Filters: selected})
	if listErr != nil {
		return r, errors.Join(err, fmt.Errorf("list networks: %w", listErr))
	}
	jobs = nil
	for _, n := range networks.Items {
		jobs = append(jobs, job{"network " + what(n.Labels), n.Labels, func() error {
			_, err := e.docker.NetworkRemove(ctx, n.ID, client.NetworkRemoveOptions{})
			return err
		}})
	}
	volumes, listErr := e.docker.VolumeList(ctx, client.VolumeListOptions{Filters: selected})
	if listErr != nil {
		return r, errors.Join(err, fmt.Errorf("list volumes: %w", listErr))
	}
	for _, v := range volumes.Items {
		jobs = append(jobs, job{"volume " + what(v.Labels), v.Labels, func() error {
			_, err := e.docker.VolumeRemove(ctx, v.Name, client.VolumeRemoveOptions{Force: true})
			return err
		}})
	}
	err = errors.Join(err, r.do(jobs, in))
	slices.Sort(r.Removed)
	slices.Sort(r.Kept)
	return r, err
}

// job is the removal of one object.
type job struct {
	what   string
	labels map[string]string
	remove func() error
}

// do runs the jobs in scope at the same time.
func (r *Report) do(jobs []job, in scope) error {
	var (
		mu   sync.Mutex
		errs []error
		wg   sync.WaitGroup
	)
	for _, j := range jobs {
		if keep := in(j.labels); keep != "" {
			if j.labels[labelClaim] == "" { // the claim is the reason, and part of the stack
				r.Kept = append(r.Kept, j.what+": "+keep)
			}
			continue
		}
		wg.Go(func() {
			err := j.remove()
			mu.Lock()
			defer mu.Unlock()
			if err != nil && !errdefs.IsNotFound(err) && !underWay(err) {
				errs = append(errs, fmt.Errorf("remove %s: %w", j.what, err))
				return
			}
			r.Removed = append(r.Removed, j.what)
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// underWay reports whether another process is removing the same container.
func underWay(err error) bool { return strings.Contains(err.Error(), "already in progress") }

func what(labels map[string]string) string {
	return strings.TrimLeft(labels[labelName]+" of run "+labels[labelRun], " ")
}
