package load

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/crashlab/crashlab/pkg/history"
)

func TestOutcome(t *testing.T) {
	refused, lost := errors.New("refused"), errors.New("connection reset")
	for _, c := range []struct {
		err    error
		writes history.Kind
		reads  history.Kind
	}{
		{nil, history.OK, history.OK},
		{Definite(refused), history.Failed, history.Failed},
		{fmt.Errorf("post: %w", Definite(refused)), history.Failed, history.Failed},
		{lost, history.Unknown, history.Failed},
		{errors.Join(lost, Definite(refused)), history.Unknown, history.Failed},
		{errors.Join(Definite(lost), Definite(refused)), history.Failed, history.Failed},
		{context.DeadlineExceeded, history.Unknown, history.Failed},
	} {
		if got := (Op{}).Outcome(c.err); got != c.writes {
			t.Errorf("a write that ends with %v is %s, want %s", c.err, got, c.writes)
		}
		if got := (Op{ReadOnly: true}).Outcome(c.err); got != c.reads {
			t.Errorf("a read that ends with %v is %s, want %s", c.err, got, c.reads)
		}
	}
}
