package dlq

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/labtest"
)

// While Redis is down no worker receives more messages than it could work at: each costs it the service time,
// but for the batch that it holds last.
func TestReceivesKeepThePaceOfWorkWhileRedisIsDown(t *testing.T) {
	for _, c := range labtest.Schedule(t, Lab, "redis:cut@500ms..1500ms") {
		v := invariant.NewView(c.History)
		took := v.During().To - v.During().From
		most := int(took/serviceTime(Lab.Workload.Rate)) + batch
		of := map[string]int{}
		for e := range v.Effects(received) {
			if v.During().Contains(e.At) {
				of[e.By]++
			}
		}
		if took < 900*time.Millisecond || len(of) != workers*len(branches) {
			t.Errorf("%s: %d workers received anything in %v", c.Design, len(of), took)
		}
		for worker, n := range of {
			if n > most {
				t.Errorf("%s: %s received %d messages in %v, want at most %d", c.Design, worker, n, took, most)
			}
		}
	}
}
