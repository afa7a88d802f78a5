package embedded

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// closeTime is how long the servers of a stack may take to end. One takes longer only if something that a
// client asked for never returns, and then nothing but the end of the process ends it.
const closeTime = 1500 * time.Millisecond

// server is one of a stack's servers.
type server struct {
	name string
	stop func(context.Context) error
}

// closeAll ends servers at the same time. It waits for no server longer than limit.
func closeAll(ctx context.Context, servers []server, limit time.Duration) error {
	type end struct {
		server string
		err    error
	}
	ends := make(chan end, len(servers))
	var open []string
	for _, s := range servers {
		open = append(open, s.name)
		go func() { ends <- end{s.name, s.stop(ctx)} }()
	}
	var errs []error
	late := time.NewTimer(limit)
	defer late.Stop()
	for len(open) > 0 {
		select {
		case e := <-ends:
			open = slices.DeleteFunc(open, func(name string) bool { return name == e.server })
			errs = append(errs, e.err)
		case <-late.C:
			return errors.Join(append(errs, fmt.Errorf("close embedded stack: %v did not end within %v", open, limit))...)
		}
	}
	return errors.Join(errs...)
}
