package load

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// Each outcome counts as itself. A time-out is no failure; it ends with the workload's patience.
func TestSum(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const slow, patience = 100 * time.Millisecond, 300 * time.Millisecond
		start := time.Now()
		cfg := Config{Name: "put", Rate: 10, Duration: time.Second, Arrivals: Even, Timeout: patience}
		r := run(t.Context(), cfg, start, history.NewRecorder(start), nil, func(ctx context.Context, op Op) (string, error) {
			switch {
			case op.Seq < 5:
				time.Sleep(slow)
				return "", nil
			case op.Seq < 7:
				return "", Definite(errors.New("refused"))
			}
			<-ctx.Done()
			return "", ctx.Err()
		})
		if r.Total != 10 || r.OK != 5 || r.Failed != 2 || r.Unknown != 3 {
			t.Errorf("of %d operations %d OK, %d failed, %d unknown; want 5, 2 and 3 of 10", r.Total, r.OK, r.Failed, r.Unknown)
		}
		if p50 := r.Percentile(50); p50.Round(time.Millisecond) != slow {
			t.Errorf("p50 %v, want %v", p50, slow)
		}
		if longest := r.Max(); longest.Round(time.Millisecond) != patience {
			t.Errorf("the longest took %v, want %v", longest, patience)
		}
	})
}
