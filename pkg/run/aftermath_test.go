package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
)

// A fault that leaves nothing to count ends that case with a verdict, and the others go on.
func TestAnUncountedCaseIsUnknown(t *testing.T) {
	gone := func(context.Context, *lab.Instance) error { return errors.New("the table is gone") }
	for says, change := range map[string]func(*lab.Builder){
		"audit: the table is gone": func(b *lab.Builder) { b.Audit(gone) },
		"repair: the table is gone": func(b *lab.Builder) {
			b.Repair(func(ctx context.Context) error { return gone(ctx, nil) })
			b.Audit(gone)
		},
	} {
		cfg := experimentOn(amnesia{}, nil)
		other := cfg.Designs[0]
		other.Name = "other"
		also(&cfg, change)
		cfg.Designs = append(cfg.Designs, other)
		a := cfg.Fault.Fault.(amnesia)
		a.does, a.measure = func(*store, bool) {}, func(context.Context) (fault.Measurement, error) {
			return fault.Measurement{Acted: true}, nil
		}
		cfg.Fault.Fault = a
		r := mustRun(t, cfg)
		want(t, r, Unknown, says)
		if c := r.Cases[1]; c.Verdict != Pass || c.Uncounted != "" || c.Invariants[0].Got != invariant.Holds {
			t.Errorf("%s: the other design: %+v", says, c.Invariants)
		}
		if found := r.Cases[0].Invariants; len(found) > 0 {
			t.Errorf("%s: and yet found %+v", says, found)
		}

		var file bytes.Buffer
		if err := WriteArtifact(&file, r, r.Cases[0]); err != nil {
			t.Fatal(err)
		}
		again, err := ReadArtifact(&file)
		if err != nil {
			t.Fatal(err)
		}
		Judge(cfg.Lab, &again.Cases[0])
		again.Verdict = Summary(again.Cases)
		want(t, again, Unknown, says)
	}
}

// Without a fault, an audit that fails is an error of the lab.
func TestAnUncountedCaseWithoutAFaultIsAnError(t *testing.T) {
	cfg := experimentOn(amnesia{}, nil)
	gone := errors.New("the table is gone")
	also(&cfg, func(b *lab.Builder) { b.Audit(func(context.Context, *lab.Instance) error { return gone }) })
	if _, err := Measure(t.Context(), cfg); !errors.Is(err, gone) {
		t.Errorf("%v, want %v", err, gone)
	}
}

func TestErrorsInShort(t *testing.T) {
	answer := &smithy.OperationError{ServiceID: "DynamoDB", OperationName: "Scan",
		Err: fmt.Errorf("https response error StatusCode: 400, RequestID: 85e2fbce, %w",
			&smithy.GenericAPIError{Code: "ResourceNotFoundException", Message: "not found"})}
	for want, err := range map[string]error{
		"read the ledger: DynamoDB Scan: ResourceNotFoundException": fmt.Errorf("read the ledger: %w", answer),
		"no answer": errors.New("no answer"),
	} {
		if got := inShort(err); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
