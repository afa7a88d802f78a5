package cli

import (
	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
)

// plan prints what the run would do. Nothing is started: of the stack only its backend matters, which may have a
// rate of its own.
func (a *app) plan(cfg run.Config, backend string, asJSON bool) error {
	if backend == stack.Auto {
		backend = stack.Embedded
	}
	cfg.Stack = &stack.Stack{Backend: map[string]string{stack.AWS: backend}}
	outline, err := run.Plan(cfg)
	if err != nil {
		return err
	}
	if asJSON {
		return report.JSON(a.out, outline)
	}
	return report.Plan(a.out, outline)
}
