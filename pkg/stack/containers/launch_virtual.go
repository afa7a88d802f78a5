//go:build faketime

package containers

import (
	"context"
	"errors"
)

// launch fails: containers use the machine's time. This build also leaves testcontainers out, since it scans
// the machine's processes at its initialization.
func (r *run) launch(context.Context, Config, []spec, map[string]string, string) (map[string]*process, error) {
	return nil, errors.New("containers can't be had in virtual time")
}
