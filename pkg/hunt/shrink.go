package hunt

import (
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
)

// grain is the shortest that a window becomes, and the least by which it is shortened.
const grain = time.Millisecond

// Shrink returns a smaller schedule that still fails: with fewer faults, and those on for a shorter time
// that begins later. It asks fails at most tries times, one after the other, and never for an empty
// schedule. That s itself fails is taken for granted.
func Shrink(s fault.Schedule, tries int, fails func(fault.Schedule) bool) fault.Schedule {
	sh := shrinker{best: slices.Clone(s), left: tries, fails: fails}
	for sh.remove() { // again: what was needed beside a fault may not be without it
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

// try takes a schedule for the best if it still fails.
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

// remove leaves out each fault that is not needed, the last first, and reports whether any was.
func (sh *shrinker) remove() (any bool) {
	for i := len(sh.best) - 1; i >= 0 && len(sh.best) > 1; i-- {
		if sh.try(slices.Delete(slices.Clone(sh.best), i, i+1)) {
			any = true
		}
	}
	return any
}

// narrow cuts a window's time by half of it, then by a quarter, and so on down to the grain, wherever it
// still fails.
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
