// Package schedule reads the expressions of EventBridge's scheduled rules and of EventBridge Scheduler:
// rate(5 minutes), cron(0 9 ? * MON-FRI *) and at(2026-11-28T09:00:00).
package schedule

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Schedule says when something is due.
type Schedule struct {
	every time.Duration // of rate(…)
	once  time.Time     // of at(…)
	cron  *cron
	zone  *time.Location
}

var (
	call     = regexp.MustCompile(`^(rate|cron|at)\((.*)\)$`)
	interval = regexp.MustCompile(`^([1-9][0-9]{0,8}) (minute|minutes|hour|hours|day|days)$`)
)

// Parse reads an expression whose times of day are those of a zone.
func Parse(text string, zone *time.Location) (*Schedule, error) {
	parts := call.FindStringSubmatch(text)
	if parts == nil {
		return nil, fmt.Errorf("%q is not rate(…), cron(…) or at(…)", text)
	}
	s := &Schedule{zone: zone}
	var err error
	switch parts[1] {
	case "rate":
		s.every, err = parseRate(parts[2])
	case "cron":
		s.cron, err = parseCron(parts[2])
	default:
		s.once, err = time.ParseInLocation("2006-01-02T15:04:05", parts[2], zone)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

func parseRate(text string) (time.Duration, error) {
	parts := interval.FindStringSubmatch(text)
	if parts == nil {
		return 0, fmt.Errorf("%q is not a number and a unit", text)
	}
	n, err := strconv.Atoi(parts[1])
	if err != nil {
		return 0, err
	}
	unit := parts[2]
	if (n == 1) != (unit[len(unit)-1] != 's') {
		return 0, fmt.Errorf("%q has the wrong number of its unit", text)
	}
	every := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}[unit[0]]
	if n > int(maxEvery/every) {
		return 0, fmt.Errorf("%q is too long", text)
	}
	return time.Duration(n) * every, nil
}

// maxEvery bounds rates: a duration holds 292 years.
const maxEvery = 100 * 365 * 24 * time.Hour

// Once reports whether the schedule is at(…).
func (s *Schedule) Once() bool { return s.every == 0 && s.cron == nil }

// Next returns the first time due after another. Rates count from since, which is not due itself; false means that
// there is none any more.
func (s *Schedule) Next(after, since time.Time) (time.Time, bool) {
	switch {
	case s.every > 0:
		steps := after.Sub(since) / s.every
		if after.Before(since) {
			steps = -1
		}
		return since.Add((steps + 1) * s.every), true
	case s.cron != nil:
		return s.cron.next(after, s.zone)
	}
	return s.once, s.once.After(after)
}
