package fault

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// Several are faults that come one after the other and stay together. The last is measured, since what came before may
// have become beyond measure, like a link to what is dead by now.
type Several []Fault

func (s Several) Requested() string {
	var all []string
	for _, f := range s {
		all = append(all, f.Requested())
	}
	return strings.Join(all, "; ")
}

func (s Several) Inject(ctx context.Context, on *Surface) (Injection, error) {
	var in injections
	for _, f := range s {
		one, err := f.Inject(ctx, on)
		if err != nil {
			return nil, errors.Join(err, in.Revert(context.WithoutCancel(ctx)))
		}
		in = append(in, one)
	}
	return in, nil
}

type injections []Injection

func (in injections) Measure(ctx context.Context) (Measurement, error) {
	return in[len(in)-1].Measure(ctx)
}

func (in injections) Left(ctx context.Context) (all Measurement, err error) {
	for _, one := range in {
		m, failed := one.Left(ctx)
		if all.Text != "" {
			m.Text = all.Text + "; " + m.Text
		}
		all, err = Measurement{Acted: all.Acted || m.Acted, Text: m.Text}, errors.Join(err, failed)
	}
	return all, err
}

func (in injections) Revert(ctx context.Context) error {
	var errs []error
	for _, one := range slices.Backward(in) {
		errs = append(errs, one.Revert(ctx))
	}
	return errors.Join(errs...)
}

// Wait lets time pass between two of [Several].
type Wait time.Duration

func (w Wait) Requested() string { return "after " + time.Duration(w).String() }

func (w Wait) Inject(ctx context.Context, _ *Surface) (Injection, error) {
	select {
	case <-time.After(time.Duration(w)):
		return waited{}, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

type waited struct{}

func (waited) Measure(context.Context) (Measurement, error) { return Measurement{Acted: true}, nil }
func (waited) Revert(context.Context) error                 { return nil }
func (waited) Left(context.Context) (Measurement, error)    { return Measurement{}, nil }
