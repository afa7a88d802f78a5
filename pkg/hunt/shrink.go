package hunt

import (
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
)

// grain is the minimum length of a window, and the smallest step by which it is shortened.
const grain = time.Millisecond

// Shrink returns a smaller schedule that still fails: with fewer faults, and with faults that are active for
// a shorter time and begin later. It calls fails at most tries times, one after the other, and never for an
// empty schedule. It assumes that s itself fails.
func Shrink(s fault.Schedule, tries int, fails func(fault.Schedule) bool) fault.Schedule {
	sh := shrinker{best: slices.Clone(s), left: tries, fails: fails}
	for sh.remove() { // again: a fault that was needed with another one may not be needed without it
	}
	for i := range sh.best {
		sh.narrow(i, func(w *fault.Window, by time.Duration) { w.To -= by })
		sh.narrow(i, func(w *fault.Window, by time.Duration) { w.From += by })
	}
	return fault.Join(sh.best)
}

type shrinker struct {
	best  fault.Schedule
	left  int
	fails func(fault.Schedule) bool
}

// try keeps a schedule as the best if it still fails.
func (sh *shrinker) try(s fault.Schedule) bool {
	if sh.left == 0 {
		return false
	}
	sh.left--
	if !sh.fails(s) {
		return false
	}
	sh.best = s
	return true
}

// remove leaves out each unnecessary fault, the last first, and reports whether there was one.
func (sh *shrinker) remove() (any bool) {
	for i := len(sh.best) - 1; i >= 0 && len(sh.best) > 1; i-- {
		if sh.try(slices.Delete(slices.Clone(sh.best), i, i+1)) {
			any = true
		}
	}
	return any
}

// narrow shortens a window by half, then by a quarter, and so on down to the grain, as long as it still
// fails.
func (sh *shrinker) narrow(i int, cut func(w *fault.Window, by time.Duration)) {
	for by := half(sh.best[i].To - sh.best[i].From); by >= grain; by = half(by) {
		for {
			s := slices.Clone(sh.best)
			cut(&s[i], by)
			if s[i].To-s[i].From < grain || !sh.try(s) {
				break
			}
		}
	}
}

func half(d time.Duration) time.Duration { return (d / 2).Truncate(grain) }
