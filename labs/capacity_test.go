package labs

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/unit"
)

// users is whose load and memory the READMEs estimate.
const users = 100_000_000

// A README's estimate is of what the lab asks of a user, which explain --numbers prices.
func TestREADMEsEstimateWhatTheLabsAssume(t *testing.T) {
	for _, l := range Catalog {
		average := users * l.Workload.PerUserDay / 86_400
		states(t, l, fmt.Sprintf("%s/s on average", unit.Count(int(average))),
			fmt.Sprintf("%s/s on average", unit.Count(int(math.Round(average)))),
			fmt.Sprintf("%.0f K/s on average", average/1000))
		if bytes := float64(users * l.Workload.RedisPerUser); bytes > 0 {
			states(t, l, fmt.Sprintf("%g GB", bytes/1e9), fmt.Sprintf("%g TB", bytes/1e12))
		}
		copies, perCell := int64(1), int64(0)
		for _, d := range l.Designs {
			copies, perCell = max(copies, d.Footprint.Copies), max(perCell, d.Footprint.Cells.Each)
		}
		number(t, l, `× (\d+) copies`, copies, 1)
		number(t, l, `load-tested to ([\d,]+) events/s`, perCell, 0)
	}
}

// number fails if a lab's README has another number in such a phrase; without it, it has the one that is assumed.
func number(t *testing.T, l lab.Spec, phrase string, want, assumed int64) {
	t.Helper()
	got := unit.Count(assumed)
	if found := regexp.MustCompile(phrase).FindStringSubmatch(l.README); found != nil {
		got = found[1]
	}
	if got != unit.Count(want) {
		t.Errorf("the README of %s has %s in %q, the lab %s", l.Name, got, phrase, unit.Count(want))
	}
}

// states fails if a lab's README has none of these phrases.
func states(t *testing.T, l lab.Spec, phrases ...string) {
	t.Helper()
	for _, p := range phrases {
		if strings.Contains(l.README, " "+p) {
			return
		}
	}
	t.Errorf("the README of %s says %q nowhere", l.Name, phrases[len(phrases)-1])
}
