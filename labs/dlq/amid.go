package dlq

import (
	"context"
	"errors"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/process"
)

// amid is a crash while another fault lasts: a redriver has something to do only amid poison.
type amid struct {
	Crash process.CrashAt
	Other fault.Fault
}

func (f amid) Requested() string { return f.Crash.Requested() + "; " + f.Other.Requested() }

func (f amid) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	crash, err := f.Crash.Inject(ctx, s)
	if err != nil {
		return nil, err
	}
	other, err := f.Other.Inject(ctx, s)
	if err != nil {
		return nil, errors.Join(err, crash.Revert(ctx))
	}
	return both{crash, other}, nil
}

type both [2]fault.Injection

func (b both) Measure(ctx context.Context) (fault.Measurement, error) {
	crash, err := b[0].Measure(ctx)
	other, failed := b[1].Measure(ctx)
	return fault.Measurement{Acted: crash.Acted && other.Acted, Text: crash.Text + "; " + other.Text},
		errors.Join(err, failed)
}

// Left tells of both; either may be left.
func (b both) Left(ctx context.Context) (fault.Measurement, error) {
	crash, err := b[0].Left(ctx)
	other, failed := b[1].Left(ctx)
	return fault.Measurement{Acted: crash.Acted || other.Acted, Text: crash.Text + "; " + other.Text},
		errors.Join(err, failed)
}

func (b both) Revert(ctx context.Context) error {
	return errors.Join(b[1].Revert(ctx), b[0].Revert(ctx))
}
