package backoff_test

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/backoff"
)

func TestDelays(t *testing.T) {
	for attempts, middle := range map[int]time.Duration{
		1: time.Second, 2: 2 * time.Second, 9: 256 * time.Second, 10: 8 * time.Minute, 185: 8 * time.Minute,
	} {
		for number := range uint64(100) {
			d := backoff.Delay(time.Second, attempts, number)
			if d < middle/2 || d > middle*3/2 {
				t.Errorf("attempt %d of delivery %d: %v, not about %v", attempts, number, d, middle)
			}
			if d != backoff.Delay(time.Second, attempts, number) {
				t.Errorf("attempt %d of delivery %d differs from itself", attempts, number)
			}
		}
	}
	if backoff.Delay(time.Second, 1, 1) == backoff.Delay(time.Second, 1, 2) {
		t.Error("two deliveries wait equally long")
	}
}
